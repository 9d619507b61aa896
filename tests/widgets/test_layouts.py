"""What carries other widgets: it breaks into rows, scrolls and shortens instead of clipping, and never asks for more."""

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from resources.theme import LIGHT
from widgets.banner import Banner, Notice
from widgets.connection_bar import ConnectionBar, Link
from widgets.elided_label import ElidedLabel
from widgets.facts import Facts
from widgets.flow_layout import FlowLayout
from widgets.icon_button import IconButton
from widgets.panel import Panel
from widgets.scroll_column import ScrollColumn
from widgets.split import Split
from widgets.store_clock import StoreClock
from widgets.two_sides import TwoSides

ADDRESS = "https://shopper.example/" + "x" * 200


def test_what_has_no_space_in_it_asks_for_no_more_than_a_column(qtbot: QtBot) -> None:
    facts, banner = Facts(LIGHT), Banner(LIGHT)
    for widget in (facts, banner):
        qtbot.addWidget(widget)
    facts.set_facts([("Message", f"See {ADDRESS}")])
    banner.show_notice(Notice("good", "The case file was saved.", f"As {ADDRESS}"))
    for widget in (facts, banner):
        width, metrics = widget.minimumSizeHint().width(), widget.fontMetrics()
        assert width < metrics.horizontalAdvance(ADDRESS) / 3, "whatever the font"
        assert widget.heightForWidth(width) > 4 * metrics.height(), "all of it is there"


def test_a_clock_that_knows_no_time_tells_none(qtbot: QtBot) -> None:
    clock = StoreClock(LIGHT)
    qtbot.addWidget(clock)
    clock.set_moment(1_790_000_000_000_000, "UTC")
    assert "14:13:20" in clock.accessibleName()
    clock.set_moment(None, "UTC")
    assert clock.accessibleName() == "The store's time is not known yet"


class Block(QWidget):
    """Asks for so much room."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__()
        self._size = QSize(width, height)

    def ask_for(self, width: int, height: int) -> None:
        self._size = QSize(width, height)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return self._size

    def minimumSizeHint(self) -> QSize:
        return self._size


def row_of(qtbot: QtBot, count: int, *, tail: int = 0) -> tuple[QWidget, list[Block]]:
    """Blocks of 100 × 20 in a flow with gaps of 10."""
    page = QWidget()
    qtbot.addWidget(page)
    flow = FlowLayout(page, tail=tail)
    flow.setContentsMargins(0, 0, 0, 0)
    flow.setSpacing(10)
    blocks = [Block(100, 20) for _ in range(count)]
    for block in blocks:
        flow.addWidget(block)
    return page, blocks


def places(page: QWidget, blocks: list[Block], width: int) -> list[tuple[int, int]]:
    page.resize(width, 200)
    page.show()
    return [(block.x(), block.y()) for block in blocks if block.isVisible()]


def test_a_flow_breaks_where_the_width_is_short(qtbot: QtBot) -> None:
    page, blocks = row_of(qtbot, 3)
    assert places(page, blocks, 320) == [(0, 0), (110, 0), (220, 0)]
    assert places(page, blocks, 319) == [(0, 0), (110, 0), (0, 25)]
    assert places(page, blocks, 100) == [(0, 0), (0, 25), (0, 50)]
    flow = page.layout()
    assert flow is not None
    assert flow.sizeHint() == QSize(320, 20), "it likes one row best"
    assert flow.minimumSize() == QSize(100, 70), "and can do with the widest alone, in as many rows as it has now"
    places(page, blocks, 320)
    assert flow.minimumSize() == QSize(100, 20)
    assert [flow.heightForWidth(width) for width in (320, 210, 100)] == [20, 45, 70]


def test_the_tail_stands_at_the_right_end_and_the_hidden_take_no_room(qtbot: QtBot) -> None:
    page, blocks = row_of(qtbot, 3, tail=1)
    assert places(page, blocks, 500) == [(0, 0), (110, 0), (400, 0)]
    blocks[0].hide()
    assert places(page, blocks, 501) == [(0, 0), (401, 0)]


def test_a_panel_s_buttons_go_below_each_other_before_they_are_cut(qtbot: QtBot) -> None:
    panel = Panel(LIGHT, "Visit 12", QWidget())
    qtbot.addWidget(panel)
    buttons = [QPushButton("Take it back"), QPushButton("Add something")]
    for button in buttons:
        panel.add_action(button)
    panel.resize(600, 200)
    panel.show()
    assert buttons[0].y() == buttons[1].y()
    right = buttons[1].mapTo(panel, QPoint(buttons[1].width(), 0)).x()
    assert right > 600 - 2 * LIGHT.space(3), "at the right end"
    panel.resize(panel.minimumSizeHint().width(), 200)
    assert buttons[0].y() < buttons[1].y()
    assert all(button.width() >= button.sizeHint().width() for button in buttons)


def test_the_numbers_of_the_links_go_where_the_width_is_short(qtbot: QtBot) -> None:
    bar = ConnectionBar(LIGHT)
    qtbot.addWidget(bar)
    bar.set_links([Link("http", "Store", "ok", 12.0), Link("live", "Live", "lost", detail="no answer")])
    assert bar.minimumSizeHint().width() < bar.sizeHint().width()
    bar.resize(bar.minimumSizeHint())
    bar.show()
    bar.grab()
    first, second = bar.findChildren(QWidget)
    assert "12 ms" in first.toolTip()
    assert second.toolTip() == "Live lost · no answer"


def test_a_long_text_is_shortened_and_whole_in_the_tool_tip(qtbot: QtBot) -> None:
    label = ElidedLabel("A store with quite a long name")
    qtbot.addWidget(label)
    assert label.minimumSizeHint().width() == 0
    label.resize(label.sizeHint())
    label.grab()
    assert label.toolTip() == ""
    label.resize(60, label.height())
    label.grab()
    assert label.toolTip() == "A store with quite a long name"


@pytest.mark.parametrize(("role", "ink"), [("", LIGHT.text), ("primary", LIGHT.on_accent)])
def test_an_icon_has_the_ink_of_its_ground_and_keeps_off_the_word(qtbot: QtBot, role: str, ink: str) -> None:
    button = IconButton(LIGHT, "add", "Add", role)
    qtbot.addWidget(button)
    picture = button.icon().pixmap(button.iconSize()).toImage()
    inside = [picture.pixelColor(x, y) for x in range(picture.width()) for y in range(picture.height())]
    drawn = max(inside, key=QColor.alpha)
    assert abs(drawn.lightness() - QColor(ink).lightness()) < 8
    edge = [picture.pixelColor(x, y).alpha() for x in (0, picture.width() - 1) for y in range(picture.height())]
    assert not any(edge)


def test_two_sides_go_below_each_other_and_scroll(qtbot: QtBot) -> None:
    left, right = Block(200, 300), Block(200, 300)
    sides = TwoSides(LIGHT, left, right, 560)
    qtbot.addWidget(sides)
    sides.resize(700, 400)
    sides.show()
    assert right.x() > left.x() + left.width() - 1
    assert right.y() == left.y()
    assert left.width() > right.width(), "three parts and two"
    sides.resize(500, 400)
    qtbot.waitUntil(lambda: right.y() > left.y())
    assert sides.verticalScrollBar().maximum() > 0
    assert sides.horizontalScrollBar().maximum() == 0


def test_a_column_scrolls_up_and_down_and_follows_what_its_content_needs(qtbot: QtBot) -> None:
    content, block = QWidget(), Block(300, 900)
    QVBoxLayout(content).addWidget(block)
    column = ScrollColumn(content)
    qtbot.addWidget(column)
    column.resize(column.minimumSizeHint().width(), 400)
    column.show()
    assert column.verticalScrollBar().maximum() > 0
    assert column.minimumSizeHint().width() >= 300
    block.ask_for(420, 900)
    qtbot.waitUntil(lambda: column.minimumSizeHint().width() >= 420)


def test_a_banner_is_as_high_as_its_words_need(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    column = QVBoxLayout(page)
    banner = Banner(LIGHT)
    banner.show_notice(
        Notice("danger", "Gondola 1 has stopped weighing", "What is taken there is not charged. " * 3, action="Look")
    )
    column.addWidget(banner)
    column.addWidget(QWidget(), 1)
    page.resize(320, 600)
    page.show()
    labels = [label for label in banner.findChildren(QLabel) if label.isVisible()]
    assert len(labels) == 2
    for label in labels:
        assert label.height() >= label.heightForWidth(label.width())
    assert banner.height() < 300


def test_keys_move_the_border_between_two_sides(qtbot: QtBot) -> None:
    left, right = Block(100, 20), Block(100, 20)
    split = Split(LIGHT, left, right, (3, 2))
    qtbot.addWidget(split)
    split.resize(806, 100)
    split.show()
    border = split.handle(1)
    assert left.width() == 480
    for key, width in (
        (Qt.Key.Key_Left, 440),
        (Qt.Key.Key_Right, 480),
        (Qt.Key.Key_Right, 520),
        (Qt.Key.Key_Home, 480),
    ):
        QTest.keyClick(border, key)
        assert left.width() == width
    for _ in range(30):
        QTest.keyClick(border, Qt.Key.Key_Right)
    assert right.width() == 100, "no side is pressed to less than it needs"


def test_a_border_that_was_moved_is_kept_as_a_share_of_any_width(qtbot: QtBot) -> None:
    def made(width: int, kept: bytes = b"") -> Split:
        split = Split(LIGHT, Block(100, 20), Block(100, 20), (3, 2))
        qtbot.addWidget(split)
        split.arrange(kept)
        split.resize(width, 100)
        split.show()
        return split

    split = made(806)
    assert split.arrangement() == b"", "nobody moved it"
    for _ in range(8):
        QTest.keyClick(split.handle(1), Qt.Key.Key_Left)
    kept = split.arrangement()
    assert split.sizes() == [160, 640]
    assert made(806, kept).sizes() == [160, 640]
    wider = made(1606, kept)
    assert wider.sizes() == [320, 1280]
    assert wider.arrangement() == kept
    wider.resize(806, 100)
    assert wider.sizes() == [160, 640]
    assert made(806, b"sense").sizes() == [480, 320]
    QTest.keyClick(split.handle(1), Qt.Key.Key_Home)
    assert split.arrangement() == b""

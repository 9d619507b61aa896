"""Docks have the room that they need, until somebody gives them another."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget, QLabel, QLineEdit, QPushButton, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from resources.dressing import dress
from resources.theme import LIGHT
from widgets.dock_area import DockArea, shares
from widgets.panel import Panel
from widgets.scroll_column import ScrollColumn

NEEDED = {"little": 60, "much": 240}


@pytest.fixture
def area(qtbot: QtBot) -> Iterator[DockArea]:
    window = QWidget()
    qtbot.addWidget(window)
    area = DockArea(LIGHT, QLabel("The middle"), window)
    for name, height in NEEDED.items():
        content = QLabel(name)
        content.setMinimumHeight(height)
        panel = Panel(LIGHT, name, content)
        area.add(name, name, panel, panel, Qt.DockWidgetArea.RightDockWidgetArea, 1)
    area.resize(800, 460)
    window.resize(1200, 900)
    window.show()
    QApplication.processEvents()
    yield area
    window.close()


def docks(area: DockArea) -> dict[str, QDockWidget]:
    return {dock.objectName(): dock for dock in area.findChildren(QDockWidget)}


def cut(area: DockArea) -> list[str]:
    rooms = {name: dock.widget() for name, dock in docks(area).items()}
    return [
        name for name, room in rooms.items() if isinstance(room, ScrollColumn) and room.verticalScrollBar().maximum()
    ]


def there(area: DockArea) -> list[str]:
    return [name for name, dock in docks(area).items() if name != "tabs" and not dock.isHidden()]


def resized(area: DockArea, width: int, height: int) -> None:
    area.resize(width, height)
    QApplication.processEvents()


def test_each_gets_what_it_needs_and_its_share_of_the_rest() -> None:
    assert shares(300, [100, 50], [3, 1]) == [212, 87]
    assert shares(90, [100, 50], [3, 1]) == [60, 30]


def test_no_dock_is_cut_while_there_is_room_whatever_the_size(area: DockArea) -> None:
    assert cut(area) == []
    for size in ((800, 900), (500, 440), (1200, 600)):
        resized(area, *size)
        assert cut(area) == [], size
    assert area.arrangement() == b"", "nobody moved anything"


def test_what_somebody_dragged_stays(area: DockArea) -> None:
    upper = docks(area)["little"]
    between = upper.mapTo(area, QPoint(upper.width() // 2, upper.height() + 3))
    QTest.mousePress(area, Qt.MouseButton.LeftButton, pos=between)
    QTest.mouseMove(area, between - QPoint(0, 40))
    QTest.mouseRelease(area, Qt.MouseButton.LeftButton, pos=between - QPoint(0, 40))
    QApplication.processEvents()
    height, kept = upper.height(), area.arrangement()
    assert kept
    resized(area, 801, 460)
    assert upper.height() == height
    area.arrange(b"")
    assert upper.height() > height
    area.arrange(kept)
    QApplication.processEvents()
    assert upper.height() == height


def test_where_there_is_not_room_for_all_tabs_bring_one_of_them(area: DockArea) -> None:
    tabs = area.findChildren(QTabBar)[0]
    assert there(area) == ["little", "much"]
    assert not tabs.isVisible()
    asked = area.minimumSizeHint().height()
    resized(area, 800, asked)
    assert there(area) == ["little"]
    assert tabs.isVisible()
    assert area.minimumSizeHint().height() == asked, "or it would turn to and fro"
    assert docks(area)["little"].widget().height() >= LIGHT.px(90), "what it asked for is enough"
    QTest.keyClick(tabs, Qt.Key.Key_Right)
    assert there(area) == ["much"]
    area.bring("little")
    assert there(area) == ["little"]
    area.activateWindow()
    area.focus_next()
    assert area.focus_next()
    assert there(area) == ["much"], "the keys reach what is not there"
    resized(area, 800, 460)
    assert there(area) == ["little", "much"]
    assert area.arrangement() == b"", "nobody moved anything"
    resized(area, 800, asked)
    next(one for one in area.menu_of(docks(area)["much"]).actions() if one.text() == "To the left").trigger()
    assert there(area) == ["little", "much"], "who moves them wants them there"
    assert not tabs.isVisible()
    kept = area.arrangement()
    area.arrange(b"")
    assert there(area) == ["much"]
    area.arrange(kept)
    assert there(area) == ["little", "much"]
    assert not tabs.isVisible()


def test_headings_that_wrap_do_not_turn_it_to_and_fro(area: DockArea) -> None:
    """A dock alone is wider than one of several, and so its heading may be lower."""
    for dock in docks(area).values():
        for panel in dock.findChildren(Panel):
            for _ in range(4):
                action = QPushButton("Go")
                action.setFixedSize(85, 40)
                panel.add_action(action)
    for height in range(200, 460, 4):
        resized(area, 1000, height)
        before = there(area)
        for _ in range(3):
            QApplication.processEvents()
            assert there(area) == before, height


def test_the_dock_that_is_typed_in_stays(area: DockArea) -> None:
    field = QLineEdit(docks(area)["much"].widget())
    field.show()
    area.activateWindow()
    field.setFocus()
    resized(area, 800, area.minimumSizeHint().height())
    assert there(area) == ["much"]
    assert field.hasFocus()


def test_tabs_grow_with_the_text(area: DockArea, dressed: QApplication) -> None:
    resized(area, 800, area.minimumSizeHint().height())
    tabs = area.findChildren(QTabBar)[0]
    dress(dressed, LIGHT.scaled(2))
    assert tabs.height() >= tabs.sizeHint().height()

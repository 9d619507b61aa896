"""Tables keep the choice by key, fit their room, and let a case be decided by keys alone."""

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QStyleOptionComboBox
from pytestqt.qtbot import QtBot

from resources.theme import LIGHT, Theme
from widgets.cart_table import CartTable
from widgets.choice_box import ChoiceBox
from widgets.decision_table import DecisionLine, DecisionTable
from widgets.samples.data import euros, sample_cart_lines
from widgets.table import Column, Row, StateCell, Table, TitleCell
from widgets.table_delegate import TableDelegate


@pytest.fixture
def cart(qtbot: QtBot) -> CartTable:
    table = CartTable(LIGHT)
    qtbot.addWidget(table)
    table.resize(700, 300)
    table.set_lines(sample_cart_lines())
    table.show()
    return table


def test_what_is_shortened_says_the_whole_in_its_tip(qtbot: QtBot) -> None:
    table = Table(LIGHT, (Column("What", "text", is_stretching=True), Column("Why", "title", is_stretching=True)))
    qtbot.addWidget(table)
    table.set_rows([Row(1, ("A name that is long", TitleCell("A title that is long", "and its detail")))])
    delegate = table.itemDelegate()
    assert isinstance(delegate, TableDelegate)
    name, title = (table.model().index(0, column) for column in range(2))
    narrow, wide = QRect(0, 0, 60, 30), QRect(0, 0, 600, 30)
    assert [delegate.tip(name, box) for box in (narrow, wide)] == ["A name that is long", ""]
    assert delegate.tip(title, narrow) == "A title that is long, and its detail"
    assert delegate.tip(title, wide) == "and its detail"
    box = ChoiceBox()
    qtbot.addWidget(box)
    box.addItem("A choice that is much too long")
    box.resize(120, 30)
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    assert option.currentText.endswith("…")
    assert box.currentText() == "A choice that is much too long"


@pytest.fixture
def decisions(qtbot: QtBot) -> DecisionTable:
    table = DecisionTable(LIGHT)
    qtbot.addWidget(table)
    table.resize(800, 300)
    table.set_lines(
        [
            DecisionLine("a", "Oat milk", 12, 11, None, euros(199), euros(2_388), 0.99, 12),
            DecisionLine("b", "Water", 2, 0, None, euros(89), euros(178), 0.4, 2),
        ]
    )
    table.show()
    return table


def test_the_chosen_line_stays_chosen_while_the_cart_changes(qtbot: QtBot, cart: CartTable) -> None:
    with qtbot.waitSignal(cart.row_chosen) as chosen:
        cart.selectRow(1)
    assert chosen.args == [2]
    with qtbot.assertNotEmitted(cart.row_chosen):
        cart.set_lines(list(reversed(sample_cart_lines())))
    assert cart.currentIndex().row() == 2
    with qtbot.waitSignal(cart.row_chosen) as chosen:
        cart.set_lines([line for line in sample_cart_lines() if line.key != 2])
    assert chosen.args == [None], "a line that has gone is no longer chosen"
    assert cart.chosen() is None


def test_columns_of_less_need_go_where_room_is_short(cart: CartTable) -> None:
    shown = [
        name
        for place, name in enumerate(("Product", "Qty", "Each", "Amount", "Sure", "Taken"))
        if not cart.isColumnHidden(place)
    ]
    assert len(shown) == 6
    cart.resize(330, 300)
    hidden = [place for place in range(6) if cart.isColumnHidden(place)]
    assert 5 in hidden
    assert not {0, 1, 3} & set(hidden)
    assert sum(cart.columnWidth(place) for place in range(6) if place not in hidden) <= 330


def test_no_table_is_scrolled_sideways_while_it_has_what_it_asks_for(qtbot: QtBot) -> None:
    columns = (
        Column("Number", "number"),
        Column("What", "text", is_stretching=True),
        Column("State", "state"),
        Column("Who", "muted", rank=1),
    )
    table = Table(LIGHT, columns)
    qtbot.addWidget(table)
    table.set_rows([Row(1, (1_234_567, "A name that is long", StateCell("warning", "a state in many words"), "eve"))])
    table.show()
    table.resize(table.minimumSizeHint().width(), 200)
    QApplication.processEvents()
    bar = table.horizontalScrollBar()
    assert bar.maximum() == 0
    assert table.isColumnHidden(3)
    assert table.columnWidth(0) >= table.sizeHintForColumn(0) - 1, "a number is never shortened"
    assert 0 < table.columnWidth(2) < table.sizeHintForColumn(2)
    table.resize(table.width() - 40, 200)
    QApplication.processEvents()
    assert bar.maximum() > 0


def test_a_screen_reader_and_the_clipboard_get_what_is_seen(qtbot: QtBot, cart: CartTable) -> None:
    cart.selectRow(1)
    model = cart.model()
    words = [model.data(model.index(1, place), Qt.ItemDataRole.AccessibleTextRole) for place in range(6)]
    assert words[0] == "Sparkling water 0.75 l, two picks at once, crossed hands"
    assert words[4] == "62 %"
    QTest.keyClick(cart, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text().split("\t") == words


def test_a_case_is_decided_by_keys(qtbot: QtBot, decisions: DecisionTable) -> None:
    seen: list[object] = []
    decisions.decisions_changed.connect(seen.append)
    QTest.keyClick(decisions, Qt.Key.Key_1)
    QTest.keyClick(decisions, Qt.Key.Key_2)
    assert seen == [{"a": 1}, {"a": 12}], "two digits in a row make a number of two"
    QTest.keyClick(decisions, Qt.Key.Key_C)
    assert decisions.decisions() == {"a": 11}
    QTest.keyClick(decisions, Qt.Key.Key_Plus)
    QTest.keyClick(decisions, Qt.Key.Key_Plus)
    assert decisions.decisions() == {"a": 12}, "never more than what may be decided"
    QTest.keyClick(decisions, Qt.Key.Key_Down)
    assert decisions.chosen() == "b"
    QTest.keyClick(decisions, Qt.Key.Key_0)
    assert decisions.decisions() == {"a": 12, "b": 0}
    QTest.keyClick(decisions, Qt.Key.Key_Delete)
    assert decisions.decisions() == {"a": 12}
    with qtbot.waitSignal(decisions.confirmed):
        QTest.keyClick(decisions, Qt.Key.Key_Return)


def test_nothing_is_decided_while_another_holds_the_case(qtbot: QtBot, decisions: DecisionTable) -> None:
    decisions.set_editable(False)
    with qtbot.assertNotEmitted(decisions.decisions_changed):
        QTest.keyClick(decisions, Qt.Key.Key_1)


def test_a_click_on_minus_takes_one_away(qtbot: QtBot, decisions: DecisionTable) -> None:
    box = decisions.visualRect(decisions.model().index(1, 3))
    at = box.center()
    at.setX(box.left() + LIGHT.space(2) + LIGHT.target // 2)
    QTest.mouseClick(decisions.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert decisions.decisions() == {"b": 1}


def test_enter_opens_and_the_end_asks_for_more(qtbot: QtBot) -> None:
    table = Table(LIGHT, [Column("No.", "number"), Column("Name", is_stretching=True)])
    table.setAccessibleName("Receipts")
    qtbot.addWidget(table)
    table.resize(300, 200)
    table.set_rows([Row(number, (number, f"Receipt {number}")) for number in range(100)])
    table.show()
    table.choose(4)
    with qtbot.waitSignal(table.row_opened) as opened:
        QTest.keyClick(table, Qt.Key.Key_Return)
    assert opened.args == [4]
    with qtbot.waitSignal(table.end_reached):
        table.verticalScrollBar().setValue(table.verticalScrollBar().maximum())


def test_a_window_that_is_dragged_larger_does_not_measure_every_row(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large store has 1,440 plates in a list: measuring them at each step held the window up."""
    table = Table(LIGHT, (Column("Plate", "text"),))
    qtbot.addWidget(table)
    table.show()
    table.set_rows([Row(number, (f"1.2.{number}",)) for number in range(200)])
    measured: list[Row] = []

    def measure(row: Row, theme: Theme) -> int:
        measured.append(row)
        return 30

    monkeypatch.setattr("widgets.table.row_height", measure)
    for width in (300, 400, 500):
        table.resize(width, 300)
        QApplication.processEvents()
    assert measured == []


def test_a_digit_on_the_next_line_is_a_number_of_its_own(qtbot: QtBot, decisions: DecisionTable) -> None:
    missed = DecisionLine("c", "Crisps", 0, 0, 1, euros(199), euros(199), 0.0, 999, is_added=True)
    decisions.set_lines([*decisions._lines.values(), missed])
    QTest.keyClick(decisions, Qt.Key.Key_Down)
    for key in (Qt.Key.Key_1, Qt.Key.Key_Down, Qt.Key.Key_2):
        QTest.keyClick(decisions, key)
    assert decisions.decisions() == {"b": 1, "c": 2}
    for key in (Qt.Key.Key_Plus, Qt.Key.Key_4):
        QTest.keyClick(decisions, key)
    assert decisions.decisions() == {"b": 1, "c": 4}, "what was counted up is not what was typed"


def test_each_of_two_quick_clicks_counts(decisions: DecisionTable) -> None:
    at = decisions.visualRect(decisions.model().index(1, 3)).center()
    at.setX(decisions.visualRect(decisions.model().index(1, 3)).left() + LIGHT.space(2) + LIGHT.target // 2)
    QTest.mouseClick(decisions.viewport(), Qt.MouseButton.RightButton, pos=at)
    assert decisions.decisions() == {}
    QTest.mouseClick(decisions.viewport(), Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseDClick(decisions.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert decisions.decisions() == {"b": 0}

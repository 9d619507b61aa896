"""Earlier cases that have something in common with the open one: facts to weigh, never an accusation."""

from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from console.domain.commands.case import OpenCase
from console.domain.listing import Opened
from console.screens.words import amount, case_state, correction_reason
from console.state.desk import Desk
from resources.theme import Theme
from store_client.contract.case import EarlierCase, Signals
from store_client.contract.moment import to_micros
from widgets.state_view import StateView
from widgets.table import Column, Row, Table, TitleCell

_MOST_ROWS = 20


class EarlierCases(QWidget):
    """Enter opens one. What a signal says is in ``summary``, one sentence a kind."""

    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._pages = QStackedWidget(self)
        self._nothing = StateView(theme, self._pages)
        page = QWidget(self._pages)
        self._payment_words, self._plate_words = QLabel(), QLabel()
        self._payment, self._plate = self._table(theme, page), self._table(theme, page)
        self._payment.setAccessibleName(self.tr("Earlier cases of this payment"))
        self._plate.setAccessibleName(self.tr("Earlier cases of these plates"))
        page.setObjectName("page")
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.space(2))
        for words, table in ((self._payment_words, self._payment), (self._plate_words, self._plate)):
            words.setProperty("role", "strong")
            words.setWordWrap(True)
            column.addWidget(words)
            column.addWidget(table)
        column.addStretch(1)
        self._page = page
        self._pages.addWidget(self._nothing)
        self._pages.addWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._pages)
        desk.signals.changed.connect(self._show)
        self._show(desk.signals.value)

    def _table(self, theme: Theme, parent: QWidget) -> Table:
        columns = (
            Column(self.tr("Case"), "number"),
            Column(self.tr("Opened"), "date_time", rank=2),
            Column(self.tr("What"), "title", is_stretching=True),
            Column(self.tr("Went back"), "amount", rank=1),
        )
        table = Table(theme, columns, parent)
        table.follow_rows(_MOST_ROWS)
        table.row_opened.connect(self._open)
        return table

    def set_time_zone(self, zone: str) -> None:
        self._payment.set_time_zone(zone)
        self._plate.set_time_zone(zone)

    def count(self) -> int:
        """How many there are, each once."""
        signals = self._desk.signals.value.value
        if signals is None:
            return 0
        return len({one.id for one in (*signals.same_payment, *signals.same_plate)})

    def summary(self) -> str:
        """One line: "3 earlier cases of this payment · 1 of these plates"; "" without any."""
        signals = self._desk.signals.value.value
        if signals is None:
            return ""
        parts = []
        if signals.same_payment:
            parts.append(self.tr("%n earlier case(s) of this payment", "", len(signals.same_payment)))
        if signals.same_plate:
            parts.append(self.tr("%n earlier case(s) of these plates", "", len(signals.same_plate)))
        return " · ".join(parts)

    def _show(self, opened: Opened[Signals]) -> None:
        signals = opened.value
        if signals is None or not self.count():
            self._show_nothing(opened)
            return
        for words, table, found, text in (
            (
                self._payment_words,
                self._payment,
                signals.same_payment,
                self.tr("%n earlier case(s) of this payment", "", len(signals.same_payment)),
            ),
            (
                self._plate_words,
                self._plate,
                signals.same_plate,
                self.tr("%n earlier case(s) of these plates", "", len(signals.same_plate)),
            ),
        ):
            words.setText(text)
            words.setVisible(bool(found))
            table.setVisible(bool(found))
            table.set_rows([self._row(one) for one in found])
        self._pages.setCurrentWidget(self._page)

    def _show_nothing(self, opened: Opened[Signals]) -> None:
        if opened.is_loading:
            self._nothing.show_state("loading", self.tr("Looking for earlier cases"))
        elif opened.problem is not None:
            self._nothing.show_state("failed", opened.problem.what, opened.problem.advice)
        else:
            sentence = self.tr("None of the same payment or of the same plates.")
            self._nothing.show_state("empty", self.tr("No earlier cases"), sentence)
        self._pages.setCurrentWidget(self._nothing)

    def _row(self, one: EarlierCase) -> Row:
        said = [case_state(one.state).word, "" if one.reason is None else correction_reason(one.reason)]
        if one.plates:
            said.append(", ".join(one.plates))
        title = TitleCell(one.summary, " · ".join(filter(None, said)))
        return Row(one.id, (one.number, to_micros(one.opened_at), title, amount(one.refunded)))

    def _open(self, case: object) -> None:
        if isinstance(case, str):
            self._desk.commands.emit(OpenCase(case))

"""Cases: the queue of disputes, and one of them from first look to money returned."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QSplitter, QVBoxLayout, QWidget

from console.domain.commands import MoreCases, OpenCase, SearchCases
from console.domain.listing import CaseQuery
from console.screens.opened_case import OpenedCase
from console.screens.screen import READY, Condition, Screen
from console.screens.words import amount, case_state
from console.state.desk import Desk
from resources.theme import Theme
from store_client.contract.case import CaseState, CaseSummary
from store_client.contract.moment import to_micros
from store_client.contract.store import Store
from widgets.panel import Panel
from widgets.table import Column, Row, StateCell, Table

_SOON_MIN = 120


class CasesScreen(Screen):
    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(theme, desk, parent)
        self._state = QComboBox()
        self._state.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._state.setMinimumContentsLength(8)
        self._state.setAccessibleName(self.tr("State of the cases"))
        choices: tuple[tuple[CaseState | None, str], ...] = (
            (None, self.tr("To be decided")),
            ("open", self.tr("Open")),
            ("claimed", self.tr("Claimed")),
            ("decided", self.tr("Decided")),
        )
        for state, title in choices:
            self._state.addItem(title, state)
        self._state.activated.connect(self._ask)
        self._mine = QCheckBox(self.tr("Mine"))
        self._mine.setToolTip(self.tr("Only those that I hold"))
        self._mine.toggled.connect(self._ask)
        self._table = Table(
            theme,
            (
                Column(self.tr("Case"), "number"),
                Column(self.tr("Due"), "state", hint=self.tr("When it has to be decided")),
                Column(self.tr("Visit"), "number", rank=3),
                Column(self.tr("What"), "text", is_stretching=True),
                Column(self.tr("Worth"), "amount", rank=2),
                Column(self.tr("State"), "state", rank=1),
            ),
        )
        self._table.setAccessibleName(self.tr("Queue of cases"))
        self._table.set_empty_words(self.tr("Nothing matches"))
        self._table.row_chosen.connect(self._open)
        self._table.row_opened.connect(self._open)
        self._table.end_reached.connect(self._more)
        self._found = QLabel()
        self._found.setProperty("role", "muted")
        self._found.setWordWrap(True)
        self._opened = OpenedCase(theme, desk)
        self._minute = QTimer(self)
        self._minute.setInterval(30_000)
        self._minute.timeout.connect(self._show)
        self._lay_out(theme)
        desk.cases.changed.connect(self._show)
        desk.case.changed.connect(self._show_opened)
        desk.store.changed.connect(self._show_store)
        self._show_store(desk.store.value)
        self._show()

    def _lay_out(self, theme: Theme) -> None:
        filters = QHBoxLayout()
        filters.addWidget(self._state, 1)
        filters.addWidget(self._mine)
        queue = QWidget()
        column = QVBoxLayout(queue)
        column.setContentsMargins(theme.space(3), theme.space(2), theme.space(3), theme.space(2))
        column.setSpacing(theme.space(2))
        column.addLayout(filters)
        column.addWidget(self._table, 1)
        column.addWidget(self._found)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(Panel(theme, self.tr("Queue"), queue))
        split.addWidget(self._opened)
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 3)
        split.setSizes([520, 820])
        row = QHBoxLayout(self)
        row.setContentsMargins(*self.margins())
        row.addWidget(split)

    # ---- what a screen answers

    def take_focus(self) -> None:
        self._table.setFocus()

    def activate(self) -> None:
        self._minute.start()
        listing = self.desk.cases.value
        if not listing.is_loading:
            self.desk.commands.emit(SearchCases(listing.query))

    def deactivate(self) -> None:
        self._minute.stop()

    def condition(self) -> Condition:
        listing = self.desk.cases.value
        is_open = self.desk.case.value.id is not None
        if listing.is_known or listing.items or is_open:
            if not listing.items and not is_open and listing.query == CaseQuery():
                return Condition(
                    "empty",
                    self.tr("No case waits"),
                    self.tr("A case begins on a receipt: open one under Receipts and choose Open a case."),
                    self.tr("Ask again"),
                )
            return READY
        if listing.problem is not None:
            return Condition("empty", listing.problem.what, listing.problem.advice, self.tr("Try again"))
        return Condition("loading", self.tr("Asking for cases"))

    def act_on_condition(self) -> None:
        self.desk.commands.emit(SearchCases(self.desk.cases.value.query))

    def act(self, action: str) -> bool:
        match action:
            case "claim_case":
                return self._opened.claim()
            case "release_case":
                return self._opened.release()
            case "preview_decision":
                return self._opened.preview()
            case "decide_case":
                return self._opened.decide()
        return False

    def shows(self) -> dict[str, int]:
        return {"cases": len(self.desk.cases.value.items), **self._opened.shown()}

    # ---- asking

    def _ask(self) -> None:
        self.desk.commands.emit(SearchCases(CaseQuery(self._state.currentData(), self._mine.isChecked())))

    def _more(self) -> None:
        listing = self.desk.cases.value
        if listing.has_more and not listing.is_loading:
            self.desk.commands.emit(MoreCases())

    def _open(self, case: object) -> None:
        if isinstance(case, str) and case != self.desk.case.value.id:
            self.desk.commands.emit(OpenCase(case))

    # ---- showing

    def _show_store(self, store: Store | None) -> None:
        if store is not None:
            self._table.set_time_zone(store.time_zone)

    def _show(self) -> None:
        listing = self.desk.cases.value
        self._table.set_rows([self._row(one) for one in listing.items])
        self._table.choose(self.desk.case.value.id)
        if listing.is_loading:
            self._found.setText(self.tr("Asking…"))
        elif listing.problem is not None:
            self._found.setText(str(listing.problem))
        else:
            found = self.tr("%n case(s)", "", len(listing.items))
            self._found.setText(found + (self.tr(" and more") if listing.has_more else ""))
        self.condition_changed.emit(self.condition())

    def _row(self, one: CaseSummary) -> Row:
        is_waiting = one.state in {"open", "claimed", "awaiting_approval"}
        due = self._due(to_micros(one.due_at)) if is_waiting else None
        cells = (one.number, due, one.visit, one.summary, amount(one.claimed_worth), case_state(one.state))
        return Row(one.id, cells, is_faded=not is_waiting)

    def _due(self, due_us: int) -> StateCell:
        """How much time there is, in words: nobody reckons in dates."""
        minutes = (due_us - self.desk.clock.now_us()) // 60_000_000
        if minutes < 0:
            return StateCell("danger", self.tr("{0} late").format(self._span(-minutes)))
        return StateCell("warning" if minutes < _SOON_MIN else "neutral", self.tr("in {0}").format(self._span(minutes)))

    def _span(self, minutes: int) -> str:
        if minutes < 120:
            return self.tr("%n min", "", minutes)
        hours = minutes // 60
        return self.tr("%n h", "", hours) if hours < 48 else self.tr("%n d", "", hours // 24)

    def _show_opened(self) -> None:
        self._table.choose(self.desk.case.value.id)
        self.condition_changed.emit(self.condition())

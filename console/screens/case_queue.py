"""The queue of cases: what is due first stands first."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QVBoxLayout, QWidget

from console.domain.commands.case import MoreCases, OpenCase, SearchCases
from console.domain.listing import CaseQuery
from console.screens.spans import due_cell, span_words
from console.screens.words import amount, case_state, channel_words
from console.state.desk import Desk
from resources.theme import Theme
from store_client.contract.case import CaseCounts, CaseState, CaseSummary
from store_client.contract.moment import to_micros
from widgets.choice_box import ChoiceBox
from widgets.flow_layout import FlowLayout
from widgets.icon_button import IconButton
from widgets.panel import Panel
from widgets.table import Column, Row, Table, TitleCell


class CaseQueue(QWidget):
    """``shown``: the rows have changed."""

    shown = Signal()

    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._awaited_after: str | None = None  # the next case is wanted, and those after this one are being loaded
        self._table = Table(
            theme,
            (
                Column(self.tr("Case"), "number"),
                Column(self.tr("Due"), "state", hint=self.tr("When it has to be decided")),
                Column(self.tr("What"), "title", is_stretching=True),
                Column(self.tr("Worth"), "amount", rank=2),
                Column(self.tr("State"), "muted", rank=1),
                Column(self.tr("With"), "muted", rank=3, hint=self.tr("Who holds, proposed or decided it")),
                Column(self.tr("From"), "muted", rank=4, hint=self.tr("Who brought it to the desk")),
                Column(self.tr("Age"), "muted", rank=5, hint=self.tr("Since it was opened")),
                Column(self.tr("Receipt"), "number", rank=6),
                Column(self.tr("Visit"), "number", rank=7),
            ),
        )
        self._table.setAccessibleName(self.tr("Queue of cases"))
        self._table.set_empty_words(self.tr("Nothing matches"))
        self._table.row_opened.connect(self._open)
        self._table.end_reached.connect(self._more)
        self._found = QLabel()
        self._found.setProperty("role", "muted")
        self._found.setWordWrap(True)
        self._build_filters()
        open_button = IconButton(theme, "forward", self.tr("Open"), "primary")
        open_button.setToolTip(self.tr("Opens the chosen case (Enter)"))
        open_button.clicked.connect(self._open_chosen)
        self._lay_out(theme, open_button)
        desk.cases.changed.connect(self.refresh)
        desk.counts.changed.connect(self._show_counts)
        self._show_counts(desk.counts.value)
        self.refresh()

    def _build_filters(self) -> None:
        self._state, self._channel = ChoiceBox(), ChoiceBox()
        for box, name in ((self._state, self.tr("State of the cases")), (self._channel, self.tr("From whom"))):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            box.setAccessibleName(name)
            box.activated.connect(self.ask)
        for state in (None, "open", "claimed", "awaiting_approval", "decided", "closed"):
            self._state.addItem("", state)
        self._channel.addItem(self.tr("From everybody"), None)
        for channel, words in channel_words().items():
            self._channel.addItem(self.tr("From the {0}").format(words), channel)
        self._mine, self._late, self._approvable = QCheckBox(), QCheckBox(), QCheckBox()
        self._mine.setToolTip(self.tr("Only those that I hold or proposed"))
        self._late.setToolTip(self.tr("Only those past their due time"))
        self._approvable.setToolTip(self.tr("Only proposals of others that I may decide on"))
        for check in (self._mine, self._late, self._approvable):
            check.toggled.connect(self.ask)

    def _lay_out(self, theme: Theme, open_button: QWidget) -> None:
        filters = QWidget()
        row = FlowLayout(filters)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.space(3))
        for part in (self._state, self._channel, self._mine, self._late, self._approvable):
            row.addWidget(part)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(theme.space(3), theme.space(1), theme.space(3), theme.space(2))
        column.setSpacing(theme.space(2))
        column.addWidget(filters)
        column.addWidget(self._table, 1)
        column.addWidget(self._found)
        self._panel = Panel(theme, self.tr("Queue"), body)
        self._panel.add_action(open_button)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._panel)

    # ---- what the screen asks for

    def take_focus(self) -> None:
        """What is due first is chosen, so that Enter opens it."""
        rows = self._table.rows()
        if rows and self._table.chosen() is None:
            self._table.choose(rows[0].key)
        self._table.setFocus()

    def step(self, from_case: str, steps: int) -> bool:
        """Opens the case so many places after ``from_case``, once it is loaded where it is not yet; False at the end of the
        queue."""
        self._awaited_after = None
        if self._open_beside(from_case, steps):
            return True
        if steps < 0 or not self._desk.cases.value.has_more:
            return False
        self._awaited_after = from_case
        self._more()
        return True

    def _open_beside(self, from_case: str, steps: int) -> bool:
        keys = [row.key for row in self._table.rows()]
        place = keys.index(from_case) + steps if from_case in keys else 0
        if not 0 <= place < len(keys):
            return False
        self._table.choose(keys[place])
        self._open(keys[place])
        return True

    def ask(self) -> None:
        """For what the fields say, also where they were built anew."""
        query = CaseQuery(
            self._state.currentData(),
            self._mine.isChecked(),
            self._channel.currentData(),
            self._late.isChecked(),
            self._approvable.isChecked(),
        )
        self._desk.commands.emit(SearchCases(query))

    def _more(self) -> None:
        listing = self._desk.cases.value
        if listing.has_more and not listing.is_loading:
            self._desk.commands.emit(MoreCases())

    def _open(self, case: object) -> None:
        if isinstance(case, str) and case != self._desk.case.value.id:
            self._desk.commands.emit(OpenCase(case))

    def _open_chosen(self) -> None:
        self._open(self._table.chosen())

    # ---- showing

    def refresh(self, _: object = None) -> None:
        """Also once in a while without news: what is due grows later."""
        listing = self._desk.cases.value
        self._table.set_rows([self._row(one) for one in listing.items])
        if listing.is_loading and not listing.is_known:
            self._found.setText(self.tr("Asking…"))
        elif listing.problem is not None:
            self._found.setText(str(listing.problem))
        else:
            found = self.tr("%n case(s)", "", len(listing.items))
            self._found.setText(found + (self.tr(" and more; scroll to load them") if listing.has_more else ""))
        self.shown.emit()
        self._go_on(is_loading=listing.is_loading)

    def _go_on(self, *, is_loading: bool) -> None:
        """To the case that was waited for, unless another was opened meanwhile; what could not be loaded is not asked for
        again by itself."""
        after = self._awaited_after
        if after is None or is_loading:
            return
        self._awaited_after = None
        if after == self._desk.case.value.id:
            self._open_beside(after, 1)

    def _row(self, one: CaseSummary) -> Row:
        now_us = self._desk.clock.now_us()
        is_waiting = one.state in {"open", "claimed", "awaiting_approval"}
        who = one.proposed_by or one.assignee or ""
        cells = (
            one.number,
            due_cell(to_micros(one.due_at), now_us) if is_waiting else None,
            TitleCell(one.summary),
            amount(one.claimed_worth),
            case_state(one.state).word,
            who,
            channel_words()[one.channel],
            span_words(now_us - to_micros(one.opened_at)),
            one.receipt_number,
            one.visit,
        )
        return Row(one.id, cells, is_faded=not is_waiting)

    def _show_counts(self, counts: CaseCounts | None) -> None:
        def with_count(words: str, count: int | None) -> str:
            return words if count is None else f"{words} ({count})"

        known = counts
        states: dict[CaseState | None, int | None] = {
            None: None if known is None else known.open + known.claimed + known.awaiting_approval,
            "open": None if known is None else known.open,
            "claimed": None if known is None else known.claimed,
            "awaiting_approval": None if known is None else known.awaiting_approval,
            "decided": None if known is None else known.decided,
            "closed": None if known is None else known.closed,
        }
        names: dict[CaseState | None, str] = {
            None: self.tr("To be decided"),
            "open": self.tr("Open"),
            "claimed": self.tr("Claimed"),
            "awaiting_approval": self.tr("Awaiting approval"),
            "decided": self.tr("Decided"),
            "closed": self.tr("Closed"),
        }
        for place in range(self._state.count()):
            state = self._state.itemData(place)
            self._state.setItemText(place, with_count(names[state], states[state]))
        self._mine.setText(with_count(self.tr("Mine"), None if known is None else known.mine))
        self._late.setText(with_count(self.tr("Late"), None if known is None else known.late))
        self._approvable.setText(with_count(self.tr("For me to approve"), None if known is None else known.approvable))
        self._approvable.setVisible(self._desk.session.value.may("approve"))

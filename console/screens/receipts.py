"""Receipts: find any, open it, see what became of it, open a case on it."""

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from console.domain.commands.receipt import MoreReceipts, OpenReceipt, SearchReceipts
from console.domain.listing import ReceiptQuery
from console.screens.opened_receipt import OpenedReceipt
from console.screens.receipt_search import ReceiptSearch
from console.screens.screen import READY, Condition, Screen
from console.screens.words import amount, payment_state
from console.state.desk import Desk
from resources.theme import Theme
from store_client.contract.moment import to_micros
from store_client.contract.receipt import ReceiptSummary
from store_client.contract.store import Store
from widgets.amount import format_amount
from widgets.panel import Panel
from widgets.split import Split
from widgets.table import Column, Row, StateCell, Table


class ReceiptsScreen(Screen):
    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(theme, desk, parent)
        self._search = ReceiptSearch(theme, desk.clock.now_us)
        self._search.asked.connect(self._ask)
        self._table = Table(
            theme,
            (
                Column(self.tr("Number"), "number"),
                Column(self.tr("Issued"), "date_time", rank=1),
                Column(self.tr("Visit"), "number", rank=5),
                Column(self.tr("First product"), "text", is_stretching=True),
                Column(self.tr("Units"), "number", rank=4),
                Column(self.tr("Card"), "muted", rank=3),
                Column(self.tr("Stands"), "amount", hint=self.tr("The total after corrections")),
                Column(self.tr("Payment"), "state", rank=2),
            ),
        )
        self._table.setAccessibleName(self.tr("Receipts found"))
        self._table.set_empty_words(self.tr("Nothing matches"))
        self._table.row_chosen.connect(self._open)
        self._table.row_opened.connect(self._open)
        self._table.end_reached.connect(self._more)
        self._found = QLabel()
        self._found.setProperty("role", "muted")
        self._found.setWordWrap(True)
        self._opened = OpenedReceipt(theme, desk)
        self._lay_out(theme)
        desk.receipts.changed.connect(self._show)
        desk.receipt.changed.connect(self._show_opened)
        desk.store.changed.connect(self._show_store)
        self._show_store(desk.store.value)
        self._show()

    def _lay_out(self, theme: Theme) -> None:
        list_side = QWidget()
        column = QVBoxLayout(list_side)
        column.setContentsMargins(theme.space(3), theme.space(2), theme.space(3), theme.space(2))
        column.setSpacing(theme.space(2))
        column.addWidget(self._search)
        column.addWidget(self._table, 1)
        column.addWidget(self._found)
        self.split = Split(theme, Panel(theme, self.tr("Receipts"), list_side), self._opened, (1, 1))
        row = QHBoxLayout(self)
        row.setContentsMargins(*self.margins())
        row.addWidget(self.split)

    # ---- what a screen answers

    def take_focus(self) -> None:
        self._table.setFocus()

    def activate(self) -> None:
        listing = self.desk.receipts.value
        query = self._search.query() or listing.query  # what the fields say, also where this screen was built anew
        if not listing.is_loading or query != listing.query:
            self._ask(query)

    def deactivate(self) -> None:
        self._search.leave()

    def condition(self) -> Condition:
        listing = self.desk.receipts.value
        if listing.is_known or listing.items:
            if not listing.items and listing.query == ReceiptQuery():
                return Condition(
                    "empty",
                    self.tr("No receipts yet"),
                    self.tr("The first one comes when a shopper leaves with something."),
                )
            return READY
        if listing.problem is not None:
            return Condition("empty", listing.problem.what, listing.problem.advice, self.tr("Try again"))
        return Condition("loading", self.tr("Asking for receipts"))

    def act_on_condition(self) -> None:
        self._search.clear()

    def act(self, action: str) -> bool:
        match action:
            case "find_receipt":
                self._search.focus()
                return True
            case "open_receipt":
                if self._search.ask_now():
                    self._table.setFocus()
                    return True
                chosen = self._table.chosen()
                if chosen is not None:
                    self._open(chosen)
                return chosen is not None
            case "receipt_moment":
                return self._opened.show_store()
            case "start_case":
                return self._opened.start_case()
            case "back":
                return self._opened.leave_form()
        return False

    def shows(self) -> dict[str, int]:
        return {"receipts": len(self.desk.receipts.value.items), "receipt_lines": self._opened.shown_lines()}

    # ---- asking

    def _ask(self, query: ReceiptQuery) -> None:
        self.desk.commands.emit(SearchReceipts(query))

    def _more(self) -> None:
        listing = self.desk.receipts.value
        if listing.has_more and not listing.is_loading:
            self.desk.commands.emit(MoreReceipts())

    def _open(self, receipt: object) -> None:
        opened = self.desk.receipt.value
        if isinstance(receipt, str) and (receipt != opened.id or opened.problem is not None):
            self.desk.commands.emit(OpenReceipt(receipt))

    # ---- showing

    def _show_store(self, store: Store | None) -> None:
        if store is not None:
            self._table.set_time_zone(store.time_zone)
            self._search.set_store(store.time_zone, store.currency)

    def _show(self) -> None:
        listing = self.desk.receipts.value
        self._table.set_rows([self._row(one) for one in listing.items])
        self._table.choose(self.desk.receipt.value.id)
        if listing.is_loading:
            self._found.setText(self.tr("Searching…"))
        elif listing.problem is not None:
            self._found.setText(str(listing.problem))
        elif not listing.items:
            self._found.setText(self.tr("Nothing matches. Clear a field to find more."))
        else:
            total = sum(one.stands.minor for one in listing.items)
            first = listing.items[0].stands
            worth = format_amount(amount(type(first)(total, first.currency)), QLocale())
            found = self.tr("%n receipt(s)", "", len(listing.items))
            more = self.tr("and more; scroll to load them") if listing.has_more else self.tr("in all")
            self._found.setText(f"{found} {more} · {worth}")
        self.condition_changed.emit(self.condition())

    def _row(self, one: ReceiptSummary) -> Row:
        cells = (
            one.number,
            to_micros(one.issued_at),
            one.visit,
            one.first_product,
            one.units,
            one.card,
            amount(one.stands),
            StateCell("warning", self.tr("doubtful")) if one.is_doubtful else payment_state(one.payment),
        )
        return Row(one.id, cells)

    def _show_opened(self) -> None:
        self._table.choose(self.desk.receipt.value.id)

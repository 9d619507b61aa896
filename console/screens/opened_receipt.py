"""One receipt: its lines, what became of it, and the way to a case on it."""

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from console.domain.choice import Choice
from console.domain.commands.case import OpenCase, StartCase
from console.domain.commands.receipt import OpenReceipt
from console.domain.commands.replay import GoTo
from console.domain.commands.showing import Choose, ShowScreen
from console.screens.claim_form import ClaimForm
from console.screens.doubt_view import DoubtView
from console.screens.key_table import with_key
from console.screens.words import amount, correction_reason, payment_state, reason_word
from console.state.desk import Desk
from resources.theme import Theme
from store_client.contract.moment import to_micros
from store_client.contract.receipt import Correction, Receipt
from store_client.contract.store import Store
from widgets.amount import format_amount
from widgets.facts import Facts
from widgets.icon_button import IconButton
from widgets.moment import time_text
from widgets.panel import Panel
from widgets.receipt_table import ReceiptLine, ReceiptTable
from widgets.scroll_column import ScrollColumn
from widgets.state_chip import StateChip
from widgets.state_view import StateView
from widgets.table import Column, Row, Table, TitleCell

_MOST_LINES, _MOST_CORRECTIONS = 60, 20
_BEFORE_US = 10_000_000
"""Before somebody leaves they hold everything, and are still to be seen."""


class OpenedReceipt(QWidget):
    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._receipt: Receipt | None = None
        self._pages = QStackedWidget(self)
        self._nothing = StateView(theme, self._pages)
        self._nothing.acted.connect(self._ask_again)
        self._facts = Facts(theme)
        self._payment = StateChip(theme)
        self._doubt = DoubtView(theme, desk)
        self._lines = ReceiptTable(theme)
        self._corrections = Table(
            theme,
            (
                Column(self.tr("Made at"), "date_time"),
                Column(self.tr("Reason"), "title", is_stretching=True),
                Column(self.tr("By"), "muted", rank=1),
                Column(self.tr("Change"), "change"),
            ),
        )
        self._corrections.setAccessibleName(self.tr("Corrections"))
        self._corrections_title = QLabel(self.tr("Corrections"))
        self._corrections_title.setProperty("role", "title")
        self._start = IconButton(theme, "cases", self.tr("Open a case"), "primary")
        self._start.clicked.connect(self.start_case)
        self._start.setToolTip(with_key(self.tr("Open a case on this receipt"), "start_case"))
        self._see = IconButton(theme, "forward", self.tr("See its case"))
        self._see.clicked.connect(self._see_case)
        self._form = ClaimForm(theme)
        self._form.asked.connect(self._ask_case)
        self._form.cancelled.connect(self._show_lines)
        self._panel = Panel(theme, self.tr("Receipt"), self._body(theme), self._pages)
        self._panel.add_action(self._see)
        self._panel.add_action(self._start)
        self._claim_panel = Panel(theme, self.tr("A case on this receipt"), self._form, self._pages)
        for page in (self._nothing, self._panel, self._claim_panel):
            self._pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)
        desk.receipt.changed.connect(self._show)
        desk.store.changed.connect(self._show_store)
        self._show_store(desk.store.value)
        self._show()

    def _body(self, theme: Theme) -> QWidget:
        body = QWidget()
        body.setObjectName("page")
        room = ScrollColumn(body)
        column = QVBoxLayout(body)
        column.setContentsMargins(theme.space(3), theme.space(2), theme.space(3), theme.space(3))
        column.setSpacing(theme.space(2))
        head = QHBoxLayout()
        self._total = QLabel()
        self._total.setProperty("role", "headline")
        head.addWidget(self._total)
        head.addStretch(1)
        head.addWidget(self._payment)
        column.addLayout(head)
        column.addWidget(self._doubt)
        column.addWidget(self._facts)
        self._lines.follow_rows(_MOST_LINES)
        self._corrections.follow_rows(_MOST_CORRECTIONS)
        for part in (self._lines, self._corrections_title, self._corrections):
            column.addWidget(part)
        column.addStretch(1)
        return room

    @property
    def receipt(self) -> Receipt | None:
        return self._receipt

    def shown_lines(self) -> int:
        return 0 if self._receipt is None else len(self._receipt.lines)

    def start_case(self) -> bool:
        """Offers the form; False if nothing is open or nobody may."""
        if self._receipt is None or not self._desk.may(StartCase):
            return False
        self._form.show_receipt(self._receipt, self._desk.preferences.value.language)
        self._pages.setCurrentWidget(self._claim_panel)
        return True

    def show_store(self) -> bool:
        """The store while the shopper was about to leave it; False if nothing is open or nobody may."""
        if self._receipt is None or not self._desk.may(GoTo):
            return False
        self._desk.commands.emit(Choose(Choice(trip=self._receipt.trip)))
        self._desk.commands.emit(ShowScreen("live_floor"))
        self._desk.commands.emit(GoTo(to_micros(self._receipt.left_at) - _BEFORE_US))
        return True

    def leave_form(self) -> bool:
        """Back to the lines; False if the form is not shown."""
        if self._pages.currentWidget() is not self._claim_panel:
            return False
        self._show_lines()
        return True

    def _show_lines(self) -> None:
        self._pages.setCurrentWidget(self._panel)

    def _ask_case(self, command: StartCase) -> None:
        self._desk.commands.emit(command)
        self._show_lines()

    def _ask_again(self) -> None:
        receipt = self._desk.receipt.value.id
        if receipt is not None:
            self._desk.commands.emit(OpenReceipt(receipt))

    def _see_case(self) -> None:
        if self._receipt is not None and self._receipt.cases:
            self._desk.commands.emit(OpenCase(self._receipt.cases[-1]))
            self._desk.commands.emit(ShowScreen("cases"))

    def _show_store(self, store: Store | None) -> None:
        if store is not None:
            self._lines.set_time_zone(store.time_zone)
            self._corrections.set_time_zone(store.time_zone)

    def _show(self) -> None:
        state = self._desk.receipt.value
        is_other = self._receipt is None or state.value is None or state.value.id != self._receipt.id
        self._receipt = state.value
        if state.value is not None:
            self._fill(state.value)
            if is_other or self._pages.currentWidget() is self._nothing:
                self._show_lines()
            return
        if state.is_loading:
            self._nothing.show_state("loading", self.tr("Opening the receipt"))
        elif state.problem is not None:
            self._nothing.show_state("failed", state.problem.what, state.problem.advice, self.tr("Try again"))
        else:
            self._nothing.show_state(
                "empty", self.tr("No receipt is open"), self.tr("Choose one on the left to see its lines.")
            )
        self._pages.setCurrentWidget(self._nothing)

    def _reason(self, correction: Correction) -> TitleCell:
        reason = correction_reason(correction.reason)
        if correction.is_void:
            return TitleCell(reason, self.tr("void: the refund did not arrive"), "warning")
        return TitleCell(reason)

    def _fill(self, receipt: Receipt) -> None:
        locale = QLocale()
        zone = "UTC" if self._desk.store.value is None else self._desk.store.value.time_zone
        self._panel.set_title(self.tr("Receipt {0}").format(receipt.number), self.tr("visit {0}").format(receipt.visit))
        self._total.setText(format_amount(amount(receipt.stands), locale))
        state = payment_state(receipt.payment)
        self._payment.set_state(state.severity, state.word)
        self._doubt.show_doubts(receipt.doubts)
        facts = [
            (self.tr("Left the store"), time_text(to_micros(receipt.left_at), zone, has_date=True, has_offset=True)),
            (self.tr("Issued"), time_text(to_micros(receipt.issued_at), zone, has_date=True, has_offset=True)),
            (self.tr("Paid with"), receipt.card or self.tr("unknown")),
            (self.tr("As issued"), format_amount(amount(receipt.total), locale)),
            (self.tr("Tax in it"), format_amount(amount(receipt.tax), locale)),
            (self.tr("May still be refunded"), format_amount(amount(receipt.refundable), locale)),
        ]
        self._facts.set_facts(facts)
        standing = {line.line: line for line in receipt.standing}
        self._lines.set_lines(
            [
                ReceiptLine(
                    key=line.line,
                    name=line.name,
                    quantity=line.quantity,
                    unit_price=amount(line.unit_price),
                    tax_rate=line.tax_rate,
                    gross=amount(line.gross),
                    confidence=line.confidence,
                    taken_at_us=None if line.taken_at is None else to_micros(line.taken_at),
                    standing_quantity=standing[line.line].quantity if line.line in standing else line.quantity,
                    standing=amount(standing[line.line].gross if line.line in standing else line.gross),
                    reasons=tuple(reason_word(reason) for reason in line.reasons),
                )
                for line in receipt.lines
            ]
        )
        self._corrections_title.setVisible(bool(receipt.corrections))
        self._corrections.setVisible(bool(receipt.corrections))
        self._corrections.set_rows(
            [
                Row(
                    one.id,
                    (to_micros(one.made_at), self._reason(one), one.made_by, amount(one.gross)),
                )
                for one in receipt.corrections
            ]
        )
        is_main = receipt.refundable.minor > 0 and not receipt.cases
        self._start.set_role("primary" if is_main else "")
        self._start.setVisible(self._desk.may(StartCase))
        self._see.set_role("primary" if receipt.cases else "")
        self._see.setVisible(bool(receipt.cases) and self._desk.may(StartCase))

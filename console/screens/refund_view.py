"""A refund on its way: each state it has been in, and what to do where it does not get on by itself."""

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from console.domain.commands.refund import AskRefund, ResolveRefund
from console.screens.doubt_form import DoubtForm
from console.screens.key_button import KeyButton
from console.screens.words import amount, refund_state, step_detail
from console.state.desk import Desk
from resources.theme import Theme
from store_client.contract.moment import to_micros
from store_client.contract.refund import Outcome, Refund
from widgets.amount import format_amount
from widgets.facts import Facts
from widgets.flow_layout import FlowLayout
from widgets.moment import time_text
from widgets.state_chip import StateChip


class RefundView(QFrame):
    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._desk = desk
        self._refund: Refund | None = None
        self._title = QLabel(self.tr("Refund"))
        self._title.setProperty("role", "strong")
        self._amount = QLabel()
        self._amount.setProperty("role", "figure")
        self._chip = StateChip(theme)
        self._steps = Facts(theme)
        self._advice = QLabel()
        self._advice.setWordWrap(True)
        self._advice.setProperty("role", "muted")
        self._advice.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)  # its key is asked about
        self._ask = QPushButton(self.tr("Ask the provider again"))
        self._ask.clicked.connect(self._ask_again)
        self._resolve = QPushButton(self.tr("Settle the doubt…"))
        self._resolve.clicked.connect(self._open_form)
        self._copy = KeyButton()
        self._form = DoubtForm(theme)
        self._form.asked.connect(self._resolved)
        self._form.left.connect(self._form.hide)
        self._form.hide()
        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._chip)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.space(3), theme.space(3), theme.space(3), theme.space(3))
        column.setSpacing(theme.space(2))
        column.addLayout(head)
        column.addWidget(self._amount)
        column.addWidget(self._steps)
        column.addWidget(self._advice)
        buttons = FlowLayout()
        buttons.setSpacing(theme.space(2))
        buttons.addWidget(self._ask)
        buttons.addWidget(self._resolve)
        buttons.addWidget(self._copy)
        column.addLayout(buttons)
        column.addWidget(self._form)
        self.hide()

    def show_refund(self, refund: Refund | None, zone: str) -> None:
        """None hides it. ``zone``: the store's."""
        self._refund = refund
        self.setVisible(refund is not None)
        if refund is None:
            self._form.hide()
            return
        cell = refund_state(refund.state)
        self._chip.set_state(cell.severity, cell.word)
        self._amount.setText(format_amount(amount(refund.amount), QLocale()))
        self._steps.set_facts(
            [
                (
                    time_text(to_micros(step.at), zone),
                    " · ".join(filter(None, (refund_state(step.state).word, step_detail(step.detail, step.causes)))),
                )
                for step in refund.steps
            ]
        )
        self._show_advice(refund)

    def _show_advice(self, refund: Refund) -> None:
        """In the words of the desk."""
        advice = {
            "awaiting_approval": self.tr("It is reserved and waits for another's approval."),
            "in_doubt": self.tr("The provider has not answered. The store asks it again; nothing is sent twice."),
            "failed": self.tr("The provider refused it. No money has moved; decide again or pay back another way."),
            "reversed": self.tr("The money came back to the store; decide again or pay back another way."),
        }.get(refund.state, "")
        is_in_doubt = refund.state == "in_doubt"
        needs_person = is_in_doubt and refund.is_forgotten
        if needs_person:
            words = self.tr("The provider no longer knows its key {0}. A person must ask it, then settle the doubt.")
            advice = words.format(refund.key)
        self._advice.setText(advice)
        self._advice.setVisible(bool(advice))
        self._ask.setVisible(is_in_doubt and self._desk.may(AskRefund))
        self._resolve.setVisible(needs_person and self._desk.may(ResolveRefund))
        self._copy.set_key(refund.key)
        self._copy.setVisible(needs_person)
        if not needs_person:
            self._form.hide()

    def _ask_again(self) -> None:
        if self._refund is not None:
            self._desk.commands.emit(AskRefund(self._refund.id))

    def _open_form(self) -> None:
        self._form.begin(wants_password=not self._desk.session.value.demo_roles)

    def _resolved(self, told: tuple[Outcome, str, str, str]) -> None:
        outcome, reference, note, password = told
        if self._refund is not None:
            self._desk.commands.emit(ResolveRefund(self._refund.id, outcome, reference, note, password))

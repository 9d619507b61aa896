"""A refund on its way: each state it has been in, and what to do where it does not get on by itself."""

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from console.screens.words import amount, refund_detail, refund_state
from resources.theme import Theme
from store_client.contract.moment import to_micros
from store_client.contract.refund import Refund
from widgets.amount import format_amount
from widgets.facts import Facts
from widgets.moment import time_text
from widgets.state_chip import StateChip


class RefundView(QFrame):
    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._title = QLabel(self.tr("Refund"))
        self._title.setProperty("role", "strong")
        self._amount = QLabel()
        self._amount.setProperty("role", "figure")
        self._chip = StateChip(theme)
        self._steps = Facts(theme)
        self._advice = QLabel()
        self._advice.setWordWrap(True)
        self._advice.setProperty("role", "muted")
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
        self.hide()

    def show_refund(self, refund: Refund | None, zone: str) -> None:
        """None hides it. ``zone``: the store's."""
        self.setVisible(refund is not None)
        if refund is None:
            return
        cell = refund_state(refund.state)
        self._chip.set_state(cell.severity, cell.word)
        self._amount.setText(format_amount(amount(refund.amount), QLocale()))
        self._steps.set_facts(
            [
                (
                    time_text(to_micros(step.at), zone),
                    " · ".join(filter(None, (refund_state(step.state).word, refund_detail(step.detail)))),
                )
                for step in refund.steps
            ]
        )
        advice = {
            "in_doubt": self.tr("The provider has not answered. The store asks it again; nothing is sent twice."),
            "failed": self.tr("The provider refused it. No money has moved; decide again or pay back another way."),
            "reversed": self.tr("The money came back to the store; decide again or pay back another way."),
        }.get(refund.state, "")
        self._advice.setText(advice)
        self._advice.setVisible(bool(advice))

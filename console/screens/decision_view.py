"""What was decided, by whom and why."""

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from console.screens.words import amount, decision_reasons
from resources.theme import Theme
from store_client.contract.case import Decision
from store_client.contract.moment import to_micros
from widgets.amount import format_amount
from widgets.facts import Facts
from widgets.moment import time_text


class DecisionView(QFrame):
    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        title = QLabel(self.tr("Decision"))
        title.setProperty("role", "strong")
        self._facts = Facts(theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.space(3), theme.space(3), theme.space(3), theme.space(3))
        column.setSpacing(theme.space(2))
        column.addWidget(title)
        column.addWidget(self._facts)
        self.hide()

    def show_decision(self, decision: Decision | None, zone: str) -> None:
        """None hides it. ``zone``: the store's."""
        self.setVisible(decision is not None)
        if decision is None:
            return
        facts = [
            (self.tr("By"), decision.decided_by),
            (self.tr("At"), time_text(to_micros(decision.decided_at), zone, has_date=True)),
            (self.tr("Reason"), decision_reasons()[decision.reason]),
        ]
        if decision.goodwill.minor:
            facts.append((self.tr("Goodwill"), format_amount(amount(decision.goodwill), QLocale())))
        if decision.message:
            facts.append((self.tr("Message"), decision.message))
        self._facts.set_facts(facts)

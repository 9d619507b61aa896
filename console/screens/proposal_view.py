"""A decision above its maker's limits: what is proposed, until when it waits, and what became of it."""

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from console.screens.spans import span_words
from console.screens.words import amount, decision_reasons, limit_words
from console.state.desk import Desk
from resources.theme import Theme
from store_client.contract.case import Approval, Case, Proposal
from store_client.contract.moment import to_micros
from widgets.amount import format_amount
from widgets.facts import Facts
from widgets.moment import time_text


class ProposalView(QFrame):
    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._desk = desk
        self._title, self._words = QLabel(), QLabel()
        for label in (self._title, self._words):
            label.setWordWrap(True)
        self._facts = Facts(theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.space(3), theme.space(3), theme.space(3), theme.space(3))
        column.setSpacing(theme.space(2))
        for part in (self._title, self._words, self._facts):
            column.addWidget(part)
        self.hide()

    def show_case(self, case: Case, *, is_own: bool) -> None:
        """The proposal that waits; where none does, the last that was refused. Hidden without either. ``is_own``: the
        user made it."""
        if case.proposal is not None:
            self._show_waiting(case.proposal, is_own=is_own)
            return
        last = case.approvals[-1] if case.approvals else None
        is_told = last is not None and not last.is_approved and case.state in ("open", "claimed")
        self.setVisible(is_told)
        if last is not None and is_told:
            self._show_refusal(last)

    def _show_waiting(self, proposal: Proposal, *, is_own: bool) -> None:
        self.show()
        self._head(self.tr("Waits for approval"), "strong")
        left = to_micros(proposal.expires_at) - self._desk.clock.now_us()
        if is_own:
            words = self.tr("Another with the right to approve must decide on it, within {0}; then it expires.")
        else:
            words = self.tr("What it gives back is reserved. It expires in {0}.")
        self._words.setText(words.format(span_words(left)))
        decision, locale = proposal.decision, QLocale()
        facts = [
            (self.tr("Proposed by"), decision.decided_by),
            (self.tr("Proposed at"), self._time(to_micros(decision.decided_at))),
            (self.tr("Goes back"), format_amount(amount(proposal.amount), locale)),
            (self.tr("Reason"), decision_reasons()[decision.reason]),
        ]
        if decision.goodwill.minor:
            facts.append((self.tr("Goodwill in it"), format_amount(amount(decision.goodwill), locale)))
        for limit in proposal.limits:
            used, whole = format_amount(amount(limit.used), locale), format_amount(amount(limit.limit), locale)
            facts.append((limit_words()[limit.scope], self.tr("{0} of {1}").format(used, whole)))
        if decision.message:
            facts.append((self.tr("Message"), decision.message))
        self._facts.set_facts(facts)

    def _show_refusal(self, last: Approval) -> None:
        is_expired = last.by == "store"
        self._head(self.tr("The proposal expired") if is_expired else self.tr("The proposal was refused"), "warning")
        if is_expired:
            words = self.tr("Nobody decided on it in time. No money has moved; claim the case to decide again.")
        else:
            words = self.tr("No money has moved. Claim the case to decide again; the draft is kept.")
        self._words.setText(words)
        facts = [(self.tr("At"), self._time(to_micros(last.at)))]
        if not is_expired:
            facts.insert(0, (self.tr("Refused by"), last.by))
        if last.note and not is_expired:
            facts.append((self.tr("Note"), last.note))
        self._facts.set_facts(facts)

    def _head(self, words: str, role: str) -> None:
        self._title.setText(words)
        self.setAccessibleName(words)
        if self._title.property("role") != role:
            self._title.setProperty("role", role)
            self._title.style().polish(self._title)

    def _time(self, at_us: int) -> str:
        store = self._desk.store.value
        return time_text(at_us, "UTC" if store is None else store.time_zone, has_date=True)

"""The decision on a case: drafted, shown with its effect, sent or proposed; approved by another; its refund."""

from dataclasses import replace

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.domain.commands.case import ApproveCase, DecideCase, DropDraft, KeepDraft, PreviewDecision
from console.domain.draft import Draft
from console.domain.listing import Opened
from console.domain.merge import standing_of
from console.screens.approval_form import ApprovalForm
from console.screens.case_head import ShopperWords
from console.screens.decision_foot import DecisionFoot
from console.screens.decision_form import DecisionForm
from console.screens.decision_lines import DecisionLines
from console.screens.decision_view import DecisionView
from console.screens.draft_merge import DraftMerge
from console.screens.effect_words import letter_lines, shown_effect
from console.screens.letters import LetterFacts
from console.screens.proposal_view import ProposalView
from console.screens.refund_view import RefundView
from console.screens.words import amount
from console.state.desk import Desk
from resources.theme import Theme
from store_client.contract.case import Case, DecidedLine, DecisionReason, Effect
from store_client.contract.refund import Refund
from widgets.effect_view import EffectView
from widgets.scroll_column import ScrollColumn

REST_MS = 250
"""After the last key the effect is asked for: who types a number asks once."""


class DecisionSide(QWidget):
    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._case: Case | None = None
        self._shown: tuple[str, int] | None = None
        self._was_mine = False
        self._overtaken: Draft | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self.preview)
        self._page = QWidget()
        self._page.setObjectName("page")
        self._room = ScrollColumn(self._page, self)
        self._build(theme)
        self._lay_out(theme)
        self._lines.changed.connect(self._edited)
        self._lines.confirmed.connect(self.decide)
        self._form.changed.connect(self._edited)
        self._merge.line_taken.connect(self._take_line)
        self._merge.all_taken.connect(self._take_draft)
        self._merge.dropped.connect(self._drop_draft)
        self._approval.asked.connect(self._decide_on_proposal)
        self._foot.asked.connect(self.decide)
        desk.effect.changed.connect(self._show_effect)
        desk.refund.changed.connect(self._show_refund)

    def _build(self, theme: Theme) -> None:
        desk = self._desk
        page = self._page
        self.words = ShopperWords(theme, page)
        self._merge = DraftMerge(theme, desk, page)
        self._proposal = ProposalView(theme, desk, page)
        self._approval = ApprovalForm(theme, page)
        self._lines = DecisionLines(theme, desk, page)
        self._form = DecisionForm(theme, page)
        self._effect = EffectView(theme, page)
        self._decision = DecisionView(theme, page)
        self._refund = RefundView(theme, desk, page)
        self._foot = DecisionFoot(theme, self)

    def _lay_out(self, theme: Theme) -> None:
        column = QVBoxLayout(self._page)
        column.setContentsMargins(0, 0, theme.space(2), theme.space(2))
        column.setSpacing(theme.space(3))
        parts = (
            self.words,
            self._merge,
            self._proposal,
            self._approval,
            self._lines,
            self._form,
            self._effect,
            self._decision,
            self._refund,
        )
        for part in parts:
            column.addWidget(part)
        column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(theme.space(1))
        outer.addWidget(self._room, 1)
        outer.addWidget(self._foot)

    # ---- what the screen's actions ask for

    def preview(self) -> bool:
        self._rest.stop()
        draft = self.draft()
        if not self.is_mine():
            return False
        if draft is None:
            self._keep_the_rest()
            return False
        self._effect.show_waiting()
        self._desk.commands.emit(PreviewDecision(_as_kept(draft)))
        return True

    def _keep_the_rest(self) -> None:
        """Of what is no decision yet, or no more: what was written is kept, and nothing that was taken back."""
        typed, kept = self._typed(), self._desk.draft.value
        if typed is None:
            return
        if typed.lines or typed.added or typed.letter == "own":
            self._desk.commands.emit(KeepDraft(_as_kept(typed)))
        elif kept is not None and kept.case == typed.case and kept != self._overtaken:
            self._desk.commands.emit(DropDraft(typed.case))

    def flush(self) -> None:
        """Before the case is left: what was edited in the last moment is kept too."""
        if self._rest.isActive():
            self.preview()

    def decide(self) -> bool:
        """Sends what is drafted, once its effect has been shown; the first Enter shows the effect, the next decides.
        On another's proposal: approves it."""
        if self.is_approver():
            return self._approval.approve()
        draft = self.draft()
        if draft is None or not self.is_mine():
            return False
        effect = self._desk.effect.value
        if effect.id == draft.case and effect.is_loading and not self._rest.isActive():
            return False  # what is shown is the effect of the draft before
        if self._form.is_too_long:
            self._form.focus_message()
            return True
        if self._rest.isActive() or effect.id != draft.case or effect.value is None:
            return self.preview()
        self._desk.commands.emit(DecideCase(draft))
        return True

    def refuse(self) -> bool:
        return self.is_approver() and self._approval.refuse()

    def swap(self) -> bool:
        return self._lines.open_swap()

    def add(self) -> bool:
        return self._lines.open_add()

    def take_draft(self) -> bool:
        return self._merge.take_all()

    def leave(self) -> bool:
        """Closes what is open within; False if nothing is."""
        return self._lines.leave()

    def take_focus(self) -> None:
        self._lines.take_focus()

    def draft(self) -> Draft | None:
        """None while nothing is decided, or the goodwill cannot be read."""
        typed = self._typed()
        if typed is None or self._form.goodwill() is None or not (typed.lines or typed.goodwill or typed.added):
            return None
        return typed

    def _typed(self) -> Draft | None:
        """What stands there, a decision or not, without a goodwill that cannot be read; None while no case is open."""
        if self._case is None:
            return None
        lease = 0 if self._case.lease is None else self._case.lease.token
        return Draft(
            self._case.id,
            self._lines.lines(),
            self._lines.added(),
            self._form.goodwill() or 0,
            self._form.reason,
            self._form.message,
            self._form.is_agreed,
            lease,
            self._form.letter,
        )

    def _can_be_sent(self) -> bool:
        return self.draft() is not None and not self._form.is_too_long

    # ---- whose it is

    def is_mine(self) -> bool:
        """Whether the user holds the case, and so may edit it."""
        user, case = self._desk.session.value.user, self._case
        if user is None or case is None or case.lease is None:
            return False
        return case.state == "claimed" and case.lease.holder in {user.id, user.name}

    def is_own_proposal(self) -> bool:
        user, case = self._desk.session.value.user, self._case
        if user is None or case is None or case.proposal is None:
            return False
        return case.proposal.decision.decided_by == user.name

    def is_approver(self) -> bool:
        """Whether the user may decide on the proposal that waits: never on the own."""
        case = self._case
        if case is None or case.proposal is None or self.is_own_proposal():
            return False
        return self._desk.may(ApproveCase)

    # ---- showing

    def show_case(self, case: Case) -> None:
        self._case = case
        self.words.set_message(case.message)
        mine, is_same = self.is_mine(), self._shown is not None and self._shown[0] == case.id
        if self._shown != (case.id, case.version):
            self._show_version(case, is_same=is_same, is_edited=is_same and mine and self._was_mine)
            self._shown = (case.id, case.version)
        self._was_mine = mine
        self._lines.set_editable(mine)
        self._form.setVisible(mine)
        self._foot.setVisible(mine)
        self._proposal.show_case(case, is_own=self.is_own_proposal())
        self._approval.setVisible(self.is_approver())
        is_decided = case.state in ("decided", "closed")
        self._decision.show_decision(case.decision if is_decided else None, self._zone())
        self._show_draft(case, mine=mine)
        self._show_effect(self._desk.effect.value)
        self._show_refund(self._desk.refund.value)

    def grow_older(self, case: Case) -> None:
        """A proposal expires."""
        self._proposal.show_case(case, is_own=self.is_own_proposal())

    def forget(self) -> None:
        """No case is open."""
        self._rest.stop()
        self._case = self._shown = self._overtaken = None
        self._was_mine = False

    def _show_version(self, case: Case, *, is_same: bool, is_edited: bool) -> None:
        """Replaces what is edited, so only when the case itself is another; what is drafted of it stays."""
        lines, added = self._lines.lines(), self._lines.added()
        self._lines.show_case(case)
        if is_edited:
            self._lines.show_draft(lines, added)
        else:
            self._rest.stop()
            self._form.begin(case.claimed_worth.currency, case.language)
            self._approval.begin(wants_password=not self._desk.session.value.demo_roles)
        if not is_same:
            self._overtaken = None

    def _show_draft(self, case: Case, *, mine: bool) -> None:
        """What was drafted before goes on, or is shown beside what the case is by now."""
        draft, user = self._desk.draft.value, self._desk.session.value.user
        if draft is not None and draft.case == case.id and user is not None:
            standing = standing_of(draft, case, user.name)
            if standing == "overtaken":
                self._overtaken = draft
            elif standing == "done" and case.state in ("decided", "closed"):
                self._desk.commands.emit(DropDraft(case.id))
            elif standing == "fits" and mine and not self._has_begun():
                self._restore(draft)
        if self._overtaken is None or (user is not None and standing_of(self._overtaken, case, user.name) == "done"):
            self._merge.hide()
        else:
            self._merge.show_draft(self._overtaken, case, can_take=mine)

    def _has_begun(self) -> bool:
        """Whether something stands there already, or was just taken back."""
        is_empty = self.draft() is None and self._form.goodwill() is not None and self._form.letter != "own"
        return self._rest.isActive() or not is_empty

    def _restore(self, draft: Draft) -> None:
        self._lines.show_draft(draft.lines, draft.added)
        self._form.restore(draft)
        self._edited(None)

    def _take_draft(self, draft: Draft) -> None:
        self._overtaken = None
        self._merge.hide()
        self._restore(draft)
        self._lines.take_focus()

    def _take_line(self, line: DecidedLine) -> None:
        self._lines.take_line(line)
        self._edited(None)

    def _drop_draft(self) -> None:
        """On disk too, unless what is drafted now has taken its place there."""
        overtaken = self._overtaken
        if overtaken is not None and (not self.is_mine() or self._desk.draft.value == overtaken):
            self._desk.commands.emit(DropDraft(overtaken.case))
        self._overtaken = None
        self._merge.hide()

    def _edited(self, reason: DecisionReason | None = None) -> None:
        if reason is not None:
            self._form.suggest(reason)
        self._foot.allow(can_be_sent=self._can_be_sent())
        self._show_agreement()
        if self.draft() is None:
            self._effect.show_effect(None)  # what was shown is no more
            self._say_sum(None)
        self._rest.start()

    def _show_agreement(self) -> None:
        billed = {} if self._case is None else {line.line: line.billed_quantity for line in self._case.lines}
        more = any(line.decided_quantity > billed.get(line.line, 0) for line in self._lines.lines())
        swaps = any(line.replacement_gtin is not None for line in self._lines.lines())
        self._form.offer_agreement(has_increase=more or swaps or bool(self._lines.added()))

    # ---- the effect

    def _show_effect(self, opened: Opened[Effect]) -> None:
        mine, case = self.is_mine(), self._case
        self._effect.setVisible(mine)
        self._foot.allow(can_be_sent=self._can_be_sent())
        self._show_agreement()
        effect = opened.value if case is not None and opened.id == case.id else None
        if effect is not None:
            self._effect.show_effect(shown_effect(effect, self._desk.products))
        if effect is None or not opened.is_loading:
            self._say_sum(effect)
        if case is None or not mine:
            return
        if opened.id == case.id and opened.is_loading:
            self._effect.show_waiting()
        elif effect is None:
            self._effect.show_effect(None)
        if not opened.is_loading:
            self._tell_facts(case, effect)

    def _say_sum(self, effect: Effect | None) -> None:
        if effect is not None:
            self._foot.show_effect(effect)
        else:
            is_readable = self._form.goodwill() is not None
            self._foot.show_none(is_readable=is_readable, is_drafted=self.draft() is not None)

    def _tell_facts(self, case: Case, effect: Effect | None) -> None:
        store = self._desk.store.value
        if effect is None or store is None:
            return
        lines = letter_lines(case, self._lines.lines(), self._lines.added(), self._desk.products)
        charge = None if effect.debit is None or not effect.debit.minor else amount(effect.debit)
        back = amount(effect.refund)
        self._form.tell_facts(LetterFacts(store.name, case.receipt_number, case.visit, back, lines, charge))
        self._foot.allow(can_be_sent=self._can_be_sent())  # the letter is another now

    # ---- approval, refund

    def _decide_on_proposal(self, told: tuple[bool, str, str]) -> None:
        is_approved, note, password = told
        if self._case is not None:
            self._desk.commands.emit(ApproveCase(self._case.id, is_approved, note, password))

    def _show_refund(self, opened: Opened[Refund]) -> None:
        case = self._case
        refund = None
        if case is not None and case.state in ("awaiting_approval", "decided", "closed"):
            decision = case.decision if case.proposal is None else case.proposal.decision
            refund = None if decision is None else decision.refund
        if refund is None:
            self._refund.show_refund(None, self._zone())
        elif opened.id == refund:
            self._refund.show_refund(opened.value, self._zone())

    def _zone(self) -> str:
        store = self._desk.store.value
        return "UTC" if store is None else store.time_zone


def _as_kept(draft: Draft) -> Draft:
    """A letter that follows the decision is written anew with it: the one that stands there is of the effect before."""
    return draft if draft.letter == "own" else replace(draft, message="")

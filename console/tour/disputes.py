"""The disputes of the tour: one that is settled, one on the bench, one that waits for another's approval."""

from collections.abc import Callable

from console.domain.commands.access import SignInDemo
from console.domain.commands.case import ClaimCase, DecideCase, OpenCase, PreviewDecision, SearchCases, StartCase
from console.domain.commands.receipt import OpenReceipt, SearchReceipts
from console.domain.draft import Draft
from console.domain.listing import CaseQuery, ReceiptQuery
from console.state.desk import Desk
from console.tour.guide import Until, Walk
from store_client.contract.case import ClaimedLine, DecidedLine
from store_client.contract.receipt import Receipt, ReceiptLine

EVIDENCE_S, DEAR_S, LOOKED_THROUGH = 20.0, 45.0, 12
REFUND_ENDS = frozenset({"settled", "failed", "in_doubt"})


class Disputes:
    """``story``: what was done, for the record. ``bench``, ``waiting``: the cases left open, None where there are none."""

    def __init__(self, desk: Desk, story: dict[str, object]) -> None:
        self._desk = desk
        self._story = story
        self.bench: str | None = None
        self.waiting: str | None = None

    # ---- the walk

    def begin(self) -> Walk:
        """A case of one line on the receipt that is open, claimed and drafted, its evidence and its effect known."""
        desk = self._desk
        desk.commands.emit(SearchCases(CaseQuery()))
        if desk.receipt.value.value is None or not _is_fresh(desk.receipt.value.value):
            yield from self._open_another(_is_fresh)
        receipt = desk.receipt.value.value
        line = None if receipt is None else _refundable(receipt)
        if receipt is None or line is None:
            self._story["case"] = "nothing on the receipts can be refunded"
            return
        yield Until("the payment is captured", self._payment_is_captured(receipt.id), 30.0, is_optional=True)
        yield from self._claim_new(receipt, (ClaimedLine(line.line, line.quantity - 1),))
        yield from self._draft((DecidedLine(line.line, line.quantity - 1),))
        yield Until("the evidence of the case is there", self._has_evidence, EVIDENCE_S, is_optional=True)

    def settle(self) -> Walk:
        """Decides what ``begin`` has drafted, and sees the money go."""
        desk, draft = self._desk, self._desk.draft.value
        case = desk.case.value.value
        if draft is None or case is None:
            return
        yield Until("the case is decided", self._is_in("decided", "closed"), ask=self._decide)
        yield Until("the refund has ended", self._refund_has_ended, 60.0, is_optional=True)
        refund = desk.refund.value.value
        self._story["case"] = case.number
        self._story["refund"] = "none" if refund is None else refund.state

    def leave_open(self) -> Walk:
        """So that pictures show a case on the bench and a proposal that waits, beside the one that was decided."""
        desk, receipt = self._desk, self._desk.receipt.value.value
        if desk.session.value.demo_roles:
            yield from self._propose()
        yield from self._open_another(_is_fresh)
        other = desk.receipt.value.value
        line = None if other is None else _refundable(other)
        if other is not None and line is not None:
            yield from self._claim_new(other, (ClaimedLine(line.line, line.quantity - 1),))
            yield from self._draft((DecidedLine(line.line, line.quantity - 1),))
            self.bench = desk.case.value.id
        if receipt is not None:
            desk.commands.emit(OpenReceipt(receipt.id))
        yield from self.turn_to(self.bench)

    def turn_to(self, case: str | None) -> Walk:
        """To that case; to the queue where it is None."""
        desk = self._desk
        desk.commands.emit(OpenCase(None))
        desk.commands.emit(SearchCases(CaseQuery()))
        yield Until("the queue is known", lambda: not desk.cases.value.is_loading, is_optional=True)
        if case is not None:
            yield Until("the case is open again", lambda: self._is_open(case), ask=lambda: self._open_case(case))
            yield Until("its evidence is there again", self._has_evidence, EVIDENCE_S, is_optional=True)

    # ---- steps

    def _propose(self) -> Walk:
        """As the agent, a decision above the limit of one receipt, where one is dear enough; then back."""
        desk, store = self._desk, self._desk.store.value
        if store is None or desk.session.value.user is None or desk.session.value.user.role != "supervisor":
            return
        limit = store.policies.approval_limit.minor
        desk.commands.emit(SearchReceipts(ReceiptQuery(min_minor=limit + 1)))
        yield Until("a dear receipt was issued", self._has_receipt, DEAR_S, is_optional=True)
        yield from self._open_another(lambda receipt: _is_fresh(receipt) and receipt.refundable.minor > limit)
        desk.commands.emit(SearchReceipts(ReceiptQuery()))
        yield Until("the receipts are known again", lambda: not desk.receipts.value.is_loading)
        receipt = desk.receipt.value.value
        if receipt is None or not receipt.refundable.minor > limit or receipt.cases:
            self._story["proposal"] = "no receipt is dear enough"
            return
        yield Until("the payment is captured", self._payment_is_captured(receipt.id), 30.0, is_optional=True)
        yield Until("the agent is signed in", lambda: self._is_user("agent"), ask=lambda: self._sign_in("agent"))
        yield from self._claim_new(receipt, tuple(ClaimedLine(line.line, 0) for line in receipt.lines))
        yield from self._draft(tuple(DecidedLine(line.line, 0) for line in receipt.lines))
        yield Until("the proposal waits", self._is_in("awaiting_approval"), is_optional=True, ask=self._decide)
        self.waiting = desk.case.value.id
        self._story["proposal"] = "none" if desk.case.value.value is None else desk.case.value.value.state
        yield Until(
            "the supervisor is signed in", lambda: self._is_user("supervisor"), ask=lambda: self._sign_in("supervisor")
        )
        yield Until("the store is known again", lambda: desk.planogram.value is not None and len(desk.products) > 0)

    def _claim_new(self, receipt: Receipt, claims: tuple[ClaimedLine, ...]) -> Walk:
        yield Until("the case is open", lambda: self._is_on(receipt.id), ask=lambda: self._start(receipt, claims))
        yield Until("the case is claimed", self._is_in("claimed"), ask=self._claim)

    def _draft(self, lines: tuple[DecidedLine, ...]) -> Walk:
        """As if it had been left and opened again: so the lines show it too."""
        desk = self._desk
        case = desk.case.value.value
        if case is None or case.lease is None:
            return
        draft = Draft(case.id, lines, lease=case.lease.token)
        yield Until("the effect is known", self._has_effect, ask=lambda: self._preview(draft))
        yield from self.turn_to(case.id)
        yield Until("the effect is known again", self._has_effect)

    def _open_another(self, is_wanted: Callable[[Receipt], bool]) -> Walk:
        """The first of the newest receipts that is wanted; the last that was looked at where none is."""
        desk = self._desk
        yield Until("the receipts are known", lambda: desk.receipts.value.is_known)
        for summary in desk.receipts.value.items[:LOOKED_THROUGH]:
            if summary.units:
                desk.commands.emit(OpenReceipt(summary.id))
                yield Until("the receipt is open", lambda: not desk.receipt.value.is_loading)
                opened = desk.receipt.value.value
                if opened is not None and is_wanted(opened):
                    return

    # ---- what is asked for, again where it was refused

    def _start(self, receipt: Receipt, claims: tuple[ClaimedLine, ...]) -> None:
        """The store itself may have opened one meanwhile, when its sensors contradicted the receipt: then that one."""
        opened = self._desk.receipt.value.value
        if opened is not None and opened.id == receipt.id and opened.cases:
            self._open_case(opened.cases[-1])
        else:
            self._desk.commands.emit(StartCase(receipt.id, claims, message="I never took that."))

    def _open_case(self, case: str) -> None:
        if not self._desk.case.value.is_loading:
            self._desk.commands.emit(OpenCase(case))

    def _sign_in(self, role: str) -> None:
        if not self._desk.session.value.is_busy:
            self._desk.commands.emit(SignInDemo(role))

    def _claim(self) -> None:
        case = self._desk.case.value.value
        if case is not None:
            self._desk.commands.emit(ClaimCase(case.id))

    def _preview(self, draft: Draft) -> None:
        if not self._desk.effect.value.is_loading:
            self._desk.commands.emit(PreviewDecision(draft))

    def _decide(self) -> None:
        """Whoever lost the lease to a slow machine takes it again first."""
        case, draft = self._desk.case.value.value, self._desk.draft.value
        if case is not None and case.lease is None:
            self._claim()
        elif draft is not None:
            self._desk.commands.emit(DecideCase(draft))

    # ---- what is there

    def _payment_is_captured(self, receipt: str) -> Callable[[], bool]:
        def is_so() -> bool:
            opened = self._desk.receipt.value
            if opened.value is not None and opened.value.payment == "captured":
                return True
            if not opened.is_loading:
                self._desk.commands.emit(OpenReceipt(receipt))
            return False

        return is_so

    def _is_in(self, *states: str) -> Callable[[], bool]:
        def is_so() -> bool:
            case = self._desk.case.value.value
            return case is not None and case.state in states

        return is_so

    def _is_on(self, receipt: str) -> bool:
        case = self._desk.case.value.value
        return case is not None and case.receipt == receipt

    def _is_open(self, case: str) -> bool:
        opened = self._desk.case.value
        return opened.id == case and opened.value is not None and not opened.is_loading

    def _is_user(self, name: str) -> bool:
        session = self._desk.session.value
        return session.user is not None and session.user.name == name and not session.is_busy

    def _has_receipt(self) -> bool:
        listing = self._desk.receipts.value
        return not listing.is_loading and bool(listing.items)

    def _has_effect(self) -> bool:
        effect = self._desk.effect.value
        return effect.id == self._desk.case.value.id and effect.value is not None and not effect.is_loading

    def _has_evidence(self) -> bool:
        evidence = self._desk.evidence.value
        return evidence.id == self._desk.case.value.id and evidence.value is not None

    def _refund_has_ended(self) -> bool:
        refund = self._desk.refund.value.value
        return refund is not None and refund.state in REFUND_ENDS


def _is_fresh(receipt: Receipt) -> bool:
    return not receipt.cases and _refundable(receipt) is not None


def _refundable(receipt: Receipt) -> ReceiptLine | None:
    """The dearest line of which a unit may still be given back."""
    standing = {line.line: line.refundable_quantity for line in receipt.standing}
    lines = [line for line in receipt.lines if standing.get(line.line, line.quantity) > 0 and line.gross.minor > 0]
    return max(lines, key=lambda line: line.unit_price.minor) if lines else None

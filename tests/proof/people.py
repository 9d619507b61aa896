"""What people at the desks do: open, claim, decide, give back, look; often on what was true a while ago."""

from collections.abc import Callable
from random import Random

from console.domain.intent import Intent
from store_client.client import StoreClient
from store_client.contract.cart import CartChangeRequest
from store_client.contract.case import (
    AddedLine,
    ApprovalRequest,
    Case,
    CaseRequest,
    ClaimedLine,
    DecidedLine,
    DecisionRequest,
    PreviewRequest,
)
from store_client.contract.refund import Refund, ResolutionRequest
from tests.desk.shop import MILK, OATS, SOAP, STORE
from tests.proof.bank import Bank
from tests.proof.desk import Desk

Deed = tuple[str, Callable[[], object]]


class Person:
    """Who sits at ``desk`` just now. ``bank``: whose people can be asked what is in its books, however old."""

    def __init__(self, desk: Desk, chance: Random, receipts: list[str], trip: str, bank: Bank) -> None:
        self._desk = desk
        self._bank = bank
        self._chance = chance
        self._receipts = receipts
        self._trip = trip
        self._made_us = bank.now_us()

    def wants(self) -> Deed:
        """What to do next, and what it is called."""
        desk, chance = self._desk, self._chance
        held = [case for case in desk.cases.values() if case.lease is not None and case.lease.holder == desk.user]
        free = [case for case in desk.cases.values() if case.state in ("open", "claimed") and case not in held]
        choices: list[tuple[float, Callable[[], Deed]]] = [
            (0.8, self._open),
            (0.5, self._look),
            (0.8, self._look_round),
            (0.4, self._change_cart),
        ]
        if free:
            choices.append((3, lambda: self._claim(chance.choice(free))))
        waiting = [case for case in desk.cases.values() if case.state == "awaiting_approval" and self._may(case)]
        if waiting:
            choices.append((6, lambda: self._approve(chance.choice(waiting))))
        paying = [case for case in desk.cases.values() if case.decision is not None and case.decision.refund]
        if paying:
            choices.append((1.5, lambda: self._look_at_refund(chance.choice(paying))))
        doubtful = [refund for refund in desk.refunds.values() if refund.state == "in_doubt"]
        if doubtful:
            choices.append((1, lambda: self._ask_again(chance.choice(doubtful))))
            choices.append(
                (
                    6 if any(refund.is_forgotten for refund in doubtful) else 0.3,
                    lambda: self._resolve(chance.choice(doubtful)),
                )
            )
        if held:
            choices.append((9, lambda: self._decide(chance.choice(held))))
            choices.append((0.5, lambda: self._give_back(chance.choice(held))))
            choices.append((0.5, lambda: self._renew(chance.choice(held))))
            choices.append((0.5, lambda: self._preview(chance.choice(held))))
        [chosen] = chance.choices([choice for _, choice in choices], [weight for weight, _ in choices])
        return chosen()

    def _open(self) -> Deed:
        chance = self._chance
        living = {case.receipt for case in self._desk.cases.values() if case.state in ("open", "claimed")}
        free = [receipt for receipt in self._receipts if receipt not in living] or self._receipts
        receipt = chance.choice(free)
        lines = [ClaimedLine(1, chance.randint(0, 2))]
        request = CaseRequest(receipt, lines, message="I never took that")
        intent = self._desk.wish("open_case", receipt, request, 0, self._made_us)
        return f"opens a case on …{receipt[-6:]}", lambda: self._desk.send(intent)

    def _claim(self, case: Case) -> Deed:
        intent = self._desk.wish("claim_case", case.id, None, case.version, self._made_us)
        return f"claims case {case.number}", lambda: self._desk.send(intent)

    def _decide(self, case: Case) -> Deed:
        assert case.lease is not None
        lines, added, goodwill = self._draft(case)
        request = DecisionRequest(
            lease=case.lease.token,
            reason="not_taken",
            lines=lines,
            added=added,
            goodwill=goodwill,
            message="sorry",
            is_agreed=self._chance.random() < 0.3,
        )
        intent = self._desk.wish("decide_case", case.id, request, case.version, self._made_us)
        return f"decides case {case.number}", lambda: self._desk.send(intent)

    def _approve(self, case: Case) -> Deed:
        """Also one's own, and without the password: the store is to refuse both."""
        is_approved = self._chance.random() < 0.7
        intent = self._desk.wish(
            "approve_case", case.id, ApprovalRequest(is_approved, "seen"), case.version, self._made_us
        )
        return f"{'approves' if is_approved else 'refuses'} case {case.number}", self._sending(intent)

    def _may(self, case: Case) -> bool:
        """Whether there is sense in approving it; now and then somebody tries all the same."""
        session = self._desk.door.client.session
        is_able = session is not None and "approve" in session.user.permissions
        is_own = case.proposal is None or case.proposal.decision.decided_by == self._desk.user
        return (is_able and not is_own) or self._chance.random() < 0.05

    def _sending(self, intent: Intent) -> Callable[[], None]:
        password = self._desk.password if self._chance.random() < 0.8 else ""
        return lambda: self._desk.send(intent, password)

    def _look_at_refund(self, case: Case) -> Deed:
        refund = case.decision.refund if case.decision is not None else None
        assert refund is not None
        return f"looks at the refund of case {case.number}", lambda: self._ask(lambda: self._client.refund(refund))

    def _ask_again(self, refund: Refund) -> Deed:
        intent = self._desk.wish("ask_refund", refund.id, None, 0, self._made_us)
        return f"has the bank asked about …{refund.id[-6:]}", lambda: self._desk.send(intent)

    def _resolve(self, refund: Refund) -> Deed:
        """Says what the bank's people found in their books."""
        now_us = self._bank.now_us()
        is_there = any(movement.is_living(now_us) for movement in self._bank.of(refund.key))
        request = ResolutionRequest("settled" if is_there else "failed", "call 17", "asked on the telephone")
        intent = self._desk.wish("resolve_refund", refund.id, request, 0, self._made_us)
        return f"resolves …{refund.id[-6:]} as {request.outcome}", self._sending(intent)

    def _draft(self, case: Case) -> tuple[list[DecidedLine], list[AddedLine], int]:
        chance = self._chance
        lines = []
        for line in case.lines:
            decided = max(0, line.billed_quantity - chance.choice((0, 1, 2, 5, 40, 40)))
            other = chance.choice([gtin for gtin in (OATS, MILK, SOAP) if gtin != line.gtin])
            swap = other if decided < line.billed_quantity and chance.random() < 0.2 else None
            lines.append(DecidedLine(line.line, decided, swap))
        added = [AddedLine(chance.choice((OATS, MILK, SOAP)), 1)] if chance.random() < 0.1 else []
        return lines, added, chance.choice((0, 0, 0, 50, 200))

    def _change_cart(self) -> Deed:
        request = CartChangeRequest(self._chance.choice((OATS, MILK)), 1, "put into the bag unseen")
        intent = self._desk.wish("change_cart", self._trip, request, 0, self._made_us)
        return "changes a cart", lambda: self._desk.send(intent)

    def _give_back(self, case: Case) -> Deed:
        assert case.lease is not None
        token = case.lease.token
        return f"gives back case {case.number}", lambda: self._ask(lambda: self._client.release_case(case.id, token))

    def _renew(self, case: Case) -> Deed:
        assert case.lease is not None
        token = case.lease.token
        return f"holds on to case {case.number}", lambda: self._ask(lambda: self._client.renew_lease(case.id, token))

    def _preview(self, case: Case) -> Deed:
        lines, added, goodwill = self._draft(case)
        request = PreviewRequest(lines, added, goodwill)
        return f"previews case {case.number}", lambda: self._ask(
            lambda: self._client.preview_decision(case.id, request)
        )

    def _look(self) -> Deed:
        case = self._chance.choice(sorted(self._desk.cases)) if self._desk.cases else None
        if case is None:
            return self._look_round()
        return "looks at a case", lambda: self._ask(lambda: self._client.case(case))

    def _look_round(self) -> Deed:
        def look() -> object:
            for summary in self._client.cases(STORE, limit=20).items:
                known = self._desk.cases.get(summary.id)
                if known is None or known.state != summary.state:
                    return self._client.case(summary.id)
            return None

        return "looks at the queue", lambda: self._ask(look)

    def _ask(self, call: Callable[[], object]) -> None:
        self._desk.ask(call)

    @property
    def _client(self) -> StoreClient:
        return self._desk.door.client

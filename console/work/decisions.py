"""What changes carts, cases and money: each wish as the request that the courier carries."""

from PySide6.QtCore import QObject, QTimer

from console.domain.commands.case import (
    ApproveCase,
    ClaimCase,
    DecideCase,
    DropDraft,
    KeepDraft,
    PreviewDecision,
    ReleaseCase,
    StartCase,
)
from console.domain.commands.receipt import OpenReceipt
from console.domain.commands.refund import AskRefund, ResolveDoubt, ResolveRefund
from console.domain.commands.trip import ChangeCart
from console.domain.draft import Draft
from console.domain.intent import Intent
from console.domain.listing import Opened
from console.domain.problem import Problem
from console.storage.drafts import Drafts
from console.work.cases import Cases
from console.work.courier import Courier
from console.work.delivery import Answer
from console.work.errand import Errands
from console.work.lists import Lists
from console.work.operation import Cancellation
from console.work.refunds import Refunds
from store_client.contract.cart import Cart, CartChangeRequest
from store_client.contract.case import ApprovalRequest, Case, CaseRequest, DecisionRequest, Effect, PreviewRequest
from store_client.contract.receipt import Receipt
from store_client.contract.refund import Refund, ResolutionRequest

RENEW_PERIOD_MS = 20_000


class Decisions(QObject):
    def __init__(
        self,
        errands: Errands,
        courier: Courier,
        lists: Lists,
        cases: Cases,
        refunds: Refunds,
        drafts: Drafts,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._errands = errands
        self._desk = errands.desk
        self._courier = courier
        self._lists = lists
        self._cases = cases
        self._refunds = refunds
        self._drafts = drafts
        courier.answered.connect(self._answer)
        courier.missed.connect(self._miss)
        self._renewal = QTimer(self)
        self._renewal.setInterval(RENEW_PERIOD_MS)
        self._renewal.timeout.connect(self._renew_lease)
        self._renewal.start()

    # ---- carts

    def change_cart(self, command: ChangeCart) -> None:
        request = CartChangeRequest(command.gtin, command.quantity, command.reason)
        trip = self._desk.trips.get(command.trip)
        label = self.tr("Visit {0}").format("?" if trip is None else trip.visit)
        self._courier.send("change_cart", command.trip, request, title=self.tr("Changing the cart"), label=label)

    # ---- cases

    def start_case(self, command: StartCase) -> None:
        request = CaseRequest(
            command.receipt,
            list(command.lines),
            list(command.added),
            command.message,
            command.channel,
            command.language,
        )
        opened = self._desk.receipt.value
        number = opened.value.number if opened.value is not None and opened.id == command.receipt else "?"
        label = self.tr("Receipt {0}").format(number)
        self._courier.send("open_case", command.receipt, request, title=self.tr("Opening a case"), label=label)

    def claim_case(self, command: ClaimCase) -> None:
        case = self._opened(command.case)
        if case is not None:
            title = self.tr("Claiming the case")
            self._courier.send("claim_case", case.id, None, title=title, label=self._label(case), version=case.version)

    def release_case(self, command: ReleaseCase) -> None:
        case = self._opened(command.case)
        if case is None or case.lease is None:
            return
        door, token, name = self._errands.door, case.lease.token, case.id

        def work(_: Cancellation) -> Case:
            return door.client.release_case(name, token)

        def put(found: Case) -> None:
            if self._opened(name) is not None:
                self._put_case(found)
            else:  # it was closed meanwhile
                self._cases.changed()

        def miss(problem: Problem | None) -> None:
            if problem is not None:
                self._cases.refresh_opened(name)

        self._errands.runner.cancel_topic("case")  # what is being read of it is older than what comes now
        self._errands.run(f"release {name}", self.tr("Giving the case back"), work, put, miss)

    def decide_case(self, command: DecideCase) -> None:
        draft = command.draft
        case = self._opened(draft.case)
        if case is None or case.lease is None:
            return
        request = DecisionRequest(
            lease=case.lease.token,
            reason=draft.reason,
            lines=list(draft.lines),
            added=list(draft.added),
            goodwill=draft.goodwill,
            message=draft.message,
            is_agreed=draft.is_agreed,
        )
        title = self.tr("Deciding the case")
        self._courier.send("decide_case", case.id, request, title=title, label=self._label(case), version=case.version)

    def approve_case(self, command: ApproveCase) -> None:
        case = self._opened(command.case)
        if case is None:
            return
        request = ApprovalRequest(command.is_approved, command.note)
        title = self.tr("Approving the proposal") if command.is_approved else self.tr("Refusing the proposal")
        self._courier.send(
            "approve_case",
            case.id,
            request,
            title=title,
            label=self._label(case),
            version=case.version,
            password=command.password,
        )

    def preview(self, command: PreviewDecision) -> None:
        draft = command.draft
        known = self._desk.effect.value
        known_value = known.value if known.id == draft.case else None
        self._desk.effect.set(Opened(draft.case, known_value, is_loading=True))
        self._desk.draft.set(draft)
        self._keep_draft(draft)
        door = self._errands.door

        def work(_: Cancellation) -> Effect:
            return door.client.preview_decision(draft.case, _preview(draft))

        def put(effect: Effect) -> None:
            self._desk.effect.set(Opened(draft.case, effect))

        def miss(problem: Problem | None) -> None:
            self._desk.effect.set(Opened(draft.case, None, problem=problem))

        kept = self.tr("What you entered is kept.")
        self._errands.run("effect", self.tr("Working out the effect"), work, put, miss, kept=kept)

    def keep_draft(self, command: KeepDraft) -> None:
        self._errands.runner.cancel_topic("effect")
        self._desk.draft.set(command.draft)
        self._desk.effect.set(Opened())
        self._keep_draft(command.draft)

    def _keep_draft(self, draft: Draft) -> None:
        drafts, store, user = self._drafts, self._errands.store_id(), self._user()

        def work(cancellation: Cancellation) -> None:
            with drafts.turn:
                cancellation.check()
                drafts.put(store, user, draft)

        self._errands.run(f"draft {draft.case}", self.tr("Keeping the draft"), work, lambda _: None)

    def drop_draft(self, command: DropDraft) -> None:
        drafts, store, user = self._drafts, self._errands.store_id(), self._user()

        def work(_: Cancellation) -> None:
            with drafts.turn:
                drafts.drop(store, user, command.case)

        draft = self._desk.draft.value
        if draft is not None and draft.case == command.case:
            self._errands.runner.cancel_topic("effect")
            self._desk.draft.set(None)
            self._desk.effect.set(Opened())
        self._errands.run(f"draft {command.case}", self.tr("Forgetting the draft"), work, lambda _: None)

    # ---- refunds

    def ask_refund(self, command: AskRefund) -> None:
        title = self.tr("Asking the payment provider again")
        self._courier.send("ask_refund", command.refund, None, title=title, label=self._refund_label(command.refund))

    def resolve_refund(self, command: ResolveRefund) -> None:
        self._courier.send(
            "resolve_refund",
            command.refund,
            ResolutionRequest(command.outcome, command.reference, command.note),
            title=self.tr("Settling the doubt"),
            label=self._refund_label(command.refund),
            password=command.password,
        )

    def resolve_doubt(self, command: ResolveDoubt) -> None:
        opened = self._desk.receipt.value.value
        is_of_opened = opened is not None and any(one.key == command.key for one in opened.doubts)
        self._courier.send(
            "resolve_doubt",
            command.key,
            ResolutionRequest(command.outcome, command.reference, command.note),
            title=self.tr("Settling the doubt"),
            label=self.tr("Receipt {0}").format(opened.number if opened is not None and is_of_opened else "?"),
            password=command.password,
        )

    def _refund_label(self, refund: str) -> str:
        case, opened = self._desk.case.value.value, self._desk.refund.value
        of_case = case is not None and opened.id == refund
        return self._label(case) if of_case and case is not None else self.tr("A refund")

    # ---- what comes back

    def _answer(self, told: tuple[Intent, Answer, bool]) -> None:
        """An answer that nobody waits for any more changes what is shown, not what is open."""
        _, answer, is_awaited = told
        if isinstance(answer, Cart):
            known = self._desk.live.carts.get(answer.trip)
            if known is None or known.version <= answer.version:  # sent again it is answered as it was at first
                self._desk.live.carts.put({answer.trip: answer})
        elif isinstance(answer, Refund):
            self._refunds.show(answer)
        elif isinstance(answer, Receipt):
            self._put_receipt(answer)
        elif is_awaited or self._opened(answer.id) is not None:
            self._put_case(answer)
        else:
            self._cases.changed()

    def _miss(self, intent: Intent) -> None:
        if intent.kind in ("claim_case", "decide_case", "approve_case"):
            self._cases.refresh_opened(intent.target)
        elif intent.kind in ("ask_refund", "resolve_refund"):
            self._refunds.ask_again(intent.target)
        elif intent.kind == "resolve_doubt" and self._desk.receipt.value.id is not None:
            self._lists.open_receipt(OpenReceipt(self._desk.receipt.value.id))
        elif intent.kind == "open_case" and self._desk.receipt.value.id == intent.target:
            self._lists.open_receipt(OpenReceipt(intent.target))  # another may have opened one on it

    def _put_case(self, case: Case) -> None:
        if case.state in ("decided", "closed"):
            self._desk.draft.set(None)
            self._lists.receipts_changed()  # what stands of one of them
        self._cases.show(case)
        self._cases.changed()

    def _put_receipt(self, receipt: Receipt) -> None:
        self._lists.show_receipt(receipt)
        case = self._desk.case.value.value
        if case is not None and case.receipt == receipt.id:
            self._cases.refresh_opened(case.id)  # its history tells of it

    # ---- how

    def _opened(self, case: str) -> Case | None:
        opened = self._desk.case.value.value
        return opened if opened is not None and opened.id == case else None

    def _label(self, case: Case) -> str:
        return self.tr("Case {0}").format(case.number)

    def _user(self) -> str:
        user = self._desk.session.value.user
        return "" if user is None else user.id

    def _renew_lease(self) -> None:
        """Holds on to the case that is open, for as long as it is and somebody is there."""
        case, session = self._desk.case.value.value, self._desk.session.value
        user = None if session.is_locked else session.user
        if case is None or case.lease is None or user is None or case.lease.holder != user.name:
            return
        door, name, token = self._errands.door, case.id, case.lease.token

        def work(_: Cancellation) -> None:
            door.client.renew_lease(name, token)

        def miss(problem: Problem | None) -> None:
            if problem is not None and self._desk.connection.value.http.state == "up":
                self._cases.refresh_opened(name)

        title = self.tr("Holding the case")
        self._errands.run("lease", title, work, lambda _: None, miss, is_quiet=True)


def _preview(draft: Draft) -> PreviewRequest:
    return PreviewRequest(list(draft.lines), list(draft.added), draft.goodwill, draft.is_agreed)

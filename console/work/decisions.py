"""What changes carts, cases and money: saved in the outbox, sent, answered; and sent again after a break."""

from collections.abc import Callable
from functools import partial
from zlib import crc32

import msgspec
from PySide6.QtCore import QObject, QTimer

from console.domain.commands import ChangeCart, ClaimCase, DecideCase, Draft, PreviewDecision, ReleaseCase, StartCase
from console.domain.intent import Intent, IntentKind
from console.domain.listing import Opened
from console.domain.problem import Problem
from console.storage.drafts import Drafts
from console.storage.outbox import Outbox
from console.storage.unusable import Unusable
from console.work.delivery import deliver, is_undecided
from console.work.errand import Errands
from console.work.lists import Lists
from console.work.operation import Cancellation
from store_client.contract.cart import Cart, CartChangeRequest
from store_client.contract.case import Case, CaseRequest, DecisionRequest, Effect, PreviewRequest
from store_client.contract.ids import new_id

RENEW_PERIOD_MS = 20_000
RESEND_MS = 10_000
"""After a failure that a store may recover from without ever having been away, such as HTTP 500."""


class Decisions(QObject):
    """Nothing is sent that is not on disk, and what is on disk is sent until the store has answered."""

    def __init__(
        self,
        errands: Errands,
        lists: Lists,
        outbox: Outbox,
        drafts: Drafts,
        wall_us: Callable[[], int],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._errands = errands
        self._desk = errands.desk
        self._lists = lists
        self._outbox = outbox
        self._drafts = drafts
        self._wall_us = wall_us
        self._renewal = QTimer(self)
        self._renewal.setInterval(RENEW_PERIOD_MS)
        self._renewal.timeout.connect(self._renew_lease)
        self._renewal.start()
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(RESEND_MS)
        self._again.timeout.connect(self.resend)

    # ---- carts

    def change_cart(self, command: ChangeCart) -> None:
        request = CartChangeRequest(command.gtin, command.quantity, command.reason)
        self._send("change_cart", command.trip, request, 0, self.tr("Changing the cart"), self._put_cart)

    def _put_cart(self, answer: Cart | Case) -> None:
        if isinstance(answer, Cart):
            self._desk.carts.put({answer.trip: answer})

    # ---- cases

    def start_case(self, command: StartCase) -> None:
        request = CaseRequest(
            command.receipt, list(command.lines), list(command.added), command.message, command.channel
        )
        self._send("open_case", command.receipt, request, 0, self.tr("Opening a case"), self._put_case)

    def claim_case(self, command: ClaimCase) -> None:
        case = self._opened(command.case)
        if case is not None:
            self._send("claim_case", case.id, None, case.version, self.tr("Claiming the case"), self._put_case)

    def release_case(self, command: ReleaseCase) -> None:
        case = self._opened(command.case)
        if case is None or case.lease is None:
            return
        door, token, name = self._errands.door, case.lease.token, case.id

        def work(_: Cancellation) -> Case:
            return door.client.release_case(name, token)

        self._errands.run("case", self.tr("Giving the case back"), work, self._put_case)

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
        )
        self._send("decide_case", case.id, request, case.version, self.tr("Deciding the case"), self._put_case)

    def preview(self, command: PreviewDecision) -> None:
        draft = command.draft
        known = self._desk.effect.value
        known_value = known.value if known.id == draft.case else None
        self._desk.effect.set(Opened(draft.case, known_value, is_loading=True))
        self._desk.draft.set(draft)
        door, drafts, store = self._errands.door, self._drafts, self._errands.store_id()

        def work(_: Cancellation) -> Effect:
            drafts.put(store, draft)
            return door.client.preview_decision(draft.case, _preview(draft))

        def put(effect: Effect) -> None:
            self._desk.effect.set(Opened(draft.case, effect))

        def miss(problem: Problem | None) -> None:
            if problem is not None:
                self._desk.effect.set(Opened(draft.case, None, problem=problem))

        kept = self.tr("What you entered is kept.")
        self._errands.run("effect", self.tr("Working out the effect"), work, put, miss, kept=kept)

    def _opened(self, case: str) -> Case | None:
        opened = self._desk.case.value.value
        return opened if opened is not None and opened.id == case else None

    def _put_case(self, answer: Cart | Case) -> None:
        if isinstance(answer, Case):
            if answer.state not in ("open", "claimed"):
                self._desk.draft.set(None)
                self._lists.receipts_changed()  # what stands of one of them
            self._lists.show_case(answer)
            self._lists.cases_changed()

    def _renew_lease(self) -> None:
        """Holds on to the case that is open, for as long as it is."""
        case, user = self._desk.case.value.value, self._desk.session.value.user
        if case is None or case.lease is None or user is None or case.lease.holder != user.name:
            return
        door, name, token = self._errands.door, case.id, case.lease.token

        def work(_: Cancellation) -> None:
            door.client.renew_lease(name, token)

        def miss(problem: Problem | None) -> None:
            if problem is not None and self._desk.connection.value.http.state == "up":
                self._lists.refresh_case(name)

        title = self.tr("Holding the case")
        self._errands.run("lease", title, work, lambda _: None, miss, is_quiet=True)

    # ---- the outbox

    def resend(self) -> None:
        """What was saved and never answered goes out again; called whenever the store is there again, and some time
        after each failure."""
        user, store = self._desk.session.value.user, self._desk.store.value
        if user is None or store is None:
            return
        outbox, store_id, user_id = self._outbox, store.id, user.id

        def work(_: Cancellation) -> list[Intent]:
            return outbox.pending(store_id, user_id)

        def put(pending: list[Intent]) -> None:
            for intent in pending:
                self._deliver(intent, self.tr("Sending again what was not answered"), self._put_quietly)

        self._errands.run("outbox", self.tr("Reading the outbox"), work, put, is_quiet=True)

    def _put_quietly(self, answer: Cart | Case) -> None:
        """An answer that nobody waits for any more changes what is shown, not what is open."""
        if isinstance(answer, Cart):
            self._put_cart(answer)
        elif self._opened(answer.id) is not None:
            self._put_case(answer)
        else:
            self._lists.cases_changed()

    def _send(
        self,
        kind: IntentKind,
        target: str,
        request: msgspec.Struct | None,
        version: int,
        title: str,
        put: Callable[[Cart | Case], None],
    ) -> None:
        user = self._desk.session.value.user
        if user is None:
            return
        body = b"" if request is None else msgspec.json.encode(request)
        intent = Intent(
            new_id(), kind, self._errands.store_id(), user.id, target, body, version, made_us=self._wall_us()
        )
        self._deliver(intent, title, put)

    def _deliver(self, intent: Intent, title: str, put: Callable[[Cart | Case], None]) -> None:
        # With what is asked for in it: two changes of one cart do not get into each other's way.
        topic = f"{intent.kind} {intent.target} {crc32(intent.body):08x}"
        if self._errands.runner.is_running(topic):
            return  # it is on its way; a second key would be a second deed
        work = partial(deliver, self._errands.door, self._outbox, self._drafts, intent)

        def miss(problem: Problem | None) -> None:
            if problem is not None:
                self._again.start()
            if problem is not None and intent.kind != "change_cart":
                self._lists.refresh_case(intent.target)

        self._errands.run(topic, title, work, put, miss, kept=self._what_is_kept, can_cancel=False)

    def _what_is_kept(self, error: BaseException) -> str:
        if is_undecided(error):
            return self.tr("It is saved; if the store did not hear it, it is sent again, once.")
        return self.tr("Nothing was sent.") if isinstance(error, Unusable) else ""


def _preview(draft: Draft) -> PreviewRequest:
    return PreviewRequest(list(draft.lines), list(draft.added), draft.goodwill)

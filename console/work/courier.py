"""The outbox at work: what the user wants is saved, sent, answered; and sent again after a break."""

from collections.abc import Callable
from functools import partial
from zlib import crc32

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from console.domain.commands.traffic import DropIntent, SendIntent
from console.domain.intent import HELD, WANTS_PASSWORD, Intent, IntentKind, Kept, Outgoing, phase_of
from console.domain.problem import Problem
from console.storage.drafts import Drafts
from console.storage.outbox import Outbox
from console.storage.unusable import Unusable
from console.work.delivery import Answer, StillAway, deliver, is_undecided
from console.work.errand import Errands
from console.work.operation import Cancellation
from store_client.contract.ids import new_id
from store_client.errors import LeaseLost, Stale, StepUpNeeded

RESEND_MS = 10_000
"""After a failure that a store may recover from without ever having been away, such as HTTP 500."""
_TOPIC = "outbox"
_NOBODY = "nobody asked"
_WANT_PASSWORD: frozenset[IntentKind] = frozenset({"approve_case", "resolve_refund", "resolve_doubt"})


class Courier(QObject):
    """Nothing is sent that is not on disk, and what is on disk is sent until the store has answered. While the store is
    away nothing is sent: it waits, and says so.

    ``answered`` carries (Intent, answer, whether somebody waits for it: who asked, since this desk runs, and has turned to
    no other case), to none but who asked, at the store that was asked; ``missed`` the Intent that has none.
    """

    answered = Signal(object)
    missed = Signal(object)

    def __init__(
        self,
        errands: Errands,
        outbox: Outbox,
        drafts: Drafts,
        wall_us: Callable[[], int],
        known_password: Callable[[], str],
        parent: QObject | None = None,
    ) -> None:
        """``known_password``: of who is signed in, "" where only they know it."""
        super().__init__(parent)
        self._errands = errands
        self._desk = errands.desk
        self._outbox = outbox
        self._drafts = drafts
        self._wall_us = wall_us
        self._known_password = known_password
        self._awaited: dict[str, str | None] = {}  # by topic: the case that was open when it was asked for
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(RESEND_MS)
        self._again.timeout.connect(self.resend)

    def send(
        self,
        kind: IntentKind,
        target: str,
        request: msgspec.Struct | None,
        *,
        title: str,
        label: str,
        version: int = 0,
        password: str = "",
    ) -> None:
        """``title``: what is being done; ``label``: what it is about, for the outbox."""
        user = self._desk.session.value.user
        if user is None:
            return
        body = b"" if request is None else msgspec.json.encode(request)
        intent = Intent(
            new_id(), kind, self._errands.store_id(), user.id, target, body, version, made_us=self._wall_us()
        )
        self._awaited[_topic(intent)] = self._desk.case.value.id
        self._deliver(intent, title, label, password)

    def resend(self) -> None:
        """What was saved and never answered goes out again; called whenever the store is there again, and some time
        after each failure. What wants a password waits for one."""
        self._read(self._put if self._is_away() else self._send_pending)

    def send_one(self, command: SendIntent) -> None:
        """Asked for in the list of what is on its way."""
        for kept in (one.kept for one in self._desk.outgoing.value):
            if kept.intent.key == command.key and kept.state == "pending":
                self._deliver(kept.intent, self._resending(), kept.label, command.password)

    def drop(self, command: DropIntent) -> None:
        outbox, key = self._outbox, command.key

        def work(_: Cancellation) -> bool:
            return outbox.withdraw(key)

        self._errands.run(f"drop {key}", self.tr("Taking it back"), work, lambda _: self.publish())

    def publish(self) -> None:
        """Shows the outbox as it is on disk."""
        self._read(self._put)

    # ---- how

    def _is_away(self) -> bool:
        return self._desk.connection.value.http.state == "lost"

    def _read(self, put: Callable[[list[Kept]], None]) -> None:
        user, store = self._desk.session.value.user, self._desk.store.value
        if user is None or store is None:
            self._desk.outgoing.set(())
            return
        outbox, store_id, user_id = self._outbox, store.id, user.id

        def work(_: Cancellation) -> list[Kept]:
            return outbox.kept(store_id, user_id)

        def put_here(found: list[Kept]) -> None:
            if self._is_here(user_id, store_id):
                put(found)

        topic = f"{_TOPIC} {put.__name__}"
        self._errands.run(topic, self.tr("Reading the outbox"), work, put_here, is_quiet=True)

    def _send_pending(self, found: list[Kept]) -> None:
        for kept in found:
            if kept.state == "pending" and kept.detail != WANTS_PASSWORD:
                self._deliver(kept.intent, self._resending(), kept.label)
        self._put(found)

    def _put(self, found: list[Kept]) -> None:
        running = self._errands.runner.is_running
        shown = (Outgoing(kept, phase_of(kept, is_sending=running(_topic(kept.intent)))) for kept in found)
        self._desk.outgoing.set(tuple(shown))

    def _resending(self) -> str:
        return self.tr("Sending again what was not answered")

    def _deliver(self, intent: Intent, title: str, label: str, password: str = "") -> None:
        topic = _topic(intent)
        if self._errands.runner.is_running(topic):
            return  # it is on its way; a second key would be a second deed
        if intent.kind in _WANT_PASSWORD:
            password = password or self._known_password()
        work = partial(
            deliver,
            self._errands.door,
            self._outbox,
            self._drafts,
            intent,
            label=label,
            password=password,
            is_away=self._is_away(),
        )

        def put(answer: Answer) -> None:
            self.publish()
            is_awaited = self._awaited.pop(topic, _NOBODY) == self._desk.case.value.id
            if self._is_here(intent.user, intent.store):
                self.answered.emit((intent, answer, is_awaited))

        def miss(problem: Problem | None) -> None:
            self.publish()
            if problem is not None:
                self._again.start()
                self.missed.emit(intent)

        kept = partial(self._what_is_kept, intent)
        self._errands.run(topic, title, work, put, miss, kept=kept, can_cancel=False)
        if intent.kind in HELD:
            self.publish()

    def _is_here(self, user_id: str, store_id: str) -> bool:
        """False once who asked has gone, or works at another store: what is answered is not for who is there now."""
        user, store = self._desk.session.value.user, self._desk.store.value
        return user is not None and store is not None and (user.id, store.id) == (user_id, store_id)

    def _what_is_kept(self, intent: Intent, error: BaseException) -> str:
        if isinstance(error, StepUpNeeded):
            return self.tr("It is saved, and waits for your password.")
        if isinstance(error, StillAway):
            return self.tr("It is saved, and goes out when the store is there again.")
        if is_undecided(error):
            return self.tr("It is saved; if the store did not hear it, it is sent again, once.")
        if intent.kind == "decide_case" and isinstance(error, Stale | LeaseLost):
            return self.tr("Your draft is kept.")
        return self.tr("Nothing was sent.") if isinstance(error, Unusable) else ""


def _topic(intent: Intent) -> str:
    """With what is asked for in it: two changes of one cart do not get into each other's way."""
    return f"{intent.kind} {intent.target} {crc32(intent.body):08x}"

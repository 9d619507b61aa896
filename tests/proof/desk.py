"""A desk as one process of the play: its real outbox and delivery, and somebody at it who does what people do."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from zlib import crc32

import msgspec
from sqlalchemy import Connection, event

from console.domain.intent import Intent, IntentKind
from console.storage.database import Database
from console.storage.drafts import Drafts
from console.storage.outbox import Outbox
from console.storage.unusable import Unusable
from console.work.delivery import deliver
from console.work.door import Door
from console.work.operation import Cancellation, Cancelled
from store_client.contract.case import Case
from store_client.contract.ids import new_id
from store_client.contract.refund import Refund
from store_client.errors import StoreError
from tests.proof.books import KeptIntent
from tests.proof.server import hurry
from tests.proof.stage import Stage
from tests.proof.wire import Wire, WiredClient

STORE = "corner"


class StagedOutboxDatabase(Database):
    """Stands still before each transaction, and may die within one and right after it."""

    def __init__(self, path: Path, stage: Stage, wrote: Callable[[], None]) -> None:
        self._stage = stage
        self._wrote = wrote
        super().__init__(path)
        event.listen(self._engine, "connect", hurry)
        self._engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        self._stage.point("before a transaction of the desk")
        with super().transaction() as connection:
            yield connection
            self._stage.weak_point()
        self._wrote()
        self._stage.weak_point()


class WiredDoor(Door):
    def __init__(self, wire: Wire, desk: str) -> None:
        super().__init__(lambda _: None)
        self._client = WiredClient(wire, desk)


class Desk:
    """Made anew after each death: what is then still known was on its disk. ``cases`` and ``refunds``: as it last saw
    them, which may be long ago."""

    deliver = staticmethod(deliver)

    def __init__(self, name: str, path: Path, stage: Stage, wire: Wire, wrote: Callable[[], None]) -> None:
        self.name = name
        self.path = path
        self.database = StagedOutboxDatabase(path, stage, wrote)
        self._eye = sqlite3.connect(path, check_same_thread=False)
        self.outbox = Outbox(self.database)
        self.drafts = Drafts(self.database)
        self.door = WiredDoor(wire, name)
        self.user = ""
        self.user_id = ""
        self.password = ""
        self.cases: dict[str, Case] = {}
        self.refunds: dict[str, Refund] = {}
        self.pending: list[Intent] = []
        self._running: set[str] = set()

    @property
    def is_signed_in(self) -> bool:
        return self.door.client.session is not None

    def kept(self) -> dict[str, KeptIntent]:
        """All that lies in the outbox, by key, as another connection to it sees it."""
        rows = self._eye.execute("SELECT key, kind, state, user FROM intents").fetchall()
        return {row[0]: KeptIntent(*row) for row in rows}

    def close(self) -> None:
        self.door.client.close()
        self._eye.close()
        self.database.close()

    def sign_in(self, user: str, password: str) -> None:
        try:
            session = self.door.client.sign_in(user, password)
        except StoreError:
            return
        self.user, self.user_id, self.password = user, session.user.id, password

    def wish(self, kind: IntentKind, target: str, request: msgspec.Struct | None, version: int, made_us: int) -> Intent:
        body = b"" if request is None else msgspec.json.encode(request)
        return Intent(new_id(), kind, STORE, self.user_id, target, body, version, made_us)

    def send(self, intent: Intent, password: str = "") -> None:
        """As the console's courier does it: one of a kind on one thing at a time."""
        topic = f"{intent.kind} {intent.target} {crc32(intent.body):08x}"
        if topic in self._running:
            return
        self._running.add(topic)
        try:
            answer = self.deliver(
                self.door, self.outbox, self.drafts, intent, Cancellation(), label="", password=password
            )
        except (StoreError, Unusable, Cancelled):
            if intent.target in self.cases:
                self.ask(lambda: self.door.client.case(intent.target))  # as it is now
            return
        finally:
            self._running.discard(topic)
        self._keep(answer)

    def resend(self, chance: Callable[[list[Intent]], Intent | None]) -> None:
        """One of those that wait for an answer, under the key that it was saved with."""
        try:
            self.pending = self.outbox.pending(STORE, self.user_id)
        except Unusable:
            return
        intent = chance(self.pending)
        if intent is not None:
            self.send(intent, self.password if intent.kind in ("approve_case", "resolve_refund") else "")

    def ask(self, call: Callable[[], object]) -> None:
        """Something without a key: looking, holding on to a case, giving it back."""
        try:
            answer = call()
        except StoreError:
            return
        self._keep(answer)

    def _keep(self, answer: object) -> None:
        if isinstance(answer, Case):
            self.cases[answer.id] = answer
        elif isinstance(answer, Refund):
            self.refunds[answer.id] = answer

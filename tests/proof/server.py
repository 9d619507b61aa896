"""The store as one process of the play: its real services and its real HTTP application, on a real database."""

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any, TypeVar

import msgspec
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, event
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from store_client.contract.live import Event
from store_server.desk.apps import Apps
from store_server.desk.audit import Audit
from store_server.desk.carts import Carts
from store_server.desk.case_file import CaseFiles
from store_server.desk.cases import Cases
from store_server.desk.doubts import Doubts
from store_server.desk.evidence import CaseEvidence
from store_server.desk.faces import FaceGrants
from store_server.desk.looks import Looks
from store_server.desk.once import Asking, Memory, Once
from store_server.desk.products import Products
from store_server.desk.provider import PaymentProvider
from store_server.desk.receipts import Receipts
from store_server.desk.refunds import Refunds
from store_server.desk.sessions import Sessions
from store_server.desk.settlement import Settlement
from store_server.desk.shopper import ShopperCases
from store_server.desk.stores import Stores
from store_server.desk.trips import Trips
from store_server.desk.users import Users
from store_server.http.app import build_http
from store_server.http.flood import Rate, Rates
from store_server.http.services import Services
from store_server.signing import Signer
from store_server.storage.database import Database
from tests.http.sensed import Alerts, Devices, Exports, Recorded, Sensed
from tests.proof.stage import Stage, StagedLock

NO_FLOOD = Rates(Rate(1e9, 1e9), Rate(1e9, 1e9), Rate(1e9, 1e9))
QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
SIGNER = Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
CURRENCY = "EUR"
_DONE = "carried out"
_WRITTEN = re.compile(r"\b(?:INTO|UPDATE|DELETE FROM) (\w+)")

T = TypeVar("T", bound=msgspec.Struct)


@dataclass
class Deeds:
    """What the store truly did, as one who watches its commits sees it. ``done``: who did each key's deed, each time;
    ``commits``: how many transactions wrote; ``written``: the tables that they meant to write, since they were taken."""

    done: dict[str, list[str]] = field(default_factory=dict)
    commits: int = 0
    written: set[str] = field(default_factory=set)

    def take_written(self) -> set[str]:
        written, self.written = self.written, set()
        return written


def hurry(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """No power fails in a play: what waits for the disk is tried with real kills instead (tests.flows.kills)."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()


class StagedDatabase(Database):
    """Stands still before each transaction, and may die within one and right after it. Nobody need stand still after it:
    until the next point nothing happens that another could see."""

    def __init__(self, url: str, stage: Stage, deeds: Deeds) -> None:
        super().__init__(url)
        if self.is_sqlite:
            event.listen(self.engine, "connect", hurry)
        event.listen(self.engine, "before_cursor_execute", self._watch)
        self.stage = stage
        self._deeds = deeds

    @contextmanager
    def read(self) -> Iterator[Session]:
        self.stage.weak_point()
        with super().read() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        self.stage.point("before a transaction of the store")
        with super().write() as session:
            yield session
            session.flush()
            self.stage.weak_point()
        self._deeds.commits += 1
        for key, user in session.info.get(_DONE, ()):
            self._deeds.done.setdefault(key, []).append(user)
        self.stage.weak_point()

    def _watch(self, _connection: Connection, _cursor: DBAPICursor, statement: str, *_: object) -> None:
        self._deeds.written.update(_WRITTEN.findall(statement))


class StagedAudit(Audit):
    """Who waits for another's transaction stands still on the stage."""

    def __init__(self, database: StagedDatabase, now_us: Callable[[], int]) -> None:
        super().__init__(database, SIGNER, now_us)
        self._writing = StagedLock(database.stage, "waiting for another's entry")  # type: ignore[assignment]  # all that is used


class WatchedMemory(Memory):
    """Tells by the session which keys' deeds are in its transaction; otherwise the store's own."""

    def once(
        self, once: Once, actor: Asking, kind: type[T], effect: Callable[[Session], tuple[T, list[Event]]]
    ) -> tuple[T, list[Event]]:
        return super().once(once, actor, kind, watched(once, actor, effect))


def watched(
    once: Once, actor: Asking, effect: Callable[[Session], tuple[T, list[Event]]]
) -> Callable[[Session], tuple[T, list[Event]]]:
    def carried_out(session: Session) -> tuple[T, list[Event]]:
        result = effect(session)
        session.info.setdefault(_DONE, []).append((once.key, actor.user_id))
        return result

    return carried_out


@dataclass
class Answered:
    """What came over HTTP: the status, headers with names in lower case, the body."""

    status: int
    headers: dict[str, str]
    body: bytes


class Interface:
    """The HTTP application, one for all lives of all stores of this process: it keeps nothing from one request to the next,
    and to put it together takes longer than the rest of a start. ``services``: of the store that lives now."""

    def __init__(self) -> None:
        self.services: Services | None = None
        present: dict[str, Any] = {one.name: _Present(self, one.name) for one in fields(Services)}
        self.app = build_http(Services(**present | {"live_access": lambda _: None}), rates=NO_FLOOD)


class _Present:
    """Stands for one of the services of the store that lives now."""

    def __init__(self, interface: Interface, service: str) -> None:
        self._interface = interface
        self._service = service

    def __getattr__(self, name: str) -> Any:
        return getattr(getattr(self._interface.services, self._service), name)


interface = cache(Interface)


class Server:
    """Made anew after each death: what is then still known was in the database. ``now_us``: the store's clock;
    ``wall_us``: that of its sessions."""

    memory: type[Memory] = WatchedMemory
    settlement: type[Settlement] = Settlement

    def __init__(
        self,
        database: StagedDatabase,
        provider: PaymentProvider,
        now_us: Callable[[], int],
        wall_us: Callable[[], int],
    ) -> None:
        self.database = database
        self.users = Users(self.database, CURRENCY, wall_us, QUICK)
        audit = StagedAudit(database, now_us)
        memory = self.memory(self.database, now_us)
        sensed, looks, stores = Sensed(), Looks(audit, now_us), Stores(self.database, now_us)
        self.services = Services(
            sessions=Sessions(self.database, self.users, wall_us),
            stores=stores,
            products=Products(self.database),
            trips=Trips(self.database),
            carts=Carts(self.database, memory, now_us),
            receipts=Receipts(self.database),
            cases=Cases(self.database, memory, now_us),
            evidence=CaseEvidence(self.database, looks),
            case_files=CaseFiles(self.database, SIGNER, now_us),
            refunds=Refunds(self.database, memory, now_us),
            doubts=Doubts(self.database, memory, now_us),
            apps=Apps(self.database, wall_us),
            shopper=ShopperCases(self.database, memory, now_us),
            audit=audit,
            history=sensed,
            cameras=sensed,
            recordings=Recorded(),
            looks=looks,
            faces=FaceGrants(self.database, self.users, stores, wall_us),
            veil=sensed,
            exports=Exports(),
            devices=Devices(),
            alerts=Alerts(),
            live_access=lambda _: None,
        )
        self.workers: dict[str, Callable[[], int]] = {
            "settlement": self.settlement(self.database, provider, now_us).step,
            "approvals": self.services.cases.expire,
        }
        self._interface = interface()
        self._interface.services = self.services

    def close(self) -> None:
        """Closes what a dead process would leave to the system."""
        self.database.close()  # its connections; what SQLAlchemy knows of its statements is no memory of the store

    def answer(
        self, loop: asyncio.AbstractEventLoop, method: str, path: str, query: str, headers: dict[str, str], body: bytes
    ) -> Answered:
        """What the application answers to a request that has reached it."""
        parts: list[dict[str, Any]] = []
        coming: list[dict[str, Any]] = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> dict[str, Any]:
            return coming.pop() if coming else {"type": "http.disconnect"}

        async def send(part: Any) -> None:
            parts.append(part)

        scope: Any = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
            "state": {},
        }
        loop.run_until_complete(self._interface.app(scope, receive, send))  # type: ignore[arg-type]
        start, *rest = parts
        told = {name.decode().lower(): value.decode() for name, value in start["headers"]}
        return Answered(start["status"], told, b"".join(part.get("body", b"") for part in rest))

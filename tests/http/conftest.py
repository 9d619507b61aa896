"""A store served over real HTTP: its own database, the desk's own services, sensors that answer from memory."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from store_client.contract.session import LiveAccess, Role, User
from store_server.cart.checkout import Checkout
from store_server.clock import wall_us
from store_server.desk.apps import Apps
from store_server.desk.audit import Audit
from store_server.desk.carts import Carts
from store_server.desk.case_file import CaseFiles
from store_server.desk.cases import Cases
from store_server.desk.doubts import Doubts
from store_server.desk.evidence import CaseEvidence
from store_server.desk.faces import FaceGrants
from store_server.desk.looks import Looks
from store_server.desk.once import Memory
from store_server.desk.products import Products
from store_server.desk.receipts import Receipts
from store_server.desk.refunds import Refunds
from store_server.desk.sessions import Sessions
from store_server.desk.shopper import ShopperCases
from store_server.desk.stores import Stores
from store_server.desk.trips import Trips
from store_server.desk.users import Users, ensure_demo_users
from store_server.http.app import build_http
from store_server.http.flood import Rate, Rates
from store_server.http.services import Services
from store_server.http.serving import Serving, serve
from store_server.signing import Signer
from store_server.storage.database import Database
from tests.http.sensed import Alerts, Devices, Exports, Recorded, Sensed
from tests.http.site import NOON, SITE, STORE
from tests.storage.databases import migrated

NO_FLOOD = Rates(Rate(10_000, 10_000), Rate(10_000, 10_000), Rate(10_000, 10_000))


class WallClock:
    """The wall clock, which a test may set forward."""

    def __init__(self) -> None:
        self.ahead_us = 0

    def now_us(self) -> int:
        return wall_us() + self.ahead_us


@dataclass
class Shop:
    """A served store. ``passwords``: of the demo users, by role."""

    url: str
    passwords: dict[Role, str]
    services: Services
    checkout: Checkout
    sensed: Sensed
    clock: WallClock
    database: Database

    def sign_in(self, role: Role) -> "Desk":
        answer = requests.post(
            f"{self.url}/v1/session", json={"user": role, "password": self.passwords[role]}, timeout=30
        )
        assert answer.status_code == 201, answer.text
        return Desk(self.url, answer.json())


class Desk:
    """Somebody signed in, on a line that stays open. ``session``: the answer to signing in, as it came."""

    def __init__(self, url: str, session: dict[str, Any]) -> None:
        self.url = url
        self.session = session
        self._line = requests.Session()
        self._line.trust_env = False  # looks for proxies and passwords of the machine at each request

    def ask(self, method: str, path: str, *, token: str | None = None, **more: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {token or self.session['token']}"} | more.pop("headers", {})
        return self._line.request(method, self.url + path, headers=headers, timeout=30, **more)

    def get(self, path: str, **more: Any) -> requests.Response:
        return self.ask("GET", path, **more)

    def post(self, path: str, **more: Any) -> requests.Response:
        return self.ask("POST", path, **more)


def live_access(user: User) -> LiveAccess | None:
    return LiveAccess("nats://127.0.0.1:1", "desk", "secret", [STORE]) if "floor" in user.permissions else None


def store_now_us() -> int:
    """The store's clock, which stands still a while after its first shopper."""
    return NOON + 7_200_000_000


def make_services(database: Database, clock: WallClock, sensed: Sensed) -> tuple[Services, Users]:
    users = Users(database, "EUR", clock.now_us, PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    signer = Signer(Ed25519PrivateKey.generate())
    audit = Audit(database, signer, store_now_us)
    memory = Memory(database, store_now_us)
    stores = Stores(database, store_now_us)
    looks = Looks(audit, store_now_us)
    services = Services(
        sessions=Sessions(database, users, clock.now_us),
        stores=stores,
        products=Products(database),
        trips=Trips(database),
        carts=Carts(database, memory, store_now_us),
        receipts=Receipts(database),
        cases=Cases(database, memory, store_now_us),
        evidence=CaseEvidence(database, looks),
        case_files=CaseFiles(database, signer, store_now_us),
        refunds=Refunds(database, memory, store_now_us),
        doubts=Doubts(database, memory, store_now_us),
        apps=Apps(database, clock.now_us),
        shopper=ShopperCases(database, memory, store_now_us),
        audit=audit,
        history=sensed,
        cameras=sensed,
        recordings=Recorded(),
        looks=looks,
        exports=Exports(),
        faces=FaceGrants(database, users, stores, clock.now_us),
        veil=sensed,
        devices=Devices(),
        alerts=Alerts(),
        live_access=live_access,
    )
    return services, users


@contextmanager
def open_shop(folder: Path, rates: Rates = NO_FLOOD, monotonic: Callable[[], float] = time.monotonic) -> Iterator[Shop]:
    file = folder / "store.sqlite"
    file.write_bytes(migrated())
    database = Database(f"sqlite:///{file}")
    clock, sensed = WallClock(), Sensed()
    services, users = make_services(database, clock, sensed)
    services.stores.install(SITE)
    passwords = ensure_demo_users(users, folder)
    with serving(services, rates, monotonic) as url:
        yield Shop(url, passwords, services, Checkout(database, STORE), sensed, clock, database)
    database.close()


@contextmanager
def serving(services: Services, rates: Rates, monotonic: Callable[[], float]) -> Iterator[str]:
    """The services behind HTTP on a port of its own, in a loop of its own."""
    url: Future[str] = Future()
    stopping: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def run() -> None:
        stop = asyncio.Event()
        stopping.set_result((asyncio.get_running_loop(), stop))
        served: Serving = await serve(build_http(services, rates=rates, monotonic=monotonic))
        async with served:
            url.set_result(served.url)
            await stop.wait()

    thread = threading.Thread(target=asyncio.run, args=(run(),), name="http")
    thread.start()
    try:
        yield url.result(timeout=30)
    finally:
        loop, stop = stopping.result(timeout=30)
        loop.call_soon_threadsafe(stop.set)
        thread.join(timeout=60)
        assert not thread.is_alive(), "the server did not stop"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with open_shop(tmp_path_factory.mktemp("shop")) as opened:
        yield opened


@pytest.fixture
def fresh_shop(tmp_path: Path) -> Iterator[Shop]:
    with open_shop(tmp_path) as opened:
        yield opened

"""A small shop with everything behind the counter, on a real database and with a clock that the test turns."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import select

from store_client.contract.device import Site
from store_client.contract.gtin import make_gtin
from store_client.contract.ids import new_id
from store_client.contract.live import Event
from store_client.contract.moment import to_micros
from store_client.contract.money import Money
from store_client.contract.planogram import Planogram, Point
from store_client.contract.product import Product
from store_client.contract.receipt import Receipt
from store_client.contract.session import PERMISSIONS, Role
from store_client.contract.store import Policies, Store, TaxMode
from store_server.cart.checkout import Checkout
from store_server.cart.visit import VisitClosed, VisitOpened
from store_server.desk.actor import Actor
from store_server.desk.apps import Apps
from store_server.desk.audit import Audit
from store_server.desk.carts import Carts
from store_server.desk.cases import Cases
from store_server.desk.doubts import Doubts
from store_server.desk.late_evidence import LateEvidence
from store_server.desk.once import Memory, Once
from store_server.desk.products import Products
from store_server.desk.receipts import Receipts
from store_server.desk.refunds import Refunds
from store_server.desk.sandbox import SandboxProvider, Temper
from store_server.desk.settlement import Settlement
from store_server.desk.shopper import ShopperCases
from store_server.desk.stores import Stores
from store_server.desk.trips import Trips
from store_server.fusion.finding import Finding, Kind, Reading
from store_server.signing import Signer, kept_signer
from store_server.storage.database import Database
from store_server.storage.ledger import TransferRow

START = to_micros(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
SECOND = 1_000_000
STORE = "corner"
OATS = make_gtin("952000000001")
MILK = make_gtin("952000000002")
SOAP = make_gtin("952000000003")
RELIABLE = Temper(failing=0.0, silent=0.0, reversing=0.0, fastest_us=SECOND, slowest_us=2 * SECOND)


@dataclass
class Clock:
    """Time that passes when the test says so."""

    us: int = START

    def now_us(self) -> int:
        return self.us

    def passes(self, seconds: float) -> None:
        self.us += int(seconds * SECOND)


def site(tax: TaxMode = "included") -> Site:
    def product(gtin: str, name: str, minor: int, rate: int) -> Product:
        return Product(gtin, name, Money(minor, "EUR"), rate, 500.0, "food" if rate == 700 else "household")

    policies = Policies(
        refund_window_days=30,
        approval_limit=Money(5000, "EUR"),
        case_due_hours=24,
        retention_hours_weights=4,
        retention_hours_positions=24,
    )
    return Site(
        store=Store(STORE, "Corner", "Europe/Berlin", "EUR", tax, policies),
        planogram=Planogram(STORE, 1, datetime(2026, 1, 1, tzinfo=UTC), [Point(0, 0)], [], [], [], []),
        products=[
            product(OATS, "Rolled Oats 500g", 199, 700),
            product(MILK, "Oat Drink Müsli", 249, 700),
            product(SOAP, "Soap", 333, 1900),
        ],
        cameras=[],
        sources=[],
    )


def agent(name: str = "ada", limit: int = 5000, role: Role = "agent", *, is_fresh: bool = False) -> Actor:
    return Actor(f"id-{name}", name, role, PERMISSIONS[role], Money(limit, "EUR"), is_fresh)


def once(body: str = "") -> Once:
    return Once(new_id(), body)


def finding(
    kind: Kind,
    trip: str | None,
    gtin: str | None,
    at_us: int,
    *,
    quantity: int = 1,
    probability: float = 0.99,
    of: str | None = None,
    taker: str | None = None,
    revision: int = 0,
    id: str | None = None,  # noqa: A002  the finding's own word
) -> Finding:
    is_hand_over = kind == "handed_over"
    return Finding(
        id=id or new_id(),
        kind=kind,
        at_us=at_us,
        plates=("1.2.3",),
        grams=-500.0,
        x=1.0,
        y=2.0,
        z=1.1,
        readings=(Reading(gtin, quantity, trip, probability),),
        of=of,
        giver=trip if is_hand_over else None,
        taker=taker,
        revision=revision,
    )


@dataclass
class Shop:
    """Everything is made anew by ``reopen``: what is then still known was in the database."""

    url: str
    folder: Path
    clock: Clock = field(default_factory=Clock)
    temper: Temper = RELIABLE
    tax: TaxMode = "included"

    def __post_init__(self) -> None:
        self._open()

    def _open(self) -> None:
        self.told: list[Event] = []
        self.database = Database(self.url)
        self.database.migrate()
        self.signer: Signer = kept_signer(self.folder)
        self.audit = Audit(self.database, self.signer, self.clock.now_us)
        self.memory = memory = Memory(self.database, self.clock.now_us)
        self.stores = Stores(self.database, self.clock.now_us)
        self.stores.install(site(self.tax))
        self.products = Products(self.database)
        self.checkout = Checkout(self.database, STORE, heed=LateEvidence(self.clock.now_us))
        self.trips = Trips(self.database)
        self.carts = Carts(self.database, memory, self.clock.now_us, self.told.extend)
        self.receipts = Receipts(self.database)
        self.cases = Cases(self.database, memory, self.clock.now_us, self.told.extend)
        self.refunds = Refunds(self.database, memory, self.clock.now_us)
        self.doubts = Doubts(self.database, memory, self.clock.now_us)
        self.apps = Apps(self.database, self.clock.now_us)
        self.shopper = ShopperCases(self.database, memory, self.clock.now_us, self.told.extend)
        self.provider = SandboxProvider(self.folder / "provider.db", self.clock.now_us, temper=self.temper)
        self.settlement = Settlement(self.database, self.provider, self.clock.now_us)

    def close(self) -> None:
        self.provider.close()
        self.database.close()

    def reopen(self) -> None:
        """As after kill -9."""
        self.close()
        self._open()

    def policy(self, **changed: Any) -> None:
        """Gives the store other policies from now on."""
        made = site(self.tax)
        policies = msgspec.structs.replace(made.store.policies, **changed)
        store = msgspec.structs.replace(made.store, policies=policies)
        self.stores.install(msgspec.structs.replace(made, store=store))

    def enter(self, *, token: str = "tok", card: str = "Visa 4242") -> str:
        trip = new_id()
        self.checkout.opened(VisitOpened(trip, "in", "code", 1, token, card, self.clock.us))
        return trip

    def leave(self, trip: str) -> list[Event]:
        return self.checkout.closed(VisitClosed(trip, "out", self.clock.us))

    def bill(self) -> list[Event]:
        """All that was measured until now is decided."""
        return self.checkout.advance(self.clock.us, self.clock.us)

    def sell(self, *taken: tuple[str, int], token: str = "tok", card: str = "Visa 4242") -> Receipt:
        """A whole trip in which ``taken`` (GTIN and quantity) is picked, billed two seconds after leaving."""
        trip = self.enter(token=token, card=card)
        self.clock.passes(10)
        for gtin, units in taken:
            self.clock.passes(1)
            self.checkout.apply([finding("picked", trip, gtin, self.clock.us, quantity=units)])
        self.clock.passes(10)
        self.leave(trip)
        self.clock.passes(2)
        self.bill()
        receipt = self.trips.get(trip).trip.receipt
        assert receipt is not None
        return self.receipts.get(receipt)

    def settle(self, *, turns: int = 12, seconds: float = 1.0) -> None:
        """Lets the worker work while time passes."""
        for _ in range(turns):
            self.settlement.step()
            self.clock.passes(seconds)

    def ledger(self) -> dict[str, int]:
        """Balance of each account: debits less credits, minor units."""
        with self.database.read() as session:
            rows = session.execute(select(TransferRow.debit, TransferRow.credit, TransferRow.minor)).all()
        balance: dict[str, int] = {}
        for debit, credit, minor in rows:
            balance[debit] = balance.get(debit, 0) + minor
            balance[credit] = balance.get(credit, 0) - minor
        return {account: minor for account, minor in sorted(balance.items()) if minor}

"""A store of one gondola and three products, and what a shopper did in it."""

from datetime import UTC, datetime

from store_client.contract.camera import Camera
from store_client.contract.device import Site
from store_client.contract.gtin import make_gtin
from store_client.contract.ids import new_id
from store_client.contract.money import Money
from store_client.contract.planogram import Facing, Gate, Gondola, Planogram, Plate, Point
from store_client.contract.product import Product
from store_client.contract.store import Policies, Store
from store_server.cart.checkout import Checkout
from store_server.cart.visit import VisitClosed, VisitOpened
from store_server.fusion.finding import Finding, Reading

STORE = "corner"
NOON = 1_780_000_000_000_000
"""µs UTC; when the first shopper enters."""
MILK, BREAD, TEA = (make_gtin(f"9520000000{number}") for number in (11, 12, 13))


def euros(minor: int) -> Money:
    return Money(minor, "EUR")


SITE = Site(
    store=Store(
        id=STORE,
        name="Corner",
        time_zone="Europe/Berlin",
        currency="EUR",
        tax="included",
        policies=Policies(30, euros(5_000), 24, 4, 24),
    ),
    planogram=Planogram(
        store=STORE,
        version=1,
        valid_from=datetime(2026, 1, 1, tzinfo=UTC),
        outline=[Point(0, 0), Point(6, 0), Point(6, 4), Point(0, 4)],
        gates=[Gate("g1", "Gate", 0.5, 0, 1.0, 1.57)],
        gondolas=[Gondola(1, "A", [Point(2, 3), Point(4, 3), Point(4, 3.6), Point(2, 3.6)], -1.57, 1.8)],
        plates=[Plate(f"1.1.{n}", 1, 1, n, 2 + n * 0.3, 3.2, 1.0, 0.3, 0.4) for n in (1, 2, 3)],
        facings=[Facing(f"f{n}", gtin, [f"1.1.{n}"], 12) for n, gtin in ((1, MILK), (2, BREAD), (3, TEA))],
    ),
    products=[
        Product(MILK, "Milk 1 l", euros(149), 700, 1030.0, "Dairy"),
        Product(BREAD, "Rye bread", euros(329), 700, 500.0, "Bakery"),
        Product(TEA, "Black tea", euros(1_299), 1900, 250.0, "Drinks"),
    ],
    cameras=[Camera("cam1", STORE, "Aisle", "simulated", 640, 360, [320, 640])],
    sources=[],
)


def enter(checkout: Checkout, at_us: int = NOON, token: str = "tok") -> str:
    """A shopper comes in. Returns the trip."""
    trip = new_id(at_us // 1000)
    checkout.opened(VisitOpened(trip, "g1", f"code-{trip}", 1, token, "Visa 4242", at_us))
    return trip


def take(checkout: Checkout, trip: str, gtin: str, quantity: int = 1, at_us: int = NOON + 20_000_000) -> None:
    """The shopper takes some of a product, beyond doubt."""
    reading = Reading(gtin, quantity, trip, 0.995)
    plate = {MILK: "1.1.1", BREAD: "1.1.2", TEA: "1.1.3"}[gtin]
    checkout.apply([Finding(new_id(), "picked", at_us, (plate,), -500.0, 2.3, 3.2, 1.0, (reading,))])


def leave(checkout: Checkout, trip: str, at_us: int = NOON + 60_000_000) -> None:
    """The shopper goes, and the receipt is issued."""
    checkout.closed(VisitClosed(trip, "g1", at_us))
    checkout.advance(at_us + 5_000_000, at_us + 5_000_000)

"""Two and a half minutes of the simulated store, as the desk would have heard of them, with the sums done for it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from itertools import count

from store_client.contract.cart import Cart, CartLine, Reason
from store_client.contract.case import (
    Case,
    CaseLine,
    CaseSummary,
    Effect,
    HistoryEntry,
    Lease,
    StockChange,
    TaxChange,
)
from store_client.contract.device import GateScan, Tracks
from store_client.contract.live import Alert, Device, Event, Picked, Position, Positions, PutBack, Weights
from store_client.contract.moment import from_micros
from store_client.contract.money import Money
from store_client.contract.product import Product
from store_client.contract.receipt import Receipt, ReceiptLine, ReceiptSummary, StandingLine
from store_client.contract.refund import Refund, RefundStep
from store_client.contract.session import PERMISSIONS, Role, User
from store_client.contract.store import Policies, Store
from store_client.contract.trip import Trip
from store_server.cart.visit import VisitOpened
from store_server.sensing.visits import VisitChange, Visits
from store_server.world.simulation import Simulation
from store_server.world.truth import Handling

SECONDS = 150.0
STORE = Store("demo", "Corner Market", "Europe/Berlin", "EUR", "included", Policies(30, Money(5_000, "EUR"), 24, 4, 24))
_DOUBTS: tuple[tuple[float, tuple[Reason, ...]], ...] = (
    (0.99, ()),
    (0.97, ()),
    (0.995, ()),
    (0.71, ("crossed_hands",)),
    (0.98, ()),
    (0.58, ("same_weight", "hand_resting")),
)


def identity(number: int) -> str:
    return f"0198c0de-0000-7000-8000-{number:012x}"


def user(role: Role) -> User:
    return User(identity(900), role, role, sorted(PERMISSIONS[role]), Money(5_000, "EUR"))


def euros(minor: int) -> Money:
    return Money(minor, "EUR")


@dataclass
class Day:
    """``now_us``: store time at its end. All is keyed as the desk keys it."""

    simulation: Simulation
    now_us: int
    products: dict[str, Product]
    weights: list[Weights] = field(default_factory=list)
    positions: list[Positions] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    trips: dict[str, Trip] = field(default_factory=dict)
    carts: dict[str, Cart] = field(default_factory=dict)
    receipts: list[Receipt] = field(default_factory=list)

    @property
    def devices(self) -> dict[str, Device]:
        plates = [plate.id for plate in self.simulation.planogram.plates]
        ill = [
            Device(id=plates[5], kind="plate", name="", state="drifting", detail="3 g in an hour"),
            Device(id=plates[40], kind="plate", name="", state="dead", detail="no change in a day"),
            Device(id=plates[90], kind="plate", name="", state="noisy", detail="σ 6 g"),
        ]
        cameras = [Device(id=one.id, kind="camera", name=one.name, state="ok") for one in self.simulation.cameras]
        gates = [Device(id=one.id, kind="gate", name=one.name, state="ok") for one in self.simulation.planogram.gates]
        return {device.id: device for device in (*ill, *cameras, *gates)}

    @property
    def alerts(self) -> dict[str, Alert]:
        alert = Alert(
            id=identity(800),
            store="demo",
            priority="high",
            kind="camera_lost",
            device=self.simulation.cameras[2].id,
            title="A camera is lost",
            consequence="Picks near it are less sure",
            action="Check its power",
            raised_at=self.now_us,
        )
        return {alert.id: alert}

    def summaries(self) -> tuple[ReceiptSummary, ...]:
        return tuple(_summary(receipt) for receipt in reversed(self.receipts))

    def case(self, *, is_decided: bool = False) -> Case:
        """On the newest receipt with two lines or more; held by the user "agent" until it is decided."""
        receipt = next(one for one in reversed(self.receipts) if len(one.lines) > 1)
        at = from_micros(self.now_us - 90_000_000)
        lines = [
            CaseLine(
                line=line.line,
                gtin=line.gtin,
                name=line.name,
                billed_quantity=line.quantity,
                claimed_quantity=0 if line.line == 1 else line.quantity,
                decided_quantity=(0 if line.line == 1 else line.quantity) if is_decided else None,
                unit_price=line.unit_price,
                gross=line.gross,
                confidence=line.confidence,
                events=line.events,
            )
            for line in receipt.lines
        ]
        return Case(
            id=identity(700),
            store="demo",
            number=41,
            receipt=receipt.id,
            receipt_number=receipt.number,
            visit=receipt.visit,
            state="decided" if is_decided else "claimed",
            version=2,
            opened_at=at,
            due_at=at + timedelta(hours=24),
            channel="shopper",
            message="I held it and put it back on the shelf before I went to the gate.",
            lines=lines,
            added=[],
            assignee="agent",
            lease=None if is_decided else Lease(7, "agent", at + timedelta(minutes=5)),
            claimed_worth=receipt.lines[0].gross,
            history=[
                HistoryEntry(at=at, by="shopper", what="opened"),
                HistoryEntry(at=at + timedelta(seconds=30), by="agent", what="claimed"),
            ],
        )

    def effect(self) -> Effect:
        line = self.case().lines[0]
        gross = line.gross.minor
        tax = gross - round(gross / 1.07)
        return Effect(
            net=euros(tax - gross),
            tax=[TaxChange(700, euros(tax - gross), euros(-tax))],
            total=euros(-gross),
            refund=euros(gross),
            stock=[StockChange(line.gtin, line.billed_quantity)],
            needs_approval=False,
        )

    def refund(self) -> Refund:
        case = self.case()
        at = from_micros(self.now_us - 8_000_000)
        steps = [RefundStep(at, "approved"), RefundStep(at, "submitting"), RefundStep(at + timedelta(3), "settled")]
        return Refund(
            id=identity(701),
            store="demo",
            receipt=case.receipt,
            case=case.id,
            correction=identity(702),
            amount=case.claimed_worth,
            state="settled",
            attempts=1,
            steps=steps,
        )

    def queue(self) -> tuple[CaseSummary, ...]:
        case = self.case()
        at = from_micros(self.now_us)
        first = CaseSummary(
            id=case.id,
            store="demo",
            number=case.number,
            receipt=case.receipt,
            receipt_number=case.receipt_number,
            visit=case.visit,
            state="claimed",
            opened_at=case.opened_at,
            due_at=case.due_at,
            channel="shopper",
            assignee="agent",
            claimed_worth=case.claimed_worth,
            summary=f"{case.lines[0].billed_quantity} × {case.lines[0].name}",
        )
        others = [
            CaseSummary(
                id=identity(710 + place),
                store="demo",
                number=42 + place,
                receipt=receipt.id,
                receipt_number=receipt.number,
                visit=receipt.visit,
                state="open",
                opened_at=at,
                due_at=at + timedelta(hours=3 * place - 1),
                channel="agent",
                assignee=None,
                claimed_worth=receipt.lines[0].gross,
                summary=f"{receipt.lines[0].quantity} × {receipt.lines[0].name}",
            )
            for place, receipt in enumerate(self.receipts)
        ]
        return (*others[:1], first, *others[1:])


@cache
def the_day() -> Day:
    """Made once a process: nobody changes it."""
    simulation = Simulation("steady", seed=3)
    numbers = count(1)
    visits = Visits(simulation.planogram, new_id=lambda: identity(next(numbers)))
    begin_us = simulation.now_us
    day = Day(simulation, begin_us, {product.gtin: product for product in simulation.products})
    codes: dict[str, str] = {}
    for message in simulation.run(SECONDS):
        if isinstance(message, Weights):
            day.weights.append(message)
            continue
        changes: list[VisitChange] = []
        if isinstance(message, Tracks):
            people, changes = visits.tracked(message)
            day.positions.append(_positions(message, people))
        elif isinstance(message, GateScan):
            changes = visits.scanned(message)
        for change in changes:
            _change(day, change, codes)
    day.now_us = simulation.now_us
    day.weights = [one for one in day.weights if one.first_at > day.now_us - 95_000_000]
    day.positions = day.positions[-80:]
    day.events = [event for handling in simulation.truth.handlings for event in _events(handling, codes, len(codes))]
    for trip in day.trips.values():
        _fold(day, trip)
    return day


def _positions(tracks: Tracks, people: Iterable[Position]) -> Positions:
    return Positions(
        epoch="day", seq=tracks.seq, measured_at=tracks.measured_at, sent_at=tracks.sent_at, people=list(people)
    )


def _change(day: Day, change: VisitChange, codes: dict[str, str]) -> None:
    if isinstance(change, VisitOpened):
        codes[change.code] = change.trip
        number = 1_040 + len(codes)
        trip = Trip(change.trip, "demo", number, "inside", from_micros(change.at_us), change.gate, people=change.people)
    else:
        before = day.trips[change.trip]
        left = from_micros(change.at_us)
        trip = Trip(before.id, "demo", before.visit, "left", before.entered_at, before.gate, left, before.people)
    day.trips[trip.id] = trip


def _events(handling: Handling, codes: dict[str, str], salt: int) -> list[Event]:
    if handling.kind not in ("picked", "put_back") or handling.code not in codes:
        return []
    kind = Picked if handling.kind == "picked" else PutBack
    confidence, reasons = _DOUBTS[(handling.at_us // 1_000 + salt) % len(_DOUBTS)]
    return [
        kind(
            epoch="day",
            seq=handling.at_us % 1_000_000,
            measured_at=handling.at_us,
            sent_at=handling.at_us + 2_500_000,
            id=identity(handling.at_us % 1_000_000_000_000),
            store="demo",
            trip=codes[handling.code],
            gtin=handling.gtin,
            quantity=handling.quantity,
            plates=list(handling.plates),
            grams=-handling.grams if kind is Picked else handling.grams,
            probability=confidence,
            x=0.0,
            y=0.0,
            z=1.0,
            reasons=list(reasons),
        )
    ]


def _fold(day: Day, trip: Trip) -> None:
    """The trip's cart, and its receipt where it has left with something."""
    units: Counter[str] = Counter()
    last: dict[str, Picked] = {}
    for event in day.events:
        if isinstance(event, Picked | PutBack) and event.trip == trip.id and event.gtin is not None:
            units[event.gtin] += event.quantity if isinstance(event, Picked) else -event.quantity
            if isinstance(event, Picked):
                last[event.gtin] = event
    lines = [_line(day.products[gtin], last[gtin], quantity) for gtin, quantity in units.items() if quantity > 0]
    total = sum(line.amount.minor for line in lines)
    is_doubtful = any(line.reasons for line in lines)
    cart = Cart(
        trip=trip.id,
        store="demo",
        version=len(lines),
        lines=lines,
        total=euros(total),
        tax=euros(total - round(total / 1.07)),
        is_doubtful=is_doubtful,
    )
    day.carts[trip.id] = cart
    if trip.state == "left" and lines:
        day.receipts.append(_receipt(trip, cart, 5_001 + len(day.receipts)))


def _line(product: Product, event: Picked, quantity: int) -> CartLine:
    return CartLine(
        gtin=product.gtin,
        name=product.name,
        quantity=quantity,
        unit_price=product.price,
        amount=product.price * quantity,
        tax_rate=product.tax_rate,
        confidence=event.probability,
        taken_at=event.measured_at,
        plates=event.plates,
        events=[event.id],
        reasons=event.reasons,
    )


def _receipt(trip: Trip, cart: Cart, number: int) -> Receipt:
    assert trip.left_at is not None
    lines = [
        ReceiptLine(
            line=place,
            gtin=line.gtin,
            name=line.name,
            quantity=line.quantity,
            unit_price=line.unit_price,
            discount=euros(0),
            tax_rate=line.tax_rate,
            net=euros(round(line.amount.minor * 10_000 / (10_000 + line.tax_rate))),
            tax=euros(line.amount.minor - round(line.amount.minor * 10_000 / (10_000 + line.tax_rate))),
            gross=line.amount,
            confidence=line.confidence,
            plates=line.plates,
            events=line.events,
            taken_at=from_micros(line.taken_at),
            reasons=list(line.reasons),
        )
        for place, line in enumerate(cart.lines, 1)
    ]
    standing = [
        StandingLine(
            line=line.line,
            quantity=line.quantity,
            net=line.net,
            tax=line.tax,
            gross=line.gross,
            refundable_quantity=line.quantity,
            refundable=line.gross,
        )
        for line in lines
    ]
    return Receipt(
        id=identity(number),
        store="demo",
        number=number,
        trip=trip.id,
        visit=trip.visit,
        issued_at=trip.left_at + timedelta(seconds=4),
        left_at=trip.left_at,
        lines=lines,
        net=euros(sum(line.net.minor for line in lines)),
        tax=euros(sum(line.tax.minor for line in lines)),
        total=cart.total,
        card="Visa 4242",
        hash="ab" * 32,
        is_doubtful=cart.is_doubtful,
        standing=standing,
        stands=cart.total,
        refundable=cart.total,
        payment="captured",
    )


def _summary(receipt: Receipt) -> ReceiptSummary:
    return ReceiptSummary(
        id=receipt.id,
        store="demo",
        number=receipt.number,
        visit=receipt.visit,
        issued_at=receipt.issued_at,
        total=receipt.total,
        stands=receipt.stands,
        units=sum(line.quantity for line in receipt.lines),
        card=receipt.card,
        first_product=receipt.lines[0].name,
        is_doubtful=receipt.is_doubtful,
        payment=receipt.payment,
    )

"""The live subjects: msgpack on NATS.

Every message carries ``epoch`` (new at each start of its source), ``seq`` (from 0, +1 each within epoch and subject),
``measured_at`` and ``sent_at`` (µs UTC) and the version ``v`` of its form.
"""

from typing import Annotated, Literal

import msgspec

from store_client.contract.cart import Cart, Reason
from store_client.contract.cause import Cause
from store_client.contract.gtin import Gtin
from store_client.contract.ids import Id
from store_client.contract.money import Money

VERSION = 1

Kind = Literal["weights", "positions", "events", "scans", "health", "alerts"]
KINDS: tuple[Kind, ...] = ("weights", "positions", "events", "scans", "health", "alerts")


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What all messages carry. ``epoch``: any text that is new at each start of the source."""

    epoch: str
    seq: int
    measured_at: int
    sent_at: int
    v: int = VERSION


class Weights(Message, frozen=True, kw_only=True):
    """``grams``: little-endian float32 of ``shape`` [samples, shelves, plates]; NaN: no plate, or no reading.

    ``first_at``: µs UTC of the first sample; the others follow at ``rate_hz``.
    """

    gondola: int
    first_at: int
    rate_hz: float
    shape: tuple[int, int, int]
    grams: bytes


Metres = Annotated[float, msgspec.Meta(ge=-100_000.0, le=100_000.0)]
"""A place in a store, along one of its axes. What is no number is no place."""


class Hand(msgspec.Struct, frozen=True, array_like=True, gc=False):
    x: Metres
    y: Metres
    z: Metres
    score: float = 1.0


class Position(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One tracked person in metres. ``trip`` is None for who has none (staff, or somebody not yet told apart).

    Tens of thousands are kept, and none can be part of a cycle: the garbage collector need not look at them.
    """

    track: str
    trip: Id | None
    x: Metres
    y: Metres
    quality: float
    hands: tuple[Hand, ...] = ()


class Positions(Message, frozen=True, kw_only=True):
    people: list[Position]


class Alternative(msgspec.Struct, frozen=True, kw_only=True):
    """One reading of what happened. ``gtin`` None: nothing was taken; ``trip`` None: somebody not tracked."""

    gtin: Gtin | None
    quantity: int
    trip: Id | None
    probability: float
    reasons: list[Reason] = []


class EventMessage(Message, frozen=True, kw_only=True, tag_field="kind"):
    """``id`` is the event's own; the same event sent again keeps it."""

    id: Id
    store: str


class Entered(EventMessage, frozen=True, kw_only=True, tag="entered"):
    trip: Id
    visit: int
    gate: str
    people: int = 1


class Left(EventMessage, frozen=True, kw_only=True, tag="left"):
    trip: Id
    gate: str


class _Handling(EventMessage, frozen=True, kw_only=True):
    """A product moved on or off plates. ``grams``: the fitted step (negative: taken). ``alternatives``: best first,
    the first being what the event says; ``(x, y, z)``: where, in metres."""

    trip: Id | None
    gtin: Gtin | None
    quantity: int
    plates: list[str]
    grams: float
    probability: float
    x: Metres
    y: Metres
    z: Metres
    alternatives: list[Alternative] = []
    reasons: list[Reason] = []


class Picked(_Handling, frozen=True, kw_only=True, tag="picked"):
    pass


class PutBack(_Handling, frozen=True, kw_only=True, tag="put_back"):
    """``of``: the pick it undoes, where that is known."""

    of: Id | None = None


class HandedOver(EventMessage, frozen=True, kw_only=True, tag="handed_over"):
    giver: Id
    taker: Id
    gtin: Gtin
    quantity: int
    probability: float
    reasons: list[Reason] = []


class CartChanged(EventMessage, frozen=True, kw_only=True, tag="cart_changed"):
    """The whole cart, so that one message lost is healed by the next."""

    cart: Cart


class ReceiptIssued(EventMessage, frozen=True, kw_only=True, tag="receipt_issued"):
    trip: Id
    receipt: Id
    total: Money
    is_doubtful: bool


class CaseOpened(EventMessage, frozen=True, kw_only=True, tag="case_opened"):
    case: Id
    receipt: Id


class ReviewWanted(EventMessage, frozen=True, kw_only=True, tag="review_wanted"):
    trip: Id | None
    event: Id
    reasons: list[Reason]


GateState = Literal["opened", "closed", "refused"]


class GateMoved(EventMessage, frozen=True, kw_only=True, tag="gate"):
    gate: str
    state: GateState
    trip: Id | None = None


class DoorMoved(EventMessage, frozen=True, kw_only=True, tag="door"):
    door: str
    state: Literal["opened", "closed", "slammed"]


Event = (
    Entered
    | Left
    | Picked
    | PutBack
    | HandedOver
    | CartChanged
    | ReceiptIssued
    | CaseOpened
    | ReviewWanted
    | GateMoved
    | DoorMoved
)


class Scan(Message, frozen=True, kw_only=True):
    """One product scanned by a smart cart or a till."""

    store: str
    device: str
    kind: Literal["smart_cart", "till"]
    gtin: Gtin
    quantity: int


DeviceKind = Literal["plate", "gondola", "camera", "gate", "tracker", "smart_cart", "till"]
DeviceState = Literal["ok", "noisy", "drifting", "dead", "late", "lost", "unknown"]


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """``clock_offset_us`` ± ``clock_error_us``: the device's clock less the store's, as measured; 0 where it may be right.
    ``clock_drift_ppm``: µs that it gains in a second; 0 where that cannot be told. ``causes``: why it is not as it
    should be, the gravest first; ``detail``: the same in English, for logs and for who does not know a code."""

    id: str
    kind: DeviceKind
    name: str
    state: DeviceState
    last_seen: int | None = None
    rate_hz: float = 0.0
    gaps: int = 0
    clock_offset_us: int = 0
    clock_error_us: int = 0
    clock_drift_ppm: float = 0.0
    detail: str = ""
    causes: list[Cause] = []


class Health(Message, frozen=True, kw_only=True):
    """Every gondola, camera, gate and tracker, and those plates that are not ``ok``."""

    store: str
    devices: list[Device]


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """What needs a person: ``title`` says what, ``consequence`` why it matters, ``action`` what to do, in English; a desk
    has its own words for ``kind`` and ``cause``."""

    id: Id
    store: str
    priority: Literal["low", "medium", "high"]
    kind: str
    device: str
    title: str
    consequence: str
    action: str
    raised_at: int
    cleared_at: int | None = None
    cause: Cause | None = None


class AlertMessage(Message, frozen=True, kw_only=True):
    change: Literal["raised", "changed", "cleared"]
    alert: Alert


def subject(store: str, kind: str, part: int | str | None = None) -> str:
    """``store.<id>.<kind>[.<part>]``, the subject on which a message travels."""
    return f"store.{store}.{kind}" if part is None else f"store.{store}.{kind}.{part}"


def subjects(store: str, kind: Kind) -> str:
    """All subjects of a kind, as a stream or a subscription names them: only weights have parts."""
    return subject(store, kind, "*" if kind == "weights" else None)


def stream(store: str, kind: Kind) -> str:
    """The JetStream stream that keeps ``subjects(store, kind)`` and nothing else.

    It allows direct gets (``allow_direct``): a reader asks on ``replay(store, kind)`` and needs no consumer, so that
    reading leaves nothing behind on the broker.
    """
    return f"store-{store}-{kind}"


def replay(store: str, kind: Kind) -> str:
    """Where a reader asks for what ``stream(store, kind)`` keeps: all that it may publish on."""
    return f"$JS.API.DIRECT.GET.{stream(store, kind)}"


def inbox(user: str) -> str:
    """Prefix of the subjects on which ``user`` gets answers: its own, so that readers cannot overhear each other."""
    return f"_INBOX.{user}"

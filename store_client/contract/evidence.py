"""Evidence: what the store kept with the events of a trip, copied into a case when it opens.

Nothing here is taken from anywhere but the case's own copies, whose hashes are in ``exhibits``.
"""

from typing import Annotated, Literal

import msgspec

from store_client.contract.cause import Cause
from store_client.contract.ids import Id
from store_client.contract.live import DeviceKind, Event
from store_client.contract.moment import Moment
from store_client.contract.pattern import END
from store_client.contract.planogram import Planogram
from store_client.contract.product import Product
from store_client.contract.sensor import PositionFix

Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}" + END, description="SHA-256, hex")]
ExhibitKind = Literal[
    "picture", "weights", "positions", "events", "planogram", "products", "receipt", "model", "clocks", "index"
]
"""``index``: what there is and what is lacking, and which picture is of what."""


class Exhibit(msgspec.Struct, frozen=True, kw_only=True):
    """One file of the case's evidence. ``name``: its path in the case file."""

    name: str
    kind: ExhibitKind
    sha256: Sha256
    bytes: int


class EvidencePicture(msgspec.Struct, frozen=True, kw_only=True):
    """``at``: µs UTC of the store's clock, when it was taken, ± ``clock_error_us``. ``event``: with which it was kept.
    ``score``: 0 to 1, how well the camera sees the place of the event. ``sha256`` names its bytes (JPEG)."""

    sha256: Sha256
    camera: str
    camera_name: str
    at: int
    clock_error_us: int
    width: int
    height: int
    event: Id
    score: float


class PlateTrace(msgspec.Struct, frozen=True, kw_only=True):
    """Raw readings: sample i was measured at ``first_at`` + i / ``rate_hz``; None: no reading. A plate may have several
    traces, one a stretch of time."""

    plate: str
    first_at: int
    rate_hz: float
    grams: list[float | None]


class FittedStep(msgspec.Struct, frozen=True, kw_only=True):
    """The step that the store read from a trace: level ``before`` until ``begin_at``, ``after`` from ``end_at`` on (µs, grams)."""

    event: Id
    plate: str
    begin_at: int
    end_at: int
    before: float
    after: float


class SourceClock(msgspec.Struct, frozen=True, kw_only=True):
    """A device's clock less the store's, ± its error, as measured at the event."""

    device: str
    kind: DeviceKind
    offset_us: int
    error_us: int


class Lacking(msgspec.Struct, frozen=True, kw_only=True):
    """What could not be kept, said rather than left out. ``event`` None: of the whole trip. ``detail``: in English, for
    logs and for who does not know the code of ``cause``; None in what was kept before there were any."""

    kind: ExhibitKind
    event: Id | None
    detail: str
    cause: Cause | None = None


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """``begins_at``, ``ends_at``: µs UTC, what the cursor can reach. ``fixes``: everybody near; ``visits``: the visit
    number of each trip among them. ``planogram``, ``products``: as they held then. ``model``: which fusion decided.
    ``manifest``: SHA-256 over the canonical JSON of ``exhibits``."""

    case: Id
    trip: Id
    copied_at: Moment
    begins_at: int
    ends_at: int
    events: list[Event]
    pictures: list[EvidencePicture]
    traces: list[PlateTrace]
    steps: list[FittedStep]
    fixes: list[PositionFix]
    visits: dict[str, int]
    planogram: Planogram | None
    products: list[Product]
    clocks: list[SourceClock]
    model: str
    lacking: list[Lacking]
    exhibits: list[Exhibit]
    manifest: Sha256

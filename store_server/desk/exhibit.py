"""The files of which a case's evidence consists: their names, their forms, and what makes them one whole."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

import msgspec

from store_client.contract.decoding import from_json
from store_client.contract.evidence import (
    EvidencePicture,
    Exhibit,
    ExhibitKind,
    FittedStep,
    Lacking,
    PlateTrace,
    SourceClock,
)
from store_client.contract.ids import Id
from store_client.contract.live import Event
from store_client.contract.planogram import Planogram
from store_client.contract.product import Product
from store_client.contract.receipt import Receipt
from store_client.contract.sensor import PositionFix
from store_server.sealed import canonical

FOLDER = "exhibits/"
PICTURES = f"{FOLDER}pictures/"


class Index(msgspec.Struct, frozen=True, kw_only=True):
    """``begins_at``, ``ends_at``: µs UTC. See contract.evidence.Evidence."""

    case: Id
    trip: Id
    copied_at: datetime
    begins_at: int
    ends_at: int
    pictures: list[EvidencePicture]
    lacking: list[Lacking]


class Weighed(msgspec.Struct, frozen=True):
    traces: list[PlateTrace]
    steps: list[FittedStep]


class Tracked(msgspec.Struct, frozen=True):
    """``visits``: the visit number of each trip among ``fixes``."""

    fixes: list[PositionFix]
    visits: dict[str, int]


class _Stamp(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The beginning of a PositionFix."""

    at: int


class _Stamps(msgspec.Struct, frozen=True):
    fixes: list[_Stamp]


class _Encoded(msgspec.Struct, frozen=True):
    fixes: list[msgspec.Raw]


def fixes_around(positions: bytes, at_us: int, span_us: int) -> list[PositionFix]:
    """Of the file of positions (``Tracked``) those of so long before and after a moment. A busy visit has 50,000 of them, half a
    million objects, and each picture asks for some hundreds: no others are decoded."""
    near = [place for place, one in enumerate(from_json(positions, _Stamps).fixes) if abs(one.at - at_us) <= span_us]
    encoded = from_json(positions, _Encoded).fixes
    return [from_json(bytes(encoded[place]), PositionFix) for place in near]


class Model(msgspec.Struct, frozen=True):
    model: str


class Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """All evidence of a case but the bytes of its pictures. Each field but ``pictures`` is a file."""

    index: Index
    weights: Weighed
    positions: Tracked
    events: list[Event]
    planogram: Planogram | None
    products: list[Product]
    receipt: Receipt
    model: Model
    clocks: list[SourceClock]


KINDS: tuple[ExhibitKind, ...] = (
    "index",
    "weights",
    "positions",
    "events",
    "planogram",
    "products",
    "receipt",
    "model",
    "clocks",
)
"""Of the files that are JSON: each is the field of Gathered of that name."""


def file_of(kind: ExhibitKind) -> str:
    return f"{FOLDER}{kind}.json"


def manifest_of(exhibits: Sequence[Exhibit]) -> str:
    """SHA-256 over the canonical JSON of the exhibits in the order of their names."""
    return hashlib.sha256(canonical(sorted(exhibits, key=lambda exhibit: exhibit.name))).hexdigest()


def exhibit_of(kind: ExhibitKind, content: bytes) -> Exhibit:
    """Of a file that is JSON."""
    return Exhibit(name=file_of(kind), kind=kind, sha256=hashlib.sha256(content).hexdigest(), bytes=len(content))

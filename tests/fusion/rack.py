"""One rack with people before it: weights and positions as devices would send them, made by hand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from math import pi

import numpy as np
import numpy.typing as npt

from store_client.contract.gtin import make_gtin
from store_client.contract.live import Hand, Position, Positions, Weights
from store_client.contract.money import Money
from store_client.contract.planogram import Facing, Gondola, Planogram, Plate, Point, plate_id
from store_client.contract.product import Product
from store_server.fusion.finding import Finding
from store_server.fusion.fusion import Fusion

START_US = 1_767_603_600_000_000
RATE_HZ = 60.0
VISION_LATE_US = 2_300_000
PRODUCTS = {"soap": 300.0, "tea": 180.0, "rice": 500.0, "salt": 302.0, "jam": 240.0, "oats": 410.0}
WIDE = "oats"
"""Stands on plates 4 and 5 of shelf 1; the others, in order, on one plate each of shelf 0 and the first of shelf 1."""
PLACES = {"soap": (0, 0), "tea": (0, 2), "rice": (0, 4), "salt": (1, 0), "jam": (1, 2), WIDE: (1, 4)}


def gtin(name: str) -> str:
    return make_gtin(f"0952{list(PRODUCTS).index(name):09d}")


def make_rack() -> tuple[Planogram, list[Product]]:
    """Gondola 1 along the x axis, looking down the plan (−y): 2 shelves of 6 plates of 0.2 m."""
    plates = [
        Plate(plate_id(1, shelf, index), 1, shelf, index, 0.1 + 0.2 * index, 0.2, 0.4 + 0.5 * shelf, 0.2, 0.4)
        for shelf in range(2)
        for index in range(6)
    ]
    facings = []
    for name, (shelf, index) in PLACES.items():
        width = 2 if name == WIDE else 1
        facings.append(Facing(name, gtin(name), [plate_id(1, shelf, index + i) for i in range(width)]))
    corners = [Point(0, 0), Point(1.2, 0), Point(1.2, 0.4), Point(0, 0.4)]
    rack = Gondola(1, "Rack", corners, -pi / 2, 1.5)
    floor = [Point(-2, -4), Point(4, -4), Point(4, 1), Point(-2, 1)]
    planogram = Planogram("test", 1, datetime(2026, 1, 1, tzinfo=UTC), floor, [], [rack], plates, facings)
    products = [Product(gtin(name), name, Money(199, "EUR"), 700, grams) for name, grams in PRODUCTS.items()]
    return planogram, products


@dataclass(frozen=True, slots=True)
class Change:
    """``grams`` come to (or leave) a plate at ``at`` seconds, over ``seconds``; a hand presses ``press`` grams for
    ``press_s`` before it."""

    at: float
    shelf: int
    plate: int
    grams: float
    seconds: float = 0.05
    press: float = 0.0
    press_s: float = 0.3


@dataclass(slots=True)
class Person:
    """Stands at (x, y). ``reaches``: (from s, to s, shelf, plate) when a hand is at a plate; ``meets``: (from s, to s,
    x, y, z) when it is there."""

    track: str
    trip: str | None
    x: float
    y: float = -0.6
    reaches: list[tuple[float, float, int, int]] = field(default_factory=list)
    meets: list[tuple[float, float, float, float, float]] = field(default_factory=list)

    def at(self, seconds: float) -> Position:
        hands = [Hand(self.x - 0.2, self.y, 0.8), Hand(self.x + 0.2, self.y + 0.05, 0.8)]
        for since, until, shelf, plate in self.reaches:
            if since <= seconds <= until:
                hands[0] = Hand(0.1 + 0.2 * plate, 0.15, 0.5 + 0.5 * shelf)
        for since, until, x, y, z in self.meets:
            if since <= seconds <= until:
                hands[0] = Hand(x, y, z)
        return Position(self.track, self.trip, self.x, self.y, 0.9, tuple(hands))


def readings(
    changes: Sequence[Change], seconds: float, *, noise: float = 0.9, drift: float = 0.0, seed: int = 1
) -> npt.NDArray[np.float32]:
    """[samples, 2 shelves, 6 plates] of grams at 60 Hz, quantised like a real converter."""
    times = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    grams = np.full((len(times), 2, 6), 3_000.0) + drift * times[:, None, None]
    for change in changes:
        way = np.clip((times - change.at) / change.seconds, 0.0, 1.0)
        grams[:, change.shelf, change.plate] += change.grams * way
        if change.press:
            pressed = (times >= change.at - change.press_s) & (times < change.at + 0.05)
            grams[pressed, change.shelf, change.plate] += change.press
    grams += np.random.default_rng(seed).normal(0.0, noise, grams.shape)
    return (np.round(grams / 0.241) * 0.241).astype(np.float32)


def batches(grams: npt.NDArray[np.float32]) -> list[Weights]:
    made = []
    for number in range(len(grams) // 12):
        first = START_US + round(number * 12e6 / RATE_HZ)
        part = grams[number * 12 : number * 12 + 12]
        made.append(
            Weights(
                epoch="e",
                seq=number,
                measured_at=first + 183_333,
                sent_at=first + 205_000,
                gondola=1,
                first_at=first,
                rate_hz=RATE_HZ,
                shape=(12, part.shape[1], part.shape[2]),
                grams=np.ascontiguousarray(part, "<f4").tobytes(),
            )
        )
    return made


def sightings(people: Sequence[Person], seconds: float) -> list[Positions]:
    made = []
    for number in range(round(seconds * 10)):
        at = START_US + number * 100_000
        seen = [person.at(number / 10) for person in people]
        made.append(Positions(epoch="e", seq=number, measured_at=at, sent_at=at + VISION_LATE_US, people=seen))
    return made


def make_fusion() -> Fusion:
    ids = count()
    return Fusion(*make_rack(), new_id=lambda: f"f{next(ids)}")


def found(weights: Sequence[Weights], positions: Sequence[Positions], fusion: Fusion | None = None) -> list[Finding]:
    """Everything that is found when the messages arrive in the order in which they were sent, the last revisions."""
    fusion = fusion or make_fusion()
    kept: dict[str, Finding] = {}
    messages: list[Weights | Positions] = [*weights, *positions]
    now = START_US
    for message in sorted(messages, key=lambda message: message.sent_at):
        now = message.sent_at
        if isinstance(message, Weights):
            fusion.weights(message)
        else:
            fusion.positions(message)
        kept.update({finding.id: finding for finding in fusion.findings(now)})
    kept.update({finding.id: finding for finding in fusion.findings(now + 10_000_000)})
    return sorted(kept.values(), key=lambda finding: finding.at_us)


def table(findings: Sequence[Finding]) -> str:
    """One line a finding: when, what, who, how many of which, and why it is doubtful."""
    names = {gtin(name): name for name in PRODUCTS}
    lines = []
    for finding in findings:
        best = finding.best
        if best.gtin is None:
            lines.append(f"{(finding.at_us - START_US) / 1e6:.0f} s nothing")
            continue
        who = best.trip or "nobody"
        if finding.kind == "handed_over":
            who = f"{finding.giver} to {finding.taker}"
        what = f"{(finding.at_us - START_US) / 1e6:.0f} s {who} {finding.kind} {best.quantity} {names[best.gtin]}"
        lines.append(" ".join([what, *([] if finding.is_sure else ["?"]), *finding.reasons]))
    return "\n".join(lines)

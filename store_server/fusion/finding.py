"""What fusion found: that something moved on or off plates, what it may have been, and who may have done it."""

from dataclasses import dataclass
from typing import Literal

from store_client.contract.cart import Reason

Kind = Literal["picked", "put_back", "handed_over"]

SURE = 0.95
"""A reading whose probability reaches this is *sure*; below it a person should look (see ``Finding.is_sure``)."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One explanation. ``gtin`` None: nothing was taken; ``trip`` None: somebody who was not tracked.

    ``probability`` is that of product, quantity and trip all being right; those of a finding sum to at most 1.
    """

    gtin: str | None
    quantity: int
    trip: str | None
    probability: float
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class PlateStep:
    """The step that was read from one plate: at ``before`` grams until ``begin_us``, at ``after`` from ``end_us`` on."""

    plate: str
    begin_us: int
    end_us: int
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that changed hands. The same ``id`` with a higher ``revision`` replaces what was said before.

    ``plates``: where the step was seen, the strongest first; ``grams``: the fitted step, negative when taken;
    (x, y, z): where, in metres of the planogram. ``readings`` are never empty, best first. ``of``: the finding of the
    pick that a put-back undoes (or that a hand-over passes on), where known. ``giver`` and ``taker``: trips, for
    hand-overs only. ``steps``: what ``grams`` was read from, at least one for each plate whose level was known. A finding whose best reading has ``gtin`` None and ``quantity`` 0 takes back what an earlier
    revision said.
    """

    id: str
    kind: Kind
    at_us: int
    plates: tuple[str, ...]
    grams: float
    x: float
    y: float
    z: float
    readings: tuple[Reading, ...]
    reasons: tuple[Reason, ...] = ()
    of: str | None = None
    giver: str | None = None
    taker: str | None = None
    revision: int = 0
    steps: tuple[PlateStep, ...] = ()

    @property
    def best(self) -> Reading:
        return self.readings[0]

    @property
    def is_sure(self) -> bool:
        return self.best.probability >= SURE

"""A small site and what its devices would send."""

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from store_client.contract.device import Site
from store_client.contract.gtin import make_gtin
from store_client.contract.live import Weights
from store_client.contract.money import Money
from store_client.contract.planogram import Facing, Gate, Gondola, Planogram, Plate, Point
from store_client.contract.product import Product
from store_client.contract.store import Policies, Store

STORE = "corner"
MILK = make_gtin("952000000011")
RATE_HZ = 60.0
SHAPE = (12, 2, 3)
"""Samples, shelves, plates of a batch."""
BATCH_US = 200_000

PLANOGRAM = Planogram(
    store=STORE,
    version=1,
    valid_from=datetime(2026, 1, 1, tzinfo=UTC),
    outline=[Point(0, 0), Point(6, 0), Point(6, 4), Point(0, 4)],
    gates=[Gate("g1", "Gate 1", 0.5, 0, 1.0, 1.57)],
    gondolas=[
        Gondola(g, f"Gondola {g}", [Point(2, g), Point(4, g), Point(4, g + 0.5), Point(2, g + 0.5)], 0, 1.8)
        for g in (1, 2)
    ],
    plates=[
        Plate(f"{g}.{s}.{p}", g, s, p, 2 + p * 0.3, g, 0.5 + s, 0.3, 0.4)
        for g in (1, 2)
        for s in range(2)
        for p in range(3)
    ],
    facings=[Facing("f1", MILK, ["1.0.0", "1.0.1"], 12)],
)
SITE = Site(
    store=Store(STORE, "Corner", "Europe/Berlin", "EUR", "included", Policies(30, Money(5_000, "EUR"), 24, 4, 24)),
    planogram=PLANOGRAM,
    products=[Product(MILK, "Milk 1 l", Money(149, "EUR"), 700, 1030.0, "Dairy")],
    cameras=[],
    sources=[],
)


def weights(
    seq: int,
    at_us: int,
    values: NDArray[np.float32] | None = None,
    *,
    gondola: int = 1,
    epoch: str = "device",
    sent_at: int | None = None,
    v: int = 1,
) -> Weights:
    """A batch whose first sample was taken at ``at_us``; 100 g on every plate if nothing is said."""
    readings = np.full(SHAPE, 100, np.float32) if values is None else values.astype(np.float32)
    measured_at = at_us + BATCH_US
    return Weights(
        epoch=epoch,
        seq=seq,
        measured_at=measured_at,
        sent_at=measured_at if sent_at is None else sent_at,
        v=v,
        gondola=gondola,
        first_at=at_us,
        rate_hz=RATE_HZ,
        shape=(readings.shape[0], readings.shape[1], readings.shape[2]),
        grams=readings.astype("<f4").tobytes(),
    )

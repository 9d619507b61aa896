"""What the store keeps of the past, as the desk shows it. Called in a worker's thread."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from console.domain.then import MARKED_US, TRAIL_US, Window, make_window
from console.work.operation import Cancellation
from store_client.client import StoreClient
from store_client.contract.live import AlertMessage, Event, Health, Kind, Positions, Scan, Weights
from store_client.contract.moment import from_micros
from store_client.live import KeptMessage, LiveFeed
from store_client.live.messages import Garbled, OtherVersion

MOUTHFUL, BITE, BREATH_S = 256, 32, 0.01
SLACK_US = 2_000_000
"""Sensors' messages lie in the order in which they were measured, but for so much."""
LATE_US = 30_000_000
"""What happened is told late: a pick is decided seconds after it."""
HEALTH_US = 5_000_000
"""Health comes once a second."""


def read_window(
    client: StoreClient,
    feed: LiveFeed,
    store: str,
    begin_us: int,
    end_us: int,
    every: int,
    cancellation: Cancellation,
    *,
    is_ahead: bool = False,
) -> Window:
    """Of [begin, end); of positions each ``every``-th message. ``is_ahead``: nobody waits for it, so that it is read in
    small bites between which the screens are drawn. Raises StoreError, Cancelled."""

    def kept(kind: Kind, before_us: int, late_us: int) -> list[KeptMessage]:
        found = []
        most = BITE if is_ahead else MOUTHFUL
        for one in feed.kept(kind, begin_us - before_us, end_us, late_us=late_us, batch=most):
            found.append(one)
            if len(found) % most == 0:
                cancellation.wait(BREATH_S if is_ahead else 0.0)
        return found

    with ThreadPoolExecutor(3, "window") as beside:  # each waits for another process, most of the time
        events = beside.submit(kept, "events", MARKED_US, LATE_US)
        health = beside.submit(kept, "health", HEALTH_US, SLACK_US)
        positions = beside.submit(kept, "positions", TRAIL_US, SLACK_US)
        # In this thread, which has a connection to the store from before: to make one takes longer than the answer.
        inside = client.inside(store, from_micros(begin_us), from_micros(end_us))
        seen = sorted(positions.result(), key=lambda one: one.measured_at)
        return make_window(begin_us, end_us, seen[::every], health.result(), events_of(events.result()), inside.stays)


def events_of(kept: Iterable[KeptMessage]) -> Iterator[Event]:
    """But for carts, which come as they were and not as they were told."""
    for one in kept:
        if one.event == "cart_changed":
            continue
        try:
            message = one.message()
        except (Garbled, OtherVersion):
            continue
        if not isinstance(message, Weights | Positions | Health | AlertMessage | Scan):
            yield message


def read_beginnings(
    client: StoreClient, feed: LiveFeed | None, cameras: Sequence[str], now: datetime, cancellation: Cancellation
) -> tuple[int | None, int | None]:
    """Since when positions are kept, and pictures of some camera; None where none are. Raises StoreError."""
    kept_us = None if feed is None else feed.kept_from("positions")
    begins = []
    for camera in cameras:
        cancellation.check()
        recording = client.recording(camera, now - timedelta(seconds=1), now)
        if recording.begins_at is not None:
            begins.append(recording.begins_at)
    return kept_us, min(begins, default=None)

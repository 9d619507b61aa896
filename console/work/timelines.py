"""What there is in a stretch of the past, so that one finds a moment in it: pictures, and what happened."""

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer

from console.domain.commands.replay import LookAtTimeline
from console.domain.timeline import Timeline
from console.work.errand import Errands
from console.work.live import LiveDesk
from console.work.operation import Cancellation
from console.work.replay_reading import LATE_US, events_of
from store_client.client import StoreClient
from store_client.contract.live import DoorMoved, Event, GateMoved
from store_client.contract.moment import from_micros
from store_client.live import LiveFeed

TOPIC = "timeline"
SETTLE_MS = 120
"""Who turns the wheel asks once."""
MOST_US = 7_200_000_000
"""Of a longer stretch it is not read what happened: that would be tens of thousands of messages."""
MOST_EVENTS = 1_000
_QUIET = frozenset({"opened", "closed"})


class Timelines(QObject):
    """State: ``Desk.timeline``. What is known of another stretch stays until this one's is there."""

    def __init__(self, errands: Errands, live: LiveDesk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._errands = errands
        self._live = live
        self._asked: LookAtTimeline | None = None
        self._settling = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settling.timeout.connect(self._read)

    def look(self, command: LookAtTimeline) -> None:
        if command == self._asked_without_events() and self._is_under_way():
            return  # more of it is being read already
        self._asked = command
        self._settling.start()

    def _asked_without_events(self) -> LookAtTimeline | None:
        return None if self._asked is None else replace(self._asked, has_events=False)

    def _is_under_way(self) -> bool:
        return self._settling.isActive() or self._errands.runner.is_running(TOPIC)

    def _read(self) -> None:
        desk, asked = self._errands.desk, self._asked
        if asked is None or desk.store.value is None:
            return
        door, feed = self._errands.door, self._live.feed
        cameras = [camera.id for camera in desk.cameras.value]
        span = asked.since_us, min(asked.until_us, desk.clock.now_us())
        if span[1] <= span[0]:
            return

        known = desk.timeline.value

        def work(cancellation: Cancellation) -> Timeline:
            recorded = _recorded(door.client, cameras, span, cancellation)
            if not asked.has_events or feed is None:
                return replace(known, recorded=recorded)
            if span[1] - span[0] > MOST_US:
                return Timeline(span, recorded, (), is_thinned=True)
            events = _happened(feed, span, cancellation)
            every = -(-len(events) // MOST_EVENTS)
            return Timeline(span, recorded, events[:: max(1, every)], is_thinned=every > 1)

        title = self.tr("Reading what there is on the time line")
        self._errands.run(TOPIC, title, work, desk.timeline.set, is_quiet=True)


def _recorded(
    client: StoreClient, cameras: Iterable[str], span: tuple[int, int], cancellation: Cancellation
) -> tuple[tuple[int, int], ...]:
    spans: list[tuple[int, int]] = []
    for camera in cameras:
        cancellation.check()
        recording = client.recording(camera, from_micros(span[0]), from_micros(span[1]))
        spans += [(one.begins_at, one.ends_at) for one in recording.spans]
    return merged(spans)


def merged(spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Stretches that are in any of them, in order."""
    found: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if found and begin <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((begin, end))
    return tuple(found)


def _happened(feed: LiveFeed, span: tuple[int, int], cancellation: Cancellation) -> tuple[Event, ...]:
    found: dict[str, Event] = {}
    kept = feed.kept("events", *span, late_us=LATE_US)
    for event in events_of(kept):
        cancellation.check()
        if not (isinstance(event, GateMoved | DoorMoved) and event.state in _QUIET):
            found[event.id] = event
    return tuple(sorted(found.values(), key=lambda event: event.measured_at))

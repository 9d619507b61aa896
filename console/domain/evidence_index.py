"""A case's evidence, found by moment: which event, which pictures, whose trail, how far the clocks may be off."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from console.domain.shelf_index import ShelfIndex
from store_client.contract.case import CaseLine
from store_client.contract.evidence import Evidence, EvidencePicture, FittedStep, Lacking, PlateTrace
from store_client.contract.live import CartChanged, DeviceKind, Event, HandedOver, Picked, PutBack, ReviewWanted
from store_client.contract.planogram import plate_indices

Handling = Picked | PutBack
Handled = Picked | PutBack | HandedOver
_STEADY_US = 50_000


@dataclass(frozen=True, slots=True)
class ClockError:
    """How far the times shown may be off at a moment: ± ``us``, of the source that is least sure."""

    us: int
    kind: DeviceKind
    device: str


@dataclass(frozen=True, slots=True, eq=False)
class TrackFixes:
    """Where one track was. ``at_us``: int64 [n], ascending; ``xy``: float64 [n, 2], metres. ``trip``: the last it had."""

    track: str
    trip: str | None
    at_us: NDArray[np.int64]
    xy: NDArray[np.float64]


class EvidenceIndex:
    """All is sorted by time once, when the evidence comes. ``evidence``: without its fixes, which ``tracks`` has as columns:
    of a busy visit they are half a million objects."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = replace(evidence, fixes=[])
        told = (event for event in evidence.events if not isinstance(event, CartChanged | ReviewWanted))
        self.events: tuple[Event, ...] = tuple(sorted(told, key=lambda event: event.measured_at))
        self.handled: tuple[Handled, ...] = tuple(event for event in self.events if isinstance(event, Handled))
        self._moments = [event.measured_at for event in self.handled]
        self._pictures: dict[str, list[EvidencePicture]] = defaultdict(list)  # by event
        for picture in evidence.pictures:
            self._pictures[picture.event].append(picture)
        self.traces: Mapping[str, Sequence[PlateTrace]] = _by_plate(evidence.traces)
        self._steps: dict[str, list[FittedStep]] = defaultdict(list)
        for step in evidence.steps:
            self._steps[step.plate].append(step)
        self.tracks = _tracks(evidence)
        self.shelves = None if evidence.planogram is None else ShelfIndex(evidence.planogram)

    # ---- events

    def event(self, key: object) -> Event | None:
        return next((event for event in self.events if event.id == key), None)

    def handled_at(self, at_us: int) -> Handled | None:
        """What was taken, put back or handed over nearest to a moment."""
        if not self.handled:
            return None
        place = bisect_left(self._moments, at_us)
        near = self.handled[max(0, place - 1) : place + 1]
        return min(near, key=lambda event: abs(event.measured_at - at_us))

    def of_line(self, line: CaseLine) -> tuple[Handled, ...]:
        """What a line was billed from; where the store does not say, all of the trip that moved its product."""
        wanted = frozenset(line.events)
        found = tuple(event for event in self.handled if event.id in wanted)
        return found or tuple(event for event in self.handled if event.gtin == line.gtin)

    def chief(self, events: Sequence[Handled]) -> Handled | None:
        """The one to look at first: the pick that is least sure; else whatever is."""
        picks = [event for event in events if isinstance(event, Picked)]
        return min(picks or events, key=lambda event: event.probability, default=None)

    # ---- what was kept with them

    def pictures_at(self, at_us: int, event: str | None) -> tuple[EvidencePicture, ...]:
        """Of each camera that saw ``event``, the picture nearest to a moment; the camera that sees its place best first."""
        nearest: dict[str, EvidencePicture] = {}
        for picture in self._pictures.get(event or "", ()):
            before = nearest.get(picture.camera)
            if before is None or abs(picture.at - at_us) < abs(before.at - at_us):
                nearest[picture.camera] = picture
        return tuple(sorted(nearest.values(), key=lambda picture: -picture.score))

    def wanted_pictures(self, event: str | None) -> tuple[str, ...]:
        """Hashes of all pictures, the most wanted first: those of ``event`` by score, then those of what is near it."""
        chosen = self.event(event)
        at_us = self.evidence.begins_at if chosen is None else chosen.measured_at
        ordered = sorted(
            self.evidence.pictures,
            key=lambda picture: (picture.event != event, abs(picture.at - at_us) // 10_000_000, -picture.score),
        )
        return tuple(dict.fromkeys(picture.sha256 for picture in ordered))

    def steps(self, plate: str) -> Sequence[FittedStep]:
        return self._steps.get(plate, ())

    def plates_of(self, event: Handled | None) -> tuple[str, ...]:
        """The plates that an event moved."""
        return tuple(event.plates) if isinstance(event, Handling) else ()

    def lacking(self, event: str | None, *kinds: str) -> tuple[Lacking, ...]:
        """What could not be kept of an event, or of the whole trip."""
        return tuple(
            one for one in self.evidence.lacking if one.kind in kinds and (one.event is None or one.event == event)
        )

    # ---- time

    def stops(self, events: Iterable[Event] | None = None) -> tuple[int, ...]:
        """Where the cursor stops: at each event, and at each picture."""
        moments = [event.measured_at for event in (self.events if events is None else events)]
        return tuple(sorted({*moments, *(picture.at for picture in self.evidence.pictures)}))

    def covered(self) -> tuple[tuple[int, int], ...]:
        """The stretches of which somebody's position is known, joined."""
        seen = np.unique(np.concatenate([np.empty(0, np.int64), *(track.at_us for track in self.tracks)]))
        if not len(seen):
            return ()
        breaks = np.flatnonzero(np.diff(seen) > 1_500_000) + 1
        return tuple((int(part[0]), int(part[-1])) for part in np.split(seen, breaks))

    def clock_error(self, event: Handled | None, picture: EvidencePicture | None) -> ClockError | None:
        """Of all that is shown together: the picture, the plates of the event, the positions. None where nobody knows."""
        gondolas = {f"gondola-{plate_indices(plate)[0]}" for plate in self.plates_of(event)}
        found = [
            ClockError(clock.error_us, clock.kind, clock.device)
            for clock in self.evidence.clocks
            if clock.kind == "tracker" or clock.device in gondolas
        ]
        if picture is not None:
            found.append(ClockError(picture.clock_error_us, "camera", picture.camera_name))
        return max(found, key=lambda one: one.us, default=None)


def _by_plate(traces: Iterable[PlateTrace]) -> dict[str, list[PlateTrace]]:
    """In order of time. Events close together keep the same readings twice: they are told once."""
    found: dict[str, list[PlateTrace]] = defaultdict(list)
    for trace in sorted(traces, key=lambda trace: trace.first_at):
        known = found[trace.plate]
        if known and trace.first_at + _length_us(trace) <= known[-1].first_at + _length_us(known[-1]) + _STEADY_US:
            continue
        known.append(trace)
    return found


def _length_us(trace: PlateTrace) -> int:
    return round(len(trace.grams) * 1e6 / trace.rate_hz)


def _tracks(evidence: Evidence) -> tuple[TrackFixes, ...]:
    """In the order in which they were first told of; of two fixes of one moment the later one counts. A busy hour has some
    100,000 of them, and the window waits."""
    fixes = evidence.fixes
    tracks, trips = [fix.track for fix in fixes], [fix.trip for fix in fixes]
    numbers = {track: number for number, track in enumerate(dict.fromkeys(tracks))}
    last_trips = {track: trip for track, trip in zip(tracks, trips, strict=True) if trip is not None}
    number = np.array([numbers[track] for track in tracks], np.int64)
    at_us = np.array([fix.at for fix in fixes], np.int64)
    xy = np.column_stack([np.array([fix.x for fix in fixes]), np.array([fix.y for fix in fixes])]).astype(np.float64)
    order = np.lexsort((at_us, number))  # alike ones stay as they were told
    number, at_us, xy = number[order], at_us[order], xy[order]
    is_last = np.append((np.diff(number) != 0) | (np.diff(at_us) != 0), True)[: len(fixes)]
    number, at_us, xy = number[is_last], at_us[is_last], xy[is_last]
    ends = np.searchsorted(number, np.arange(len(numbers)), side="right").tolist()
    return tuple(
        TrackFixes(track, last_trips.get(track), at_us[begin:end], xy[begin:end])
        for track, begin, end in zip(numbers, [0, *ends], ends, strict=False)
    )

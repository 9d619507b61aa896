"""Which track is which trip: from the gate's scans and from where tracks appear and vanish. Pure.

Scans come within milliseconds, tracks seconds after the fact; so a scan waits for the tracks of its own moment. A track
that appears where another has just vanished is taken for the same person seen anew. Who passes a gate without a code
of their own (a tailgater, staff) has no trip.
"""

from bisect import insort
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import cos, hypot, sin

import msgspec

from store_client.contract.device import GateScan, Track, Tracks
from store_client.contract.live import Position
from store_client.contract.planogram import Planogram
from store_server.cart.visit import VisitClosed, VisitOpened, VisitResumed

GATE_METRES = 3.0
"""Within this, the line through a gate parts inside from outside."""
THROUGH_METRES = 0.1
"""How far beyond the line of a gate one has passed it."""
AT_GATE_METRES = 0.8
"""Whoever passes a gate is this near to it; those who wait for their turn are not."""
SCAN_EARLY_US = 500_000
SCAN_LATE_US = 15_000_000
"""Someone of a group may pass the gate so long after the scan."""
NEXT_US = 300_000
"""Once the next code was shown for so long, those of the code before are through."""
ALONE_US = 5_000_000
"""A scan with nobody at its gate so long after it belongs to the one new track, wherever that is."""
LOST_US = 20_000_000
"""How long a vanished track may be seen anew."""
LEAST_LOST_US = 50_000
JUMP_METRES = 0.7
WALK = 1.6
"""Metres a second that somebody may have gone while they were not tracked."""
MOST_METRES = 6.0
BLIND_US = 5_000_000
"""Somebody whom the tracker lost so shortly before a scan at the gate near by may be who passed it."""
GONE_US = 4_000_000
"""A trip of which somebody has left is over when its tracks have been gone for so long."""
TIMEOUT_US = 180_000_000
"""A trip of which nothing has been seen for so long is over without a scan."""
KEEP_US = 60_000_000
SET_BACK_US = 1_000_000
"""Tracks that are so much earlier than those before them: the clock was set back."""


VisitChange = VisitOpened | VisitClosed


@dataclass(slots=True)
class _Visit:
    trip: str
    code: str
    gate: str
    people: int
    entered_us: int
    seen_us: int
    left: int = 0
    left_us: int = 0
    left_gate: str = ""


@dataclass(slots=True)
class _Entry:
    """A scan that still waits for ``wanted`` tracks to come through its gate."""

    trip: str
    gate: str
    at_us: int
    wanted: int


@dataclass(slots=True)
class _Known:
    """One track: where it was last, and whose it is."""

    track: str
    x: float
    y: float
    first_us: int
    seen_us: int
    trip: str | None = None
    is_followed: bool = False
    outside: str | None = None
    """The gate before which they are: they have not come in, or have gone out."""


@dataclass(slots=True)
class _Books:
    visits: dict[str, _Visit] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    entries: list[_Entry] = field(default_factory=list)
    exits: list[GateScan] = field(default_factory=list)
    tracks: dict[str, _Known] = field(default_factory=dict)
    resumed: dict[str, str] = field(default_factory=dict)
    """Tracks of before the start that have not been seen since, and their trips."""


class Visits:
    """A trip is one code at the gate; the tracks of a group that entered on one code share it."""

    def __init__(self, planogram: Planogram, *, new_id: Callable[[], str]) -> None:
        self._gates = {gate.id: gate for gate in planogram.gates}
        self._new_id = new_id
        self._books = _Books()
        self._at_us = 0

    def resume(self, visits: Iterable[VisitResumed], now_us: int) -> None:
        """Takes up again the trips under way when the program ended. Once, before anything is scanned or tracked."""
        for visit in visits:
            self._books.codes[visit.code] = visit.trip
            self._books.visits[visit.trip] = _Visit(
                visit.trip, visit.code, visit.gate, visit.people, visit.at_us, now_us
            )
            self._books.resumed.update(dict.fromkeys(visit.tracks, visit.trip))

    def scanned(self, scan: GateScan) -> list[VisitChange]:
        """What a scan at a gate opens or closes. A code shown again while its trip is inside adds people to it."""
        return self._entered(scan) if scan.direction == "entered" else self._left(scan)

    def tracked(self, tracks: Tracks) -> tuple[list[Position], list[VisitChange]]:
        """The people of ``tracks`` with their trips, and which trips are over by who is no longer there."""
        at = tracks.measured_at
        if at < self._at_us - SET_BACK_US:
            self._set_back(at)
        self._at_us = at
        new = [self._meet(track, at) for track in tracks.tracks if track.track not in self._books.tracks]
        for track in tracks.tracks:
            known = self._books.tracks[track.track]
            known.x, known.y, known.seen_us = track.x, track.y, at
        self._admit(at)
        self._recognise(new, at)
        people = [self._position(track, at) for track in tracks.tracks]
        changes = self._pass_out(at) + self._close(at)
        self._forget(at)
        return people, changes

    def _set_back(self, at_us: int) -> None:
        """The clock was: who was seen last is seen as long ago as before, and what was to come is not put off."""
        books = self._books
        for known in books.tracks.values():
            known.seen_us += at_us - self._at_us - 1
            known.first_us = min(known.first_us, known.seen_us)
        for visit in books.visits.values():
            visit.entered_us, visit.left_us = min(visit.entered_us, at_us), min(visit.left_us, at_us)
            visit.seen_us = min(visit.seen_us, at_us)
        for entry in books.entries:
            entry.at_us = min(entry.at_us, at_us)
        books.exits = [msgspec.structs.replace(scan, measured_at=min(scan.measured_at, at_us)) for scan in books.exits]

    def _entered(self, scan: GateScan) -> list[VisitChange]:
        books = self._books
        trip = books.codes.get(scan.code)
        people = max(scan.people, 1)
        if trip is not None:
            books.visits[trip].people += people
            self._await(_Entry(trip, scan.gate, scan.measured_at, people))
            return []
        trip = self._new_id()
        books.codes[scan.code] = trip
        books.visits[trip] = _Visit(trip, scan.code, scan.gate, people, scan.measured_at, scan.measured_at)
        self._await(_Entry(trip, scan.gate, scan.measured_at, people))
        return [VisitOpened(trip, scan.gate, scan.code, people, scan.payment_token, scan.card, scan.measured_at)]

    def _await(self, entry: _Entry) -> None:
        """In the order of the scans: one may overtake another on its way."""
        insort(self._books.entries, entry, key=lambda entry: entry.at_us)

    def _left(self, scan: GateScan) -> list[VisitChange]:
        trip = self._books.codes.get(scan.code)
        if trip is None:
            if not scan.code:
                self._books.exits.append(scan)
            return []
        return self._count_out(trip, scan)

    def _count_out(self, trip: str, scan: GateScan) -> list[VisitChange]:
        visit = self._books.visits[trip]
        visit.left += max(scan.people, 1)
        visit.left_us, visit.left_gate = max(visit.left_us, scan.measured_at), scan.gate
        return [self._end(visit, visit.left_us)] if visit.left >= visit.people else []

    def _end(self, visit: _Visit, at_us: int) -> VisitClosed:
        self._books.visits.pop(visit.trip, None)
        self._books.codes.pop(visit.code, None)
        self._books.entries = [entry for entry in self._books.entries if entry.trip != visit.trip]
        return VisitClosed(visit.trip, visit.left_gate or visit.gate, at_us)

    def _meet(self, track: Track, at_us: int) -> _Known:
        known = _Known(track.track, track.x, track.y, at_us, at_us)
        trip = self._books.resumed.pop(track.track, None)
        known.trip = trip if trip in self._books.visits else None
        self._books.tracks[track.track] = known
        return known

    def _metres(self, known: _Known, gate: str) -> float:
        place = self._gates.get(gate)
        return hypot(known.x - place.x, known.y - place.y) if place is not None else float("inf")

    def _through(self, known: _Known) -> str | None:
        """Keeps note of the side of the gates on which a track is; the gate that it has just passed inwards."""
        gate = min(self._gates.values(), key=lambda gate: self._metres(known, gate.id), default=None)
        if gate is None or self._metres(known, gate.id) > GATE_METRES:
            return None
        inwards = (known.x - gate.x) * cos(gate.angle) + (known.y - gate.y) * sin(gate.angle)
        if inwards < 0:
            known.outside = gate.id
        elif inwards > THROUGH_METRES and known.outside is not None:
            passed, known.outside = known.outside, None
            return passed
        return None

    def _admit(self, at_us: int) -> None:
        """Gives tracks that pass a gate the trip whose code was shown there last and still waits for somebody."""
        books = self._books
        present = [known for known in books.tracks.values() if known.seen_us == at_us]
        for known in present:
            gate = self._through(known)
            if gate is None or known.trip is not None:
                continue
            shown = [e for e in books.entries if e.gate == gate and e.wanted and e.at_us <= at_us + SCAN_EARLY_US]
            entry = next((e for e in reversed(shown) if e.at_us <= at_us - NEXT_US), shown[0] if shown else None)
            if entry is not None:
                known.trip = entry.trip
                entry.wanted -= 1
        free = [known for known in present if known.trip is None]
        for entry in books.entries:
            if at_us >= entry.at_us + ALONE_US and self._is_unmet(entry):
                self._admit_alone(entry, free)
        books.entries = [e for e in books.entries if e.wanted and at_us <= e.at_us + SCAN_LATE_US]

    def _admit_alone(self, entry: _Entry, free: list[_Known]) -> None:
        """Nobody was seen passing the gate: the only track that is new since the scan must be theirs."""
        new = [known for known in free if known.first_us >= entry.at_us - SCAN_EARLY_US and known.outside is None]
        if len(new) == 1:
            new[0].trip = entry.trip
            entry.wanted -= 1

    def _is_unmet(self, entry: _Entry) -> bool:
        return not any(known.trip == entry.trip for known in self._books.tracks.values())

    def _recognise(self, new: list[_Known], at_us: int) -> None:
        """Lets new tracks that have no trip go on from tracks that have just vanished near by, the nearest first."""
        lost = [
            known
            for known in self._books.tracks.values()
            if not known.is_followed
            and LEAST_LOST_US <= at_us - known.seen_us <= LOST_US
            and (known.trip is None or (known.trip in self._books.visits and known.outside is None))
        ]
        pairs = sorted(
            (metres, old.track, fresh.track)
            for fresh in new
            if fresh.trip is None
            for old in lost
            if old.outside is not None or fresh.outside is None
            if (metres := hypot(old.x - fresh.x, old.y - fresh.y))
            <= min(JUMP_METRES + WALK * (at_us - old.seen_us) / 1e6, MOST_METRES)
        )
        for _, old_track, fresh_track in pairs:
            old, fresh = self._books.tracks[old_track], self._books.tracks[fresh_track]
            if not old.is_followed and fresh.trip is None:
                fresh.trip, old.is_followed = old.trip, True
                fresh.outside = fresh.outside or old.outside

    def _position(self, track: Track, at_us: int) -> Position:
        known = self._books.tracks[track.track]
        trip = known.trip
        visit = self._books.visits.get(trip) if trip is not None else None
        if visit is not None:
            visit.seen_us = max(visit.seen_us, at_us)
        # Named as it is known: each message brings a name of its own, and many messages are kept.
        return Position(known.track, trip, track.x, track.y, track.quality, track.hands)

    def _pass_out(self, at_us: int) -> list[VisitChange]:
        """Who left without a code being read: whoever was at the gate then; often somebody who has no trip."""
        changes: list[VisitChange] = []
        for scan in [scan for scan in self._books.exits if scan.measured_at <= at_us]:
            self._books.exits.remove(scan)
            trip = self._passer(scan.gate, at_us)
            if trip in self._books.visits:
                changes.extend(self._count_out(trip, scan))
        return changes

    def _passer(self, gate: str, at_us: int) -> str | None:
        """The trip of who is at the gate; if nobody is tracked there, of who vanished near it just before."""
        tracks = [known for known in self._books.tracks.values() if not known.is_followed]
        there = [k for k in tracks if k.seen_us == at_us and self._metres(k, gate) <= AT_GATE_METRES]
        vanished = [k for k in tracks if at_us - BLIND_US <= k.seen_us < at_us and self._metres(k, gate) <= GATE_METRES]
        near = min(there or vanished, key=lambda known: self._metres(known, gate), default=None)
        return near.trip if near is not None else None

    def _close(self, at_us: int) -> list[VisitChange]:
        changes: list[VisitChange] = []
        for visit in list(self._books.visits.values()):
            unseen = at_us - max(visit.seen_us, visit.left_us, visit.entered_us)
            if unseen > GONE_US and not visit.left:
                visit.left_gate = self._way_out(visit)
            if unseen > GONE_US and visit.left_gate:
                changes.append(self._end(visit, visit.left_us or visit.seen_us))
            elif unseen > TIMEOUT_US:
                self._end(visit, visit.seen_us)
                changes.append(VisitClosed(visit.trip, "", visit.seen_us, is_lost=True))
        return changes

    def _way_out(self, visit: _Visit) -> str:
        """The gate beyond which all of a trip were last seen, its own word of it being lost; empty if there is none."""
        last = [known for known in self._books.tracks.values() if known.trip == visit.trip and not known.is_followed]
        gates = [known.outside for known in last if known.outside is not None]
        return gates[-1] if len(gates) >= max(visit.people, len(last)) else ""

    def _forget(self, at_us: int) -> None:
        tracks = self._books.tracks
        for track in [known.track for known in tracks.values() if known.seen_us < at_us - KEEP_US]:
            del tracks[track]

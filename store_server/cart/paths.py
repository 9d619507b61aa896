"""Paths of trips, thinned to a point a second and kept in stretches; and which tracks they were."""

from dataclasses import dataclass, field

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from store_client.contract.decoding import from_json, from_msgpack
from store_client.contract.live import Positions
from store_server.storage.trips import TripPathRow, TripRow

STEP_US = 1_000_000
STRETCH_US = 15_000_000
"""How much of a path a crash may lose."""
_PATIENCE_US = 3_000_000
_GONE_US = 60_000_000
"""After so long without anybody of a trip it has ended: positions are late, and come after its end."""

Fix = tuple[int, float, float]


@dataclass(slots=True)
class _Path:
    """``track``: the one person of a group whose path stands for the trip's, until they are lost. ``tracks``: of all
    of the group, kept so that they are still known when the store starts again."""

    track: str
    last_us: int
    tracks: set[str] = field(default_factory=set)
    has_new_track: bool = True
    fixes: list[Fix] = field(default_factory=list)
    written: int = 0


class Paths:
    """Paths not yet written. ``seen`` is cheap; ``write`` is given a session now and then."""

    def __init__(self) -> None:
        self._paths: dict[str, _Path] = {}
        self._now_us = 0

    def seen(self, positions: Positions) -> None:
        now_us = self._now_us = positions.measured_at
        for person in positions.people:
            if person.trip is None:
                continue
            path = self._paths.get(person.trip)
            if path is None:
                fixes = [(now_us, person.x, person.y)]
                self._paths[person.trip] = _Path(person.track, now_us, {person.track}, fixes=fixes)
                continue
            if person.track not in path.tracks:
                path.tracks.add(person.track)
                path.has_new_track = True
            path.last_us = min(path.last_us, now_us)  # the clock may have been set back
            since = now_us - path.last_us
            if since < STEP_US or (person.track != path.track and since < _PATIENCE_US):
                continue
            path.track = person.track
            path.last_us = now_us
            path.fixes.append((now_us, person.x, person.y))

    @property
    def is_due(self) -> bool:
        return any(
            path.has_new_track or (path.fixes and abs(path.last_us - path.fixes[0][0]) >= STRETCH_US)
            for path in self._paths.values()
        )

    def write(self, session: Session) -> None:
        """Writes all that was seen of trips that the store knows; ``written`` says when that was committed."""
        waiting = [trip for trip, path in self._paths.items() if path.fixes or path.has_new_track]
        for trip in session.scalars(select(TripRow).where(TripRow.id.in_(waiting))):
            path = self._paths[trip.id]
            if path.has_new_track:
                trip.tracks = msgspec.json.encode(sorted({*tracks_of(trip), *path.tracks})).decode()
            if path.fixes:
                points = msgspec.msgpack.encode(path.fixes)
                session.add(TripPathRow(trip=trip.id, from_us=path.fixes[0][0], points=points))
            path.written = len(path.fixes)

    def written(self) -> None:
        for trip, path in list(self._paths.items()):
            del path.fixes[: path.written]
            path.written = 0
            path.has_new_track = False
            if not path.fixes and abs(self._now_us - path.last_us) > _GONE_US:
                del self._paths[trip]

    def forget(self, trip: str) -> None:
        """The trip has ended and was written."""
        self._paths.pop(trip, None)


def tracks_of(trip: TripRow) -> tuple[str, ...]:
    return tuple(from_json(trip.tracks, list[str]))


def path_of(session: Session, trip: str) -> list[Fix]:
    stretches = session.scalars(select(TripPathRow.points).where(TripPathRow.trip == trip))
    return sorted(fix for points in stretches for fix in from_msgpack(points, list[Fix]))

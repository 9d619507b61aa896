"""From meeting hands to hand-overs: who gave what to whom."""

from collections.abc import Callable
from math import exp

from store_server.fusion.crowd import Crowd
from store_server.fusion.finding import Finding, Reading
from store_server.fusion.ledger import Held, Ledger
from store_server.fusion.meeting import Meeting

REAL = 0.92
"""Share of meetings of hands at which something is handed over."""
RECENT_US = 6_000_000
OLD = 0.05
"""What is handed over was mostly just taken; anything held earlier is this likely against it."""
CAME_US = 2_500_000
CAME = 3.0
"""Who gives comes to who is given, more often than the other way about."""
LIKELY = 0.5
"""Below this nothing is moved from cart to cart; a person should look."""
READINGS = 6


class HandoverJudge:
    """Asks the ledger what either side may have held."""

    def __init__(self, ledger: Ledger, crowd: Crowd, new_id: Callable[[], str]) -> None:
        self._ledger = ledger
        self._crowd = crowd
        self._new_id = new_id

    def decide(self, meeting: Meeting) -> list[Finding]:
        """One finding, or none if nobody held anything."""
        came = {
            trip: self._crowd.walked(trip, meeting.at_us - CAME_US, meeting.at_us)
            for trip in (meeting.one, meeting.other)
        }
        weighed = [
            (held, held.probability * _recent(meeting.at_us - held.since_us) * (CAME if trip == giver else 1.0))
            for giver in [max(came, key=lambda trip: came[trip])]
            for trip in (meeting.one, meeting.other)
            for held in self._ledger.held_by(trip)
        ]
        total = sum(weight for _, weight in weighed) + OLD
        weighed.sort(key=lambda pair: -pair[1])
        if not weighed:
            return []
        best = weighed[0][0]
        readings = [
            Reading(held.gtin, 1, _mate(meeting, held), REAL * weight / total, ("handed_over",))
            for held, weight in weighed[:READINGS]
        ]
        if readings[0].probability < LIKELY:
            rest = 1.0 - sum(reading.probability for reading in readings)
            readings.insert(0, Reading(None, 0, None, rest, ("handed_over",)))
        finding = Finding(
            id=self._new_id(),
            kind="handed_over",
            at_us=meeting.at_us,
            plates=(),
            grams=best.grams,
            x=meeting.x,
            y=meeting.y,
            z=meeting.z,
            readings=tuple(readings),
            reasons=("handed_over",),
            of=best.finding if readings[0].gtin is not None else None,
            giver=best.trip,
            taker=_mate(meeting, best),
        )
        self._ledger.record(finding)
        return [finding]


def _recent(age_us: int) -> float:
    return OLD + exp(-max(0, age_us) / RECENT_US)


def _mate(meeting: Meeting, held: Held) -> str:
    return meeting.other if held.trip == meeting.one else meeting.one

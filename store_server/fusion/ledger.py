"""What was found and still matters: who may hold what, and what lies where it does not belong."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from store_server.fusion.finding import Finding, Reading

LEAST_PROBABILITY = 0.01


@dataclass(frozen=True, slots=True)
class Held:
    """Units that a trip may hold from one pick (or from a hand-over). ``grams``: of one, as the plates weighed it when it was taken;
    ``probability``: that they hold it at all."""

    finding: str
    trip: str
    gtin: str
    quantity: int
    grams: float
    probability: float
    since_us: int


@dataclass(frozen=True, slots=True)
class Stray:
    """A product on a plate that is not its own. ``finding``: the put-back that says so."""

    finding: str
    gtin: str
    grams: float
    plate: int


class Ledger:
    """The findings of the trips that are inside, by the trips that their readings name."""

    def __init__(self) -> None:
        self._findings: dict[str, Finding] = {}
        self._by_trip: dict[str, list[str]] = {}
        self._returned: dict[str, dict[str, int]] = {}
        self._strays: dict[tuple[int, int], list[Stray]] = {}
        self._aside: frozenset[str] = frozenset()

    @contextmanager
    def without(self, findings: Collection[str]) -> Iterator[None]:
        """As if these had not been found, for whoever explains anew what led to them."""
        self._aside = frozenset(findings)
        try:
            yield
        finally:
            self._aside = frozenset()

    def record(self, finding: Finding) -> None:
        """Adds a finding, or replaces its earlier revision."""
        earlier = self._findings.get(finding.id)
        if earlier is not None:
            self._forget(earlier)
            for shelf in self._strays.values():
                shelf[:] = [stray for stray in shelf if stray.finding != finding.id]
        self._findings[finding.id] = finding
        for trip in {reading.trip for reading in finding.readings if reading.trip is not None}:
            self._by_trip.setdefault(trip, []).append(finding.id)
        if finding.kind != "picked" and finding.of is not None:
            self._returned.setdefault(finding.of, {})[finding.id] = finding.best.quantity

    def finding(self, finding_id: str) -> Finding | None:
        return self._findings.get(finding_id)

    def held_by(self, trip: str) -> Iterator[Held]:
        """What ``trip`` may hold, oldest first."""
        for finding_id in self._by_trip.get(trip, []):
            finding = self._findings[finding_id]
            if finding.kind == "put_back" or finding_id in self._aside:
                continue
            returned = sum(units for by, units in self._returned.get(finding_id, {}).items() if by not in self._aside)
            # Who was handed something else than the best reading says is not known well enough to ask.
            for reading in finding.readings if finding.kind == "picked" else finding.readings[:1]:
                quantity = reading.quantity - returned
                if (
                    reading.trip == trip
                    and reading.gtin is not None
                    and quantity > 0
                    and reading.probability > LEAST_PROBABILITY
                ):
                    grams = abs(finding.grams) / reading.quantity
                    yield Held(finding_id, trip, reading.gtin, quantity, grams, reading.probability, finding.at_us)

    def holders(self, gtin: str) -> Iterator[Held]:
        """Every trip that may hold ``gtin``."""
        for trip in list(self._by_trip):
            yield from (held for held in self.held_by(trip) if held.gtin == gtin)

    def reassign(self, held: Held, probability: float) -> Finding | None:
        """The pick of ``held`` once it is known that this trip had it; None if that was its best reading already."""
        finding = self._findings[held.finding]
        chosen = next(r for r in finding.readings if r.trip == held.trip and r.gtin == held.gtin)
        if chosen is finding.best:
            return None
        rest = sum(r.probability for r in finding.readings if r is not chosen)
        scale = (1 - probability) / rest if rest > 0 else 0.0
        others = tuple(replace(r, probability=r.probability * scale) for r in finding.readings if r is not chosen)
        revised = replace(
            finding,
            readings=(replace(chosen, probability=probability), *others),
            revision=finding.revision + 1,
        )
        self.record(revised)
        return revised

    def lay(self, gondola: int, shelf: int, stray: Stray) -> None:
        self._strays.setdefault((gondola, shelf), []).append(stray)

    def strays(self, gondola: int, shelf: int, first: int, last: int) -> list[Stray]:
        """Products lying on plates ``first`` to ``last`` that do not belong there."""
        lying = self._strays.get((gondola, shelf), [])
        return [stray for stray in lying if first <= stray.plate <= last and stray.finding not in self._aside]

    def pick_up(self, gondola: int, shelf: int, stray: Stray) -> None:
        """Where it was picked up already it is the next of its kind: of two that go at once each is read as the first."""
        lying = self._strays.get((gondola, shelf), [])
        alike = [other for other in lying if other.gtin == stray.gtin]
        if alike:
            lying.remove(min(alike, key=lambda other: (other != stray, abs(other.plate - stray.plate))))

    def close(self, inside: Collection[str], before_us: int) -> None:
        """Lets go of trips that are not ``inside`` any more, such as one that a later revision of an old pick has named again,
        and of findings before ``before_us`` that none of those inside is in."""
        for trip in [trip for trip in self._by_trip if trip not in inside]:
            del self._by_trip[trip]
        for finding in list(self._findings.values()):
            is_old = finding.at_us < before_us
            if is_old and not any(reading.trip in self._by_trip for reading in finding.readings):
                self._forget(finding)
                self._returned.pop(finding.id, None)

    def _forget(self, finding: Finding) -> None:
        self._findings.pop(finding.id, None)
        for trip in {reading.trip for reading in finding.readings if reading.trip is not None}:
            kept = [other for other in self._by_trip.get(trip, []) if other != finding.id]
            if kept:
                self._by_trip[trip] = kept
            else:
                self._by_trip.pop(trip, None)
        if finding.of is not None:
            self._returned.get(finding.of, {}).pop(finding.id, None)


def nothing() -> Reading:
    """The reading of a finding that is taken back."""
    return Reading(None, 0, None, 1.0)

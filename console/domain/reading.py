"""What else a line of a case could have been: the sensors' ranked alternatives, as decisions that can be taken."""

from collections.abc import Mapping
from dataclasses import dataclass

from store_client.contract.case import CaseLine, DecidedLine, DecisionReason
from store_client.contract.evidence import Evidence
from store_client.contract.live import Picked

LEAST = 0.005
"""What is less likely would be shown as 0 %."""


@dataclass(frozen=True, slots=True)
class Reading:
    """``gtin`` None: nothing was taken; ``visit``: of whoever it could have been instead, None: this shopper, 0: somebody
    without a visit. ``is_said``: as it was billed."""

    gtin: str | None
    quantity: int
    visit: int | None
    probability: float
    reasons: tuple[str, ...] = ()
    is_said: bool = False

    def decides(self, line: CaseLine) -> tuple[DecidedLine, DecisionReason]:
        """The line as it stands if this is what happened."""
        if self.is_said:
            return DecidedLine(line.line, line.billed_quantity), "other"
        rest = max(0, line.billed_quantity - self.quantity)
        if self.gtin is None or self.visit is not None:
            return DecidedLine(line.line, rest), "not_taken"
        if self.gtin == line.gtin:
            return DecidedLine(line.line, min(self.quantity, line.billed_quantity)), "wrong_quantity"
        return DecidedLine(line.line, rest, self.gtin), "wrong_product"


def readings_of(line: CaseLine, evidence: Evidence) -> tuple[Reading, ...]:
    """Of the picks that the line was billed from; the same reading of several picks once, as likely as at its likeliest."""
    billed_from = frozenset(line.events)
    found: dict[tuple[str | None, int, int | None], Reading] = {}
    for event in evidence.events:
        if not isinstance(event, Picked) or event.id not in billed_from:
            continue
        for other in event.alternatives:
            visit = None if other.trip == evidence.trip else _visit(evidence.visits, other.trip)
            units = 0 if other.gtin is None else other.quantity
            is_said = (other.gtin, units, other.trip) == (event.gtin, event.quantity, event.trip)
            if other.gtin is None:
                visit = None
            key = (other.gtin, units, visit)
            before = found.get(key)
            if before is None or before.probability < other.probability:
                amount = event.quantity if other.gtin is None else units
                found[key] = Reading(other.gtin, amount, visit, other.probability, tuple(other.reasons), is_said)
    named = [one for one in found.values() if one.is_said or one.probability >= LEAST]
    return tuple(sorted(named, key=lambda one: -one.probability))


def _visit(visits: Mapping[str, int], trip: str | None) -> int:
    return visits.get(trip or "", 0)

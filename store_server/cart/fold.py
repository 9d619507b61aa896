"""From findings to what a shopper holds: pure.

A cart is nothing but its findings and the changes by staff, folded in the order in which they happened; a finding that
is revised is folded anew, so a late look of the cameras moves a line to another cart by itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from store_client.contract.cart import Reason
from store_server.fusion.finding import Finding

LEAST_RIVAL = 0.02
"""Less likely readings of a doubtful finding cast no doubt on a line."""
SAME_GRAMS, SAME_SHARE = 5.0, 0.02
"""What weighs as much as was taken, to within one or the other, is what was taken."""


@dataclass(frozen=True, slots=True)
class Change:
    """Units that staff added (positive) or took back (negative)."""

    id: str
    at_us: int
    gtin: str
    quantity: int


@dataclass(frozen=True, slots=True)
class HeldLine:
    """``confidence``: product of the probabilities of all that made the line what it is. ``taken_us``: of the unit
    taken last among those still held."""

    gtin: str
    quantity: int
    confidence: float
    taken_us: int
    plates: tuple[str, ...]
    events: tuple[str, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """Lines in the order in which they came to be. ``is_doubtful``: something that made this cart wants a look, even
    if its line is gone again. A doubtful pick that was surely put back, gram for gram, leaves no doubt behind."""

    lines: tuple[HeldLine, ...]
    is_doubtful: bool


@dataclass(slots=True)
class _Unit:
    source: str
    taken_us: int
    plates: tuple[str, ...]


@dataclass(slots=True)
class _Line:
    confidence: float = 1.0
    units: list[_Unit] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)

    def touch(self, finding: Finding) -> None:
        self.confidence *= finding.best.probability
        self.events.append(finding.id)
        for reason in (*finding.reasons, *finding.best.reasons):
            self.note(reason)

    def note(self, reason: Reason) -> None:
        if reason not in self.reasons:
            self.reasons.append(reason)

    def take_off(self, units: int, source: str | None) -> int:
        """Takes off units, those of ``source`` first, then the newest. Returns how many were missing."""
        for _ in range(units):
            if not self.units:
                break
            matching = [unit for unit in self.units if unit.source == source]
            self.units.remove((matching or self.units)[-1])
            units -= 1
        return units


def fold(trip: str, findings: Iterable[Finding], changes: Sequence[Change] = ()) -> Held:
    """What ``trip`` holds. Findings that do not concern it are passed over; their order does not matter."""
    lines: dict[str, _Line] = {}
    doubts: dict[str, Finding] = {}
    missing = False
    steps = [(f.at_us, f.id, f) for f in findings] + [(c.at_us, c.id, c) for c in changes]
    for _, _, step in sorted(steps, key=lambda step: step[:2]):
        if isinstance(step, Change):
            missing |= _change(lines, step) > 0
        else:
            units = units_for(step, trip)
            if units == 0 or step.best.gtin is None:
                continue
            line = lines.setdefault(step.best.gtin, _Line())
            lacks = _handle(line, step, units) > 0
            missing |= lacks
            if lacks or not step.is_sure:
                doubts[step.id] = step
            elif step.of in doubts and not line.units and _undoes(step, doubts[step.of]):
                del doubts[step.of]
        for gtin in [gtin for gtin, line in lines.items() if not line.units]:
            del lines[gtin]
    for doubt in doubts.values():
        if units_for(doubt, trip) < 0:
            _cast(doubt, trip, lines)
    return Held(tuple(_held(gtin, line) for gtin, line in lines.items()), missing or bool(doubts))


def _undoes(put_back: Finding, pick: Finding) -> bool:
    """Whatever it was and whoever took it: it lies there again, and they hold nothing of the kind."""
    if (pick.kind, put_back.kind) != ("picked", "put_back"):
        return False
    unit = abs(pick.grams) / max(abs(pick.best.quantity), 1)
    return abs(pick.grams + put_back.grams) <= min(max(SAME_GRAMS, SAME_SHARE * abs(pick.grams)), unit / 2)


def _cast(doubt: Finding, trip: str, lines: Mapping[str, _Line]) -> None:
    """Notes at the lines that are still there that it may have been theirs what was put back or handed over."""
    for reading in doubt.readings:
        is_own = trip == (doubt.giver if doubt.kind == "handed_over" else reading.trip)
        line = lines.get(reading.gtin or "")
        if is_own and line is not None and reading.probability >= LEAST_RIVAL:
            for reason in reading.reasons or doubt.reasons:
                line.note(reason)


def units_for(finding: Finding, trip: str) -> int:
    """By how many units ``finding`` changes the cart of ``trip``."""
    quantity = abs(finding.best.quantity)
    if finding.best.gtin is None:
        return 0
    if finding.kind == "handed_over":
        return quantity * ((finding.taker == trip) - (finding.giver == trip))
    if finding.best.trip != trip:
        return 0
    return quantity if finding.kind == "picked" else -quantity


def _handle(line: _Line, finding: Finding, units: int) -> int:
    line.touch(finding)
    if units > 0:
        line.units += [_Unit(finding.id, finding.at_us, finding.plates)] * units
        return 0
    return line.take_off(-units, finding.of)


def _change(lines: dict[str, _Line], change: Change) -> int:
    line = lines.setdefault(change.gtin, _Line())
    line.note("changed_by_staff")
    if change.quantity < 0:
        return line.take_off(-change.quantity, None)
    line.units += [_Unit(change.id, change.at_us, ())] * change.quantity
    return 0


def _held(gtin: str, line: _Line) -> HeldLine:
    plates = dict.fromkeys(plate for unit in line.units for plate in unit.plates)
    return HeldLine(
        gtin=gtin,
        quantity=len(line.units),
        confidence=line.confidence,
        taken_us=max(unit.taken_us for unit in line.units),
        plates=tuple(plates),
        events=tuple(line.events),
        reasons=tuple(line.reasons),
    )

"""From explanations to findings: what is said, how sure, why not surer, and what it means for who holds what."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import exp

from store_client.contract.cart import Reason
from store_server.fusion.explanation import Action, Explanation, named
from store_server.fusion.finding import SURE, Finding, Reading
from store_server.fusion.ledger import Ledger, Stray, nothing
from store_server.fusion.movement import Part

SLOW_US = 2_000_000
READINGS = 6
LEAST_SHARE = 0.002
LEAST_RIVAL = 0.02
"""Share from which a runner-up is a reason to doubt."""
Key = tuple[str | None, int, str | None]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """``is_blind``: positions never came; ``is_one_of_many``: other products moved with it; ``is_crowded``: several
    people were near."""

    is_blind: bool
    is_one_of_many: bool
    is_crowded: bool


class Recorder:
    """Writes findings, and keeps the ledger by them."""

    def __init__(self, ledger: Ledger, new_id: Callable[[], str]) -> None:
        self._ledger = ledger
        self._new_id = new_id

    def record(
        self,
        part: Part,
        explanations: Sequence[Explanation],
        evidence: float,
        replaced: Sequence[str],
        circumstances: Circumstances,
    ) -> list[Finding]:
        """A finding for each action of the best explanation, and what else it revises.

        ``replaced``: earlier findings that these stand for; those left over are taken back.
        """
        found: list[Finding] = []
        actions = explanations[0].actions
        for finding_id in replaced[len(actions) :]:
            found.extend(self._withdrawn(finding_id))
        for place, action in enumerate(actions):
            earlier = self._ledger.finding(replaced[place]) if place < len(replaced) else None
            found.extend(self._finding(part, action, explanations, evidence, earlier, circumstances))
        return found

    def _withdrawn(self, finding_id: str) -> list[Finding]:
        earlier = self._ledger.finding(finding_id)
        if earlier is None or earlier.best.gtin is None:
            return []
        withdrawn = replace(earlier, readings=(nothing(),), reasons=(), of=None, revision=earlier.revision + 1)
        self._ledger.record(withdrawn)
        return [withdrawn]

    def _finding(
        self,
        part: Part,
        action: Action,
        explanations: Sequence[Explanation],
        evidence: float,
        earlier: Finding | None,
        circumstances: Circumstances,
    ) -> list[Finding]:
        readings = _readings(action, explanations, evidence)
        reasons = tuple(dict.fromkeys(self._reasons(part, action, explanations[0], readings, circumstances)))
        finding = Finding(
            id=self._new_id() if earlier is None else earlier.id,
            kind="picked" if action.is_taken else "put_back",
            at_us=part.moved_us,
            plates=named(part),
            grams=-action.grams if action.is_taken else action.grams,
            x=part.spot.x if part.spot else 0.0,
            y=part.spot.y if part.spot else 0.0,
            z=part.spot.z if part.spot else 0.0,
            readings=(replace(readings[0], reasons=reasons), *readings[1:]),
            reasons=reasons,
            of=action.held.finding if action.held is not None else None,
            revision=0 if earlier is None else earlier.revision + 1,
            steps=part.steps,
        )
        self._ledger.record(finding)
        self._note_strays(action, finding)
        if action.held is not None:
            revised = self._ledger.reassign(action.held, max(readings[0].probability, action.held.probability))
            if revised is not None:
                return [revised, finding]
        return [finding]

    def _reasons(
        self,
        part: Part,
        action: Action,
        explanation: Explanation,
        readings: Sequence[Reading],
        circumstances: Circumstances,
    ) -> Iterator[Reason]:
        if circumstances.is_blind or action.who is None:
            yield "no_vision"
        if not action.is_home and action.stray is None:
            yield "planogram_wrong" if action.is_taken else "put_back_elsewhere"
        if action.is_off:
            yield "weight_wrong"
        is_unexplained = not action.is_taken and action.held is None and action.trip is not None
        if is_unexplained and any(held.trip != action.trip for held in self._ledger.holders(action.gtin)):
            yield "handed_over"
        if len({one.trip for one in explanation.actions}) > 1:
            yield "crossed_hands"
        if readings[0].probability >= SURE:
            return
        rivals = [reading for reading in readings[1:] if reading.probability > LEAST_RIVAL]
        if any(rival.gtin is not None and rival.gtin != action.gtin for rival in rivals):
            yield "same_weight"
        if circumstances.is_crowded and any(r.gtin is not None and r.trip != action.trip for r in rivals):
            yield "crossed_hands"
        if circumstances.is_one_of_many or action.quantity > 1 or len(explanation.actions) > 1:
            yield "two_picks_at_once"
        if any(rival.gtin is None for rival in rivals):
            yield "hand_resting"
        if part.end_us - part.start_us > SLOW_US:
            yield "lifted_slowly"

    def _note_strays(self, action: Action, finding: Finding) -> None:
        gondola, shelf, plate = (int(text) for text in finding.plates[0].split("."))
        if action.stray is not None:
            self._ledger.pick_up(gondola, shelf, action.stray)
        elif not action.is_taken and not action.is_home:
            self._ledger.lay(gondola, shelf, Stray(finding.id, action.gtin, action.grams / action.quantity, plate))


def _readings(action: Action, explanations: Sequence[Explanation], evidence: float) -> list[Reading]:
    """What ``action`` may have been instead, by product, quantity and trip, itself first.

    An explanation speaks for it if any of its actions does the same; otherwise its first action is a rival.
    """
    own: Key = (action.gtin, action.quantity, action.trip)
    shares: dict[Key, float] = {own: 0.0}
    for explanation in explanations:
        keys = [(a.gtin, a.quantity, a.trip) for a in explanation.actions if a.is_taken == action.is_taken]
        rival: Key = keys[0] if keys else (None, 0, None)
        key = own if own in keys else rival
        shares[key] = shares.get(key, 0.0) + exp(explanation.score - evidence)
    order = sorted(shares, key=lambda key: (key != own, -shares[key]))
    return [
        Reading(*key, min(shares[key], 1.0), _why(key, own))
        for key in order[:READINGS]
        if shares[key] > LEAST_SHARE or key == own
    ]


def _why(key: Key, own: Key) -> tuple[Reason, ...]:
    """What sets a runner-up apart from the best reading."""
    if key == own:
        return ()
    if key[0] is None:
        return ("hand_resting",)
    reasons: list[Reason] = []
    if key[0] != own[0]:
        reasons.append("same_weight")
    if key[1] != own[1]:
        reasons.append("two_picks_at_once")
    if key[2] != own[2]:
        reasons.append("crossed_hands")
    return tuple(reasons)

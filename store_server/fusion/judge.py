"""From movements to findings: what moved together, what undoes what, how sure it is, and why not surer."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product as cross
from math import exp, log

from store_client.contract.cart import Reason
from store_server.fusion.crowd import Near
from store_server.fusion.explanation import Explainer, Explanation, named, total
from store_server.fusion.finding import SURE, Finding, Kind, Reading
from store_server.fusion.layout import Layout
from store_server.fusion.ledger import Ledger, Stray, nothing
from store_server.fusion.movement import Movement, Part, joined

TOGETHER = log(0.15)
"""Two products leave one shelf in one movement."""
RESUMED = log(0.05)
"""A movement goes on where an earlier one had seemed to end: a hand that rested, a product lifted slowly."""
PAUSE_US = 6_000_000
SLOW_US = 2_000_000
READINGS = 6
LEAST_SHARE = 0.002

SNATCHED = log(0.02)
"""Something put down is taken away from the same plates within seconds, against a hand that rested on them."""
BOTH = log(0.004)
"""Two people each take one of a product at one time, against one of them taking two."""

Watch = Callable[[Part, int], Sequence[Near]]
"""Who was near a part at a time (µs)."""


@dataclass(frozen=True, slots=True)
class _Verdict:
    """A part with its explanations; ``evidence``: log p of the part under all of them."""

    part: Part
    explanations: tuple[Explanation, ...]
    evidence: float

    @property
    def best(self) -> Explanation:
        return self.explanations[0]


@dataclass(frozen=True, slots=True)
class _Past:
    """A verdict of the last seconds, and the finding it led to."""

    verdict: _Verdict
    finding: str | None
    people: tuple[Near, ...]


class Judge:
    """Decides movements in the order in which they ended."""

    def __init__(self, layout: Layout, ledger: Ledger, new_id: Callable[[], str]) -> None:
        self._layout = layout
        self._ledger = ledger
        self._new_id = new_id
        self._explainer = Explainer(layout, ledger)
        self._past: dict[tuple[int, int], list[_Past]] = {}

    def decide(self, movement: Movement, watch: Watch, *, is_blind: bool) -> list[Finding]:
        """``watch``: who was near a part while it moved; ``is_blind``: positions never came."""
        place = (movement.gondola, movement.shelf)
        past = [p for p in self._past.get(place, []) if p.verdict.part.end_us >= movement.start_us - PAUSE_US]
        findings: list[Finding] = []
        verdicts = self._parted(movement, watch)
        for verdict in verdicts:
            people = tuple(watch(verdict.part, verdict.part.moved_us))
            earlier = self._resumed(verdict, past, people)
            replaced = None
            if earlier is not None:
                past.remove(earlier[0])
                verdict, replaced = earlier[1], earlier[0].finding
            own = self._shared(verdict, watch)
            for each in own:
                is_many = len(verdicts) + len(own) > 2
                made = self._find(each, people, replaced, is_blind=is_blind, is_one_of_many=is_many)
                replaced = None
                findings.extend(made)
            past.append(_Past(verdict, made[0].id if made and made[0].best.gtin is not None else None, people))
        self._past[place] = past
        return findings

    def _verdict(self, part: Part, people: Sequence[Near]) -> _Verdict:
        explanations = self._explainer.explain(part, people)
        return _Verdict(part, tuple(explanations), total([e.score for e in explanations]))

    def _parted(self, movement: Movement, watch: Watch) -> list[_Verdict]:
        """The parts of a movement, joined where one product stood on several."""
        parts = movement.parts[:6]
        best: list[_Verdict] = []
        best_score = float("-inf")
        for cuts in cross((False, True), repeat=len(parts) - 1):
            blocks: list[list[Part]] = [[parts[0]]]
            for part, cut in zip(parts[1:], cuts, strict=True):
                if cut:
                    blocks.append([part])
                else:
                    blocks[-1].append(part)
            score = TOGETHER * (len(blocks) - 1)
            verdicts = []
            for block in blocks:
                part = joined(block, self._layout)
                verdict = self._verdict(part, watch(part, part.moved_us))
                largest = max(abs(p.grams) for p in block)
                score += verdict.evidence - (len(block) - 1) * log(max(largest, 20.0))
                verdicts.append(verdict)
            if score > best_score:
                best, best_score = verdicts, score
        return best

    def _resumed(
        self, verdict: _Verdict, past: Sequence[_Past], people: Sequence[Near]
    ) -> tuple[_Past, _Verdict] | None:
        """The earlier verdict that this one goes on from, and both as one; None if they are better apart."""
        plates = {index for index, _ in verdict.part.plates}
        for earlier in reversed(past):
            if not plates & {index for index, _ in earlier.verdict.part.plates}:
                continue
            whole = self._whole(earlier.verdict.part, verdict.part)
            merged = self._verdict(whole, people)
            apart = earlier.verdict.evidence + verdict.evidence
            if earlier.verdict.part.grams > 0 > verdict.part.grams:
                apart += SNATCHED
            if merged.evidence + RESUMED - log(60.0) > apart:
                return earlier, merged
            return None
        return None

    def _whole(self, first: Part, second: Part) -> Part:
        """Two changes of the same plates one after the other: the least and the last level count."""
        grams: dict[int, float] = {}
        for index, value in (*first.plates, *second.plates):
            grams[index] = grams.get(index, 0.0) + value
        plates = tuple(sorted(grams.items(), key=lambda plate: -abs(plate[1])))
        whole = joined((first, second), self._layout)
        return replace(whole, plates=plates, spot=second.spot or first.spot, moved_us=second.moved_us)

    def _shared(self, verdict: _Verdict, watch: Watch) -> list[_Verdict]:
        """Two verdicts where two of a product are likelier to have gone to two people, one to each."""
        part, best = verdict.part, verdict.best
        if best.quantity != 2 or best.who is None or part.grams > 0:
            return [verdict]
        early, late = (watch(part, at_us) for at_us in part.parts_us)
        pairs = [
            (one.support + other.support + BOTH, one, other)
            for one in early
            for other in late
            if one.trip != other.trip and one.track != other.track
        ]
        score, first, second = max(pairs, key=lambda pair: pair[0], default=(0.0, None, None))
        if first is None or second is None or score < best.who.support:
            return [verdict]
        half = replace(part, grams=part.grams / 2, plates=tuple((index, grams / 2) for index, grams in part.plates))
        return [
            self._verdict(replace(half, moved_us=at_us), [near for near in people if near.trip != other.trip])
            for at_us, people, other in zip(part.parts_us, (early, late), (second, first), strict=True)
        ]

    def _find(
        self, verdict: _Verdict, people: Sequence[Near], replaced: str | None, *, is_blind: bool, is_one_of_many: bool
    ) -> list[Finding]:
        best, part = verdict.best, verdict.part
        earlier = None if replaced is None else self._ledger.finding(replaced)
        if best.gtin is None:
            if earlier is None or earlier.best.gtin is None:
                return []
            withdrawn = replace(earlier, readings=(nothing(),), of=None, revision=earlier.revision + 1)
            self._ledger.record(withdrawn)
            return [withdrawn]
        readings = self._readings(verdict)
        reasons = tuple(self._reasons(verdict, readings, people, is_blind=is_blind, is_many=is_one_of_many))
        kind: Kind = "picked" if part.grams < 0 else "put_back"
        finding = Finding(
            id=self._new_id() if earlier is None else earlier.id,
            kind=kind,
            at_us=part.moved_us,
            plates=named(part),
            grams=part.grams,
            x=part.spot.x if part.spot else 0.0,
            y=part.spot.y if part.spot else 0.0,
            z=part.spot.z if part.spot else 0.0,
            readings=(replace(readings[0], reasons=reasons), *readings[1:]),
            reasons=reasons,
            of=best.held.finding if best.held is not None else None,
            revision=0 if earlier is None else earlier.revision + 1,
        )
        self._ledger.record(finding)
        found = [finding]
        if best.held is not None:
            revised = self._ledger.reassign(best.held, max(readings[0].probability, best.held.probability))
            if revised is not None:
                found.insert(0, revised)
        self._note_strays(best, finding)
        return found

    def _readings(self, verdict: _Verdict) -> list[Reading]:
        """Explanations summed by product, quantity and trip, as probabilities."""
        shares: dict[tuple[str | None, int, str | None], float] = {}
        for explanation in verdict.explanations:
            key = (explanation.gtin, explanation.quantity, explanation.trip)
            shares[key] = shares.get(key, 0.0) + exp(explanation.score - verdict.evidence)
        best = (verdict.best.gtin, verdict.best.quantity, verdict.best.trip)
        order = sorted(shares, key=lambda key: (key != best, -shares[key]))
        return [
            Reading(gtin, quantity, trip, shares[gtin, quantity, trip], self._why(verdict, gtin, trip))
            for gtin, quantity, trip in order[:READINGS]
            if shares[gtin, quantity, trip] > LEAST_SHARE or (gtin, quantity, trip) == best
        ]

    def _why(self, verdict: _Verdict, gtin: str | None, trip: str | None) -> tuple[Reason, ...]:
        """What sets a runner-up apart from the best reading."""
        best = verdict.best
        if gtin is None:
            return ("hand_resting",)
        reasons: list[Reason] = []
        if gtin != best.gtin:
            reasons.append("same_weight")
        if trip != best.trip:
            reasons.append("crossed_hands")
        return tuple(reasons)

    def _reasons(
        self,
        verdict: _Verdict,
        readings: Sequence[Reading],
        people: Sequence[Near],
        *,
        is_blind: bool,
        is_many: bool,
    ) -> Iterator[Reason]:
        best, part = verdict.best, verdict.part
        if is_blind or best.who is None:
            yield "no_vision"
        if not best.is_home and best.stray is None:
            yield "put_back_elsewhere" if part.grams > 0 else "planogram_wrong"
        if best.is_off:
            yield "weight_wrong"
        if part.grams > 0 and best.held is None:
            is_held = any(held.trip != best.trip for held in self._ledger.holders(best.gtin or ""))
            if is_held:
                yield "handed_over"
        if readings[0].probability >= SURE:
            return
        others = [reading for reading in readings[1:] if reading.probability > 0.02]
        if any(other.gtin is not None and other.gtin != best.gtin for other in others):
            yield "same_weight"
        if any(other.gtin is not None and other.trip != best.trip for other in others) and len(people) > 1:
            yield "crossed_hands"
        if is_many or best.quantity > 1:
            yield "two_picks_at_once"
        if any(other.gtin is None for other in others):
            yield "hand_resting"
        if part.end_us - part.start_us > SLOW_US:
            yield "lifted_slowly"

    def _note_strays(self, best: Explanation, finding: Finding) -> None:
        gondola, shelf, plate = (int(text) for text in finding.plates[0].split("."))
        if best.stray is not None:
            self._ledger.pick_up(gondola, shelf, best.stray)
        elif finding.kind == "put_back" and not best.is_home and best.gtin is not None:
            grams = abs(finding.grams) / max(best.quantity, 1)
            self._ledger.lay(gondola, shelf, Stray(finding.id, best.gtin, grams, plate))

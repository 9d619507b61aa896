"""From movements to verdicts: what moved together, and what goes on from what was there before."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product as cross
from math import log

from store_server.fusion.explanation import Explainer, Explanation, Witnessed, total
from store_server.fusion.finding import Finding
from store_server.fusion.layout import Layout
from store_server.fusion.ledger import Ledger
from store_server.fusion.movement import Movement, Part, joined
from store_server.fusion.statement import Circumstances, Recorder

TOGETHER = log(0.15)
"""Two products leave one shelf in one movement."""
RESUMED = log(0.05 / 60.0)
"""A movement goes on where an earlier one had seemed to end, anywhere within some 60 g: a hand that rested, a product
lifted slowly."""
RESTED = log(0.3 / 150.0)
"""It had only been a hand that rested there, with anything up to some 150 g."""
SNATCHED = log(0.02)
"""Something put down is taken away from the same plates within seconds, against a hand that rested on them."""
PAUSE_US = 6_000_000
MOST_PARTS = 6
"""Of a hand that sweeps along a shelf so many are weighed together, in each way in which they can be joined, and then the next."""

Watch = Callable[[Part], Witnessed]


@dataclass(frozen=True, slots=True)
class _Verdict:
    """A part with its explanations, the best first; ``evidence``: log p of the part under all of them."""

    part: Part
    seen: Witnessed
    explanations: tuple[Explanation, ...]
    evidence: float


@dataclass(frozen=True, slots=True)
class _Past:
    """What is kept of a verdict of the last seconds, which is not its hundreds of explanations; and the findings it led to."""

    part: Part
    seen: Witnessed
    evidence: float
    findings: tuple[str, ...]


class Judge:
    """Decides movements in the order in which they were made."""

    def __init__(self, layout: Layout, ledger: Ledger, new_id: Callable[[], str]) -> None:
        self._layout = layout
        self._ledger = ledger
        self._explainer = Explainer(layout, ledger)
        self._recorder = Recorder(ledger, new_id)
        self._past: dict[tuple[int, int], list[_Past]] = {}

    def decide(self, movement: Movement, watch: Watch, *, is_blind: bool) -> list[Finding]:
        """``watch``: who was near a part while it moved; ``is_blind``: positions never came."""
        place = (movement.gondola, movement.shelf)
        since_us, until_us = movement.start_us - PAUSE_US, movement.end_us + PAUSE_US
        past = [p for p in self._past.get(place, []) if since_us <= p.part.end_us <= until_us]
        findings: list[Finding] = []
        parts = movement.parts
        some = [parts[first : first + MOST_PARTS] for first in range(0, len(parts), MOST_PARTS)]
        verdicts = [verdict for few in some for verdict in self._parted(few, watch)]
        for verdict in verdicts:
            earlier = self._resumed(verdict, past)
            replaced: tuple[str, ...] = ()
            if earlier is not None:
                past.remove(earlier[0])
                verdict, replaced = earlier[1], earlier[0].findings
            circumstances = Circumstances(is_blind, len(verdicts) > 1, len(verdict.seen.then) > 1)
            made = self._recorder.record(verdict.part, verdict.explanations, verdict.evidence, replaced, circumstances)
            own = tuple(finding.id for finding in made if finding.at_us == verdict.part.moved_us)
            past.append(_Past(verdict.part, verdict.seen, verdict.evidence, own))
            findings.extend(made)
        self._past[place] = past
        return findings

    def _verdict(self, part: Part, seen: Witnessed) -> _Verdict:
        explanations = self._explainer.explain(part, seen)
        return _Verdict(part, seen, tuple(explanations), total([e.score for e in explanations]))

    def _parted(self, parts: Sequence[Part], watch: Watch) -> list[_Verdict]:
        """The parts of a movement, joined where one product stood on several."""
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
                verdict = self._verdict(part, watch(part))
                largest = max(abs(p.grams) for p in block)
                score += verdict.evidence - (len(block) - 1) * log(max(largest, 20.0))
                verdicts.append(verdict)
            if score > best_score:
                best, best_score = verdicts, score
        return best

    def _resumed(self, verdict: _Verdict, past: Sequence[_Past]) -> tuple[_Past, _Verdict] | None:
        """The earlier verdict that this one goes on from, and both as one; None if they are better apart."""
        plates = {index for index, _ in verdict.part.plates}
        for earlier in reversed(past):
            if not plates & {index for index, _ in earlier.part.plates}:
                continue
            is_earlier = abs(earlier.part.grams) >= abs(verdict.part.grams)
            main: _Past | _Verdict = earlier if is_earlier else verdict
            with self._ledger.without(earlier.findings):
                merged = self._verdict(self._whole(earlier.part, verdict.part, main.part), main.seen)
            apart = earlier.evidence + verdict.evidence
            going_on = RESUMED
            if earlier.part.grams > 0 > verdict.part.grams:
                apart += SNATCHED
                going_on = RESTED
            return (earlier, merged) if merged.evidence + going_on > apart else None
        return None

    def _whole(self, first: Part, second: Part, main: Part) -> Part:
        """Two changes of the same plates one after the other: the first and the last level count, and the moment of
        ``main``, the greater of them."""
        grams: dict[int, float] = {}
        for index, value in (*first.plates, *second.plates):
            grams[index] = grams.get(index, 0.0) + value
        plates = tuple(sorted(grams.items(), key=lambda plate: -abs(plate[1])))
        whole = joined((first, second), self._layout)
        return replace(whole, plates=plates, spot=main.spot, moved_us=main.moved_us, parts_us=main.parts_us)

"""How well fusion knows who took what, against the hidden truth of the simulated store.

``python -m tests.benchmarks.fusion [--seeds N] [--minutes M] [--scenarios steady,rush]`` prints one JSON object.

Score (AutoCheckout 2020): over all (trip, product) of the trips that have left, with true units t and found units f,
TP = Σ min(t, f), precision = TP / Σ f, recall = TP / Σ t, F1 their harmonic mean. Nothing is reviewed by anyone.
``wrong_among_sure``: lines whose every event was called sure and whose quantity is wrong nevertheless. ``needs_person``:
the least share of trips, the most doubtful first, to be seen by a person so that the money error of all others
(Σ |found − true| × price over lines) is at most 1 % of what they truly owe. ``calibration``: findings by the probability
they were called with, and the share that was right in product, quantity and trip.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from statistics import median

import psutil

from store_client.contract.device import GateScan, Tracks
from store_client.contract.live import Positions, Weights
from store_server.cart.visit import VisitClosed, VisitOpened
from store_server.fusion.finding import SURE, Finding
from store_server.fusion.fusion import Fusion
from store_server.sensing.visits import Visits
from store_server.world.simulation import Simulation
from store_server.world.truth import Handling

MONEY_ERROR = 0.01
TARGETS = {"steady": 0.93, "rush": 0.88}
BINS = (0.0, 0.5, 0.8, 0.95, 0.99, 1.0001)
MATCH_US = 1_500_000
SHOWN = {"picked": "picked", "put_back": "put_back", "restocked": "put_back"}
"""How plates show what happened."""


@dataclass(slots=True)
class Day:
    """One simulated day as fusion saw it. ``trips``: trip → visit code."""

    simulation: Simulation
    findings: dict[str, Finding] = field(default_factory=dict)
    trips: dict[str, str] = field(default_factory=dict)
    closed: dict[str, int] = field(default_factory=dict)
    settled_after_us: list[int] = field(default_factory=list)
    fusion_s: float = 0.0
    world_s: float = 0.0


@dataclass(slots=True)
class Line:
    true: int
    found: int
    is_sure: bool
    price: int


@dataclass(slots=True)
class TripScore:
    doubt: float
    lines: list[Line]

    @property
    def owed(self) -> int:
        return sum(line.true * line.price for line in self.lines)

    @property
    def error(self) -> int:
        return sum(abs(line.true - line.found) * line.price for line in self.lines)


def live_through(scenario: str, seed: int, minutes: float) -> Day:
    """Lets a day's messages arrive in order, as the store would get them."""
    simulation = Simulation(scenario, seed)
    day = Day(simulation)
    ids = count()

    def new_id() -> str:
        return f"{next(ids):08d}"

    visits = Visits(simulation.planogram, new_id=new_id)
    fusion = Fusion(simulation.planogram, simulation.products, new_id=new_id)
    waiting: dict[str, int] = {}
    began = time.perf_counter()
    asked_us = 0
    for message in simulation.run(minutes * 60):
        start = time.process_time()
        changes: list[VisitOpened | VisitClosed] = []
        if isinstance(message, Weights):
            fusion.weights(message)
        elif isinstance(message, Tracks):
            people, changes = visits.tracked(message)
            fusion.positions(
                Positions(
                    epoch=message.epoch,
                    seq=message.seq,
                    measured_at=message.measured_at,
                    sent_at=message.sent_at,
                    people=people,
                )
            )
        elif isinstance(message, GateScan):
            changes = visits.scanned(message)
        for change in changes:
            if isinstance(change, VisitOpened):
                day.trips[change.trip] = change.code
            else:
                day.closed[change.trip] = waiting[change.trip] = change.at_us
        if simulation.arrived_us >= asked_us:
            asked_us = simulation.arrived_us + 200_000
            for finding in fusion.findings(simulation.arrived_us):
                day.findings[finding.id] = finding
            for trip in [trip for trip, at in waiting.items() if at <= fusion.watermark_us]:
                day.settled_after_us.append(simulation.arrived_us - waiting.pop(trip))
        day.fusion_s += time.process_time() - start
    day.world_s = time.perf_counter() - began - day.fusion_s
    return day


def carts(day: Day) -> dict[str, Counter[str]]:
    """What each trip is billed."""
    units: dict[str, Counter[str]] = {trip: Counter() for trip in day.trips}
    for finding in day.findings.values():
        best = finding.best
        if best.gtin is None:
            continue
        if finding.kind == "handed_over":
            if finding.giver in units and finding.taker in units:
                units[finding.giver][best.gtin] -= best.quantity
                units[finding.taker][best.gtin] += best.quantity
        elif best.trip in units:
            units[best.trip][best.gtin] += best.quantity if finding.kind == "picked" else -best.quantity
    return {trip: +counter for trip, counter in units.items()}


def score_trips(day: Day) -> list[TripScore]:
    """Every trip that left long enough before the end for its events to be in."""
    found = carts(day)
    prices = {product.gtin: product.price.minor for product in day.simulation.products}
    doubt = dict.fromkeys(day.trips, 1.0)
    unsure: set[tuple[str, str]] = set()
    for finding in day.findings.values():
        named = {reading.trip for reading in finding.readings} | {finding.giver, finding.taker}
        for trip in named & set(doubt):
            assert trip is not None
            right = finding.best.probability
            if trip not in (finding.best.trip, finding.giver, finding.taker):
                right = 1.0 - sum(r.probability for r in finding.readings if r.trip == trip)
            doubt[trip] *= max(right, 0.0)
        if finding.best.trip is not None and finding.best.gtin is not None and not finding.is_sure:
            unsure.add((finding.best.trip, finding.best.gtin))
    scores = []
    for trip, code in day.trips.items():
        left = day.simulation.truth.left.get(code)
        if left is None or left > day.simulation.now_us - 15_000_000:
            continue
        true = day.simulation.truth.bill(code)
        lines = [
            Line(true[gtin], found[trip][gtin], (trip, gtin) not in unsure, prices[gtin])
            for gtin in sorted(set(true) | set(found[trip]))
        ]
        scores.append(TripScore(1.0 - doubt[trip], lines))
    return scores


def needs_person(trips: Sequence[TripScore]) -> float:
    """Share of trips to be seen by a person, the most doubtful first, until the rest errs by 1 % of its money."""
    order = sorted(trips, key=lambda trip: trip.doubt)
    most = 0
    error = owed = 0
    for place, trip in enumerate(order, start=1):
        error += trip.error
        owed += trip.owed
        if error <= MONEY_ERROR * owed:
            most = place
    return 1.0 - most / len(order) if order else 0.0


def calibrate(day: Day, bins: list[list[tuple[float, bool]]], causes: Counter[str]) -> None:
    """Puts each finding into the bin of its probability, with whether it was right.

    Of what is lifted and set down at once a pick and the put-back that undoes it are right, and no finding at all is.
    """
    open_handlings = [h for h in day.simulation.truth.handlings if h.kind in SHOWN]
    kept = [f for f in day.findings.values() if f.best.gtin is not None and f.kind != "handed_over"]
    judged: dict[str, str] = {}
    for finding in sorted(kept, key=lambda finding: finding.at_us):
        near = [h for h in open_handlings if abs(h.at_us - finding.at_us) < MATCH_US and _same_shelf(h, finding)]
        near = [h for h in near if SHOWN.get(h.kind) == finding.kind]
        near.sort(key=lambda h: (h.gtin != finding.best.gtin, abs(h.at_us - finding.at_us)))
        if near:
            open_handlings.remove(near[0])
            code = None if finding.best.trip is None else day.trips.get(finding.best.trip)
            judged[finding.id] = _mistake(near[0], finding, code)
        else:
            judged[finding.id] = "nothing happened"
    for finding in kept:
        if judged[finding.id] == "nothing happened" and judged.get(finding.of or "") == "nothing happened":
            judged[finding.id] = judged[finding.of or ""] = "lifted and set down"
    causes.update(judged.values())
    causes["missed"] += sum(h.at_us < day.simulation.now_us - 15_000_000 for h in open_handlings)
    for finding in kept:
        for low, high, own in zip(BINS, BINS[1:], bins, strict=False):
            if low <= finding.best.probability < high:
                own.append((finding.best.probability, judged[finding.id] in ("right", "lifted and set down")))


def _same_shelf(handling: Handling, finding: Finding) -> bool:
    shelves = {plate.rpartition(".")[0] for plate in finding.plates}
    return any(plate.rpartition(".")[0] in shelves for plate in handling.plates)


def _mistake(handling: Handling, finding: Finding, code: str | None) -> str:
    if handling.gtin != finding.best.gtin:
        return "wrong product"
    if handling.quantity != finding.best.quantity:
        return "wrong quantity"
    return "right" if handling.code == code else "wrong person"


def score(scenario: str, seeds: Sequence[int], minutes: float) -> dict[str, object]:
    """All seeds of a scenario together."""
    trips: list[TripScore] = []
    bins: list[list[tuple[float, bool]]] = [[] for _ in BINS[1:]]
    causes: Counter[str] = Counter()
    settled: list[int] = []
    fusion_s = world_s = 0.0
    each = []
    for seed in seeds:
        day = live_through(scenario, seed, minutes)
        own = score_trips(day)
        trips += own
        calibrate(day, bins, causes)
        settled += day.settled_after_us
        fusion_s, world_s = fusion_s + day.fusion_s, world_s + day.world_s
        each.append(round(_f1(own)["f1"], 4))
    sure = [line for trip in trips for line in trip.lines if line.is_sure and line.found]
    settled.sort()
    return {
        "seeds": len(seeds),
        "minutes": minutes,
        "trips": len(trips),
        **{name: round(value, 4) for name, value in _f1(trips).items()},
        "f1_of_seeds": each,
        "target_f1": TARGETS.get(scenario),
        "trips_wholly_right": round(sum(trip.error == 0 for trip in trips) / max(len(trips), 1), 4),
        "sure_from": SURE,
        "sure_lines": len(sure),
        "wrong_among_sure": round(sum(line.found != line.true for line in sure) / max(len(sure), 1), 4),
        "needs_person": round(needs_person(trips), 4),
        "findings": dict(causes.most_common()),
        "calibration": [
            {
                "called": round(sum(p for p, _ in kept) / len(kept), 4),
                "right": round(sum(is_right for _, is_right in kept) / len(kept), 4),
                "findings": len(kept),
            }
            for kept in bins
            if kept
        ],
        "decided_after_leaving_s": {
            "median": round(median(settled) / 1e6, 2) if settled else None,
            "p95": round(settled[int(len(settled) * 0.95)] / 1e6, 2) if settled else None,
        },
        "fusion_share_of_core": round(fusion_s / (len(seeds) * minutes * 60), 4),
        "world_times_real_time": round(len(seeds) * minutes * 60 / max(world_s, 1e-9), 1),
    }


def _f1(trips: Sequence[TripScore]) -> dict[str, float]:
    lines = [line for trip in trips for line in trip.lines]
    right = sum(min(line.true, line.found) for line in lines)
    precision = right / max(sum(line.found for line in lines), 1)
    recall = right / max(sum(line.true for line in lines), 1)
    return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / max(precision + recall, 1e-9)}


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.fusion")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--minutes", type=float, default=15.0)
    parser.add_argument("--scenarios", default="steady,rush")
    given = parser.parse_args(arguments)
    began = time.perf_counter()
    result: dict[str, object] = {"benchmark": "fusion"}
    for scenario in given.scenarios.split(","):
        result[scenario] = score(scenario, range(1, given.seeds + 1), given.minutes)
    result["took_s"] = round(time.perf_counter() - began, 1)
    result["memory_mib"] = round(psutil.Process().memory_info().rss / 2**20)
    print(json.dumps(result, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Two desks, the store and its bank, broken in every way by a seed, for as long as one likes.

``python -m tests.benchmarks.machine [--steps N] [--seed N] [--only] [--self-check]`` prints one JSON object: steps, checks
of the books, faults by kind, what became of wishes and money, and the anomalies, each with its seed. A run ends with
everything healed; ``--only`` plays the one seed alone and prints its history. The self-check plants one fault after the
other (an idempotency memory that forgets, a provider's key made anew on each sending, a missing reserve …) and says after
which step of which seed each was found; a fault that is not found fails it.
"""

import argparse
import json
import logging
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.proof.planted import FAULTS
from tests.proof.rehearsal import Report, make_template, rehearse
from tests.proof.world import Anomaly

RUN = 2_000
"""Steps of one seed."""
MOST_SEEDS = 40
"""In which a planted fault is looked for."""
CHECKED = 1_200


def machine(seed: int, steps: int) -> dict[str, object]:
    report, anomalies, seeds = Report(), list[str](), list[int]()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as place:
        template = make_template(Path(place))
        while report.steps < steps:
            folder = Path(place) / str(seed)
            folder.mkdir()
            seeds.append(seed)
            try:
                report.add(rehearse(seed, RUN, folder, template))
            except Anomaly as anomaly:
                anomalies.append(str(anomaly).splitlines()[0])
                report.steps += anomaly.step
            seed += 1
    seconds = time.perf_counter() - began
    return {
        "benchmark": "machine",
        "seeds": [seeds[0], seeds[-1]],
        "steps": report.steps,
        "checks": report.checks,
        "seconds": round(seconds, 1),
        "ms_a_step": round(seconds / report.steps * 1_000, 2),
        "did": _sorted(report.did),
        "faults": _sorted(report.faults),
        "outcomes": _sorted(report.outcomes),
        "anomalies": anomalies,
    }


def self_check() -> dict[str, object]:
    found: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as place:
        template = make_template(Path(place))
        for number, (name, planted) in enumerate(FAULTS.items()):
            found[name] = None
            for seed in range(1, MOST_SEEDS + 1):
                folder = Path(place) / f"{number}-{seed}"
                folder.mkdir()
                try:
                    rehearse(seed, CHECKED, folder, template, planted)
                except Anomaly as anomaly:
                    what = str(anomaly).splitlines()[0]
                    is_meant = any(words in what for words in planted.found)
                    found[name] = {"seed": seed, "step": anomaly.step, "by_its_check": is_meant, "what": what[:160]}
                    break
    return {"benchmark": "machine self-check", "planted": len(FAULTS), "found": found}


def _sorted(counted: Counter[str]) -> dict[str, int]:
    return dict(sorted(counted.items()))


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.machine")
    parser.add_argument("--steps", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1_000, help="the first")
    parser.add_argument("--only", action="store_true", help="this seed alone, with its history")
    parser.add_argument("--self-check", action="store_true")
    given = parser.parse_args(words)
    logging.disable(logging.CRITICAL)  # deaths are what it is about
    if given.only:
        with tempfile.TemporaryDirectory() as place:
            template = make_template(Path(place))
            try:
                history = rehearse(given.seed, RUN, Path(place), template).history
            except Anomaly as anomaly:
                history = [*anomaly.history, str(anomaly).splitlines()[0]]
        print("\n".join(history))
        return 0
    result = self_check() if given.self_check else machine(given.seed, given.steps)
    print(json.dumps(result, indent=1, ensure_ascii=False))
    if given.self_check:
        return 0 if all(result["found"].values()) else 1  # type: ignore[attr-defined]
    return 1 if result["anomalies"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

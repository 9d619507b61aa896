"""The real desk killed at random while its clerk decides at the window.

``python -m tests.benchmarks.kills [--kills N] [--seed N]`` prints one JSON object: kills by the moment at which they came,
decisions carried out, movements at the provider, what was lost or done twice, and how long after each start nothing was
unanswered any more. Fails if anything was lost or done twice, or a doubt lasted longer than 30 s.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from tests.flows.kills import hunt

TARGET_S = 30.0


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.kills")
    parser.add_argument("--kills", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(words)
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as place:
        tally = hunt(Path(place), given.kills, given.seed)
    result = {
        "benchmark": "kills",
        "seed": given.seed,
        "kills": tally.kills,
        "killed_after": dict(sorted(tally.during.items())),
        "decided": tally.decided,
        "moved": tally.moved,
        "wrong": tally.wrong,
        "resolved_s": {"median": round(median(tally.resolved), 3), "worst": round(max(tally.resolved), 3)},
        "target_s": TARGET_S,
        "seconds": round(time.perf_counter() - began, 1),
    }
    print(json.dumps(result, indent=1, ensure_ascii=False))
    return 1 if tally.wrong or max(tally.resolved) > TARGET_S else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

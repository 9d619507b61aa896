"""Sixteen people claiming, deciding, approving and releasing at once at one real store.

``python -m tests.benchmarks.clients [--deeds N] [--rounds N] [--seed N]`` prints one JSON object: what was done and refused
on SQLite and on PostgreSQL (where it is installed), and every answer that no sequence of the same requests explains.
"""

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from store_server.storage.database import Database
from tests.proof.crowd import AGENTS, SUPERVISORS, crowd, open_store
from tests.storage import postgres
from tests.storage.databases import empty


def one(kind: str, deeds: int, rounds: int, seed: int) -> dict[str, object]:
    counts: Counter[str] = Counter()
    anomalies: list[str] = []
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as place, postgres.running() if kind == "postgresql" else nullcontext() as url:
        for number in range(rounds):
            if url is not None:
                _make_empty(url)
            store, passwords = open_store(Path(place) / f"store-{number}", url)
            try:
                told = crowd(store, passwords, deeds, seed + number)
            finally:
                store.stop()
            counts.update(told.counts)
            anomalies += [f"seed {seed + number}: {what}" for what in told.anomalies()]
    return {
        "requests": sum(counts.values()),
        "told": dict(sorted(counts.items())),
        "anomalies": anomalies,
        "seconds": round(time.perf_counter() - began, 1),
    }


def _make_empty(url: str) -> None:
    database = Database(url)
    database.migrate()
    database.close()
    empty(url)


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.clients")
    parser.add_argument("--deeds", type=int, default=40, help="of each person in each round")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(words)
    kinds = ["sqlite", *(["postgresql"] if postgres.binaries() is not None else [])]
    result = {kind: one(kind, given.deeds, given.rounds, given.seed) for kind in kinds}
    print(json.dumps({"benchmark": "clients", "people": AGENTS + SUPERVISORS, **result}, indent=1, ensure_ascii=False))
    return 1 if any(of_kind["anomalies"] for of_kind in result.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

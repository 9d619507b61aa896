"""Thousands of mutated pictures and streams, shown beside cameras that are as they should be.

``python -m tests.benchmarks.mutated_pictures [--pictures N] [--seed N]`` prints one JSON object: mutated inputs that came,
how many of them were still pictures and how many were none, decoders that ended by them, the most memory one took, and
what the desk noticed: its event loop, the pictures of the other cameras, problems, cv2 loaded in its process.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

from console.domain.commands.watching import Picturing, WatchCameras
from console.domain.demotion import Demotion
from console.tour.turns import TurnProbe
from store_client.contract.camera import Camera
from tests.benchmarks.projector import HEIGHT, RATE_HZ, WIDTH, Projector
from tests.benchmarks.wall_desk import WallDesk, filmed, run_for, run_until

MUTANTS = ("mutant0", "mutant1", "mutant2")
MODULE = "tests.benchmarks.mutants"


class EachIsDecoded(Demotion):
    """However hard it is."""

    def judge(self, now_s: float, load: float, areas: Mapping[str, int]) -> bool:
        return False


class Counts:
    """What came of each stream: a stream opened anew in another decoder counts from nothing."""

    def __init__(self, wall: WallDesk) -> None:
        self._wall = wall
        self._last: dict[int, tuple[int, int, int]] = {}
        self.most_mib = 0.0

    def look(self) -> None:
        for name, open_ in self._wall.pool._streams.items():
            if name in MUTANTS:
                self._last[open_.number] = open_.ring.came, open_.ring.garbled, open_.ring.latest
        for pid in self._wall.pool.all_pids:
            try:
                self.most_mib = max(self.most_mib, psutil.Process(pid).memory_info().rss / 2**20)
            except psutil.Error:
                continue

    def sums(self) -> tuple[int, int, int]:
        """Came, were none, were shown."""
        came, garbled, shown = (sum(counts[place] for counts in self._last.values()) for place in range(3))
        return came, garbled, shown


def measure(film: Path, pictures: int, seed: int) -> dict[str, object]:
    projector = Projector(film, module=MODULE, options=("--seed", str(seed)))
    wall, probe = WallDesk(projector.url, 4, (1_280, 760)), TurnProbe()
    good = tuple(wall.pictures)
    cameras = wall.desk.cameras.value
    wall.desk.cameras.set((*cameras, *(Camera(name, "s", name, "added", WIDTH, HEIGHT, [WIDTH]) for name in MUTANTS)))
    wall.pictures.update(dict.fromkeys(MUTANTS, 0))
    wall.pool._demotion = EachIsDecoded()
    counts, decoders = Counts(wall), set[int]()
    try:
        run_until(lambda: min(wall.pictures[name] for name in good) > RATE_HZ, 60, "every camera is shown")
        wall.pool.watch(WatchCameras("live_floor", tuple(Picturing(name, 320) for name in MUTANTS)))
        before, began = dict(wall.pictures), time.monotonic()
        probe.start()
        while sum(counts.sums()[1:]) < pictures and time.monotonic() - began < 1_800:
            run_for(0.2)
            counts.look()
            decoders.update(wall.pool.pids)
        probe.stop()
        passed = time.monotonic() - began
        came, garbled, shown = counts.sums()
        return {
            "benchmark": "mutated_pictures",
            "seed": seed,
            "mutated_pictures": came,
            "overtaken": came - garbled - shown,
            "seconds": round(passed, 1),
            "none_at_all": garbled,
            "still_pictures": shown,
            "decoders_ended": len(decoders - set(wall.pool.pids)),
            "most_mib_of_a_decoder": round(counts.most_mib, 1),
            "desk": {
                "event_loop": probe.report(),
                "other_cameras_hz": round(min((wall.pictures[name] - before[name]) / passed for name in good), 1),
                "problems": [problem.what for problem in wall.desk.problems.value],
                "has_cv2": "cv2" in sys.modules,
            },
            "load": [round(one, 1) for one in os.getloadavg()] if hasattr(os, "getloadavg") else None,
        }
    finally:
        wall.stop()
        projector.stop()


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.mutated_pictures")
    parser.add_argument("--pictures", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(words)
    with filmed(2.0) as film:
        result = measure(film, given.pictures, given.seed)
    print(json.dumps(result, indent=1, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Sixteen live tiles of 640 × 360 at 15 pictures a second, from a real server on the loopback.

``python -m tests.benchmarks.tiles [--seconds N | --minutes N] [--tiles N]`` prints one JSON object: pictures shown a second,
age of a picture when the desk takes it, how long the event loop lets others wait, drops, tiles that were shown less
often since this machine could not keep up, and the memory of the desk and its decoders, minute by minute.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import psutil

from console.tour.turns import TurnProbe
from tests.benchmarks.projector import HEIGHT, RATE_HZ, WIDTH, Projector
from tests.benchmarks.wall_desk import WallDesk, filmed, run_for, run_until

TARGETS = {"age_p99_ms": 150.0, "loop_p99_ms": 16.0}
SETTLED_S = 3.0
SIZE = (1_920, 1_130)


def memory_mib(wall: WallDesk) -> dict[str, float]:
    """Of its own, not shared: pictures on their way are counted once, with the desk."""
    decoders = sum(psutil.Process(pid).memory_full_info().uss for pid in wall.pool.all_pids)
    desk = psutil.Process().memory_full_info()
    return {"desk": round(desk.rss / 2**20, 1), "decoders": round(decoders / 2**20, 1)}


def measure(film: Path, tiles: int, seconds: float) -> dict[str, object]:
    projector = Projector(film)
    wall, probe = WallDesk(projector.url, tiles, SIZE), TurnProbe()
    try:
        run_until(lambda: min(wall.pictures.values()) > RATE_HZ, 60, "every camera is shown")
        run_for(SETTLED_S)
        before, memory, reduced = dict(wall.pictures), [memory_mib(wall)], 0
        del wall.ages_ms[:]
        began = minute = time.monotonic()
        probe.start()
        while time.monotonic() - began < seconds:
            run_for(min(1.0, seconds))
            streams = wall.desk.pictures.streams.values.values()
            reduced = max(reduced, sum(stream.every > 1 for stream in streams))
            if time.monotonic() - minute >= 60:
                minute = time.monotonic()
                memory.append(memory_mib(wall))
        probe.stop()
        passed = time.monotonic() - began
        memory.append(memory_mib(wall))
        rates = [(wall.pictures[name] - before[name]) / passed for name in before]
        p50, p99, worst = np.percentile(wall.ages_ms, [50, 99, 100])
        loop = probe.report()
        measured = loop["knocks"] + loop["turns"] + len(wall.ages_ms)  # four bytes each
        return {
            "benchmark": "tiles",
            "tiles": f"{tiles} of {WIDTH}×{HEIGHT} at {RATE_HZ}/s, {wall.width()} pixels wide",
            "seconds": round(passed),
            "load": [round(one, 1) for one in os.getloadavg()] if hasattr(os, "getloadavg") else None,
            "processors": os.cpu_count(),
            "shown_hz": {"least": round(min(rates), 1), "mean": round(sum(rates) / len(rates), 1)},
            "age_ms": {"p50": round(p50, 1), "p99": round(p99, 1), "worst": round(worst, 1)},
            "event_loop": loop,
            "drops": sum(stream.drops for stream in wall.desk.pictures.streams.values.values()),
            "most_reduced_tiles": reduced,
            "memory_mib": memory if len(memory) < 8 else memory[:: max(1, len(memory) // 12)],
            "of_measuring_mib": round(4 * measured / 2**20, 1),
            "targets": TARGETS,
        }
    finally:
        wall.stop()
        projector.stop()


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.tiles")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--minutes", type=float, default=0.0)
    parser.add_argument("--tiles", type=int, default=16)
    given = parser.parse_args(words)
    with filmed(6.0) as film:
        result = measure(film, given.tiles, given.minutes * 60 or given.seconds)
    print(json.dumps(result, indent=1, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Cameras whose videos (MP4, MKV) are broken in every way, in a real store, beside cameras that are as they should be.

``python -m tests.benchmarks.mutated_videos [--videos N] [--seed N]`` prints one JSON object: mutated videos that the store
was served, by kind; what the desk that looks at all cameras noticed: its event loop, the pictures of the other cameras,
how they fared before, problems; and of the store: whether it still answers, what it took, processes that were left.
A store takes about half a second of processor for each, since each is opened by a decoder of its own.
"""

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import psutil

from console.domain.commands.showing import SetPreferences, ShowScreen
from console.domain.commands.watching import Picturing, WatchCameras
from console.domain.preferences import Preferences
from console.tour.turns import TurnProbe
from tests.benchmarks.projector import Projector
from tests.benchmarks.wall_desk import filmed, run_for, run_until
from tests.console.desk_process import RunningDesk
from tests.store_process import StoreProcess

MODULE = "tests.benchmarks.mutant_videos"
MUTANTS = 6
CALM_S = 10.0
WIDTH = 320


class Shown:
    """How many pictures of each camera came to the desk."""

    def __init__(self, running: RunningDesk) -> None:
        self.pictures = Counter[str]()
        running.desk.pictures.changed.connect(self._count)

    def _count(self, cameras: frozenset[str]) -> None:
        self.pictures.update(cameras)


def measure(projector: Projector, folder: Path, videos: int, seed: int) -> dict[str, object]:
    added = [word for number in range(MUTANTS) for word in ("--camera", f"mutant{number}={projector.url}/{number}")]
    store = StoreProcess(folder / "store", "--scenario", "quiet", "--seed", str(seed), *added)
    running = RunningDesk(folder / "desk", store=store.http)
    probe, shown, most_mib = TurnProbe(), Shown(running), 0.0
    try:
        run_until(lambda: not running.desk.session.value.is_busy, 60, "the desk asks who it is")
        running.sign_in("agent", store.demo["agent"])
        run_until(lambda: len(running.desk.cameras.value) > MUTANTS, 60, "the cameras are known")
        running.desk.commands.emit(SetPreferences(Preferences(lock_minutes=0)))
        running.desk.commands.emit(ShowScreen("settings"))
        cameras = [camera.id for camera in running.desk.cameras.value]
        mutants = [camera.id for camera in running.desk.cameras.value if camera.name.startswith("mutant")]
        good = [name for name in cameras if name not in mutants][:4]
        _watch(running, good)
        run_until(lambda: min(shown.pictures[name] for name in good) > 5, 60, "every camera is shown")
        calm_hz = _rate(shown, good, CALM_S)
        _watch(running, [*good, *mutants])
        before, began = shown.pictures.copy(), time.monotonic()
        served, already = Counter[str](), Counter(projector.ask())  # the store looks at them by itself, to record them
        probe.start()
        while served.total() < videos and time.monotonic() - began < 7_200:
            run_for(0.5)
            served = Counter(projector.ask()) - already
            most_mib = max(most_mib, _most_mib(store))
        probe.stop()
        passed = time.monotonic() - began
        good_hz = min((shown.pictures[name] - before[name]) / passed for name in good)
        _watch(running, good)
        left = _decoders_left(store)
        return {
            "benchmark": "mutated_videos",
            "seed": seed,
            "mutated_videos": served.total(),
            "by_kind": served,
            "seconds": round(passed, 1),
            "pictures_shown_of_them": sum(shown.pictures[name] for name in mutants),
            "desk": {
                "event_loop": probe.report(),
                "other_cameras_hz": round(good_hz, 1),
                "other_cameras_hz_before": round(calm_hz, 1),
                "problems": [problem.what for problem in running.desk.problems.value],
                "has_cv2": "cv2" in sys.modules,
            },
            "store": {
                "is_there": store.process.poll() is None,
                "answers": _rate(shown, good, CALM_S) > 0,
                "most_mib_of_a_decoder": round(most_mib, 1),
                "decoders_left": left,
            },
            "load": [round(one, 1) for one in os.getloadavg()] if hasattr(os, "getloadavg") else None,
        }
    finally:
        running.stop()
        store.stop()


def _watch(running: RunningDesk, cameras: Sequence[str]) -> None:
    running.desk.commands.emit(WatchCameras("settings", tuple(Picturing(name, WIDTH) for name in cameras)))


def _rate(shown: Shown, cameras: Sequence[str], seconds: float) -> float:
    before = shown.pictures.copy()
    run_for(seconds)
    return min((shown.pictures[name] - before[name]) / seconds for name in cameras)


def _decoders(store: StoreProcess) -> list[psutil.Process]:
    found = []
    for process in psutil.Process(store.process.pid).children(recursive=True):
        try:
            if "store_server.sensing.capture" in process.cmdline():
                found.append(process)
        except psutil.Error:
            continue
    return found


def _most_mib(store: StoreProcess) -> float:
    most = 0.0
    for process in _decoders(store):
        try:
            most = max(most, process.memory_info().rss / 2**20)
        except psutil.Error:
            continue
    return most


def _decoders_left(store: StoreProcess) -> int:
    """Decoders that are there at most: whoever probes a camera has one for a moment, so the least of many looks counts."""
    least = len(_decoders(store))
    for _ in range(100):
        if not least:
            break
        run_for(0.2)
        least = min(least, len(_decoders(store)))
    return least


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.mutated_videos")
    parser.add_argument("--videos", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(words)
    with filmed(2.0) as film:
        projector = Projector(film, module=MODULE, options=("--seed", str(given.seed)))
        try:
            result = measure(projector, film.parent, given.videos, given.seed)
        finally:
            projector.stop()
    print(json.dumps(result, indent=1, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

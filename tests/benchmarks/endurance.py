"""Hours of everything at once: a desk that is used without rest, on a full store that is killed again and again, with cameras
that are lost and a network that is slow, falters, and is cut.

``python -m tests.benchmarks.endurance [--minutes N] [--seed N] [--scenario NAME] [--log FILE]`` prints one JSON object:

- ``event_loop``: how long the desk's event loop let others wait, over all, and of each half minute at worst;
- ``growth_an_hour``: of memory, handles and threads of the desk, its decoders, and of the store between two of its deaths:
  the median of the slopes between any two looks at the same process (Theil and Sen), the first minutes left out. Processes
  are killed in the first half of the time alone, so that the last of each kind lives for as long as the other half;
- ``course``: memory of all of a part, every minute;
- ``left_behind``: processes, files in shared memory and temporary files that are there after all has ended;
- ``broken``: what was done to them, and how soon the desk had the store again after each death of it;
- ``stacks_of_freezes``: one for each second and more that the loop was held; they are in the log;
- ``errors``: lines of the desk's own log that tell of an error nobody thought of.
"""

import argparse
import itertools
import json
import math
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import numpy as np
import psutil

from console.embedded import NICENESS
from console.paths import find_paths
from tests.benchmarks.live_floor import PARTS
from tests.benchmarks.projector import Projector, make_film
from tests.benchmarks.restless_desk import FROZEN
from tests.benchmarks.slow_network import CUT, FAIR, FALTERING, SLOW, Relay, Weather
from tests.store_process import ROOT, StoreProcess

LOOK_S = 5.0
WARM_S = 240.0
"""Of each process's life, in which it fills what it keeps."""
APART_S = 60.0
TARGETS = {
    "event_loop_p99_ms": 16.0,
    "event_loop_worst_ms": 100.0,
    "own_mib_an_hour": 10.0,
    "left_behind": 0,
    "errors": 0,
}
EVERY_S = {"kill_store": 600.0, "lose_camera": 25.0, "change_network": 20.0, "kill_decoder": 60.0, "kill_world": 240.0}
"""Seconds between two of a kind, on average."""
KILLS = ("kill_store", "kill_decoder", "kill_world")
JUDGED = ("desk", "store", "world", "broker", "decoders")
"""The parts whose growth must have been seen."""
CAMERAS = 2
SHARED = Path("/dev/shm")


class Desk:
    """The restless desk as its parent hears it."""

    def __init__(self, store: str, password: str, data: Path, live: Relay, seed: int, log: IO[bytes]) -> None:
        command = [sys.executable, "-m", "tests.benchmarks.restless_desk", store, "--data", str(data)]
        self.process = subprocess.Popen(
            [*command, "--live-port", str(live.port), "--seed", str(seed)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env={"QT_QPA_PLATFORM": "offscreen", **os.environ, "FLOORWALKER_PASSWORD": password},
        )
        self.waits_ms: list[list[float]] = []
        self.turns_ms: list[list[float]] = []
        self.did: Counter[str] = Counter()
        self.connected_s: list[float] = []
        self._live = live
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            said = json.loads(line)
            if "live" in said:
                self._live.target = said["live"]
                self.connected_s.append(time.monotonic())
            else:
                self.waits_ms.append(said["waits_ms"])
                self.turns_ms.append(said["turns_ms"])
                self.did = Counter(said["did"])

    def end(self) -> int | None:
        """Its exit code; None if it had to be killed."""
        assert self.process.stdin is not None
        with suppress(OSError):
            self.process.stdin.close()
        try:
            return self.process.wait(30.0)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return None
        finally:
            self._reader.join(10.0)


class Looks:
    """What each part takes, seen from outside: memory (MiB), handles, threads. ``own``: see ``own_bytes``."""

    def __init__(self) -> None:
        self.of: dict[str, dict[tuple[int, str], list[tuple[float, float]]]] = defaultdict(lambda: defaultdict(list))
        self.most: dict[str, Counter[str]] = defaultdict(Counter)
        self.course: list[dict[str, float]] = []

    def look(self, roots: Iterable[tuple[str, int]]) -> None:
        now_s, sums = time.monotonic(), Counter[str]()
        for root, pid in roots:
            with suppress(psutil.Error):
                process = psutil.Process(pid)
                for one in [process, *process.children(recursive=True)]:
                    part = root if one.pid == pid else self._part(one)
                    with suppress(psutil.Error):
                        self._note(part, one, now_s, sums)
        self.course.append({name: round(value, 1) for name, value in sums.items() if name.endswith("mib")})
        for name, value in sums.items():
            part, _, kind = name.partition("/")
            self.most[part][kind] = max(self.most[part][kind], round(value, 1))

    def _note(self, part: str, process: psutil.Process, now_s: float, sums: "Counter[str]") -> None:
        with process.oneshot():
            memory = process.memory_info()
            values = {
                "rss_mib": memory.rss / 2**20,
                "own_mib": own_bytes(process) / 2**20,
                "handles": process.num_fds() if hasattr(process, "num_fds") else process.num_handles(),
                "threads": process.num_threads(),
            }
        for kind, value in {**values, "processes": 1}.items():
            sums[f"{part}/{kind}"] += value
        for kind, value in values.items():
            self.of[part][process.pid, kind].append((now_s, value))

    @staticmethod
    def _part(process: psutil.Process) -> str:
        command = " ".join(process.cmdline())
        return next((name for word, name in PARTS.items() if word in command), "other")

    def growth(self) -> dict[str, dict[str, float]]:
        found: dict[str, dict[str, float]] = {}
        for part, lives in self.of.items():
            slopes: dict[str, list[float]] = defaultdict(list)
            for (_, kind), samples in lives.items():
                slopes[kind] += slopes_of(samples)
            told = {kind: round(float(np.median(of_kind)), 2) for kind, of_kind in slopes.items() if of_kind}
            if told:
                found[part] = told
        return found


def own_bytes(process: psutil.Process) -> int:
    """Without the files that it maps, such as recordings, of which the system keeps in memory what it has room for. What is
    shared with other processes counts: the desk's pictures are."""
    rss: int = process.memory_info().rss
    if sys.platform != "linux":
        return rss
    try:
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    except OSError as gone:
        raise psutil.NoSuchProcess(process.pid) from gone
    found = re.search(r"^RssFile:\s+(\d+) kB$", status, re.MULTILINE)
    return rss if found is None else rss - int(found[1]) * 1024


def slopes_of(samples: Sequence[tuple[float, float]]) -> list[float]:
    """An hour, between any two samples of one process that are well apart, after it has warmed up."""
    late = [one for one in samples if one[0] - samples[0][0] >= WARM_S]
    late = late[:: max(1, len(late) // 400)]
    return [
        (after - before) / (after_s - before_s) * 3_600
        for (before_s, before), (after_s, after) in itertools.combinations(late, 2)
        if after_s - before_s >= APART_S
    ]


class Trial:
    """The store, its network, its cameras, and who looks at them."""

    def __init__(self, folder: Path, scenario: str, seed: int, log: IO[bytes]) -> None:
        self.dice = random.Random(seed)
        self.broken: Counter[str] = Counter()
        self.back_s: list[float] = []
        film = folder / "film.mjpeg"
        make_film(film, 4.0)
        self._projector = Projector(film)
        port = urlsplit(self._projector.url).port or 0
        self._cameras = [Relay(port, seed + number) for number in range(CAMERAS)]
        self._near, self._live = Relay(0, seed), Relay(0, seed)
        self._data = folder / "store"
        self._options = ["--scenario", scenario, "--seed", str(seed)]
        for number, relay in enumerate(self._cameras):
            self._options += ["--camera", f"film{number}=http://127.0.0.1:{relay.port}/v1/cameras/film/live"]
        self.store = self._start()
        password = self.store.demo["supervisor"]
        self.desk = Desk(f"http://127.0.0.1:{self._near.port}", password, folder / "desk", self._live, seed, log)
        self.looks = Looks()

    def _start(self) -> StoreProcess:
        store = StoreProcess(self._data, *self._options)
        if (
            sys.platform == "linux"
        ):  # as for a desk with a store of its own; each thread has a niceness, and hands it on
            serving = psutil.Process(store.process.pid)
            for one in [serving, *serving.children(recursive=True)]:
                with suppress(psutil.Error, ProcessLookupError):
                    for thread in one.threads():
                        os.setpriority(os.PRIO_PROCESS, thread.id, NICENESS)
        self._near.target = urlsplit(store.http).port or 0
        return store

    def run(self, seconds: float) -> None:
        begin_s = time.monotonic()
        end_s = begin_s + seconds
        due = {deed: begin_s + self._pause_s(deed) for deed in EVERY_S}
        look_s = 0.0
        while (now_s := time.monotonic()) < end_s and self.desk.process.poll() is None:
            if now_s - begin_s > seconds / 2:
                due = {deed: due_s for deed, due_s in due.items() if deed not in KILLS}
            for deed in [deed for deed, due_s in due.items() if due_s <= now_s]:
                getattr(self, deed)()
                self.broken[deed] += 1
                due[deed] = time.monotonic() + self._pause_s(deed)
            if now_s - look_s >= LOOK_S:
                look_s = now_s
                self.looks.look([("desk", self.desk.process.pid), ("store", self.store.process.pid)])
            time.sleep(0.1)

    def _pause_s(self, deed: str) -> float:
        return EVERY_S[deed] * self.dice.uniform(0.4, 1.6)

    def kill_store(self) -> None:
        """It is back for the desk as soon as live data is asked for anew; not cut off meanwhile, or that would count too."""
        self._set_network(FAIR)
        heard = len(self.desk.connected_s)
        self.store.kill()
        time.sleep(self.dice.uniform(0.0, 6.0))
        self.store, began_s = self._start(), time.monotonic()
        while len(self.desk.connected_s) == heard and time.monotonic() - began_s < 60.0:
            time.sleep(0.05)
        self.back_s.append(time.monotonic() - began_s)

    def lose_camera(self) -> None:
        relay = self.dice.choice(self._cameras)
        relay.weather = self.dice.choice((CUT, CUT, FALTERING)) if relay.weather is FAIR else FAIR

    def change_network(self) -> None:
        """Live data and the rest go the same way. It is cut seldom, and not for long."""
        self._set_network(self.dice.choices((FAIR, SLOW, FALTERING, CUT), (5, 3, 3, 1))[0])

    def _set_network(self, weather: Weather) -> None:
        for relay in (self._near, self._live):
            relay.weather = weather

    def kill_decoder(self) -> None:
        self._kill(self.desk.process.pid, "console.work.video.decoder")

    def kill_world(self) -> None:
        self._kill(self.store.process.pid, "store_server.world")

    def _kill(self, root: int, word: str) -> None:
        with suppress(psutil.Error):
            there = [one for one in psutil.Process(root).children(recursive=True) if word in " ".join(one.cmdline())]
            if there:
                self.dice.choice(there).kill()

    def end(self) -> int | None:
        code = self.desk.end()
        self.store.stop()
        self._projector.stop()
        for relay in (self._near, self._live, *self._cameras):
            relay.close()
        return code


def left_behind(before: set[str], folder: Path) -> dict[str, int]:
    """What has the trial's folder in its command, and files that were not there ``before``."""
    deadline_s = time.monotonic() + 10.0
    while (processes := _of(folder)) and time.monotonic() < deadline_s:
        time.sleep(0.2)
    return {"processes": processes, "files": len(_files() - before)}


def _of(folder: Path) -> int:
    found = 0
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            is_own = process.pid != os.getpid() and str(folder) in " ".join(process.cmdline())
            found += is_own and process.status() != psutil.STATUS_ZOMBIE
    return found + len(psutil.Process().children(recursive=True))


def _files() -> set[str]:
    return {str(path) for path in SHARED.glob("floorwalker-*")} if SHARED.is_dir() else set()


def errors_in(log: Path) -> list[str]:
    """Each once, with how often it came."""
    if not log.exists():
        return []
    found: Counter[str] = Counter()
    for path in sorted(log.parent.glob(f"{log.name}*")):
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            if " ERROR " in line or " CRITICAL " in line:
                found[re.sub(r"[0-9a-f-]{8,}|\d+", "#", line.partition(" ERROR ")[2] or line)[:160]] += 1
    return [f"{count} × {line}" for line, count in found.most_common(20)]


def measure(minutes: float, scenario: str, seed: int, log: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name:
        folder, before = Path(name), _files()
        with log.open("wb") as stacks:
            trial = Trial(folder, scenario, seed, stacks)
            try:
                trial.run(minutes * 60)
                is_early = trial.desk.process.poll() is not None
            finally:
                code = trial.end()
        left = left_behind(before, folder)
        errors = errors_in(find_paths(folder / "desk").log)
    parts = trial.desk.waits_ms[1:]  # the first half minute is the start
    back = sorted(round(one, 1) for one in trial.back_s)
    growth = trial.looks.growth()
    failures = [f"the desk ended with {code}, where 0 was due"] if code != 0 else []
    failures += ["the desk ended before its time"] if is_early else []
    return ({"failed": "; ".join(failures)} if failures else {}) | {
        "benchmark": "endurance",
        "minutes": minutes,
        "scenario": scenario,
        "seed": seed,
        "load": [round(one, 1) for one in psutil.getloadavg()],
        "exit_code": code,
        "event_loop": spread(parts, "") | spread(trial.desk.turns_ms[1:], "processor_"),
        "worst_of_half_minutes_ms": [round(max(part), 1) for part in parts if part],
        "stacks_of_freezes": log.read_text(encoding="utf-8", errors="replace").count(FROZEN),
        "most": {part: dict(of) for part, of in trial.looks.most.items()},
        "growth_an_hour": growth,
        "parts_seen": sum("own_mib" in growth.get(part, {}) for part in JUDGED),
        "course": trial.looks.course[:: max(1, round(60 / LOOK_S))],
        "left_behind": left,
        "did": dict(sorted(trial.desk.did.items())),
        "broken": dict(sorted(trial.broken.items())),
        "store_again_after_s": {"median": back[len(back) // 2], "worst": back[-1]} if back else None,
        "errors": errors,
        "targets": TARGETS,
    }


def spread(parts: Sequence[Sequence[float]], name: str) -> dict[str, float]:
    """By the clock, or of processor time, as console.tour.turns has it."""
    spans = np.array(list(itertools.chain.from_iterable(parts)) or [0.0])
    found = np.percentile(spans, [50, 99, 99.9, 100])
    told = zip(("p50", "p99", "p999", "worst"), found, strict=True)
    return {f"{part}_{name}ms": round(float(one), 1) for part, one in told}


def judge(result: dict[str, Any]) -> dict[str, bool]:
    """Which targets were reached."""
    loop = result["event_loop"]
    grown = [result["growth_an_hour"].get(part, {}).get("own_mib", math.inf) for part in JUDGED]
    return {
        "event_loop_p99_ms": loop["p99_ms"] <= TARGETS["event_loop_p99_ms"],
        "event_loop_worst_ms": loop["worst_ms"] <= TARGETS["event_loop_worst_ms"],
        "own_mib_an_hour": max(grown) <= TARGETS["own_mib_an_hour"],
        "left_behind": sum(result["left_behind"].values()) <= TARGETS["left_behind"],
        "errors": len(result["errors"]) <= TARGETS["errors"],
        "ended": result["exit_code"] == 0,
    }


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scenario", default="stress")
    parser.add_argument("--log", type=Path, default=ROOT / "out" / "endurance.log", help="standard error of the desk")
    given = parser.parse_args(words)
    given.log.parent.mkdir(parents=True, exist_ok=True)
    result = measure(given.minutes, given.scenario, given.seed, given.log)
    result["reached"] = judge(result)
    print(json.dumps(result, indent=1, ensure_ascii=False))
    return 0 if all(result["reached"].values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

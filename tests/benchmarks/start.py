"""From the start of the desk to its first window, and to live data on it.

``python -m tests.benchmarks.start [--runs N] [--program PATH]`` prints one JSON object of seconds, median and worst of N
runs each:

- ``cold``: the embedded store on a data folder that is not there yet; ``warm``: on one that was used before;
- ``running``: the desk alone, on a store that runs already, signed in as soon as there is a page to sign in on;
- ``reference``: a bare Python that imports nothing, and a bare PySide6 that shows an empty QMainWindow, started in turn
  with the others, so that a slow machine is told from a slow program;
- ``second_set_up``: all that ``packaging/dev.py`` looks at before it starts the desk a second time.

With ``--program`` the program of a bundle is measured instead: its first start on a new data folder, and warm ones.

The moments are those that the desk itself writes into its log (console.window.milestones): seconds since its process
was made. Nothing is shown on a screen unless QT_QPA_PLATFORM names one.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import psutil

from console import begin
from console.__main__ import main as run_console
from console.domain.commands.access import SignIn
from tests.store_process import StoreProcess, wait_for

ROOT = Path(__file__).resolve().parents[2]
DEV = ROOT / "packaging" / "dev.py"
TARGETS = {"window_s": 1.0, "live_running_s": 3.0, "live_embedded_s": 6.0, "second_set_up_s": 0.5}
BUNDLE_TARGETS = {"window_s": 1.5}
ENVIRONMENT = {"QT_QPA_PLATFORM": "offscreen", **os.environ, "PYTHONPATH": str(ROOT)}
USER = "supervisor"
MILESTONE = re.compile(r"milestone (\w+) after ([\d.]+) s")
BARE_WINDOW = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
application = QApplication([])
window = QMainWindow()
window.show()
QTimer.singleShot(0, application.quit)
sys.exit(application.exec())
"""
SET_UP = f"import sys; sys.path.insert(0, {str(DEV.parent)!r}); import dev; dev.set_up(needs_screen=True)"


def desk(data: Path, command: Sequence[str], **more: str) -> dict[str, float]:
    """Runs a desk until live data is on it. Returns its milestones."""
    process = subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT | more)
    log = data / "logs" / "console.log"
    before = log.stat().st_size if log.exists() else 0

    def milestones() -> dict[str, float]:
        text = log.read_bytes()[before:].decode("utf-8") if log.exists() else ""
        return {name: float(seconds) for name, seconds in MILESTONE.findall(text)}

    try:
        wait_for(lambda: "live" in milestones() or process.poll() is not None, "live data", 120.0)
        return milestones()
    finally:
        process.terminate()
        process.wait()


def embedded(data: Path, *program: str) -> dict[str, float]:
    """``program``: that of a bundle, for this checkout's."""
    return desk(data, [*(program or (sys.executable, "-m", "console")), "--demo", "--data", str(data)])


def on_running(data: Path, store: StoreProcess) -> dict[str, float]:
    words = [sys.executable, "-m", "tests.benchmarks.start", "--sign-in-at", store.http, "--data", str(data)]
    return desk(data, words, FLOORWALKER_PASSWORD=store.demo[USER])


def sign_in_at(store: str, data: str) -> int:
    """The desk itself, in this process, signed in as soon as it can be: nobody types."""

    class SignedInStart(begin.Start):
        def _go_on(self) -> None:
            super()._go_on()
            if self._app is not None:
                self._app.desk.commands.emit(SignIn(USER, os.environ["FLOORWALKER_PASSWORD"]))

    begin.Start = SignedInStart  # type: ignore[misc]
    return run_console(["--store", store, "--data", data])


def timed(*command: str) -> float:
    began_s = time.perf_counter()
    subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began_s


def summary(spans: Sequence[float]) -> dict[str, float]:
    return {"median_s": round(median(spans), 3), "worst_s": round(max(spans), 3)}


def of_desks(desks: Sequence[dict[str, float]]) -> dict[str, dict[str, float]]:
    return {name: summary([one[name] for one in desks]) for name in ("window", "live")}


def measure(runs: int) -> dict[str, object]:
    cold, warm, running = [], [], []
    python, window, set_up = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for run in range(runs):
            python.append(timed(sys.executable, "-c", "pass"))
            window.append(timed(sys.executable, "-c", BARE_WINDOW))
            cold.append(embedded(place / f"desk-{run}"))
            warm.append(embedded(place / f"desk-{run}"))
            set_up.append(timed("python3", "-c", SET_UP))
        store = StoreProcess(place / "store", "--scenario", "steady")
        try:
            for _ in range(runs + 1):
                running.append(on_running(place / "visitor", store))
        finally:
            store.stop()
    running = running[1:]  # the first has made its folder
    loads = [round(load, 2) for load in psutil.getloadavg()[:2]]
    measured = {
        "window_s": max(median(one["window"] for one in kind) for kind in (cold, warm, running)),
        "live_running_s": median(one["live"] for one in running),
        "live_embedded_s": max(median(one["live"] for one in kind) for kind in (cold, warm)),
        "second_set_up_s": median(set_up),
    }
    return {
        "benchmark": "start",
        "runs": runs,
        "load_average": loads,
        "cold": of_desks(cold),
        "warm": of_desks(warm),
        "running": of_desks(running),
        "second_set_up": summary(set_up),
        "reference": {"bare_python": summary(python), "bare_window": summary(window)},
        "window_times_bare_window": round(measured["window_s"] / median(window), 2),
        "targets": TARGETS,
        "measured": {name: round(seconds, 3) for name, seconds in measured.items()},
        "reached": {name: measured[name] <= target for name, target in TARGETS.items()},
    }


def measure_bundle(program: str, runs: int) -> dict[str, object]:
    warm, window = [], []
    with tempfile.TemporaryDirectory() as folder:
        first = embedded(Path(folder), program)
        for _ in range(runs):
            window.append(timed(sys.executable, "-c", BARE_WINDOW))
            warm.append(embedded(Path(folder), program))
    measured = {"window_s": median(one["window"] for one in warm)}
    return {
        "benchmark": "start",
        "program": program,
        "runs": runs,
        "load_average": [round(load, 2) for load in psutil.getloadavg()[:2]],
        "first": first,
        "warm": of_desks(warm),
        "reference": {"bare_window": summary(window)},
        "window_times_bare_window": round(measured["window_s"] / median(window), 2),
        "targets": BUNDLE_TARGETS,
        "measured": measured,
        "reached": {name: measured[name] <= target for name, target in BUNDLE_TARGETS.items()},
    }


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.start")
    parser.add_argument("--program", type=Path, help="the program of a bundle, for this checkout's")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--sign-in-at", help=argparse.SUPPRESS)
    parser.add_argument("--data", help=argparse.SUPPRESS)
    given = parser.parse_args(words)
    if given.sign_in_at is not None:
        return sign_in_at(given.sign_in_at, given.data)
    bundle = given.program
    result = measure(given.runs) if bundle is None else measure_bundle(str(bundle.absolute()), given.runs)
    print(json.dumps(result, indent=1))
    reached = result["reached"]
    assert isinstance(reached, dict)
    return 0 if all(reached.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The desk on a full store: how free its event loop is, how late what happens is drawn, what it takes of the machine.

``python -m tests.benchmarks.live_floor [--seconds N] [--scenario NAME] [--shoppers N]`` prints one JSON object. The
desk is the real program in a process of its own (``tests.benchmarks.probed_desk``) on the embedded store, without a
screen unless QT_QPA_PLATFORM names one: the live floor with a shopper, a plate and a camera chosen, and in a window
beside it a wall of all cameras. It takes two minutes for a hundred shoppers to be inside.

``event_loop``: see console.tour.turns. ``reference_loop``: the same of a Qt loop with nothing to do, in another process
at the same time: what the machine itself adds. ``drawn_after_ms``: from the stamp with which a message was sent, in
another process, to the end of the first painting that could show it; of weights those in the graph. ``memory``: the proportional share of
each part, every five seconds.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from PySide6.QtCore import QCoreApplication, QObject, Signal

from console.tour.turns import TurnProbe

ROOT = Path(__file__).resolve().parents[2]
SAMPLE_S = 5.0
PARTS = {
    "console.work.video.decoder": "decoders",
    "guard": "guards",
    "nats-server": "broker",
    "store_server.world": "world",
    "store_server": "store",
}
"""Whose process it is, by the first of these words that its command has."""
KINDS = ("positions", "events", "weights")
"""Of messages that are followed until they are drawn."""
TARGETS = {
    "plates": 1_440,
    "shoppers": 100,
    "moving_tiles": 8,
    "event_loop_p99_ms": 16.0,
    "event_loop_worst_ms": 100.0,
    "drawn_p99_ms": 100.0,
    "desk_and_decoders_mib": 500.0,
}


class Memory(threading.Thread):
    """Looks from outside, so as not to hold up the desk, at how much it and all that it started take."""

    def __init__(self, desk: int) -> None:
        super().__init__(name="memory", daemon=True)
        self.samples: list[dict[str, float]] = []
        self._desk = psutil.Process(desk)
        self._is_over = threading.Event()
        self.is_measured = threading.Event()
        self._began_s = time.monotonic()

    def end(self) -> None:
        self._is_over.set()
        self.is_measured.set()

    def run(self) -> None:
        self.is_measured.wait()
        while not self._is_over.wait(SAMPLE_S):
            with suppress(psutil.NoSuchProcess):
                self.samples.append(self._sample())

    def _sample(self) -> dict[str, float]:
        sample = {"at_s": time.monotonic() - self._began_s, "console_mib": _mib(self._desk), "decoders_mib": 0.0}
        for process in self._desk.children(recursive=True):
            command = " ".join(process.cmdline())
            known = ((part, name) for part, name in PARTS.items() if part in command)
            name = next(known, ("", "other"))[1]
            sample[f"{name}_mib"] = sample.get(f"{name}_mib", 0.0) + _mib(process)
        return {name: round(value, 1) for name, value in sample.items()}


def _mib(process: psutil.Process) -> float:
    """The proportional share where the system tells it, so that what processes share counts once; else resident."""
    info = process.memory_full_info()
    return float(getattr(info, "pss", 0) or info.rss) / (1 << 20)


class Reference(QObject):
    """A loop that only listens to the desk's words, probed while the desk is."""

    heard = Signal(object)

    def __init__(self, desk: "subprocess.Popen[bytes]") -> None:
        super().__init__()
        self.report: dict[str, Any] = {}
        self.loop: dict[str, float | int] = {}
        self.memory = Memory(desk.pid)
        self.memory.start()
        self._turns = TurnProbe(self)
        self.heard.connect(self._follow)
        threading.Thread(target=self._read, args=(desk,), daemon=True).start()

    def _read(self, desk: "subprocess.Popen[bytes]") -> None:
        assert desk.stdout is not None
        for line in desk.stdout:
            self.heard.emit(json.loads(line))
        self.heard.emit(None)

    def _follow(self, word: dict[str, Any] | None) -> None:
        if word is None:
            QCoreApplication.quit()
        elif "measuring_s" in word:
            self.memory.is_measured.set()
            self._turns.start()
        else:
            self._turns.stop()
            self.memory.end()
            self.report, self.loop = word, self._turns.report()


def judge(report: dict[str, Any]) -> dict[str, bool]:
    """Which targets were reached."""
    shown, loop = report["shown"], report["event_loop"]
    drawn = [delays["p99"] for delays in report["drawn_after_ms"].values()]
    return {
        "plates": shown["plates"] >= TARGETS["plates"],
        "shoppers": shown["shoppers"] >= TARGETS["shoppers"],
        "moving_tiles": sum(rate > 1 for rate in shown["pictures_a_second"].values()) >= TARGETS["moving_tiles"],
        "event_loop_p99_ms": loop["p99_ms"] <= TARGETS["event_loop_p99_ms"],
        "event_loop_worst_ms": loop["worst_ms"] <= TARGETS["event_loop_worst_ms"],
        "drawn_p99_ms": kinds_drawn(report) == len(KINDS) and max(drawn) <= TARGETS["drawn_p99_ms"],
        "desk_and_decoders_mib": most_mib(report) <= TARGETS["desk_and_decoders_mib"],
    }


def most_mib(report: dict[str, Any]) -> float:
    """Of the desk and its decoders."""
    return float(max(one["console_mib"] + one["decoders_mib"] for one in report["memory"]))


def kinds_drawn(report: dict[str, Any]) -> int:
    return sum(report["drawn_after_ms"].get(kind, {}).get("count", 0) > 0 for kind in KINDS)


def growth(memory: Sequence[dict[str, float]]) -> dict[str, float]:
    """Of each part, as a straight line through the second half of the samples has it."""
    late = memory[len(memory) // 2 :]
    if len(late) < 2:
        return {}
    minutes = np.array([one["at_s"] for one in late]) / 60
    names = [name for name in late[0] if name != "at_s"]
    return {
        name: round(float(np.polyfit(minutes, np.array([one.get(name, 0.0) for one in late]), 1)[0]), 2)
        for name in names
    }


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.live_floor")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--scenario", default="stress")
    parser.add_argument("--shoppers", type=int, default=100)
    given = parser.parse_args(words)
    application = QCoreApplication([])
    with tempfile.TemporaryDirectory() as data:
        options = {
            "--data": data,
            "--scenario": given.scenario,
            "--shoppers": given.shoppers,
            "--seconds": given.seconds,
        }
        desk = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.benchmarks.probed_desk",
                *(str(word) for pair in options.items() for word in pair),
            ],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            env={"QT_QPA_PLATFORM": "offscreen", **os.environ},
        )
        reference = Reference(desk)
        try:
            application.exec()
        finally:
            reference.memory.end()
            desk.terminate()
            desk.wait()
    report = {**reference.report, "memory": reference.memory.samples}
    if not reference.report or report["failed"]:
        print(json.dumps({"benchmark": "live_floor", "failed": report.get("failed", "the desk ended early")}))
        return 1
    reached = judge(report)
    result = {
        "benchmark": "live_floor",
        "scenario": given.scenario,
        **report,
        "kinds_drawn": kinds_drawn(report),
        "most_mib": round(most_mib(report), 1),
        "memory_growth_mib_a_minute": growth(report["memory"]),
        "reference_loop": reference.loop,
        "targets": TARGETS,
        "reached": reached,
    }
    print(json.dumps(result, indent=1))
    return 0 if all(reached.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

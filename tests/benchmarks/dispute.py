"""A dispute of one line by keyboard, from the queue to the decision, at the real window and a real store.

``python -m tests.benchmarks.dispute [--cases N]`` prints one JSON object:

- ``keys``: pressed for each case, of at most 12;
- ``key_ms``: from a key to the end of the painting that followed it (median, 99th percentile, worst; at most 100), and
  the same for a key that nothing answers, so that a slow machine is told from a slow program;
- ``case_s``: from the key that opens the case to the decision in the store's answer, waiting for the store included.

Nothing is shown on a screen unless QT_QPA_PLATFORM names one.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import cast

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.domain.commands.case import ReleaseCase
from store_client.contract.case import Case
from tests.console.desk_process import RunningDesk
from tests.flows.clerk import Clerk
from tests.flows.money.business import Business
from tests.flows.victim import Patience

TARGETS = {"keys": 12, "key_ms": 100.0}
USER = "supervisor"


class TimedClerk(Clerk):
    """Measures each key to the end of the painting that follows."""

    def __init__(self, running: RunningDesk, bot: QtBot, password: str, served: set[str]) -> None:
        self.times_ms: list[float] = []
        super().__init__(running, bot, password, served, USER)

    def press(self, *keys: Qt.Key, ctrl: bool = False) -> None:
        for key in keys:
            began = time.perf_counter()
            super().press(key, ctrl=ctrl)
            QApplication.processEvents()
            self.times_ms.append((time.perf_counter() - began) * 1e3)


def new_case(clerk: Clerk) -> Case:
    """Open, held by nobody, with the queue before the clerk."""
    clerk.open_receipt()
    case = clerk.open_case()
    clerk.desk.commands.emit(ReleaseCase(case.id))
    clerk.until_state("open")
    clerk.leave_case()
    clerk.choose_in_queue(case.id)
    return case


def settle(clerk: TimedClerk, case: str) -> tuple[int, float]:
    """The chosen case: keys pressed and seconds taken."""
    clerk.keys = 0
    began = time.monotonic()
    clerk.press(Qt.Key.Key_Return)  # opens it
    clerk.until_open(case)
    clerk.claim()  # C
    clerk.press(Qt.Key.Key_C)  # as the shopper claims
    clerk.press(Qt.Key.Key_Return)  # shows the effect
    clerk.until_effect()
    clerk.press(Qt.Key.Key_Return)  # decides
    clerk.until_decided()
    return clerk.keys, time.monotonic() - began


def spread(values: list[float]) -> dict[str, float]:
    p50, p99, worst = np.percentile(np.array(values), [50, 99, 100])
    return {"count": len(values), "p50": round(p50, 1), "p99": round(p99, 1), "worst": round(worst, 1)}


def bare_keys(clerk: Clerk) -> list[float]:
    times = []
    for _ in range(50):
        began = time.perf_counter()
        QTest.keyClick(clerk.running.shell.window, Qt.Key.Key_F9)
        QApplication.processEvents()
        times.append((time.perf_counter() - began) * 1e3)
    return times


def measure(cases: int) -> dict[str, object]:
    application = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        business = Business(Path(folder))
        try:
            bot = cast(QtBot, Patience())
            clerk = TimedClerk(business.running, bot, business.store.demo[USER], business.served)
            clerk.sign_in()
            keys, seconds, times = [], [], []
            for _ in range(cases):
                case = new_case(clerk)
                clerk.times_ms = []
                pressed, taken = settle(clerk, case.id)
                keys.append(pressed)
                seconds.append(taken)
                times += clerk.times_ms
                clerk.until_refunded()
            return {
                "cases": cases,
                "keys": max(keys),
                "key_ms": spread(times),
                "bare_key_ms": spread(bare_keys(clerk)),
                "case_s": {"median": round(median(seconds), 2), "worst": round(max(seconds), 2)},
                "targets": TARGETS,
            }
        finally:
            business.close()
            application.processEvents()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=10)
    options = parser.parse_args()
    print(json.dumps(measure(options.cases)))
    return 0


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.exit(main())

"""A real desk whose clerk decides one dispute after the other at its window, to be killed at any moment.

``python -m tests.flows.victim URL DATA [--rest] [--served ID …]`` with the password in FLOORWALKER_PASSWORD. It prints a
word for each thing done: ``ready``, then ``resolved SECONDS`` once nothing of before is unanswered, then for each dispute
``receipt ID``, ``case ID``, ``drafted``, ``deciding``, ``decided``. With ``--rest`` it ends once nothing is unanswered.
"""

import argparse
import os
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from console import begin
from console.__main__ import main as run_console
from console.app import App
from console.domain.commands.access import SignIn
from console.paths import find_paths
from tests.console.desk_process import RunningDesk, leave_out_hints
from tests.flows.clerk import PATIENCE_MS, Clerk

USER = "agent0"


class Patience:
    """What a clerk needs of a QtBot."""

    def waitUntil(self, callback: Callable[[], object], *, timeout: int = PATIENCE_MS) -> None:
        deadline = time.monotonic() + timeout / 1000
        while not callback():
            if time.monotonic() > deadline:
                raise TimeoutError("what the clerk waits for does not come")
            QTest.qWait(10)


class Working(begin.Start):
    """The desk's own start, with a clerk who begins as soon as there is a desk. ``wanted``: how, set by ``main``."""

    wanted = argparse.Namespace()

    def _go_on(self) -> None:
        leave_out_hints(self._shell.desk)
        super()._go_on()
        if self._app is not None:
            QTimer.singleShot(0, self._work)

    def _work(self) -> None:
        assert self._app is not None
        work(self._app, self._shell, self.wanted)


def work(app: App, shell: Any, wanted: argparse.Namespace) -> None:
    running = cast(RunningDesk, SimpleNamespace(app=app, desk=app.desk, shell=shell))
    patience = Patience()
    clerk = Clerk(running, cast(QtBot, patience), "", set(wanted.served), USER)
    app.desk.commands.emit(SignIn(USER, os.environ["FLOORWALKER_PASSWORD"]))
    patience.waitUntil(lambda: app.desk.session.value.user is not None and app.desk.store.value is not None)
    began = time.monotonic()
    tell("ready")
    patience.waitUntil(lambda: app.desk.connection.value.http.state == "up")
    patience.waitUntil(lambda: not app.desk.tasks.value and not unanswered(find_paths(Path(wanted.data)).database))
    tell(f"resolved {time.monotonic() - began:.3f}")
    if wanted.rest:
        shell.window.close()
        return
    while True:
        decide_one(clerk)


def unanswered(outbox: Path) -> int:
    """How much lies in the outbox without an answer, as it is on disk."""
    with closing(sqlite3.connect(f"{outbox.as_uri()}?mode=ro", uri=True, timeout=30)) as connection:
        [(count,)] = connection.execute("SELECT COUNT(*) FROM intents WHERE state = 'pending'").fetchall()
    return int(count)


def decide_one(clerk: Clerk) -> None:
    tell(f"receipt {clerk.open_receipt()}")
    tell(f"case {clerk.open_case().id}")
    clerk.draft_as_claimed()
    tell("drafted")
    clerk.decide()
    tell("deciding")
    clerk.until_decided()
    tell("decided")


def tell(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.flows.victim")
    parser.add_argument("url")
    parser.add_argument("data")
    parser.add_argument("--rest", action="store_true")
    parser.add_argument("--served", nargs="*", default=[])
    Working.wanted = parser.parse_args(words)
    begin.Start = Working  # type: ignore[misc]
    return run_console(["--store", Working.wanted.url, "--data", Working.wanted.data])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The real desk, used by somebody who never rests: a random screen, choice, moment, search, size or theme every other second.

``python -m tests.benchmarks.restless_desk STORE --data DIR --live-port N --seed N`` with the password of a supervisor in
FLOORWALKER_PASSWORD. Live data is fetched through ``--live-port`` of the loopback wherever the store says it is. Each half
minute it prints a line of JSON: how long its event loop let others wait since the last
one, what each of its turns took of the processor, and how often it did what. Stacks of all
threads go to standard error when the loop is held for more than FREEZE_S. Ended by closing standard input.
"""

import argparse
import faulthandler
import json
import os
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, QTimer, Signal

from console import begin
from console.__main__ import main as run_console
from console.app import App
from console.domain.choice import Choice
from console.domain.commands.access import SignIn
from console.domain.commands.case import OpenCase, SearchCases
from console.domain.commands.evidence import LoadEvidence
from console.domain.commands.receipt import Find, OpenReceipt, SearchReceipts
from console.domain.commands.replay import BackToNow, GoTo, Pause, Play
from console.domain.commands.showing import Choose, SetPreferences, ShowScreen
from console.domain.commands.traffic import Refresh
from console.domain.listing import CaseQuery, ReceiptQuery
from console.domain.preferences import LANGUAGES, TEXT_SCALES, THEMES
from console.domain.replay import SPEEDS
from console.tour.route import MUST_SHOW
from console.tour.turns import TurnProbe
from store_client.contract.session import LiveAccess

USER = "supervisor"
STEP_MS = (300, 3_000)
TELL_MS, WATCH_MS = 30_000, 250
FREEZE_S = 1.0
FROZEN = "The loop is held"
"""Begins the stacks of each time."""
SIGN_IN_S = 5.0
SIZES = ((1_280, 720), (1_600, 1_000), (1_920, 1_080))


class FreezeWatch(threading.Thread):
    """Writes the stacks of all threads while the loop does not say that it ``turned``. Not faulthandler's own watchdog: that
    reads the frames of threads that run meanwhile, and has crashed the desk it watched; as did frames that were held."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.turned = threading.Event()
        self.is_over = False

    def run(self) -> None:
        while not self.is_over:
            if not self.turned.wait(FREEZE_S + WATCH_MS / 1e3) and not self.is_over:
                self._tell()
            self.turned.clear()

    def _tell(self) -> None:
        sys.stderr.write(f"{FROZEN}: thread {threading.main_thread().ident:#018x}\n")
        sys.stderr.flush()
        faulthandler.dump_traceback()


class Restless(QObject):
    """Chooses what to do next by its dice."""

    ended = Signal()

    def __init__(self, app: App, live_port: int, seed: int) -> None:
        super().__init__(app)
        self._app, self._desk = app, app.desk
        self._dice = random.Random(seed)
        self._did: Counter[str] = Counter()
        self._probe = TurnProbe(self)
        self._asked_s = 0.0
        self._lead_live_data_through(live_port)
        self._deeds: list[tuple[int, Callable[[], None]]] = [
            (30, self.show_screen),
            (20, self.choose),
            (8, self.search),
            (8, self.open),
            (6, self.go_back),
            (8, self.return_to_now),
            (4, self.play),
            (3, self.prefer),
            (3, self.resize),
            (2, self.refresh),
        ]
        self._watch = FreezeWatch()
        self._timers = [
            self._timer(TELL_MS, self._tell),
            self._timer(WATCH_MS, self._watch.turned.set),
        ]
        self._next = QTimer(self, singleShot=True)
        self._next.timeout.connect(self._step)
        self.ended.connect(self._end)

    def start(self) -> None:
        threading.Thread(target=self._until_ended, daemon=True).start()
        self._watch.start()
        self._probe.start()
        self._step()

    def _timer(self, every_ms: int, call: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.timeout.connect(call)
        timer.start(every_ms)
        return timer

    def _lead_live_data_through(self, port: int) -> None:
        live, access = self._app.live, self._app.live._access

        def led() -> LiveAccess:
            found = access()
            print(json.dumps({"live": urlsplit(found.url).port}), flush=True)
            return LiveAccess(f"nats://127.0.0.1:{port}", found.user, found.password, found.stores)

        live._access = led

    # ---- by the clock

    def _step(self) -> None:
        self._next.start(self._dice.randint(*STEP_MS))
        if self._desk.session.value.user is None:
            if time.monotonic() - self._asked_s > SIGN_IN_S:
                self._asked_s = time.monotonic()
                self._did["sign_in"] += 1
                self._desk.commands.emit(SignIn(USER, os.environ["FLOORWALKER_PASSWORD"]))
            return
        [deed] = self._dice.choices([deed for _, deed in self._deeds], [often for often, _ in self._deeds])
        self._did[deed.__name__] += 1
        deed()

    def _tell(self) -> None:
        waits = [round(one, 2) for one in self._probe._waits_ms]
        turns = [round(one, 2) for one in self._probe._turns_ms]
        self._probe.start()
        print(json.dumps({"waits_ms": waits, "turns_ms": turns, "did": self._did}), flush=True)

    def _until_ended(self) -> None:
        sys.stdin.read()
        self.ended.emit()

    def _end(self) -> None:
        self._probe.stop()
        self._tell()
        self._probe.stop()
        self._watch.is_over = True
        for timer in (*self._timers, self._next):
            timer.stop()
        self._app.window.close()

    # ---- deeds

    def show_screen(self) -> None:
        self._desk.commands.emit(ShowScreen(self._dice.choice(list(MUST_SHOW))))

    def choose(self) -> None:
        desk, dice = self._desk, self._dice
        choice = Choice()
        trips = [trip for trip in desk.floor.shoppers.trips if trip]
        if trips and dice.random() < 0.8:
            choice = replace(choice, trip=dice.choice(trips))
        planogram = desk.planogram.value
        if planogram is not None and dice.random() < 0.8:
            choice = replace(choice, plate=dice.choice(planogram.plates).id)
        if desk.cameras.value and dice.random() < 0.5:
            choice = replace(choice, camera=dice.choice(desk.cameras.value).id)
        desk.commands.emit(Choose(choice))

    def search(self) -> None:
        text = self._dice.choice(("", "milk", "oat", "12", "a"))
        command = self._dice.choice((SearchReceipts(ReceiptQuery(text)), SearchCases(CaseQuery()), Find(text or "b")))
        self._desk.commands.emit(command)

    def open(self) -> None:
        desk = self._desk
        receipts, cases = desk.receipts.value.items, desk.cases.value.items
        if cases and self._dice.random() < 0.5:
            case = self._dice.choice(cases).id
            desk.commands.emit(OpenCase(case))
            desk.commands.emit(LoadEvidence(case))
        elif receipts:
            desk.commands.emit(OpenReceipt(self._dice.choice(receipts).id))

    def go_back(self) -> None:
        kept_us = self._desk.replay.value.kept_from_us
        now_us = self._desk.clock.now_us()
        if kept_us is not None and kept_us < now_us:
            self._desk.commands.emit(GoTo(self._dice.randint(kept_us, now_us)))

    def play(self) -> None:
        self._desk.commands.emit(self._dice.choice((Play(self._dice.choice(SPEEDS)), Pause())))

    def return_to_now(self) -> None:
        self._desk.commands.emit(BackToNow())

    def prefer(self) -> None:
        dice, now = self._dice, self._desk.preferences.value
        wanted = replace(
            now,
            theme=dice.choice(THEMES),
            language=dice.choice(list(LANGUAGES)),
            text_scale=dice.choice(TEXT_SCALES[:3]),
            has_overlays=dice.random() < 0.5,
            lock_minutes=0,
        )
        self._desk.commands.emit(SetPreferences(wanted))

    def resize(self) -> None:
        self._app.window.resize(*self._dice.choice(SIZES))

    def refresh(self) -> None:
        self._desk.commands.emit(Refresh())


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.restless_desk")
    parser.add_argument("store")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--live-port", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(words)
    faulthandler.enable()  # a crash tells where

    class RestlessStart(begin.Start):
        """Lets it loose on the desk as soon as there is one."""

        def _go_on(self) -> None:
            super()._go_on()
            if self._app is not None:
                Restless(self._app, given.live_port, given.seed).start()

    begin.Start = RestlessStart  # type: ignore[misc]
    return run_console(["--store", given.store, "--data", str(given.data)])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

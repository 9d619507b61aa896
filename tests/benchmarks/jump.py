"""How soon the desk is at another moment, and what playing it costs.

``python -m tests.benchmarks.jump [--scenario NAME] [--filled SECONDS] [--jumps N] [--seconds N]`` prints one JSON object.
The real desk with its window on the embedded store, in this process, without a screen unless QT_QPA_PLATFORM names one.

``picture_ms``: from the wish to the first picture of that moment in the state, of the camera in front and of the last of
the wall. ``map_ms``: until everybody, their carts and what happened are shown; ``graph_ms``: until the chosen plate's
readings of that moment are. All after a jump further than what is in memory, in turn over the whole kept span; half of
them on the live floor, half on the wall. ``event_loop``: see console.tour.turns, while it plays at × 16.
``event_loop_at_now``: the same before the first jump, to compare with. ``lost``: live messages that were lost while then was shown, and events that were heard and not there on return.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from console.begin import SWITCH_S
from console.domain.choice import Choice
from console.domain.commands.replay import BackToNow, GoTo, Play
from console.domain.commands.showing import Choose, ShowScreen
from console.domain.screen_name import ScreenName
from console.garbage import leave_out_of_collections
from console.options import Embedded
from console.state.recent import KEPT
from console.tour.turns import TurnProbe
from store_client.contract.live import Event
from tests.console.desk_process import RunningDesk

TARGETS = {"picture_p99_ms": 300.0, "map_p99_ms": 200.0, "graph_p99_ms": 200.0, "event_loop_p99_ms": 16.0, "lost": 0}
NEAR_US = 1_500_000
"""A picture so near to the moment is of it: cameras give a few pictures a second on a busy machine."""
APART_US = 15_000_000
PATIENCE_S = 20.0
LOOK_MS = 3


class Trial:
    def __init__(self, running: RunningDesk) -> None:
        self._running = running
        self._desk = running.desk
        self._heard: list[Event] = []
        running.app.live.happened.connect(self._heard.extend)

    # ---- waiting

    def until(self, what: str, is_so: Callable[[], bool], patience_s: float = 120.0) -> float:
        """Milliseconds that it took. Raises TimeoutError."""
        began_s, loop, timer = time.perf_counter(), QEventLoop(), QTimer(interval=LOOK_MS)

        def look() -> None:
            if is_so() or time.perf_counter() - began_s > patience_s:
                loop.quit()

        timer.timeout.connect(look)
        timer.start()
        loop.exec()
        timer.stop()
        if not is_so():
            raise TimeoutError(what)
        return (time.perf_counter() - began_s) * 1e3

    def rest(self, seconds: float) -> None:
        loop = QEventLoop()
        QTimer.singleShot(round(seconds * 1e3), loop.quit)
        loop.exec()

    # ---- what is measured

    def fill(self, seconds: float) -> None:
        """A desk at work, on a store that has something to look back at."""
        desk = self._desk
        self.until("people are seen", lambda: len(desk.floor.shoppers) > 0)
        leave_out_of_collections()  # as every desk that is live
        self.until("somebody holds something", self._choose)
        desk.commands.emit(ShowScreen("cameras"))
        self.rest(seconds)
        self._choose()

    def _choose(self) -> bool:
        carts = [cart for cart in self._desk.carts.values.values() if cart.lines and cart.lines[-1].plates]
        if not carts:
            return False
        fullest = max(carts, key=lambda cart: len(cart.lines))
        self._desk.commands.emit(Choose(Choice(trip=fullest.trip, plate=fullest.lines[-1].plates[0])))
        return True

    def jump(self, at_us: int) -> dict[str, float]:
        """Milliseconds to each; without what is not asked for, as a graph on the wall."""
        desk, took = self._desk, dict[str, float]()
        began_s = time.perf_counter()
        plate = desk.choice.value.plate or ""
        wanted = {"map", "picture", "last_picture"} | ({"graph"} if desk.weights.watched else set())

        def note(name: str, is_so: bool) -> None:
            if is_so and name not in took:
                took[name] = (time.perf_counter() - began_s) * 1e3

        def is_whole() -> bool:
            pictures = [desk.pictures.get(camera) for camera in desk.pictures.streams.values]
            there = [one is not None and abs(one.captured_us - at_us) < NEAR_US for one in pictures]
            source = desk.weights.source(plate)
            note("map", not desk.replay.value.is_loading)
            note("picture", any(there))
            note("last_picture", bool(there) and all(there))
            note("graph", source is not None and not np.isnan(source.value_at(at_us - 50_000)))
            return wanted <= took.keys()

        desk.commands.emit(GoTo(at_us))
        try:
            self.until("all is there", is_whole, PATIENCE_S)
        except TimeoutError:
            took["missing"] = 1.0
            took |= dict.fromkeys(wanted - took.keys(), PATIENCE_S * 1e3)  # what does not come is the latest of all
        return took

    def jumps(self, count: int, seed: int) -> dict[str, object]:
        desk, dice = self._desk, random.Random(seed)
        took: dict[str, list[float]] = {}
        desk.commands.emit(GoTo(desk.clock.now_us() - APART_US))
        self.until("since when is known", lambda: desk.replay.value.pictures_from_us is not None)
        first_us = max(desk.replay.value.kept_from_us or 0, desk.replay.value.pictures_from_us or 0) + APART_US
        screens: tuple[ScreenName, ...] = ("live_floor", "cameras")
        at_us = desk.moment.at_us
        for screen in screens:
            desk.commands.emit(ShowScreen(screen))
            self.rest(2.0)
            for _ in range(count // 2):
                before_us, last_us = at_us, desk.clock.now_us() - 5_000_000
                while abs(at_us - before_us) < APART_US:
                    at_us = dice.randint(first_us, last_us)
                for name, took_ms in self.jump(at_us).items():
                    took.setdefault(name, []).append(took_ms)
                self.rest(0.3)
        return {name: _spread(values) for name, values in took.items()}

    def play(self, seconds: float) -> dict[str, object]:
        desk, probe = self._desk, TurnProbe()
        desk.commands.emit(ShowScreen("live_floor"))
        first_us = max(desk.replay.value.kept_from_us or 0, desk.replay.value.pictures_from_us or 0) + APART_US
        self.jump(first_us)
        desk.commands.emit(Play(16.0))
        self.rest(1.0)
        probe.start()
        began_us, began_s, waited = desk.moment.at_us, time.perf_counter(), 0
        end_s = began_s + seconds
        while time.perf_counter() < end_s and desk.replay.value.is_playing:
            self.rest(0.1)
            waited += desk.replay.value.is_loading
        probe.stop()
        took_s = time.perf_counter() - began_s
        return {
            "seconds": round(took_s, 1),
            "speed_reached": round((desk.moment.at_us - began_us) / 1e6 / took_s / desk.clock.rate, 1),
            "share_of_waiting": round(waited / max(1.0, took_s * 10), 3),
            "event_loop": probe.report(),
        }

    def stay(self, seconds: float) -> dict[str, float | int]:
        """The event loop with nothing but now to show: what the machine and the live desk make of it in the same run."""
        probe = TurnProbe()
        self._desk.commands.emit(ShowScreen("live_floor"))
        self.rest(1.0)
        probe.start()
        self.rest(seconds)
        probe.stop()
        return probe.report()

    def come_back(self, lost_before: int) -> dict[str, int]:
        desk = self._desk
        desk.commands.emit(BackToNow())
        known = {event.id for event in desk.events.all}
        heard = list(dict.fromkeys(event.id for event in self._heard))
        return {
            "live_messages": self.lost() - lost_before,
            "events": sum(event not in known for event in heard[-KEPT:]),
            "events_heard": len(self._heard),
        }

    def lost(self) -> int:
        feed = self._running.app.live.feed
        return 0 if feed is None else sum(one.lost + one.dropped for one in feed.statistics().values())


def _spread(values: list[float]) -> dict[str, float]:
    p50, p99, worst = np.percentile(values, [50, 99, 100])
    return {
        "count": len(values),
        **{name: round(float(ms), 1) for name, ms in zip(("p50", "p99", "worst"), (p50, p99, worst), strict=True)},
    }


def judge(
    jumps: dict[str, dict[str, float]], played: dict[str, dict[str, float]], lost: dict[str, int]
) -> dict[str, bool]:
    """Which targets were reached."""
    return {
        "picture_p99_ms": jumps["picture"]["p99"] <= TARGETS["picture_p99_ms"],
        "map_p99_ms": jumps["map"]["p99"] <= TARGETS["map_p99_ms"],
        "graph_p99_ms": jumps["graph"]["p99"] <= TARGETS["graph_p99_ms"],
        "event_loop_p99_ms": played["event_loop"]["p99_ms"] <= TARGETS["event_loop_p99_ms"],
        "lost": lost["live_messages"] + lost["events"] <= TARGETS["lost"],
    }


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.jump")
    parser.add_argument("--scenario", default="steady")
    parser.add_argument("--filled", type=float, default=120.0, help="seconds of the store before the first jump")
    parser.add_argument("--jumps", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=6.0, help="for which it plays")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(words)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.setswitchinterval(SWITCH_S)  # as for every desk
    application = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        running = RunningDesk(Path(folder), embedded=Embedded(scenario=given.scenario, seed=given.seed))
        try:
            trial = Trial(running)
            trial.fill(given.filled)
            at_now = trial.stay(given.seconds)
            lost_before = trial.lost()
            jumps = trial.jumps(given.jumps, given.seed)
            played = trial.play(given.seconds)
            lost = trial.come_back(lost_before)
            shown = {"shoppers": len(running.desk.floor.shoppers), "cameras": len(running.desk.cameras.value)}
        finally:
            running.stop()
            application.processEvents()
    reached = judge(jumps, played, lost)  # type: ignore[arg-type]
    report = {
        "targets": TARGETS,
        "reached": reached,
        "store": shown,
        "jumps_ms": jumps,
        "played": played,
        "event_loop_at_now": at_now,
        "lost": lost,
    }
    print(json.dumps({**report, "load_average": round(os.getloadavg()[0], 2)}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

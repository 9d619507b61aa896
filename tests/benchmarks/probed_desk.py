"""The desk with probes on it: the real program in its own process, started by ``tests.benchmarks.live_floor``.

``python -m tests.benchmarks.probed_desk --data DIR --scenario NAME --shoppers N --patience S --seconds S`` starts what
``python -m console --demo`` starts, opens the live floor with somebody chosen, and a wall of cameras in a window beside
it, waits until the store is full, measures, prints one JSON object, and ends.
"""

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median
from typing import TypeVar

import numpy as np
import psutil
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

from console import begin
from console.__main__ import main as run_console
from console.app import App
from console.domain.connection import LINKS
from console.domain.shopper import Shoppers
from console.screens.cameras import CamerasScreen
from console.shell import wall_us
from console.tour.guide import Guide, Until, Walk
from console.tour.route import Route
from console.tour.turns import TurnProbe
from store_client.contract.live import CartChanged, Picked, Positions, PutBack, Weights
from store_client.contract.planogram import plate_indices
from tests.console.desk_process import leave_out_hints
from widgets.floor_map import FloorMap
from widgets.video_wall import VideoWall
from widgets.weight_graph import WeightGraph

T = TypeVar("T")
SETTLED_S = 10.0
DRAWN = Weights | Positions | Picked | PutBack | CartChanged
"""Messages after which something is drawn anew."""


def spread(values: Iterable[float]) -> dict[str, float | int]:
    """Count, median, 99th percentile and greatest."""
    kept = np.array(list(values), np.float64)
    if not len(kept):
        return {"count": 0}
    p50, p99, worst = np.percentile(kept, [50, 99, 100])
    return {"count": len(kept), "p50": round(p50, 1), "p99": round(p99, 1), "worst": round(worst, 1)}


def _machine_busy_s() -> float:
    """Seconds of processor that the machine has spent on anything."""
    times = psutil.cpu_times()
    return float(times.user + times.system + times.nice)


class Drawn(QObject):
    """From the stamp that a message was sent with to the end of the first painting that could show it.

    The store at its own pace and the desk go by one clock here, so that stamps can be compared. Of weights those of the
    plates in the graph: for others it is not painted anew.
    """

    def __init__(self, app: App, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.delays_ms: dict[str, list[float]] = defaultdict(list)
        self._waiting: dict[QObject, list[tuple[str, int]]] = defaultdict(list)
        self._painted: set[QObject] = set()
        desk = app.desk
        self._weights = desk.weights
        self._watch("weights", desk.weights.take, lambda take: setattr(desk.weights, "take", take), WeightGraph, app)
        self._watch("positions", desk.floor.take, lambda take: setattr(desk.floor, "take", take), FloorMap, app)
        self._watch("events", desk.events.add, lambda add: setattr(desk.events, "add", add), FloorMap, app)

    def _watch(
        self,
        kind: str,
        take: Callable[[Iterable[T]], None],
        put: Callable[[Callable[[Iterable[T]], None]], None],
        widget: type[QWidget],
        app: App,
    ) -> None:
        """Listens in on what the state takes in; what it is shown by is painted after that."""
        shown = next(iter(app.window.findChildren(widget)))
        shown.installEventFilter(self)

        def listen(messages: Iterable[T]) -> None:
            kept = list(messages)
            for message in kept:
                is_elsewhere = isinstance(message, Weights) and message.gondola not in self._graphed()
                if isinstance(message, DRAWN) and not is_elsewhere:
                    self._waiting[shown].append((kind, message.sent_at))
            take(kept)

        put(listen)

    def end(self) -> None:
        """What was not drawn counts with how long it has waited by now."""
        self._painted.update(self._waiting)
        self._note()

    def _graphed(self) -> set[int]:
        return {plate_indices(plate)[0] for plate in self._weights.watched}

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            if not self._painted:
                QTimer.singleShot(0, self, self._note)  # once all is painted and handed to the screen
            self._painted.add(watched)
        return False

    def _note(self) -> None:
        now_us = wall_us()
        for widget in self._painted:
            for kind, sent_us in self._waiting.pop(widget, []):
                self.delays_ms[kind].append((now_us - sent_us) / 1e3)
        self._painted.clear()


class Measurement(QObject):
    """The walk to the full store, then the measured span, then the report on standard output."""

    def __init__(self, app: App, shoppers: int, patience_s: float, seconds: float) -> None:
        super().__init__(app)
        self._app = app
        self._desk = app.desk
        self._shoppers = shoppers
        self._patience_s = patience_s
        self._seconds = seconds
        self._turns = TurnProbe(self)
        self._moved: dict[str, list[float]] = defaultdict(list)
        self._clock_errors_ms: list[float] = []
        self._inside: list[int] = []
        self._report: dict[str, object] = {}
        self._guide = Guide(self._walk(), self)
        self._guide.done.connect(self._end)

    def start(self) -> None:
        self._guide.start()

    def _walk(self) -> Walk:
        route = Route(self._app)
        yield from route.begin()
        yield from route.look_at_the_floor()
        wall = CamerasScreen(self._app.window.theme, self._desk)
        wall.resize(960, 640)
        wall.show()
        wall.activate()
        yield Until(
            "the store is full",
            lambda: len(self._desk.floor.shoppers) >= self._shoppers,
            self._patience_s,
            is_optional=True,
        )
        yield from route.choose_shopper()
        yield from self._pause(SETTLED_S)
        yield from self._measure(wall)
        wall.deactivate()
        wall.close()

    def _pause(self, seconds: float) -> Walk:
        until_s = time.monotonic() + seconds
        yield Until(f"{seconds:g} s pass", lambda: time.monotonic() >= until_s, seconds + 30.0)

    def _measure(self, wall: CamerasScreen) -> Walk:
        drawn = Drawn(self._app, self)
        self._desk.pictures.changed.connect(self._follow_pictures)
        self._desk.floor.changed.connect(self._follow_people)
        print(json.dumps({"measuring_s": self._seconds}), flush=True)
        self._turns.start()
        before, busy_s, began_s = self._processor_s(), _machine_busy_s(), time.monotonic()
        load = psutil.getloadavg()[0]
        yield from self._pause(self._seconds)
        self._turns.stop()
        drawn.end()
        took_s = time.monotonic() - began_s
        after = self._processor_s()
        spent = {name: after[name] - before.get(name, 0.0) for name in after}
        others_s = _machine_busy_s() - busy_s - sum(spent[name] for name in ("console", "decoders", "store"))
        self._report = {
            "seconds": round(took_s, 1),
            "load_average": [round(load, 2), round(psutil.getloadavg()[0], 2)],
            "shown": self._shown(wall, took_s),
            "event_loop": self._turns.report(),
            "drawn_after_ms": {kind: spread(delays) for kind, delays in drawn.delays_ms.items()},
            "clock_error_ms": spread(self._clock_errors_ms),
            "processor_share_of_a_core": {
                name: round(span_s / took_s, 3)
                for name, span_s in {**spent, "others on this machine": others_s}.items()
            },
            "links": {
                name: {"state": link.state, "delay_ms": link.delay_ms, "drops": link.drops}
                for name in LINKS
                for link in [self._desk.connection.value.of(name)]
            },
        }

    def _shown(self, wall: CamerasScreen, took_s: float) -> dict[str, object]:
        said = {camera: self._desk.pictures.streams.get(camera) for camera in self._moved}
        planogram = self._desk.planogram.value
        return {
            "plates": 0 if planogram is None else len(planogram.plates),
            "gondolas_heard": len(self._desk.weights.gondolas),
            "shoppers": median(self._inside),
            "graphs": len(self._desk.weights.watched),
            "tiles": len(next(iter(wall.findChildren(VideoWall))).sizes()),
            "pictures_a_second": {camera: round(len(ages) / took_s, 1) for camera, ages in sorted(self._moved.items())},
            "rate_said_by_the_tile": {
                camera: None if stream is None else round(stream.rate_hz, 1) for camera, stream in sorted(said.items())
            },
            "age_of_pictures_ms": spread(age for ages in self._moved.values() for age in ages),
        }

    def _follow_people(self, shoppers: Shoppers) -> None:
        self._inside.append(len(shoppers))

    def _follow_pictures(self, cameras: frozenset[str]) -> None:
        now_us = wall_us()
        self._clock_errors_ms.append(abs(self._desk.clock.now_us() - now_us) / 1e3)
        for camera in cameras:
            picture = self._desk.pictures.get(camera)
            if picture is not None:
                self._moved[camera].append((now_us - picture.captured_us) / 1e3)

    # ---- processes

    def _processes(self) -> dict[str, list[psutil.Process]]:
        own = psutil.Process()
        keeper = self._app.arrivals.keeper
        store = psutil.Process(keeper.pid) if keeper is not None and keeper.pid is not None else None
        return {
            "console": [own],
            "decoders": [psutil.Process(pid) for pid in self._app.video.pids],
            "store": [] if store is None else [store, *store.children(recursive=True)],
        }

    def _processor_s(self) -> dict[str, float]:
        spent = {}
        for name, processes in self._processes().items():
            times = [process.cpu_times() for process in processes]
            spent[name] = float(sum(one.user + one.system for one in times))
        spent["console's UI thread"] = time.thread_time()
        return spent

    def _end(self, reason: str) -> None:
        print(json.dumps({"failed": reason, **self._report}), flush=True)
        self._app.window.close()


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.probed_desk")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--scenario", default="stress")
    parser.add_argument("--shoppers", type=int, default=100)
    parser.add_argument("--patience", type=float, default=240.0)
    parser.add_argument("--seconds", type=float, default=60.0)
    given = parser.parse_args(words)

    class ProbedStart(begin.Start):
        """Puts the probes on the desk as soon as it is built."""

        def _go_on(self) -> None:
            leave_out_hints(self._shell.desk)
            super()._go_on()
            if self._app is not None:
                Measurement(self._app, given.shoppers, given.patience, given.seconds).start()

    begin.Start = ProbedStart  # type: ignore[misc]
    return run_console(["--demo", "--data", str(given.data), "--scenario", given.scenario])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

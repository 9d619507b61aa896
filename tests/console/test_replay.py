"""Going back: what comes late, fails or is cancelled leaves the whole desk at one moment."""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from console.domain.camera_view import Stream
from console.domain.choice import Choice
from console.domain.commands.replay import GoTo, Pause, Play, Step
from console.work.errand import Errands
from console.work.replay import LEAD_MS, Replays
from console.work.runner import Runner
from store_client.contract.live import Position, Positions
from store_client.contract.moment import to_micros
from store_client.contract.recording import Recording
from store_client.contract.trip import Inside
from store_client.errors import TimedOut
from store_client.live import KeptMessage
from store_client.pictures import Picture
from tests.console.plain_desk import plain_desk
from tests.wire.examples import US

S, TENTH = 1_000_000, 100_000
PATIENCE_S = 20.0


class Past:
    """A store that answers when it is let."""

    def __init__(self, now_us: Callable[[], int]) -> None:
        self.now_us = now_us
        self.windows, self.pictures, self.beginnings = (threading.Event() for _ in range(3))
        for gate in (self.windows, self.pictures, self.beginnings):
            gate.set()
        self.begins_us = US - 3_600 * S
        self.is_broken = False
        self.asked: list[datetime] = []

    def inside(self, store: str, since: datetime, until: datetime) -> Inside:
        self.asked.append(since)
        self.windows.wait(PATIENCE_S)
        if self.is_broken:
            raise TimedOut("nothing came")
        return Inside(store, to_micros(since), to_micros(until), [])

    def kept(self, kind: str, since_us: int, until_us: int, **_: object) -> Iterator[KeptMessage]:
        """Somebody walks, and is told of two seconds late."""
        if kind != "positions":
            return
        for at_us in range(since_us // TENTH * TENTH, min(until_us, self.now_us() - 2 * S), TENTH):
            person = Position("a", None, at_us / S % 1000, 0.0, 1.0)
            told = Positions(epoch="e", seq=0, measured_at=at_us, sent_at=at_us, people=[person])
            yield KeptMessage("positions", at_us, msgspec.msgpack.encode(told))

    def kept_from(self, _: str) -> int:
        return self.begins_us

    def recording(self, camera: str, *_: object) -> Recording:
        self.beginnings.wait(PATIENCE_S)
        return Recording(camera, self.begins_us, US, [])

    def picture_at(self, _camera: str, at: datetime, width: int) -> Picture:
        self.pictures.wait(PATIENCE_S)
        at_us = to_micros(at)
        return Picture(b"", at_us, next_at=at_us + width, before_at=at_us - width)


class Bench:
    def __init__(self, qtbot: QtBot) -> None:
        self.desk = plain_desk()
        self.past = Past(self.desk.clock.now_us)
        self.runner = Runner(self.desk.tasks)
        self.turned: list[int] = []
        """The moments at which pictures were asked for."""
        self.in_front: list[tuple[str, int]] = []
        """And that of one camera alone."""
        anything: Any = SimpleNamespace
        self.ahead = 0
        """How often while people were not shown yet."""
        errands = Errands(self.desk, anything(client=self.past), self.runner)
        video = anything(turn=self._turn)
        self.replays = Replays(errands, anything(feed=self.past), video, self.desk.steady)
        self._qtbot = qtbot

    def _turn(self, camera: str | None = None) -> None:
        if camera is not None:
            self.in_front.append((camera, self.desk.moment.at_us))
            return
        self.turned.append(self.desk.moment.at_us)
        self.ahead += self.desk.replay.value.is_loading

    def go_to(self, seconds: float) -> None:
        self.replays.go_to(GoTo(US + round(seconds * S)))

    def step(self) -> None:
        camera = "camera-1"
        self.desk.pictures.streams.put({camera: Stream("up", 1.0, 0)})
        self.desk.choice.set(Choice(camera=camera))
        self.past.pictures.clear()
        self.replays.step(Step(1))

    def answer_step(self) -> None:
        """And until that is heard."""
        self.past.pictures.set()
        self.until_nothing_runs()

    def until_there(self, seconds: float) -> None:
        """And until all of it is shown: what is read may come later than the pictures are asked for."""
        at_us = US + round(seconds * S)
        self._qtbot.waitUntil(lambda: self.moments() == (at_us, at_us) and not self.desk.replay.value.is_loading)

    def until_nothing_runs(self) -> None:
        def is_idle() -> bool:
            return not any(self.runner.is_running(topic) for topic in ("step", "replay", "replay begins"))

        self._qtbot.waitUntil(is_idle)

    def until_turned(self, count: int) -> None:
        self._qtbot.waitUntil(lambda: len(self.turned) >= count)

    def moments(self) -> tuple[int, int]:
        """Where the desk is, and of when its pictures are."""
        return self.desk.moment.at_us, self.turned[-1] if self.turned else 0

    def stop(self) -> None:
        for gate in (self.past.windows, self.past.pictures, self.past.beginnings):
            gate.set()
        self.replays.back_to_now()  # its timers end in this thread
        self.runner.stop()


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    made = Bench(qtbot)
    yield made
    made.stop()


def test_a_step_that_is_answered_late_does_not_take_now_away(bench: Bench) -> None:
    trips = len(bench.desk.trips)
    bench.go_to(-60)
    bench.until_there(-60)
    bench.step()
    bench.replays.back_to_now()
    bench.answer_step()
    assert not bench.desk.replay.value.is_on
    assert not bench.runner.is_running("replay")
    assert len(bench.desk.trips) == trips == 1


def test_a_step_that_is_answered_late_does_not_take_the_desk_back(bench: Bench) -> None:
    bench.go_to(-60)
    bench.until_there(-60)
    bench.step()
    bench.go_to(-600)
    bench.until_there(-600)
    bench.answer_step()
    bench.until_nothing_runs()
    assert bench.moments() == (US - 600 * S, US - 600 * S)


def test_what_cannot_be_read_leaves_the_pictures_too_where_they_were(bench: Bench) -> None:
    bench.go_to(-60)
    bench.until_there(-60)
    bench.past.windows.clear()
    turned = len(bench.turned)
    bench.go_to(-600)
    bench.until_turned(turned + 1)  # the reading takes longer than they wait for it
    bench.past.is_broken = True
    bench.past.windows.set()
    bench.until_there(-60)
    assert not bench.desk.replay.value.is_loading


def test_a_reading_that_is_cancelled_ends(bench: Bench, qtbot: QtBot) -> None:
    bench.go_to(-60)
    bench.until_there(-60)
    bench.past.windows.clear()
    bench.go_to(-600)
    qtbot.waitUntil(lambda: len(bench.desk.tasks.value) == 1)
    bench.runner.cancel(bench.desk.tasks.value[0].id)
    bench.until_there(-60)
    assert not bench.desk.replay.value.is_loading


def test_the_picture_in_front_is_asked_for_at_once_and_once_while_one_drags(bench: Bench) -> None:
    bench.desk.pictures.streams.put({name: Stream("up", 1.0, 0) for name in ("north", "south")})
    bench.desk.choice.set(Choice(camera="south"))
    bench.past.windows.clear()
    for seconds in range(-620, -600):
        bench.go_to(seconds)
    bench.until_turned(1)
    assert [camera for camera, _ in bench.in_front] == ["south"]
    bench.past.windows.set()
    bench.until_there(-601)


def test_pictures_that_play_begin_with_the_map(bench: Bench, qtbot: QtBot) -> None:
    bench.go_to(-60)
    bench.until_there(-60)
    bench.replays.play(Play(16.0))
    bench.past.windows.clear()
    bench.go_to(-600)
    ahead = bench.ahead
    qtbot.wait(4 * LEAD_MS)  # those of a moment that is held are asked for by then
    bench.past.windows.set()
    bench.until_there(-600)
    assert bench.ahead == ahead


def test_pictures_wait_for_the_map_where_it_plays_while_that_is_read(bench: Bench, qtbot: QtBot) -> None:
    bench.desk.pictures.streams.put({"camera-1": Stream("up", 1.0, 0)})
    bench.past.windows.clear()
    turning = bench.replays._turning
    turning.setInterval(3_600_000)  # however slow the machine is, they are not asked for before it plays
    bench.go_to(-600)
    qtbot.waitUntil(lambda: len(bench.in_front) == 1)
    assert turning.isActive()
    bench.replays.play(Play())
    assert not turning.isActive(), "those of a moment that is held"
    assert bench.turned == []
    turning.setInterval(LEAD_MS)
    bench.past.windows.set()
    bench.until_there(-600)


def test_what_came_since_is_read_where_it_was_not_all_there(bench: Bench, qtbot: QtBot) -> None:
    bench.replays.pause(Pause())
    bench.until_nothing_runs()
    at_us = bench.desk.moment.at_us
    bench.until_there((at_us - US) / S)
    bench.desk.steady.s += 6.0
    qtbot.waitUntil(lambda: bench.desk.moment.span[1] > at_us + 3 * S)
    bench.past.asked.clear()
    bench.go_to((at_us - US) / S + 3)
    bench.until_there((at_us - US) / S + 3)
    bench.until_nothing_runs()
    assert len(bench.past.asked) == 1, "positions come late"
    bench.go_to((at_us - US) / S + 2)
    bench.until_there((at_us - US) / S + 2)
    assert len(bench.past.asked) == 1


@pytest.mark.parametrize("behind_s", [3.1, 3.5, 5.0])
def test_close_behind_now_people_go_on_walking(bench: Bench, behind_s: float) -> None:
    desk = bench.desk
    bench.go_to(-behind_s)
    bench.until_there(-behind_s)
    bench.replays.play(Play())
    late = []
    for _ in range(60):
        bench.until_nothing_runs()
        desk.steady.s += 0.05
        bench.replays._go_on()
        late.append(desk.moment.at_us - desk.floor.shoppers.at_us)
    assert desk.replay.value.is_playing
    assert desk.moment.at_us > US + round((2.9 - behind_s) * S)
    assert max(late) <= 2 * TENTH


def test_before_what_is_kept_the_desk_is_where_it_begins(bench: Bench) -> None:
    bench.past.beginnings.clear()
    bench.past.begins_us = US - 60 * S
    bench.go_to(-300)
    bench.until_there(-300)
    bench.past.beginnings.set()
    bench.until_there(-60)


def test_since_when_a_store_keeps_what_was_is_not_said_of_the_next_one(bench: Bench) -> None:
    bench.past.beginnings.clear()
    bench.go_to(-60)
    bench.until_there(-60)
    bench.replays.forget()
    bench.past.beginnings.set()
    bench.until_nothing_runs()
    assert bench.desk.replay.value.begins_us is None

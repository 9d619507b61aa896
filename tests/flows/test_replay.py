"""The whole desk at a past moment, on a real store: as it was recorded live, while live data keeps arriving."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from console.domain.choice import Choice
from console.domain.commands.replay import GoTo, Play
from console.domain.commands.showing import Choose, ShowScreen
from console.domain.commands.trip import ChangeCart
from console.domain.shopper import Shoppers
from console.screens.then_band import ThenBand
from console.state.scene import Scene
from console.work.replay import FRAME_US
from store_client.contract.cart import Cart
from store_client.contract.live import CartChanged, Event, Positions
from store_client.contract.moment import from_micros, to_micros
from store_client.errors import NotFound
from store_client.pictures import Picture
from tests.console.desk_process import RunningDesk
from tests.store_process import StoreProcess
from widgets.time_line import TimeLine

PATIENCE_MS = 90_000
QUIET_US = 3_000_000
"""Of the store: the cart did not change for so long before and after the moment that is looked at."""
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


class Witness:
    """What the desk showed live, written down as it was shown."""

    def __init__(self, running: RunningDesk) -> None:
        self.desk = running.desk
        self.places: dict[int, dict[str, tuple[float, float]]] = {}
        self.carts: dict[str, list[tuple[int, Cart]]] = {}
        self.events: list[Event] = []
        for scene in self.desk.scenes:
            take = scene.floor.take  # what tells of itself tells of the last message alone
            scene.floor.take = partial(self._see, scene, take)  # type: ignore[method-assign]
        running.app.live.happened.connect(self._hear)

    def _see(self, scene: Scene, take: Callable[[Iterable[Positions]], None], messages: Iterable[Positions]) -> None:
        kept = list(messages)
        if scene is self.desk.live:
            for message in kept:
                self.places[message.measured_at] = {one.track: _rounded(one.x, one.y) for one in message.people}
        take(kept)

    def _hear(self, events: tuple[Event, ...]) -> None:
        self.events += events
        for event in events:
            if isinstance(event, CartChanged):
                self.carts.setdefault(event.cart.trip, []).append((event.measured_at, event.cart))

    def quiet_moment(self, after_us: int) -> tuple[int, str, Cart] | None:
        """A moment in the middle of a pause between two changes of a cart that holds something."""
        now_us = self.desk.clock.now_us()
        for trip, changes in self.carts.items():
            times = [at_us for at_us, _ in changes]
            for (at_us, cart), next_us in zip(changes, [*times[1:], now_us - 2 * QUIET_US], strict=True):
                is_alone = times == sorted(times) and next_us - at_us > 2 * QUIET_US
                if cart.lines and is_alone and at_us > max(after_us, min(self.places)):
                    return at_us + QUIET_US, trip, cart
        return None


def _places(shoppers: Shoppers) -> dict[str, tuple[float, float]]:
    return {track: _rounded(x, y) for track, (x, y) in zip(shoppers.tracks, shoppers.xy, strict=True)}


def _rounded(x: float, y: float) -> tuple[float, float]:
    """To the millimetre: on the map they are in single precision."""
    return round(float(x), 3), round(float(y), 3)


def _held(cart: Cart | None) -> list[tuple[str, int]]:
    return [] if cart is None else [(line.gtin, line.quantity) for line in cart.lines]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[StoreProcess]:
    store = StoreProcess(tmp_path / "store", "--scenario", "steady", "--seed", "3", "--speed", "4")
    yield store
    store.kill()


@pytest.fixture
def running(store: StoreProcess, tmp_path: Path, qapp: QApplication, qtbot: QtBot) -> Iterator[RunningDesk]:
    running = RunningDesk(tmp_path / "desk", store=store.http)
    qtbot.waitUntil(lambda: not running.desk.session.value.is_busy, timeout=PATIENCE_MS)
    running.sign_in("supervisor", store.demo["supervisor"])
    qtbot.waitUntil(lambda: len(running.desk.floor.shoppers) > 0, timeout=PATIENCE_MS)
    yield running
    running.stop()


def test_the_desk_goes_back_plays_steps_and_returns(running: RunningDesk, store: StoreProcess, qtbot: QtBot) -> None:
    desk, window = running.desk, running.shell.window
    witness = Witness(running)
    desk.commands.emit(ShowScreen("live_floor"))
    qtbot.waitUntil(lambda: _recorded_from(running) is not None, timeout=PATIENCE_MS)
    recorded_us = _recorded_from(running) or 0
    qtbot.waitUntil(lambda: witness.quiet_moment(recorded_us) is not None, timeout=PATIENCE_MS)
    found = witness.quiet_moment(recorded_us)
    assert found is not None
    at_us, trip, cart = found

    # there
    desk.commands.emit(Choose(Choice(trip=trip)))
    assert desk.may(ChangeCart)
    desk.commands.emit(GoTo(at_us))
    qtbot.waitUntil(lambda: desk.replay.value.is_on and not desk.replay.value.is_loading, timeout=PATIENCE_MS)
    assert desk.moment.at_us == at_us
    assert _held(desk.carts.get(trip)) == _held(cart), "the cart as it was"
    shown = desk.trips.get(trip)
    assert shown is not None
    assert (shown.state, shown.units) == ("inside", sum(line.quantity for line in cart.lines))
    assert 0 <= at_us - desk.floor.shoppers.at_us < 500_000
    assert _places(desk.floor.shoppers) == witness.places[desk.floor.shoppers.at_us], "everybody where they were"
    assert all(to_micros(one.entered_at) <= at_us for one in desk.trips.values.values())
    assert all(event.measured_at <= at_us for event in desk.events.all)
    band = window.findChildren(ThenBand)[0]
    assert band.isVisible()
    assert any("Then" in label.text() for label in band.findChildren(QLabel))
    assert not desk.may(ChangeCart), "nothing of then can be changed"
    assert desk.stale_s() is None

    # the pictures of then, and the next one of the camera in front
    looked_at = list(desk.pictures.streams.values)
    qtbot.waitUntil(lambda: all(_is_shown(running, name, at_us) for name in looked_at), timeout=PATIENCE_MS)
    press(window, Qt.Key.Key_Period, qtbot)
    qtbot.waitUntil(lambda: desk.moment.at_us != at_us, timeout=PATIENCE_MS)
    kept = _kept(running, looked_at[0], at_us)
    assert at_us < desk.moment.at_us <= ((kept and kept.next_at) or at_us + FRAME_US)
    desk.commands.emit(GoTo(at_us))  # a machine that is short of time takes few pictures: that one may be of just now
    qtbot.waitUntil(lambda: not desk.replay.value.is_loading, timeout=PATIENCE_MS)

    # on, by itself
    heard = len(witness.events)
    press(window, Qt.Key.Key_Space, qtbot)
    qtbot.waitUntil(lambda: desk.replay.value.is_playing, timeout=PATIENCE_MS)
    seen = {desk.floor.shoppers.at_us}
    desk.floor.changed.connect(lambda shoppers: seen.add(shoppers.at_us))
    qtbot.waitUntil(lambda: len(seen) > 12, timeout=PATIENCE_MS)
    assert list(seen - set(witness.places)) == [], "what was shown live, and nothing else"
    press(window, Qt.Key.Key_Space, qtbot)
    qtbot.waitUntil(lambda: not desk.replay.value.is_playing, timeout=PATIENCE_MS)
    held_us = desk.moment.at_us

    # meanwhile now went on
    qtbot.waitUntil(lambda: len(witness.events) > heard, timeout=PATIENCE_MS)
    assert desk.moment.at_us == held_us
    press(window, Qt.Key.Key_Backspace, qtbot)
    qtbot.waitUntil(lambda: not desk.replay.value.is_on, timeout=PATIENCE_MS)
    known = {event.id for event in desk.events.all}
    assert [event for event in witness.events if event.id not in known] == [], "nothing was lost"
    assert not band.isVisible()
    assert desk.may(ChangeCart)
    qtbot.waitUntil(lambda: desk.clock.age_us(desk.floor.shoppers.at_us) < 20_000_000, timeout=PATIENCE_MS)

    # a store that is gone: one problem, and what is shown stays
    desk.commands.emit(GoTo(at_us))
    qtbot.waitUntil(lambda: not desk.replay.value.is_loading and desk.replay.value.is_on, timeout=PATIENCE_MS)
    store.kill()
    before = _held(desk.carts.get(trip))
    desk.commands.emit(GoTo(at_us - 3_600_000_000))
    qtbot.waitUntil(lambda: any(one.topic == "replay" for one in desk.problems.value), timeout=PATIENCE_MS)
    assert len([one for one in desk.problems.value if one.topic == "replay"]) == 1
    assert desk.moment.at_us == at_us
    assert _held(desk.carts.get(trip)) == before
    desk.commands.emit(Play(16.0))
    window.findChildren(TimeLine)[0].now_asked.emit()
    assert not desk.replay.value.is_on


def press(window: QWidget, key: Qt.Key, qtbot: QtBot) -> None:
    """In the window itself, which keys reach only while it is in front."""

    def is_in_front() -> bool:
        if not window.isActiveWindow():
            window.activateWindow()
        return window.isActiveWindow()

    qtbot.waitUntil(is_in_front, timeout=PATIENCE_MS)
    window.setFocus()
    QTest.keyClick(window, key)


def _recorded_from(running: RunningDesk) -> int | None:
    """Since when there are pictures of every camera."""
    client, now_us = running.app.door.client, running.desk.clock.now_us()
    span = from_micros(now_us - 1_000_000), from_micros(now_us)
    begins = [client.recording(camera.id, *span).begins_at for camera in running.desk.cameras.value]
    known = [at_us for at_us in begins if at_us is not None]
    return max(known) if known and len(known) == len(begins) else None


def _kept(running: RunningDesk, camera: str, at_us: int) -> Picture | None:
    """What the store says was to be seen then; None in a gap, as a machine leaves them that is short of time."""
    try:
        return running.app.door.client.picture_at(camera, from_micros(at_us), width=160)
    except NotFound:
        return None


def _is_shown(running: RunningDesk, camera: str, at_us: int) -> bool:
    """That, or that there is nothing."""
    kept, shown = _kept(running, camera, at_us), running.desk.pictures.get(camera)
    if kept is None:
        stream = running.desk.pictures.streams.get(camera)
        return stream is not None and stream.state == "lost"
    return shown is not None and shown.captured_us == kept.captured_at

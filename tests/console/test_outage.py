"""The store dies under the desk: it is shown at once, what was on screen stays, and all heals when it is back."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.options import Embedded
from tests.console.desk_process import RunningDesk
from tests.store_process import StoreProcess

PATIENCE_MS = 60_000
SHOWN_WITHIN_S = 2.0
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

StartDesk = Callable[..., RunningDesk]


@pytest.fixture
def start_desk(tmp_path: Path, qapp: QApplication, qtbot: QtBot) -> Iterator[StartDesk]:
    started: list[RunningDesk] = []

    def start(**options: object) -> RunningDesk:
        desk = RunningDesk(tmp_path / f"desk-{len(started)}", **options)  # type: ignore[arg-type]
        started.append(desk)
        return desk

    yield start
    for desk in started:
        desk.stop()


def is_live(running: RunningDesk) -> bool:
    desk = running.desk
    connection = desk.connection.value
    is_up = connection.http.state == "up" and connection.live.state == "up"
    return is_up and len(desk.floor.shoppers) > 0 and bool(desk.weights.gondolas) and len(desk.products) > 0


def until_it_is_shown(running: RunningDesk, qtbot: QtBot) -> float:
    """Seconds until the desk says that the store is lost."""
    began = time.monotonic()
    qtbot.waitUntil(lambda: running.desk.connection.value.is_stale, timeout=PATIENCE_MS)
    return time.monotonic() - began


def test_a_killed_store_is_shown_within_two_seconds_and_heals_by_itself(
    start_desk: StartDesk, tmp_path: Path, qtbot: QtBot
) -> None:
    store = StoreProcess(tmp_path / "store", "--seed", "1")
    port = urlsplit(store.http).port
    running = start_desk(store=store.http)
    desk = running.desk
    qtbot.waitUntil(lambda: not desk.session.value.is_busy, timeout=PATIENCE_MS)
    running.sign_in("supervisor", store.demo["supervisor"])
    try:
        qtbot.waitUntil(lambda: is_live(running), timeout=PATIENCE_MS)
        frame = running.app.inside.frame_of("live_floor")
        qtbot.waitUntil(lambda: frame.is_ready, timeout=PATIENCE_MS)
        products, before = len(desk.products), desk.floor.shoppers
        store.kill()
        assert until_it_is_shown(running, qtbot) < SHOWN_WITHIN_S
        assert len(desk.products) == products
        assert len(desk.floor.shoppers) == len(desk.floor.shoppers.tracks)
        assert before.at_us <= desk.floor.shoppers.at_us
        assert frame.is_ready, "what was on screen stays"
        assert desk.connection.value.stale_since_us is not None
        store = StoreProcess(tmp_path / "store", "--seed", "1", "--http", f"127.0.0.1:{port}")
        last = desk.floor.shoppers.at_us
        qtbot.waitUntil(lambda: is_live(running) and desk.floor.shoppers.at_us > last, timeout=PATIENCE_MS)
        assert desk.session.value.user is not None
        assert not desk.connection.value.is_stale
    finally:
        store.stop()


def test_the_embedded_store_is_started_again(start_desk: StartDesk, qtbot: QtBot) -> None:
    running = start_desk(embedded=Embedded(seed=1))
    desk = running.desk
    qtbot.waitUntil(lambda: is_live(running), timeout=PATIENCE_MS)
    url = running.app.door.url
    assert running.app.arrivals.keeper is not None
    assert running.app.arrivals.keeper.pid is not None
    psutil.Process(running.app.arrivals.keeper.pid).kill()
    assert until_it_is_shown(running, qtbot) < SHOWN_WITHIN_S
    last = desk.floor.shoppers.at_us
    qtbot.waitUntil(lambda: is_live(running) and desk.floor.shoppers.at_us > last, timeout=PATIENCE_MS)
    assert running.app.door.url != url
    assert desk.session.value.user is not None

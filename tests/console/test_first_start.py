"""The first start: a store is chosen, its certificate looked at, and both are remembered."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from console.__main__ import where_it_was
from console.arrivals import PINS
from console.domain.commands.access import LeaveStore
from console.domain.commands.showing import SetPreferences
from console.options import Embedded, parse
from console.paths import find_paths
from console.storage.settings import PLACE, LastPlace, Settings
from tests.client.test_tls import make_certificate, pin_of, serving_context
from tests.client.web import problem, serving
from tests.console.desk_process import RunningDesk

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
StartDesk = Callable[..., RunningDesk]
STARTED_MS = 30_000


@pytest.fixture
def start_desk(tmp_path: Path, qtbot: QtBot) -> Iterator[StartDesk]:
    started: list[RunningDesk] = []

    def start(store: str | None = None, embedded: Embedded | None = None) -> RunningDesk:
        for before in started:
            before.stop()
        started[:] = [RunningDesk(tmp_path / "desk", store=store, embedded=embedded)]
        return started[0]

    yield start
    for running in started:
        running.stop()


def press(running: RunningDesk, words: str) -> None:
    page = running.shell.window.entry_page
    [button] = [one for one in page.findChildren(QPushButton) if one.text() == words and one.isVisible()]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def connect(running: RunningDesk, address: str) -> None:
    """Types the address and presses Enter."""
    page = running.shell.window.entry_page
    [field] = [one for one in page.findChildren(QLineEdit) if one.isVisible()]
    field.clear()
    QTest.keyClicks(field, address)
    QTest.keyClick(field, Qt.Key.Key_Return)


def shown(running: RunningDesk) -> str:
    page = running.shell.window.entry_page
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def test_what_was_typed_outlives_another_language(start_desk: StartDesk, qtbot: QtBot) -> None:
    running = start_desk()
    qtbot.waitUntil(lambda: running.desk.arrival.value.stage == "choosing")

    def field() -> QLineEdit:
        page = running.shell.window.entry_page
        return next(one for one in page.findChildren(QLineEdit) if one.isVisible())

    QTest.keyClicks(field(), "https://store.example:8443")
    likes = running.desk.preferences.value
    try:
        running.desk.commands.emit(SetPreferences(replace(likes, language="de")))
        qtbot.waitUntil(lambda: "Mit meinem Laden verbinden" in shown(running))
        assert field().text() == "https://store.example:8443"
        assert running.shell.window.focusWidget() is field()
    finally:
        running.desk.commands.emit(SetPreferences(likes))


def test_a_private_certificate_is_agreed_to_once_and_another_is_refused(
    start_desk: StartDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    certificate = make_certificate(tmp_path / "store.pem")
    pin = pin_of(certificate)
    running = start_desk()

    def stage() -> str:
        return running.desk.arrival.value.stage

    qtbot.waitUntil(lambda: stage() == "choosing")
    connect(running, "http://store.example")
    assert "reached by https" in shown(running)
    with serving(serving_context(certificate)) as web:
        port = web.server_address[1]
        connect(running, f"127.0.0.1:{port}")
        qtbot.waitUntil(lambda: stage() == "doubting")
        assert pin[:2].upper() in shown(running)
        assert "a store" in shown(running)
        assert web.seen == [], "nothing is sent before somebody has agreed"
        press(running, "It is the same")
        qtbot.waitUntil(lambda: stage() == "choosing")
        assert "cannot be understood" in shown(running), "it speaks TLS, and is no store"
        web.otherwise = problem(401, "signed-out")
        connect(running, web.url)
        qtbot.waitUntil(lambda: stage() == "there")
        assert running.app.door.trust.pin == pin

        running = start_desk(store=web.url)
        qtbot.waitUntil(lambda: stage() == "there")
        assert running.app.door.trust.pin == pin
        seen = len(web.seen)
        other = make_certificate(tmp_path / "other.pem")
        web.tls = serving_context(other)
        running.sign_in("ada", "secret 1")
        qtbot.waitUntil(lambda: "nothing was sent" in shown(running))
        assert len(web.seen) == seen

        running = start_desk(store=web.url)
        qtbot.waitUntil(lambda: stage() == "doubting")
        assert "another certificate than before" in shown(running)
        press(running, "Do not connect")
        qtbot.waitUntil(lambda: stage() == "choosing")
        assert len(web.seen) == seen


def test_a_certificate_that_was_agreed_to_is_asked_about_again_when_its_time_is_over(
    start_desk: StartDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    certificate = make_certificate(tmp_path / "store.pem", ends_in=timedelta(days=-1))
    paths = find_paths(tmp_path / "desk")
    paths.make()
    with serving(serving_context(certificate)) as web:
        web.otherwise = problem(401, "signed-out")
        Settings(paths.settings).put(PINS, {web.url.removeprefix("https://"): pin_of(certificate)})
        for _ in range(2):
            running = start_desk(store=web.url)
            qtbot.waitUntil(lambda: running.desk.arrival.value.stage == "doubting")  # noqa: B023
            assert "The time of the store's certificate is over" in shown(running)
            assert web.seen == [], "nothing is sent before somebody has agreed"
        press(running, "Go on with it")
        qtbot.waitUntil(lambda: running.desk.arrival.value.stage == "there")
        assert running.app.door.trust.pin == pin_of(certificate)


def test_the_demonstration_is_opened_and_left_from_the_window(start_desk: StartDesk, qtbot: QtBot) -> None:
    running = start_desk()
    desk, arrivals = running.desk, running.app.arrivals
    press(running, "Open the demonstration store")
    qtbot.waitUntil(lambda: desk.session.value.user is not None, timeout=STARTED_MS)
    assert arrivals.keeper is not None
    assert arrivals.keeper.pid is not None
    store = psutil.Process(arrivals.keeper.pid)
    desk.commands.emit(LeaveStore())
    qtbot.waitUntil(lambda: desk.arrival.value.stage == "choosing", timeout=STARTED_MS)
    assert not store.is_running()
    assert desk.session.value.demo_roles == ()


def test_a_desk_goes_where_it_was_unless_it_is_told(tmp_path: Path) -> None:
    paths = find_paths(tmp_path)
    paths.make()
    assert where_it_was(parse([]), paths) == parse([]), "at its first start it asks"
    Settings(paths.settings).put(PLACE, LastPlace("https://store.example", "ada", "s1"))
    assert where_it_was(parse([]), paths).store == "https://store.example"
    assert where_it_was(parse(["--demo"]), paths) == parse(["--demo"])
    Settings(paths.settings).put(PLACE, LastPlace())
    assert where_it_was(parse([]), paths).is_embedded_again
    assert not where_it_was(parse(["--store", "https://other.example"]), paths).is_embedded_again


@pytest.mark.parametrize("left", [{"store_url": "store.example"}, {"store_url": 8443}, "https://store.example"])
def test_a_desk_that_cannot_read_where_it_was_asks(left: object, tmp_path: Path) -> None:
    """It neither stands there with a page that nobody can answer nor opens the demonstration store in a shop."""
    paths = find_paths(tmp_path)
    paths.make()
    Settings(paths.settings).put(PLACE, left)
    assert where_it_was(parse([]), paths) == parse([])

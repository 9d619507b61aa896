"""Who signs in is at work at once, where they were; who signs out is out, and nobody else."""

import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from keyring.errors import KeyringLocked
from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from console.credentials import InKeyring, InMemory
from console.domain.commands.access import SignIn, SignOut
from console.domain.commands.showing import ShowScreen
from console.domain.screen_name import ScreenName
from console.domain.session import SignedIn
from console.paths import find_paths
from console.storage.settings import PLACE, LastPlace, Settings
from console.work.door import Door
from console.work.errand import Errands
from console.work.runner import Runner
from console.work.sessions import Sessions
from store_client.contract.page import Page
from store_client.contract.session import Session, SignInRequest
from store_client.contract.store import Store
from store_client.errors import SignedOut
from tests.client.web import Handler, Web, good, problem, raw, serving
from tests.console.desk_process import RunningDesk
from tests.console.plain_desk import PlainDesk, example
from tests.console.test_credentials import FakeKeyring, SilentKeyring

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints|This plugin does not support", extend=True)
PATIENCE_MS = 30_000
CORNER = example(Store)
HARBOUR = replace(CORNER, id="s2", name="Harbour")
SESSION = replace(example(Session), live=None, user=replace(example(Session).user, permissions=["cases"]))


def answer(handler: Handler) -> None:
    path = handler.path.partition("?")[0]
    if path == "/v1/stores":
        good(Page([CORNER, HARBOUR]))(handler)
    elif path == "/v1/session/refresh":
        problem(401, "signed-out")(handler)
    elif path != "/v1/session":
        problem(404, "not-found")(handler)
    elif handler.command == "DELETE":
        raw(204, b"")(handler)
    else:
        asked = msgspec.json.decode(handler.server.seen[-1].body, type=SignInRequest)
        user = replace(SESSION.user, id=asked.user, name=asked.user)
        good(replace(SESSION, user=user, token=f"token of {asked.user}"))(handler)


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as web:
        web.otherwise = answer
        yield web


@pytest.mark.parametrize("screen", ["cases", "receipts"])
def test_the_screen_that_was_left_is_at_work_as_soon_as_somebody_is_there(
    screen: ScreenName, web: Web, tmp_path: Path, qtbot: QtBot
) -> None:
    running = RunningDesk(tmp_path, store=web.url)
    try:
        running.desk.commands.emit(ShowScreen(screen))
        qtbot.waitUntil(lambda: not running.desk.session.value.is_busy, timeout=PATIENCE_MS)
        running.sign_in("ada", "secret 1")
        qtbot.waitUntil(lambda: any(screen in path for path in web.paths()), timeout=PATIENCE_MS)
        assert "unexpected" not in {problem.topic for problem in running.desk.problems.value}
    finally:
        running.stop()


def test_the_desk_is_at_the_store_where_it_was_left(web: Web, tmp_path: Path, qtbot: QtBot) -> None:
    paths = find_paths(tmp_path)
    paths.make()
    Settings(paths.settings).put(PLACE, LastPlace(web.url, "ada", HARBOUR.id))
    running = RunningDesk(tmp_path, store=web.url)
    try:
        qtbot.waitUntil(lambda: not running.desk.session.value.is_busy, timeout=PATIENCE_MS)
        running.sign_in("ada", "secret 1")
        qtbot.waitUntil(lambda: running.desk.session.value.user is not None, timeout=PATIENCE_MS)
        assert running.desk.store.value == HARBOUR
    finally:
        running.stop()


def test_a_session_that_ends_at_any_call_ends_at_the_desk(web: Web, tmp_path: Path, qtbot: QtBot) -> None:
    """As where the answer that renewed it was lost on the way: all that was asked for from then on failed, for good."""
    running = RunningDesk(tmp_path, store=web.url)
    try:
        qtbot.waitUntil(lambda: not running.desk.session.value.is_busy, timeout=PATIENCE_MS)
        running.sign_in("ada", "secret 1")
        qtbot.waitUntil(lambda: running.desk.session.value.user is not None, timeout=PATIENCE_MS)
        with pytest.raises(SignedOut):
            running.app.door.client.resume("spent")
        qtbot.waitUntil(lambda: running.desk.session.value.user is None, timeout=PATIENCE_MS)
        ended = running.desk.session.value.problem
        assert ended is not None
        assert ended.what == "The session has ended."
        running.sign_in("ada", "secret 1")
        qtbot.waitUntil(lambda: running.desk.session.value.user is not None, timeout=PATIENCE_MS)
    finally:
        running.stop()


def test_a_desk_ends_while_its_keyring_waits_to_be_unlocked(web: Web, tmp_path: Path, qtbot: QtBot) -> None:
    paths, backend = find_paths(tmp_path), SilentKeyring()
    paths.make()
    Settings(paths.settings).put(PLACE, LastPlace(web.url, "ada", HARBOUR.id))
    running = RunningDesk(tmp_path, store=web.url, find_secrets=lambda: InKeyring(backend, patience_s=3_600))
    unlocking = threading.Timer(PATIENCE_MS / 1e3, backend.seen.set)
    unlocking.start()
    try:
        qtbot.waitUntil(backend.asked.is_set, timeout=PATIENCE_MS)
    finally:
        running.stop()
    assert not backend.seen.is_set(), "it ended without an answer"
    unlocking.cancel()
    backend.seen.set()


def test_nobody_waits_where_a_keyring_was_locked_since_the_sign_in(web: Web, tmp_path: Path, qtbot: QtBot) -> None:
    """The thread that asks whether the store is there renews the session too."""
    backend = SilentKeyring()
    backend.seen.set()
    running = RunningDesk(tmp_path, store=web.url, find_secrets=lambda: InKeyring(backend, patience_s=3_600))
    unlocking = threading.Timer(PATIENCE_MS / 1e3, backend.seen.set)
    try:
        qtbot.waitUntil(lambda: not running.desk.session.value.is_busy, timeout=PATIENCE_MS)
        running.sign_in("ada", "secret 1")
        qtbot.waitUntil(lambda: running.desk.session.value.user is not None, timeout=PATIENCE_MS)
        backend.seen.clear()
        backend.asked.clear()
        unlocking.start()
        renewing = threading.Thread(target=running.app._keep_session, args=(SESSION,), daemon=True)
        renewing.start()
        qtbot.waitUntil(backend.asked.is_set, timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: not renewing.is_alive(), timeout=PATIENCE_MS)
        assert not backend.seen.is_set(), "it was not waited for"
    finally:
        running.stop()
    assert not backend.seen.is_set(), "it ended without an answer"
    unlocking.cancel()
    backend.seen.set()


def test_it_is_said_when_the_keyring_stops_answering_while_somebody_is_signed_in(web: Web, qtbot: QtBot) -> None:
    """What it still has is spent: at the next start nobody is signed in by it."""
    desk, door, backend = PlainDesk(), Door(lambda _: None), FakeKeyring()
    desk.session.set(SignedIn())
    door.open(web.url)
    runner = Runner(desk.tasks)
    sessions = Sessions(Errands(desk, door, runner), lambda: InKeyring(backend))
    try:
        sessions.sign_in(SignIn("ada", "secret 1"))
        qtbot.waitUntil(lambda: desk.session.value.user is not None, timeout=PATIENCE_MS)
        assert not desk.problems.value
        backend.refusal = KeyringLocked()
        sessions.keep(SESSION)
        qtbot.waitUntil(lambda: [one.topic for one in desk.problems.value] == ["keyring"], timeout=PATIENCE_MS)
    finally:
        sessions.stop()
        door.close()
        runner.stop()


def test_a_desk_that_ends_says_nothing_of_a_keyring_that_it_no_longer_waits_for(web: Web, qtbot: QtBot) -> None:
    desk, door, backend = PlainDesk(), Door(lambda _: None), SilentKeyring()
    desk.session.set(SignedIn())
    door.open(web.url)
    runner = Runner(desk.tasks)
    backend.seen.set()
    sessions = Sessions(Errands(desk, door, runner), lambda: InKeyring(backend, patience_s=3_600))
    try:
        sessions.sign_in(SignIn("ada", "secret 1"))
        qtbot.waitUntil(lambda: desk.session.value.user is not None, timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: not runner._running, timeout=PATIENCE_MS)
        backend.seen.clear()
        backend.asked.clear()
        sessions.keep(SESSION)
        qtbot.waitUntil(backend.asked.is_set, timeout=PATIENCE_MS)
    finally:
        sessions.stop()
        door.close()
        runner.stop()
    assert sessions._kept is not None
    qtbot.waitUntil(sessions._kept.done, timeout=PATIENCE_MS)
    QCoreApplication.sendPostedEvents()
    backend.seen.set()
    assert not desk.problems.value


class SlowSecrets(InMemory):
    """A keyring that forgets when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.let = threading.Event()

    def drop(self, name: str) -> None:
        self.let.wait(PATIENCE_MS / 1e3)
        super().drop(name)


def test_who_comes_while_a_keyring_still_forgets_who_left_stays_signed_in(web: Web, qtbot: QtBot) -> None:
    desk, door, secrets = PlainDesk(), Door(lambda _: None), SlowSecrets()
    desk.session.set(SignedIn())
    door.open(web.url)
    runner = Runner(desk.tasks)
    sessions = Sessions(Errands(desk, door, runner), lambda: secrets)

    def come(name: str) -> None:
        sessions.sign_in(SignIn(name, "secret 1"))
        qtbot.waitUntil(lambda: desk.session.value.user is not None, timeout=PATIENCE_MS)

    try:
        come("ada")
        sessions.sign_out(SignOut())
        qtbot.wait(100)
        come("bob")
        secrets.let.set()
        qtbot.waitUntil(lambda: not runner._running, timeout=PATIENCE_MS)
        assert door.client.session is not None
        left = [seen.headers["authorization"] for seen in web.seen if seen.method == "DELETE"]
        assert left == ["Bearer token of ada"]
    finally:
        secrets.let.set()
        door.close()
        runner.stop()

"""A real store for the tests that need one."""

import gc
import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.storage.databases import corner, database_url, postgres_url, shop, sqlite_template
from tests.store_process import StoreProcess

__all__ = ["corner", "database_url", "postgres_url", "shop", "sqlite_template", "start_store", "store"]

# On a screen that somebody works at, or that has no window manager, windows lose their keys to each other.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# A desk speaks the system's language at its first start; tests read English.
os.environ["LC_ALL"] = "C.UTF-8"

StartStore = Callable[..., StoreProcess]
PATIENCE_MS = 60_000


class PatientBot(QtBot):
    """Waits for a condition longer than any machine takes, where a test does not say how long: a test that fails is no faster
    for it, and pytest-qt's own five seconds failed on slow machines."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = PATIENCE_MS) -> None:
        super().waitUntil(callback, timeout=timeout)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected stays: looking through it for what nobody can reach, again and again, took a fifth of the
    collecting, and some of the time of each test that looks through its own."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.collect()  # once, so that what was left open is told
        gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """What of Qt is left in a ring must not be destroyed by whichever thread happens to collect (see console.garbage). And
    the windows that a test leaves go with it: they would take keys and time from the tests that follow."""
    if not {"qapp", "qtbot"} & {*getattr(item, "fixturenames", ())}:
        return (yield)
    gc.disable()
    try:
        return (yield)
    finally:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
        gc.enable()


@pytest.fixture
def qtbot(request: pytest.FixtureRequest) -> QtBot:
    request.getfixturevalue("qapp")  # before any window
    return PatientBot(request)


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[QApplication]:
    """For a test that dresses the application: afterwards it is as it was."""
    before = qapp.font(), qapp.palette()
    yield qapp
    qapp.setStyleSheet("")
    qapp.setFont(before[0])
    qapp.setPalette(before[1])


@pytest.fixture(scope="module")
def start_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartStore]:
    """Starts stores: ``start_store("--scenario", "quiet", data=folder)``; all end with the module, since each takes a
    third of a core from the tests that follow."""
    started: list[StoreProcess] = []

    def start(*options: str, data: Path | None = None) -> StoreProcess:
        process = StoreProcess(data or tmp_path_factory.mktemp("store"), *options)
        started.append(process)
        return process

    yield start
    codes = [process.stop() for process in started if process.process.poll() is None]
    assert set(codes) <= {0}


@pytest.fixture(scope="module")
def store(start_store: StartStore) -> StoreProcess:
    """One store for all tests of a module that only look at it or leave it as it was: scenario steady."""
    return start_store("--scenario", "steady", "--seed", "1")

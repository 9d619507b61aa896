"""An embedded store that dies is started again; one that cannot be is tried a few times, and then the desk says so."""

import errno
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from typing import cast

import pytest
from pytestqt.qtbot import QtBot

from console import store_keeper
from console.embedded import EmbeddedStore, Ended, Ready
from console.store_keeper import MOST_RESTARTS, StoreKeeper

READY = Ready(True, "http://127.0.0.1:1", "nats://127.0.0.1:2", ["demo"])
KILLED = Ended("", -9)
Keep = Callable[..., StoreKeeper]
"""Of the store that was started first, and those that are made later."""


class Store:
    """Says ``words``, then nothing more; the system has no room for one that ``has_no_room``."""

    pid = None

    def __init__(self, *words: Ready | Ended, has_no_room: bool = False) -> None:
        self._words: SimpleQueue[Ready | Ended | None] = SimpleQueue()
        for word in words:
            self._words.put(word)
        self._has_no_room = has_no_room

    def start(self) -> None:
        if self._has_no_room:
            raise OSError(errno.ENOMEM, "Cannot allocate memory")

    def hear(self) -> Ready | Ended | None:
        return self._words.get()

    def stop(self) -> None:
        self._words.put(None)


@pytest.fixture
def keep(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Keep]:
    monkeypatch.setattr(store_keeper, "RESTART_MS", 1)
    kept: list[StoreKeeper] = []

    def make(first: Store, *later: Store) -> StoreKeeper:
        left = list(later)
        keeper = StoreKeeper(cast(EmbeddedStore, first), lambda: cast(EmbeddedStore, left.pop(0)), lambda: 0.0)
        kept.append(keeper)
        return keeper

    yield make
    for keeper in kept:
        keeper.stop()


def test_one_for_which_there_is_no_room_at_once_is_tried_again(keep: Keep, qtbot: QtBot) -> None:
    """As after the system has killed it for want of memory."""
    keeper = keep(Store(READY, KILLED), Store(has_no_room=True), Store(has_no_room=True), Store(READY))
    said: list[str] = []
    keeper.lost.connect(said.append)
    keeper.ready.connect(lambda _ready: said.append("ready"))
    keeper.listen()
    qtbot.waitUntil(lambda: said.count("ready") == 2)
    assert said == ["ready", "", "Cannot allocate memory", "Cannot allocate memory", "ready"]


def test_one_for_which_there_is_no_room_at_all_is_given_up(keep: Keep, qtbot: QtBot) -> None:
    keeper = keep(Store(READY, KILLED), *(Store(has_no_room=True) for _ in range(MOST_RESTARTS)))
    with qtbot.waitSignal(keeper.given_up) as given_up:
        keeper.listen()
    assert given_up.args == ["Cannot allocate memory"]

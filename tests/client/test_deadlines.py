"""What takes too long is ended, and nothing else, by one thread for all."""

import threading
from collections.abc import Iterator

import pytest

from store_client.deadlines import Deadlines
from tests.client.waiting import wait_until

PATIENCE_S = 30.0


@pytest.fixture
def deadlines() -> Iterator[Deadlines]:
    made = Deadlines()
    yield made
    made.close()


def never() -> None:
    raise AssertionError("it was over before")


def keepers() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "deadlines"}


def test_what_takes_too_long_is_cut_and_what_does_not_is_left_alone(deadlines: Deadlines) -> None:
    for _ in range(3):
        with deadlines.bound(PATIENCE_S, never):
            pass
        with deadlines.bound(0.02, never):
            pass
        is_cut = threading.Event()
        with deadlines.bound(0.03, is_cut.set):
            assert is_cut.wait(PATIENCE_S)


def test_one_that_is_due_sooner_is_not_held_up_by_one_that_is_due_later(deadlines: Deadlines) -> None:
    is_cut = threading.Event()
    before = keepers()
    with deadlines.bound(2 * PATIENCE_S, never), deadlines.bound(0.01, is_cut.set):
        assert is_cut.wait(PATIENCE_S)
        assert len(keepers() - before) == 1, "one for all"


def test_a_cut_that_has_begun_ends_before_what_comes_next(deadlines: Deadlines) -> None:
    begun, may_end, ended = threading.Event(), threading.Event(), threading.Event()

    def cut() -> None:
        begun.set()
        may_end.wait(PATIENCE_S)
        ended.set()

    with deadlines.bound(0.01, cut):
        assert begun.wait(PATIENCE_S)
        threading.Timer(0.05, may_end.set).start()
    assert ended.is_set()


def test_closing_lets_the_thread_go_once_nothing_is_bounded() -> None:
    deadlines, before = Deadlines(), keepers()
    with deadlines.bound(PATIENCE_S, never):
        deadlines.close()
        [own] = keepers() - before
        assert own.is_alive()
    wait_until(lambda: not own.is_alive())
    with deadlines.bound(PATIENCE_S, never):
        pass


def test_a_machine_that_refuses_a_thread_once_leaves_no_call_unbounded_later(
    deadlines: Deadlines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refuse)
        with pytest.raises(RuntimeError), deadlines.bound(PATIENCE_S, never):
            pass
    is_cut = threading.Event()
    with deadlines.bound(0.01, is_cut.set):
        assert is_cut.wait(PATIENCE_S)

"""One operation, one answer, in the UI thread; never two, never none."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from console.domain.task import Task
from console.state.value import Value
from console.work.operation import Cancellation, Cancelled, Operation, Superseded
from console.work.runner import Runner


class Answers:
    """What came back: ("success", value) or ("failure", type of error), each with whether it was the UI thread."""

    def __init__(self) -> None:
        self.all: list[tuple[str, Any]] = []

    def operation(self, work: Callable[[Cancellation], Any], topic: str = "", title: str = "") -> Operation[Any]:
        return Operation(title, work, self.succeed, self.fail, topic)

    def succeed(self, value: object) -> None:
        assert threading.current_thread() is threading.main_thread()
        self.all.append(("success", value))

    def fail(self, error: BaseException) -> None:
        assert threading.current_thread() is threading.main_thread()
        self.all.append(("failure", type(error)))


@pytest.fixture
def tasks(qtbot: QtBot) -> Value[tuple[Task, ...]]:
    return Value(())


@pytest.fixture
def runner(tasks: Value[tuple[Task, ...]]) -> Iterator[Runner]:
    runner = Runner(tasks)
    yield runner
    runner.stop()


def test_work_leaves_the_ui_thread_and_its_answer_comes_back(runner: Runner, qtbot: QtBot) -> None:
    answers = Answers()
    runner.run(answers.operation(lambda _: threading.current_thread() is threading.main_thread()))
    qtbot.waitUntil(lambda: bool(answers.all), timeout=30_000)
    assert answers.all == [("success", False)]


def test_what_it_raises_is_its_answer(runner: Runner, qtbot: QtBot) -> None:
    answers = Answers()
    runner.run(answers.operation(lambda _: 1 // 0))
    qtbot.waitUntil(lambda: bool(answers.all), timeout=30_000)
    assert answers.all == [("failure", ZeroDivisionError)]


def test_what_takes_long_is_shown_and_can_be_cancelled(
    runner: Runner, tasks: Value[tuple[Task, ...]], qtbot: QtBot
) -> None:
    answers, gate = Answers(), threading.Event()
    number = runner.run(answers.operation(lambda _: gate.wait(30), title="Counting plates"))
    qtbot.waitUntil(lambda: bool(tasks.value), timeout=30_000)
    assert tasks.value == (Task(number, "Counting plates", can_cancel=True),)
    runner.cancel(number)
    runner.cancel(number)
    assert answers.all == [("failure", Cancelled)]
    assert not tasks.value
    gate.set()
    later = Answers()
    runner.run(later.operation(lambda _: 1))
    qtbot.waitUntil(lambda: bool(later.all), timeout=30_000)
    assert answers.all == [("failure", Cancelled)]


def test_a_newer_one_of_the_same_topic_takes_its_place(runner: Runner, qtbot: QtBot) -> None:
    answers, gate = Answers(), threading.Event()
    runner.run(answers.operation(lambda _: gate.wait(30), "search"))
    runner.run(answers.operation(lambda _: "newer", "search"))
    assert runner.is_running("search")
    qtbot.waitUntil(lambda: len(answers.all) == 2, timeout=30_000)
    assert answers.all == [("failure", Superseded), ("success", "newer")]
    gate.set()


def test_how_much_is_done_is_shown_while_it_is_told(
    qtbot: QtBot, runner: Runner, tasks: Value[tuple[Task, ...]]
) -> None:
    answers, may_end = Answers(), threading.Event()

    def work(cancellation: Cancellation) -> None:
        cancellation.tell(0.25)
        may_end.wait(30)
        cancellation.tell(0.5)

    number = runner.run(answers.operation(work, title="Exporting"))
    qtbot.waitUntil(lambda: [task.share for task in tasks.value] == [0.25], timeout=30_000)
    runner.cancel(number)
    may_end.set()
    assert (answers.all, tasks.value) == ([("failure", Cancelled)], ())

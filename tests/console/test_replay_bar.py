"""The bar and the band of the replay: what they ask for, and what they say."""

import pytest
from msgspec.structs import replace as replace_fields
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from console.domain.choice import Choice
from console.domain.commands.replay import BackToNow, GoTo, LookAtTimeline, MarkSpan, Pause, Play, SetSpeed, Step
from console.domain.replay import SPEEDS, Replay, other_speed
from console.domain.timeline import Timeline
from console.screens.export_form import ExportForm
from console.screens.replay_bar import ReplayBar
from console.screens.then_band import ThenBand
from console.screens.time_marks import time_marks
from resources.theme import LIGHT
from store_client.contract.live import Entered, Event, GateMoved, Picked
from tests.console.plain_desk import TRIP, PlainDesk, example, plain_desk
from tests.wire.examples import US
from widgets.time_line import TimeLine


@pytest.fixture
def desk(qtbot: QtBot) -> PlainDesk:
    desk = plain_desk()
    desk.commands.connect(lambda asked: desk.marked.set(_span(asked)) if isinstance(asked, MarkSpan) else None)
    return desk


def _span(asked: MarkSpan) -> tuple[int, int] | None:
    return None if asked.from_us is None or asked.to_us is None else (asked.from_us, asked.to_us)


@pytest.fixture
def bar(desk: PlainDesk, qtbot: QtBot) -> ReplayBar:
    bar = ReplayBar(LIGHT, desk)
    qtbot.addWidget(bar)
    bar.resize(1200, 120)
    bar.set_active(True)
    return bar


def then(desk: PlainDesk, ago_s: float, **more: object) -> int:
    at_us = US - round(ago_s * 1e6)
    desk.moment.set_span(US - 3_600_000_000, US)
    desk.moment.move_to(at_us, "test")
    desk.replay.set(Replay(is_on=True, **more))  # type: ignore[arg-type]
    return at_us


def buttons(bar: ReplayBar) -> list[str]:
    return [one.accessibleName() or one.text() for one in bar.findChildren(QPushButton) if one.isVisibleTo(bar)]


def test_now_there_is_one_way_back_and_then_there_is_all(desk: PlainDesk, bar: ReplayBar) -> None:
    assert buttons(bar) == ["Look back"]
    slim = bar.sizeHint().height()
    assert slim < 60
    then(desk, 60)
    assert buttons(bar) == [
        "Play",
        "To the picture before",
        "To the next picture",
        "Slower",
        "Faster",
        "Mark the beginning of a span",
        "Mark the end of the span",
    ]
    assert all(one.toolTip() for one in bar.findChildren(QPushButton))


def test_each_key_asks_for_what_it_says(desk: PlainDesk, bar: ReplayBar) -> None:
    assert not bar.act("back_to_now")
    asked = []
    for is_on, is_playing, action in (
        (False, False, "play"),
        (True, False, "play"),
        (True, True, "play"),
        (True, False, "step_back"),
        (True, False, "step_forward"),
        (True, False, "faster"),
        (True, False, "slower"),
        (True, False, "back_to_now"),
    ):
        desk.replay.set(Replay(is_on=is_on, is_playing=is_playing))
        assert bar.act(action), action
        asked.append(desk.asked.commands[-1])
    assert asked == [Pause(), Play(), Pause(), Step(-1), Step(1), SetSpeed(2.0), SetSpeed(0.5), BackToNow()]
    assert not bar.act("chosen_moment")
    desk.choice.set(Choice(trip=TRIP, moment_us=US - 5))
    assert bar.act("chosen_moment")
    assert desk.asked.last(GoTo) == GoTo(US - 5)


def test_the_speeds_end_where_they_end() -> None:
    assert [other_speed(speed, 1) for speed in SPEEDS] == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 16.0]
    assert other_speed(0.25, -1) == 0.25


def test_a_span_is_marked_from_in_to_out_and_exported(desk: PlainDesk, bar: ReplayBar, qtbot: QtBot) -> None:
    assert not bar.act("export_span")
    begin = then(desk, 60)
    bar.act("mark_in")
    assert desk.marked.value is None
    assert any("…" in label.text() for label in bar.findChildren(QLabel))
    end = then(desk, 20)
    bar.act("mark_out")
    assert desk.marked.value == (begin, end)
    sooner = then(desk, 90)
    bar.act("mark_in")
    assert desk.marked.value == (sooner, end)
    assert bar.act("export_span")
    form = bar.findChildren(ExportForm)[0]
    assert form.isVisible()
    form.reject()
    bar.act("clear_marks")
    assert desk.marked.value is None


def test_dragging_the_line_goes_there_and_its_end_is_now(desk: PlainDesk, bar: ReplayBar) -> None:
    line = bar.findChildren(TimeLine)[0]
    line.set_now(US)
    line.moved.emit(US - 30_000_000)
    assert desk.asked.last(GoTo) == GoTo(US - 30_000_000)
    then(desk, 30)
    QTest.keyClick(line, Qt.Key.Key_End)
    assert desk.asked.commands[-1] == BackToNow()


def test_the_band_says_when_and_what_is_not_kept(desk: PlainDesk, qtbot: QtBot) -> None:
    band = ThenBand(LIGHT, desk)
    qtbot.addWidget(band)
    assert band.isHidden()
    then(desk, 600, is_playing=True, speed=4.0)
    words = " | ".join(label.text() for label in band.findChildren(QLabel) if label.isVisibleTo(band) and label.text())
    assert words == "Then, not now | +01:00 · 10 min ago · playing × 4"
    assert "+01:00" in band.accessibleName()
    then(desk, 600, kept_from_us=US - 60_000_000)
    assert any("kept from" in label.text() for label in band.findChildren(QLabel) if label.isVisibleTo(band))
    desk.replay.set(Replay())
    assert band.isHidden()


def test_a_speed_is_written_as_the_reader_writes_numbers(desk: PlainDesk, bar: ReplayBar, qtbot: QtBot) -> None:
    QLocale.setDefault(QLocale("de_DE"))
    band = ThenBand(LIGHT, desk)
    qtbot.addWidget(band)
    then(desk, 600, is_playing=True, speed=0.25)
    assert "× 0,25" in [label.text() for label in bar.findChildren(QLabel)]
    assert any("× 0,25" in label.text() for label in band.findChildren(QLabel))
    then(desk, 600, is_playing=True, speed=16.0)
    assert "× 16" in [label.text() for label in bar.findChildren(QLabel)]


def test_what_happened_is_marked_by_its_kind(desk: PlainDesk) -> None:
    kinds: tuple[Event, ...] = example(Entered), example(Picked), example(GateMoved)
    events = [replace_fields(one, id=str(number)) for number, one in enumerate(kinds)]
    marks = time_marks(desk, events)
    assert [(mark.kind, mark.is_concerned) for mark in marks] == [("other", False), ("pick", False)]
    titles: dict[str, str] = {}
    assert time_marks(desk, events, titles) == marks
    desk.choice.set(Choice(trip=example(Picked).trip))
    again = time_marks(desk, events, titles)
    assert [mark.is_concerned for mark in again] == [True, True]
    assert [mark.text for mark in again] == [mark.text for mark in marks]
    assert "Took" in marks[1].text


def test_what_was_recorded_and_what_is_too_much_is_told(desk: PlainDesk, bar: ReplayBar) -> None:
    line = bar.findChildren(TimeLine)[0]
    assert desk.asked.last(LookAtTimeline) == LookAtTimeline(*line.span()), "of now the desk knows what happened"
    then(desk, 60)
    assert desk.asked.last(LookAtTimeline) == LookAtTimeline(*line.span(), has_events=True)
    desk.timeline.set(Timeline((US - 10, US), ((US - 10, US),), (), is_thinned=True))
    assert line._recorded == ((US - 10, US),)
    assert line._words == "Come nearer to see what happened"

"""The time line: the store's own hours, and everything on it by mouse and by keys."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QFocusEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from resources.theme import DARK
from widgets.moment import time_text
from widgets.ticks import time_ticks
from widgets.time_line import MOST_WIDTH_US, TimeLine
from widgets.time_track import BarMoment

HOUR_US = 3_600_000_000
NOW = 1_790_000_000_000_000


def micros(text: str, zone: str, fold: int = 0) -> int:
    moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)
    return int(moment.timestamp()) * 1_000_000


def labels(zone: str, begin: str, hours: int, most: int) -> list[str]:
    start = micros(begin, zone)
    return [label for _, label in time_ticks(start, start + hours * HOUR_US, most, zone)]


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    assert labels("Europe/Berlin", "2026-10-25T00:30", 5, 6) == [
        "01:00",
        "02:00 +02:00",
        "02:00 +01:00",
        "03:00",
        "04:00",
    ]
    assert labels("America/New_York", "2026-11-01T00:30", 3, 4) == ["01:00 −04:00", "01:00 −05:00", "02:00"]
    assert labels("Europe/Berlin", "2026-10-25T01:50", 1, 4) == [
        "02:00 +02:00",
        "02:15 +02:00",
        "02:30 +02:00",
        "02:45 +02:00",
    ]


def test_a_day_of_25_hours_and_one_of_23_are_read_off_the_wall() -> None:
    """A date is written as everywhere on the desk: of months Python knows the English names, or the system's."""
    whole = ["2026-10-25", "06:00", "12:00", "18:00", "2026-10-26"]
    assert labels("Europe/Berlin", "2026-10-25T00:00", 25, 5) == whole
    assert labels("Europe/Berlin", "2026-03-29T00:00", 23, 5) == [
        "2026-03-29",
        "06:00",
        "12:00",
        "18:00",
        "2026-03-30",
    ]
    assert labels("America/New_York", "2026-11-01T00:00", 25, 5) == [
        "2026-11-01",
        "06:00",
        "12:00",
        "18:00",
        "2026-11-02",
    ]


@pytest.fixture
def line(qtbot: QtBot) -> TimeLine:
    line = TimeLine(DARK)
    qtbot.addWidget(line)
    line.set_time_zone("Europe/Berlin")
    line.set_slim(False)
    line.resize(800, line.sizeHint().height())
    line.show()
    line.set_now(NOW)
    line.grab()
    return line


def press(line: TimeLine, at_us: int) -> None:
    QTest.mouseClick(
        line, Qt.MouseButton.LeftButton, pos=QPointF(line._to_x(at_us), line._track().center().y()).toPoint()
    )


def test_a_click_goes_there_and_one_at_the_end_to_now(line: TimeLine, qtbot: QtBot) -> None:
    with qtbot.waitSignal(line.moved) as moved:
        press(line, NOW - 300_000_000)
    assert abs(moved.args[0] - (NOW - 300_000_000)) < 2_000_000
    assert "Then" in line.accessibleDescription()
    with qtbot.waitSignal(line.now_asked):
        press(line, NOW + 10_000_000)


def test_the_keys_do_all_that_the_mouse_does(line: TimeLine) -> None:
    heard: list[int] = []
    line.moved.connect(heard.append)
    line.set_kept(NOW - 600_000_000, "kept from then on")
    line.set_moments([BarMoment(at, NOW - at * 1_000_000, "pick", "Took 1 × Tea") for at in (100, 200, 300)])
    line.set_moment(NOW - 150_000_000)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home):
        QTest.keyClick(line, key)
    QTest.keyClick(line, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert [(at - NOW) // 1_000_000 for at in heard] == [-151, -150, -200, -100, -600, -590]
    asked = []
    line.now_asked.connect(lambda: asked.append(True))
    QTest.keyClick(line, Qt.Key.Key_End)
    assert asked == [True]


def test_it_is_zoomed_from_seconds_to_the_day_and_tells_what_is_seen(line: TimeLine) -> None:
    seen: list[tuple[int, int]] = []
    line.view_changed.connect(seen.append)
    line.set_moment(NOW - 60_000_000)
    for _ in range(60):
        QTest.keyClick(line, Qt.Key.Key_Plus)
    assert 1_000_000 <= seen[-1][1] - seen[-1][0] < 2_000_000
    assert seen[-1][0] <= NOW - 60_000_000 <= seen[-1][1], "what is looked at stays in view"
    for _ in range(80):
        QTest.keyClick(line, Qt.Key.Key_Minus)
    assert 24 * HOUR_US <= seen[-1][1] - seen[-1][0] <= MOST_WIDTH_US * 1.25
    middle = QPointF(400, 20)
    wheel = QWheelEvent(
        middle,
        line.mapToGlobal(middle),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    before = seen[-1]
    QApplication.sendEvent(line, wheel)
    assert seen[-1][1] - seen[-1][0] < before[1] - before[0]


def test_while_it_plays_the_page_is_turned_at_its_end(line: TimeLine) -> None:
    line.set_moment(NOW - 60_000_000)
    line.show_span(NOW - 50_000_000, NOW - 40_000_000)
    line.set_moment(NOW - 41_000_000)
    assert line.span() == (NOW - 50_000_000, NOW - 40_000_000)
    line.set_moment(NOW - 39_000_000)
    begin, end = line.span()
    assert begin <= NOW - 39_000_000 <= end
    assert end - begin == 10_000_000
    line.set_moment(None)
    line.set_now(NOW + 1_000_000)
    assert line.span()[1] > NOW, "now is followed again"


def test_who_comes_to_it_by_keys_hears_the_time_that_it_shows_by_then(line: TimeLine) -> None:
    """Now runs on, and is not told with each beat."""
    line.set_now(NOW + 60_000_000)
    QApplication.sendEvent(line, QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.TabFocusReason))
    told = time_text(NOW + 60_000_000, "Europe/Berlin", has_date=True, has_offset=True)
    assert line.accessibleDescription() == f"Now: {told}"
    line.set_time_zone("UTC")
    assert line.accessibleDescription().endswith("UTC")


class ToldLine(TimeLine):
    """Keeps what a screen reader is told."""

    def __init__(self) -> None:
        self.told: list[str] = []
        super().__init__(DARK)

    def setAccessibleName(self, name: str) -> None:
        self.told.append(name)
        super().setAccessibleName(name)

    def setAccessibleDescription(self, description: str) -> None:
        self.told.append(description)
        super().setAccessibleDescription(description)


def test_while_it_plays_a_moment_is_told_once_a_second(qtbot: QtBot) -> None:
    line = ToldLine()
    qtbot.addWidget(line)
    line.set_now(NOW)
    line.told.clear()
    for picture in range(60):
        line.set_moment(NOW - 60_000_000 + picture * 33_000)
    assert len(line.told) == 2


def test_it_is_slim_while_there_is_only_now(line: TimeLine) -> None:
    full = line.sizeHint().height()
    line.set_slim(True)
    assert 24 <= line.sizeHint().height() < full / 1.5

"""The graph follows, stands still, breaks where data is missing, and is used by mouse and keys."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from resources.theme import LIGHT
from widgets.graph_marks import Mark
from widgets.graph_series import Series, coverage, gaps
from widgets.time_view import TimeView
from widgets.trace import Trace
from widgets.weight_graph import MOST_SERIES, WeightGraph

T0 = 1_760_000_000_000_000
SECOND = 1_000_000


def trace_of(grams: np.ndarray) -> Trace:
    trace = Trace(10.0, 100_000)
    trace.append(T0, grams)
    return trace


def graph_of(qtbot: QtBot, *traces: Trace) -> WeightGraph:
    graph = WeightGraph(LIGHT)
    qtbot.addWidget(graph)
    graph.resize(800, 320)
    graph.set_series([Series(place, f"1.1.{place}", trace.channel(0)) for place, trace in enumerate(traces)])
    graph.show()
    return graph


def painted(graph: WeightGraph) -> QImage:
    return graph.grab().toImage()


def pixels_of(picture: QImage, color: str) -> int:
    wanted = QColor(color).rgb()
    return sum(picture.pixel(x, y) == wanted for x in range(picture.width()) for y in range(picture.height()))


def test_following_moves_in_whole_pixels_and_keeps_the_newest_at_the_edge() -> None:
    view = TimeView(60 * SECOND)
    view.pixels = 600
    starts = set()
    for step in range(200):
        view.advance(T0 + step * 33_000)
        starts.add(view.start_us)
        assert 0 <= view.end_us - view.now_us <= view.us_per_pixel
    steps = np.diff(sorted(starts))
    assert np.all(steps % 100_000 == 0)


def test_zooming_keeps_what_is_under_the_pointer() -> None:
    view = TimeView()
    view.pixels = 600
    view.show(T0, T0 + 60 * SECOND)
    before = view.to_us(200)
    view.zoom(0.5, 200)
    assert abs(view.to_us(200) - before) <= view.us_per_pixel
    assert view.width_us == 30 * SECOND


def test_the_picture_stands_still_while_samples_come(qtbot: QtBot) -> None:
    rng = np.random.default_rng(3)
    trace = trace_of(rng.normal(500, 20, 20_000).astype(np.float32))
    graph = graph_of(qtbot, trace)
    graph.set_cursor(T0 + 300 * SECOND)  # or the legend would show the newest reading
    graph.set_span(T0 + 100 * SECOND, T0 + 1_600 * SECOND)
    before = painted(graph)
    for block in range(50):
        trace.append(T0 + (20_000 + block * 12) * 100_000, rng.normal(500, 20, 12))
    assert painted(graph) == before


def test_gaps_are_where_no_reading_is() -> None:
    grams = np.full(600, 100.0, np.float32)
    grams[200:300] = np.nan
    view = TimeView()
    view.pixels = 600
    view.show(T0, T0 + 60 * SECOND)
    bins = trace_of(grams).channel(0).extremes(view.start_us, view.end_us, 300)
    assert gaps(coverage(bins, view, 600)) == [(200, 300)]


def test_a_reading_between_two_gaps_is_drawn(qtbot: QtBot) -> None:
    grams = np.full(600, np.nan, np.float32)
    grams[300] = 700
    graph = graph_of(qtbot, trace_of(grams))
    graph.set_span(T0, T0 + 60 * SECOND)
    assert pixels_of(painted(graph), LIGHT.series[0]) > pixels_of(painted(graph_of(qtbot)), LIGHT.series[0])


def test_keys_pan_zoom_follow_and_move_the_cursor(qtbot: QtBot) -> None:
    graph = graph_of(qtbot, trace_of(np.zeros(20_000, np.float32)))
    graph.advance(T0 + 2_000 * SECOND)
    graph.follow(60 * SECOND)
    assert graph.is_following()
    with qtbot.waitSignals([graph.span_changed, graph.following_changed]):
        QTest.keyClick(graph, Qt.Key.Key_Left)
    assert not graph.is_following()
    start, end = graph.span()
    QTest.keyClick(graph, Qt.Key.Key_Plus)
    assert graph.span()[1] - graph.span()[0] < end - start
    with qtbot.waitSignal(graph.time_chosen) as chosen:
        QTest.keyClick(graph, Qt.Key.Key_Period)
    first = chosen.args[0]
    with qtbot.waitSignal(graph.time_chosen) as chosen:
        QTest.keyClick(graph, Qt.Key.Key_Period)
    assert chosen.args[0] > first
    QTest.keyClick(graph, Qt.Key.Key_Home)
    assert graph.span()[0] == T0
    QTest.keyClick(graph, Qt.Key.Key_L)
    assert graph.is_following()
    assert graph.span()[1] >= T0 + 2_000 * SECOND


def test_a_click_chooses_the_mark_or_the_time(qtbot: QtBot) -> None:
    graph = graph_of(qtbot, trace_of(np.zeros(6_000, np.float32)))
    graph.set_span(T0, T0 + 60 * SECOND)
    graph.set_marks([Mark("a", T0 + 30 * SECOND, "pick", "1 taken")])
    painted(graph)
    item = graph._placed[0]
    seen: list[object] = []
    graph.mark_chosen.connect(seen.append)
    graph.time_chosen.connect(seen.append)
    QTest.mouseClick(graph, Qt.MouseButton.LeftButton, pos=item.shape.center().toPoint())
    assert seen == ["a", T0 + 30 * SECOND]
    with qtbot.waitSignal(graph.time_chosen) as chosen:
        QTest.mouseClick(graph, Qt.MouseButton.LeftButton, pos=QPoint(round(item.x) + 100, 200))
    assert chosen.args[0] > T0 + 30 * SECOND


def test_the_keys_go_from_mark_to_mark(qtbot: QtBot) -> None:
    graph = graph_of(qtbot, trace_of(np.zeros(6_000, np.float32)))
    graph.advance(T0 + 600 * SECOND)
    graph.set_span(T0, T0 + 60 * SECOND)
    graph.set_marks([Mark(at, T0 + at * SECOND, "pick", f"{at} taken") for at in (200, 10, 40)])
    seen: list[object] = []
    graph.mark_chosen.connect(seen.append)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right):
        QTest.keyClick(graph, key, Qt.KeyboardModifier.ControlModifier)
    assert seen == [10, 40, 200]
    begin, end = graph.span()
    assert begin < T0 + 200 * SECOND < end, "it is brought into the picture"


def test_the_keys_leave_out_none_of_the_marks_of_one_moment(qtbot: QtBot) -> None:
    graph = graph_of(qtbot, trace_of(np.zeros(6_000, np.float32)))
    graph.advance(T0 + 600 * SECOND)
    graph.set_span(T0, T0 + 60 * SECOND)
    graph.set_cursor(T0)
    graph.set_marks([Mark(key, T0 + at * SECOND, "pick", "1 taken") for key, at in (("a", 10), ("b", 10), ("c", 20))])
    seen: list[object] = []
    graph.mark_chosen.connect(seen.append)
    for key in (Qt.Key.Key_Right,) * 3 + (Qt.Key.Key_Left,) * 3:
        QTest.keyClick(graph, key, Qt.KeyboardModifier.ControlModifier)
    assert seen == ["a", "b", "c", "b", "a"]


def test_a_drag_pans_without_choosing_a_time(qtbot: QtBot) -> None:
    graph = graph_of(qtbot, trace_of(np.zeros(20_000, np.float32)))
    graph.set_span(T0 + 100 * SECOND, T0 + 160 * SECOND)
    painted(graph)
    with qtbot.assertNotEmitted(graph.time_chosen):
        QTest.mousePress(graph, Qt.MouseButton.LeftButton, pos=QPoint(400, 200))
        for x in (390, 370, 300):
            QTest.mouseMove(graph, QPoint(x, 200))
        QTest.mouseRelease(graph, Qt.MouseButton.LeftButton, pos=QPoint(300, 200))
    assert graph.span()[0] > T0 + 100 * SECOND


def test_nine_traces_are_refused(qtbot: QtBot) -> None:
    trace = trace_of(np.zeros(10, np.float32))
    graph = graph_of(qtbot)
    with pytest.raises(ValueError, match="9 series"):
        graph.set_series([Series(place, str(place), trace.channel(0)) for place in range(MOST_SERIES + 1)])

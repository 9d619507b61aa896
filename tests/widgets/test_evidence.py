"""The widgets of evidence: one cursor that each of them shows and moves."""

import math

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from resources.fonts import font
from resources.theme import DARK, LIGHT
from widgets.elided_text import wrap_elided
from widgets.evidence_trace import EvidenceTrace
from widgets.samples.data import T0, sample_picture
from widgets.samples.evidence import (
    AT,
    sample_bar,
    sample_events,
    sample_face,
    sample_old_picture,
    sample_pictures,
    sample_trace,
    sample_trails,
)
from widgets.still_canvas import StillCanvas
from widgets.trace_lane import Stretch
from widgets.trail import Trail
from widgets.video_tile import header_height


def show(qtbot: QtBot, widget: StillCanvas, width: int, height: int) -> None:
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()
    widget.grab()


def drag(widget: StillCanvas, begin: QPoint, *places: QPoint) -> None:
    QTest.mousePress(widget, Qt.MouseButton.LeftButton, pos=begin)
    for place in places:
        QTest.mouseMove(widget, place)
    QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=places[-1] if places else begin)


# ---- the bar


def test_dragging_the_bar_moves_the_cursor_from_end_to_end(qtbot: QtBot) -> None:
    bar = sample_bar(LIGHT)
    show(qtbot, bar, 700, 64)
    moved: list[int] = []
    bar.moved.connect(moved.append)
    drag(bar, QPoint(350, 28), QPoint(5, 28), QPoint(698, 28))
    assert abs(moved[0] - (T0 + 90_000_000)) < 1_000_000
    assert moved[1:] == [T0, T0 + 180_000_000]


def test_a_shape_above_the_bar_is_chosen_and_not_dragged(qtbot: QtBot) -> None:
    bar = sample_bar(LIGHT)
    show(qtbot, bar, 700, 64)
    chosen: list[object] = []
    moved: list[int] = []
    bar.moment_chosen.connect(chosen.append)
    bar.moved.connect(moved.append)
    x = 12 + 25 / 180 * (700 - 24)
    drag(bar, QPoint(round(x), 12))
    QTest.keyClick(bar, Qt.Key.Key_PageDown)  # from the cursor to what happened next
    QTest.keyClick(bar, Qt.Key.Key_PageUp)
    assert chosen == [1, 2, 1]
    assert not moved


def test_the_bar_is_worked_by_keys(qtbot: QtBot) -> None:
    bar = sample_bar(LIGHT)
    show(qtbot, bar, 700, 64)
    moved: list[int] = []
    bar.moved.connect(moved.append)
    bar.set_cursor(AT)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Home, Qt.Key.Key_Left, Qt.Key.Key_End):
        QTest.keyClick(bar, key)
    QTest.keyClick(bar, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    end = T0 + 180_000_000
    assert moved == [AT + 100_000, AT, T0, T0, end, end - 1_000_000]
    assert bar.accessibleDescription().startswith("10:5")


# ---- the trace


def test_a_click_on_the_trace_is_its_moment(qtbot: QtBot) -> None:
    trace = sample_trace(LIGHT)
    show(qtbot, trace, 430, 230)
    moved: list[int] = []
    trace.moved.connect(moved.append)
    drag(trace, QPoint(429, 100), QPoint(3, 100))
    begin, end = trace.span()
    assert abs(moved[0] - end) < 60_000
    assert moved[-1] == begin
    assert "3.2.5" in trace.accessibleDescription()
    assert "−334 g" in trace.accessibleDescription()


def test_zooming_the_trace_tells_what_is_seen(qtbot: QtBot) -> None:
    trace = sample_trace(LIGHT)
    show(qtbot, trace, 430, 230)
    spans: list[tuple[int, int]] = []
    trace.span_changed.connect(spans.append)
    QTest.keyClick(trace, Qt.Key.Key_Plus)
    QTest.keyClick(trace, Qt.Key.Key_Minus)
    assert spans[0][1] - spans[0][0] < 9_200_000
    assert abs((spans[1][1] - spans[1][0]) - 9_200_000) < 10


def test_no_readings_are_hatched_with_the_reason(qtbot: QtBot) -> None:
    trace = EvidenceTrace(LIGHT)
    trace.set_lanes([], "8.0 of 8 s of plate 1.2.3 were not read")
    show(qtbot, trace, 430, 230)
    assert trace.accessibleDescription() == "8.0 of 8 s of plate 1.2.3 were not read"
    drag(trace, QPoint(100, 100), QPoint(200, 100))  # nothing there to move


def test_a_stretch_gives_the_readings_of_a_span_and_of_a_moment() -> None:
    stretch = Stretch(1_000_000, 10.0, np.arange(50, dtype=np.float32))
    first, grams = stretch.between(2_000_000, 3_000_000)
    assert (first, grams[0], grams[-1]) == (9, 9.0, 21.0)
    assert stretch.value_at(2_040_000) == 10.0
    assert np.isnan(stretch.value_at(900_000))
    assert np.isnan(stretch.value_at(stretch.end_us + 100_000))


# ---- pictures


def test_arrows_and_clicks_choose_a_camera(qtbot: QtBot) -> None:
    board = sample_pictures(LIGHT)
    show(qtbot, board, 430, 330)
    chosen: list[object] = []
    board.camera_chosen.connect(chosen.append)
    QTest.keyClick(board, Qt.Key.Key_Right)
    QTest.keyClick(board, Qt.Key.Key_Left)
    QTest.keyClick(board, Qt.Key.Key_Left)
    drag(board, QPoint(150, 320))
    assert chosen == ["c1", "c0", "c3", "c1"]


def test_a_picture_of_another_moment_does_not_look_like_this_one(qtbot: QtBot) -> None:
    """Hatched: its middle row has other colours than the picture itself."""
    board = sample_old_picture(LIGHT)
    show(qtbot, board, 640, 360 + header_height(LIGHT))
    shown = board.grab().toImage()
    plain = sample_picture(4)
    row = header_height(LIGHT) + 300
    differing = sum(shown.pixel(x, row) != plain.pixel(x, 300) for x in range(640))
    assert differing > 60
    assert "3.10 s after" in board.accessibleDescription()


def test_a_picture_is_zoomed_and_never_moved_past_its_edge(qtbot: QtBot) -> None:
    board = sample_pictures(DARK)
    show(qtbot, board, 430, 330)
    before = board.grab().toImage()
    for _ in range(4):
        QTest.keyClick(board, Qt.Key.Key_Plus)
    drag(board, QPoint(200, 100), QPoint(-4_000, -4_000))
    assert board.grab().toImage() != before
    corner = board.grab().toImage()
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Up):
        moved = board.grab().toImage()
        QTest.keyClick(board, key, Qt.KeyboardModifier.ShiftModifier)
        assert board.grab().toImage() != moved
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down):
        QTest.keyClick(board, key, Qt.KeyboardModifier.ShiftModifier)
    assert board.grab().toImage() == corner, "the keys move it as a drag does, and no camera is chosen"
    QTest.keyClick(board, Qt.Key.Key_0)
    assert board.grab().toImage() == before


# ---- trails


def trail() -> Trail:
    """A metre a second along x, unseen from 3 to 7 s."""
    at = np.array([0, 1, 2, 3, 7, 8], np.int64) * 1_000_000
    xy = np.stack([at / 1e6, np.zeros(6)], axis=1)
    return Trail("t", "Visit 1", at, xy, is_concerned=True)


@pytest.mark.parametrize(
    ("second", "x"),
    [(0.5, 0.5), (2.25, 2.25), (3.4, 3.0), (5.0, None), (6.7, 7.0), (8.4, 8.0), (9.0, None), (-0.4, 0.0), (-1, None)],
)
def test_where_somebody_was_is_known_near_fixes_only(second: float, x: float | None) -> None:
    there = trail().at(round(second * 1e6))
    assert (None if there is None else there[0]) == (None if x is None else pytest.approx(x))


def test_a_trail_is_parted_where_nobody_saw_it() -> None:
    assert [len(piece) for piece in trail().pieces()] == [4, 2]
    assert [len(piece) for piece in trail().pieces(0, 2_000_000)] == [3]
    found = trail().nearest(6.8, 1.0)
    assert found is not None
    assert found[0] == 7_000_000
    assert found[1] == pytest.approx(1.0198, abs=1e-3)


def test_dragging_the_person_moves_the_cursor_along_the_trail(qtbot: QtBot) -> None:
    floor = sample_trails(LIGHT)
    show(qtbot, floor, 360, 340)
    moved: list[int] = []
    floor.moved.connect(moved.append)
    dots = [QPoint(x, y) for y in range(2, 338, 6) for x in range(2, 358, 6)]
    grip = next(dot for dot in dots if floor._gripped(QPointF(dot)) is not None)
    drag(floor, grip, grip + QPoint(30, 10))
    assert moved
    assert all(AT - 10_000_000 <= at <= AT + 10_000_000 for at in moved)
    QTest.keyClick(floor, Qt.Key.Key_Right)
    assert moved[-1] == moved[-2] + 100_000
    assert "Visit 412" in floor.accessibleDescription()


def test_the_map_shows_the_whole_store_and_pans(qtbot: QtBot) -> None:
    floor = sample_trails(DARK)
    show(qtbot, floor, 360, 340)
    near = floor.grab().toImage()
    QTest.keyClick(floor, Qt.Key.Key_0)
    whole = floor.grab().toImage()
    drag(floor, QPoint(340, 320), QPoint(300, 300))
    assert near != whole != floor.grab().toImage()


def test_the_keys_pan_the_map_as_a_drag_does(qtbot: QtBot) -> None:
    floor = sample_trails(LIGHT)
    show(qtbot, floor, 360, 340)
    moved: list[int] = []
    floor.moved.connect(moved.append)
    for key, across, down in (
        (Qt.Key.Key_Left, -1, 0),
        (Qt.Key.Key_Right, 1, 0),
        (Qt.Key.Key_Up, 0, -1),
        (Qt.Key.Key_Down, 0, 1),
    ):
        x, y = floor._view.to_floor(180, 170)
        QTest.keyClick(floor, key, Qt.KeyboardModifier.ControlModifier)
        now = floor._view.to_floor(180, 170)
        assert (now[0] - x) * across >= 0 <= (y - now[1]) * down
        assert now != pytest.approx((x, y))
    assert not moved, "the cursor stays"


# ---- the shelf and the list


def test_arrows_go_through_what_is_marked_on_the_shelf(qtbot: QtBot) -> None:
    face = sample_face(LIGHT)
    show(qtbot, face, 420, 300)
    chosen: list[object] = []
    face.cell_chosen.connect(chosen.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Up):
        QTest.keyClick(face, key)
    assert chosen == [(2, 2), (2, 3), (4, 0), (2, 2), (4, 0)]
    assert face.accessibleDescription().endswith("5 %")


def test_events_beside_the_matter_are_faint(qtbot: QtBot) -> None:
    events = sample_events(LIGHT)
    qtbot.addWidget(events)
    assert [row.is_faded for row in events.rows()] == [True, True, False, True, True]


def test_names_are_wrapped_and_shortened(qtbot: QtBot) -> None:
    metrics = QFontMetricsF(font(LIGHT, "caption"))
    width = metrics.horizontalAdvance("Knuspra Butter")
    assert wrap_elided("Knuspra Butter Biscuits", metrics, width, 2) == ["Knuspra Butter", "Biscuits"]
    (line,) = wrap_elided("Knuspra Butter Biscuits", metrics, width, 1)
    assert line.endswith("…")
    assert not wrap_elided("Knuspra", metrics, 4, 2)
    assert not wrap_elided("Knuspra", metrics, width, 0)


def test_a_map_that_can_come_no_nearer_stays_where_it_is(qtbot: QtBot) -> None:
    floor = sample_trails(LIGHT)
    show(qtbot, floor, 500, 400)
    places = []
    for _ in range(40):
        QTest.keyClick(floor, Qt.Key.Key_Plus)
        floor.grab()
        places.append(floor._view.to_floor(250, 200))
    assert all(math.dist(there, places[0]) < 0.01 for there in places), "the middle stays in the middle"

"""The wall: layouts, the tile brought forward, choice by keys, zoom, and what is painted when."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from resources.theme import LIGHT
from widgets import video_overlay
from widgets.samples.data import sample_picture
from widgets.video_overlay import Overlay, PersonMark, Place, PlateSheet, draw_overlay
from widgets.video_tile import Tile, TileFace, TileStatus
from widgets.video_wall import VideoWall
from widgets.wall_layout import LAYOUTS, Layout, page_of, places, tile_rects

TILES = [f"c{place}" for place in range(20)]


@pytest.fixture
def wall(qtbot: QtBot) -> VideoWall:
    wall = VideoWall(LIGHT)
    qtbot.addWidget(wall)
    wall.resize(900, 600)
    wall.set_tiles([Tile(tile, f"Camera {tile}") for tile in TILES[:6]])
    wall.set_layout("9")
    wall.show()
    return wall


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("size", [(900, 600), (400, 900)])
def test_tiles_fill_the_wall_without_touching(layout: Layout, size: tuple[int, int]) -> None:
    area = QRect(0, 0, *size)
    for count in range(1, places(layout) + 1):
        rects = tile_rects(area, layout, count, 4)
        assert len(rects) == count
        for place, rect in enumerate(rects):
            assert area.contains(rect)
            assert rect.width() > 40
            assert rect.height() > 40
            assert not any(rect.intersects(other) for other in rects[place + 1 :])


def test_pages_hold_every_tile_once_and_forward_comes_first() -> None:
    pages = [page_of(TILES, "9", page, None) for page in range(3)]
    assert [tile for page in pages for tile in page] == TILES
    assert page_of(TILES, "focus", 0, "c17")[0] == "c17"
    assert page_of(TILES, "1", 0, "c17") == ["c17"]
    assert page_of([], "4", 0, None) == []


def test_keys_choose_move_and_open(qtbot: QtBot, wall: VideoWall) -> None:
    with qtbot.waitSignal(wall.tile_chosen) as chosen:
        QTest.keyClick(wall, Qt.Key.Key_2)
    assert chosen.args == ["c1"]
    with qtbot.waitSignal(wall.tile_chosen) as chosen:
        QTest.keyClick(wall, Qt.Key.Key_Down)
    assert chosen.args == ["c4"]
    with qtbot.waitSignal(wall.tile_activated) as opened:
        QTest.keyClick(wall, Qt.Key.Key_Return)
    assert opened.args == ["c4"]
    assert "Camera c4" in wall.accessibleDescription()


def test_a_digit_chooses_the_camera_that_has_it_whatever_the_layout_and_the_page(wall: VideoWall) -> None:
    heard: list[str] = []
    wall.tile_chosen.connect(heard.append)
    wall.set_layout("4")
    QTest.keyClick(wall, Qt.Key.Key_PageDown)
    assert list(wall.sizes()) == ["c4", "c5"]
    QTest.keyClick(wall, Qt.Key.Key_6)
    assert heard == ["c5"]
    QTest.keyClick(wall, Qt.Key.Key_2)
    assert heard == ["c5", "c1"]
    assert "c1" in wall.sizes(), "its page is turned to"
    wall.set_layout("focus")
    wall.choose("c3")  # the large one stands first
    QTest.keyClick(wall, Qt.Key.Key_1)
    assert heard == ["c5", "c1", "c0"]
    wall.set_layout("1")
    QTest.keyClick(wall, Qt.Key.Key_5)
    assert heard == ["c5", "c1", "c0", "c4"]
    assert list(wall.sizes()) == ["c4"]


def test_the_sizes_wanted_follow_the_layout(qtbot: QtBot, wall: VideoWall) -> None:
    small = wall.sizes()["c0"]
    with qtbot.waitSignal(wall.sizes_changed) as changed:
        wall.set_layout("1")
    assert list(changed.args[0]) == ["c0"]
    assert changed.args[0]["c0"][0] > 2 * small[0]
    with qtbot.waitSignal(wall.sizes_changed) as changed:
        wall.spotlight("c3", "Doubtful pick")
    assert list(changed.args[0]) == ["c3"], "what needs attention is brought forward"


def test_a_snapshot_is_the_picture_as_it_came(wall: VideoWall) -> None:
    picture = sample_picture(3)
    wall.set_picture("c2", picture)
    assert wall.picture("c2") == picture
    assert wall.picture("c3") is None
    assert wall.picture("unknown") is None


def test_a_lost_camera_keeps_its_last_picture_hatched(qtbot: QtBot, wall: VideoWall) -> None:
    wall.set_picture("c0", sample_picture(0))
    wall.set_status("c0", TileStatus("live", 40.0, 15.0))
    live = wall.grab().toImage()
    wall.set_status("c0", TileStatus("lost", 8_000.0, 0.0, "no answer"))
    lost = wall.grab().toImage()
    assert live != lost
    assert "Lost" in wall.accessibleDescription()


def test_zoom_never_shows_past_the_picture() -> None:
    face = TileFace(Tile("c", "C"), picture=sample_picture(0))
    face.zoom_by(4)
    for way in ((1, 1), (-3, 0.2), (0.1, -5)):
        face.move(*way)
        seen = face.source()
        assert seen.width() == 160
        assert QRect(0, 0, 640, 360).contains(seen.toRect())
    face.zoom_by(0.01)
    assert face.source().toRect() == QRect(0, 0, 640, 360)


def test_a_double_click_opens(qtbot: QtBot, wall: VideoWall) -> None:
    with qtbot.assertNotEmitted(wall.tile_activated):
        QTest.mouseDClick(wall, Qt.MouseButton.RightButton, pos=QPoint(50, 50))
    with qtbot.waitSignal(wall.tile_activated) as opened:
        QTest.mouseDClick(wall, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    assert opened.args == ["c0"]


def test_what_is_chosen_or_needs_attention_is_large_whatever_page_was_turned_to(wall: VideoWall) -> None:
    wall.set_tiles([Tile(tile, f"Camera {tile}") for tile in TILES[:8]])
    wall.set_layout("focus")
    wall.choose("c0")
    QTest.keyClick(wall, Qt.Key.Key_PageDown)
    assert list(wall.sizes()) == ["c6", "c7"]
    wall.choose("c7")
    assert next(iter(wall.sizes())) == "c7"
    wall.set_layout("spotlight")
    QTest.keyClick(wall, Qt.Key.Key_PageDown)
    wall.spotlight("c2", "Doubtful pick")
    assert next(iter(wall.sizes())) == "c2"
    wall.choose("c6")
    assert "c6" in wall.sizes(), "and what is chosen beside it is seen"


def test_one_camera_alone_gives_way_to_the_next(qtbot: QtBot, wall: VideoWall) -> None:
    wall.choose("c5")
    wall.set_layout("1")
    with qtbot.waitSignal(wall.tile_chosen) as chosen:
        QTest.keyClick(wall, Qt.Key.Key_PageDown)
    assert chosen.args == ["c0"]
    assert list(wall.sizes()) == ["c0"]
    QTest.keyClick(wall, Qt.Key.Key_PageUp)
    assert list(wall.sizes()) == ["c5"]


def levels(picture: QImage) -> NDArray[np.int64]:
    return np.frombuffer(picture.constBits(), np.uint8).astype(np.int64)


def outline(left: float) -> tuple[Place, ...]:
    return ((left, 0.4), (left + 0.1, 0.4), (left + 0.1, 0.5), (left, 0.5))


def test_plates_that_stand_still_are_painted_once(wall: VideoWall, monkeypatch: pytest.MonkeyPatch) -> None:
    painted: list[int] = []
    paint = video_overlay._draw_plates

    def counted(painter: QPainter, plates: tuple[tuple[Place, ...], ...], whole: QRectF) -> None:
        painted.append(len(plates))
        paint(painter, plates, whole)

    monkeypatch.setattr(video_overlay, "_draw_plates", counted)
    plates = (outline(0.2), outline(0.5))
    for step in range(5):  # people walk, pictures come
        wall.set_overlay("c0", Overlay((PersonMark((0.1 * step, 0.9), (0.1 * step, 0.4), "Visit 1"),), plates))
        wall.set_picture("c0", sample_picture(step))
        bare = wall.grab()
    assert painted == [2]
    wall.choose("c0")
    QTest.keyClick(wall, Qt.Key.Key_Plus)
    wall.grab()
    assert painted == [2, 2], "zoomed, they lie elsewhere"
    wall.resize(700, 500)
    wall.grab()
    wall.set_overlay("c0", Overlay((), (outline(0.3),)))
    wall.grab()
    assert painted[-1] == 1
    wall.set_overlay("c0", Overlay())
    count = len(painted)
    assert wall.grab().toImage() != bare.toImage()
    assert len(painted) == count


def test_a_wall_that_shows_no_plates_keeps_no_memory_for_them(wall: VideoWall, qtbot: QtBot) -> None:
    sheet, seen = wall._faces["c0"].sheet, Overlay((), (outline(0.2),))

    def show(overlay: Overlay, picture: QImage) -> bool:
        wall.show()
        wall.set_overlay("c0", overlay)
        wall.set_picture("c0", picture)
        wall.grab()
        return sheet._picture is not None

    assert show(seen, sample_picture(1))
    wall.set_overlay("c0", Overlay())
    assert sheet._picture is None
    assert show(seen, sample_picture(1))
    assert not show(seen, QImage())
    assert show(seen, sample_picture(1))
    wall.hide()
    assert sheet._picture is None


def test_plates_look_as_if_painted_on_the_picture() -> None:
    whole, area = QRectF(-13.0, -20.0, 400.0, 300.0), QRect(10, 5, 200, 150)
    overlay = Overlay((), (outline(0.2), outline(0.5)))
    directly, copied = sample_picture(1).scaled(240, 180), sample_picture(1).scaled(240, 180)
    with QPainter(directly) as painter:
        painter.setClipRect(area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        video_overlay._draw_plates(painter, overlay.plates, whole)
    with QPainter(copied) as painter:
        draw_overlay(painter, overlay, PlateSheet(), whole, area, LIGHT)
    assert np.abs(levels(directly) - levels(copied)).max() <= 3
    assert np.abs(levels(directly) - levels(sample_picture(1).scaled(240, 180))).max() > 50

"""The wall of cameras: the spotlight, what is drawn over pictures, faces, and what a tile says is wrong."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from console.domain.camera_view import Stream
from console.domain.choice import Choice
from console.domain.commands.showing import SetPreferences
from console.domain.commands.watching import HideFaces, ShowFaces, WatchCameras
from console.domain.demotion import STILL
from console.domain.replay import Replay
from console.domain.session import SignedIn
from console.screens.cameras import CamerasScreen
from console.screens.overlays import Overlays
from console.screens.spotlight import Spotlight
from console.screens.stream_status import tile_status
from console.state.pictures import CameraPicture
from resources.theme import DARK
from store_client.contract.faces import FacesGrant
from store_client.contract.live import Alert, Device, Position, Positions
from store_client.contract.moment import from_micros
from store_client.projection import Projection
from tests.console.day import user
from tests.console.desk_fixture import LivingDesk, living_desk
from widgets.state_chip import StateChip
from widgets.video_wall import VideoWall


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[LivingDesk]:
    desk = living_desk()
    desk.alerts.replace({})

    def like(command: object) -> None:
        if isinstance(command, SetPreferences):
            desk.preferences.set(command.preferences)

    desk.commands.connect(like)
    yield desk
    desk.commands.disconnect(like)  # a ring through Qt is never found


@pytest.fixture
def screen(desk: LivingDesk, qtbot: QtBot) -> CamerasScreen:
    screen = CamerasScreen(DARK, desk)
    qtbot.addWidget(screen)
    screen.resize(1_200, 800)
    screen.show()
    screen.activate()
    return screen


def wall(screen: CamerasScreen) -> VideoWall:
    return screen.findChildren(VideoWall)[0]


def alert(device: str, kind: str, raised_at: int) -> Alert:
    return Alert(
        id=device, store="s", priority="high", kind=kind, device=device, title="t", consequence="c", action="a",
        raised_at=raised_at,
    )  # fmt: skip


def test_the_spotlight_follows_the_shopper_then_the_alert_and_says_why(desk: LivingDesk, screen: CamerasScreen) -> None:
    assert screen.act("layout_spotlight")
    assert "in the spotlight" not in wall(screen).accessibleDescription()
    desk.choose_fullest()
    trip = desk.trips.get(desk.fullest())
    assert trip is not None
    assert f"Sees best: Visit {trip.visit}" in wall(screen).accessibleDescription()
    desk.choice.set(Choice())
    desk.alerts.put({"gondola-1": alert("gondola-1", "gondola_silent", 5), "store": alert("store", "not_writing", 9)})
    screen._beat()
    assert "Newest alert: " in wall(screen).accessibleDescription()
    assert "has stopped weighing" in wall(screen).accessibleDescription()
    large = max(wall(screen).sizes().values())
    assert list(wall(screen).sizes().values()).count(large) == 1
    assert screen.act("layout_next")
    assert "in the spotlight" not in wall(screen).accessibleDescription()


def test_the_spotlight_follows_the_shopper_at_once_where_the_desk_goes_back(desk: LivingDesk) -> None:
    desk.choose_fullest()
    spotlight = Spotlight(desk)
    first, now_us = spotlight.find().camera, desk.shown_us()
    shoppers = desk.floor.shoppers
    place = shoppers.place_of(desk.fullest())
    assert place is not None
    track, trip = shoppers.tracks[place], desk.fullest()
    others = [camera.pose for camera in desk.cameras.value if camera.id != first and camera.pose is not None]
    for number, pose in enumerate(others):
        walked = Position(track, trip, pose.target_x, pose.target_y, 0.9)
        at_us = now_us + (number + 1) * 100_000
        desk.floor.take([Positions(epoch="", seq=0, measured_at=at_us, sent_at=at_us, people=[walked])])
        if Spotlight(desk).find().camera != first:
            break
    assert spotlight.find().camera == first, "held for a while"
    desk.moment.set_span(now_us - 3_600_000_000, now_us)
    desk.moment.move_to(now_us - 600_000_000, "test")
    desk.replay.set(Replay(is_on=True))
    assert spotlight.find().camera == Spotlight(desk).find().camera != first


def test_of_a_lost_camera_its_neighbour_is_shown(desk: LivingDesk, screen: CamerasScreen) -> None:
    screen.act("layout_spotlight")
    lost = desk.cameras.value[4]
    desk.alerts.put({lost.id: alert(lost.id, "camera_lost", 5)})
    screen._beat()
    words = wall(screen).accessibleDescription().partition("in the spotlight: ")[2]
    assert words
    assert not words.startswith(lost.name)


def test_people_are_drawn_where_they_were_when_the_picture_was_taken(desk: LivingDesk, screen: CamerasScreen) -> None:
    newest_us = desk.floor.tracks.newest_us
    assert newest_us is not None
    at_us = newest_us - 250_000
    stands = {stand.track: stand for stand in desk.floor.tracks.at(at_us)}
    assert stands
    desk.choose_fullest()
    drawn = 0
    for camera in desk.cameras.value:
        assert camera.pose is not None
        overlay = Overlays(desk).of(camera, at_us)
        lens = Projection(camera.pose, camera.width, camera.height)
        places = [lens.pixel(stand.x, stand.y, 0.0) for stand in stands.values()]
        for mark in overlay.marks:
            at = mark.feet[0] * camera.width, mark.feet[1] * camera.height
            assert any(place is not None and place == pytest.approx(at, abs=0.5) for place in places)
            assert mark.text.startswith(("Visit ", "No trip", "Visitor"))
            drawn += 1
        assert all(len(plate) == 4 for plate in overlay.plates)
    assert drawn > 5
    assert Overlays(desk).of(replace(desk.cameras.value[0], pose=None), at_us).marks == ()


def test_overlays_are_a_preference_and_pictures_wait_for_what_is_known_of_people(
    desk: LivingDesk, screen: CamerasScreen
) -> None:
    asked = desk.asked.last(WatchCameras)
    assert isinstance(asked, WatchCameras)
    assert asked.behind_ms == 0
    assert screen.act("overlays")
    assert desk.preferences.value.has_overlays
    newest_us = desk.floor.tracks.newest_us
    assert newest_us is not None
    late_ms = desk.clock.age_us(newest_us) / 1e3
    asked = desk.asked.last(WatchCameras)
    assert isinstance(asked, WatchCameras)
    assert late_ms < asked.behind_ms <= late_ms + 250
    assert screen.act("overlays")
    asked = desk.asked.last(WatchCameras)
    assert isinstance(asked, WatchCameras)
    assert asked.behind_ms == 0


def test_a_picture_that_stands_still_gets_its_people_once_they_are_known(
    desk: LivingDesk, screen: CamerasScreen
) -> None:
    (wall,) = screen.findChildren(VideoWall)
    screen.act("overlays")
    tracks, people = desk.floor.tracks, desk.floor.tracks.at(desk.floor.tracks.newest_us or 0)
    assert people
    at_us = (tracks.newest_us or 0) + 2_000_000
    image = QImage(64, 36, QImage.Format.Format_RGB32)
    desk.pictures.put([CameraPicture(camera.id, image, at_us, 9) for camera in desk.cameras.value])
    assert not any(face.overlay.marks for face in wall._faces.values())
    standing = [Position(one.track, one.trip, one.x, one.y, 1.0) for one in people]
    for late_us in (-50_000, 50_000):
        desk.floor.take([Positions(epoch="e", seq=1, measured_at=at_us + late_us, sent_at=at_us, people=standing)])
    assert any(face.overlay.marks for face in wall._faces.values())


def test_faces_are_asked_for_with_a_reason_and_a_password_and_hidden_with_a_key(
    desk: LivingDesk, screen: CamerasScreen
) -> None:
    desk.session.set(SignedIn(user("agent")))
    assert screen.act("faces")
    reason, password = screen.findChildren(QLineEdit)
    QTest.keyClick(reason, Qt.Key.Key_Return)
    assert not desk.asked.of(ShowFaces)
    assert any("Say why" in label.text() for label in screen.findChildren(QLabel) if label.isVisible())
    QTest.keyClicks(reason, "A child is missing")
    QTest.keyClick(reason, Qt.Key.Key_Return)
    assert not desk.asked.of(ShowFaces)
    QTest.keyClicks(password, "secret")
    QTest.keyClick(password, Qt.Key.Key_Return)
    assert desk.asked.last(ShowFaces) == ShowFaces("A child is missing", "secret")
    assert "secret" not in repr(desk.asked.last(ShowFaces))
    assert not password.text()
    desk.faces.set(FacesGrant("g", user("agent").id, from_micros(desk.day.now_us) + timedelta(minutes=10)))
    (chip,) = screen.findChildren(StateChip)
    assert chip.isVisible()
    assert chip.accessibleName().startswith("Faces are shown until ")
    assert screen.act("faces")
    assert desk.asked.of(HideFaces)
    desk.faces.set(None)
    assert not chip.isVisible()


def test_who_may_not_see_faces_is_not_asked(desk: LivingDesk, screen: CamerasScreen) -> None:
    desk.session.set(SignedIn(user("staff")))
    assert not screen.act("faces")
    assert not any("aces" in button.text() for button in screen.findChildren(QPushButton) if button.isVisible())


@pytest.mark.parametrize(
    ("stream", "words"),
    [
        (Stream("up", 15.0, came_hz=15.0), ()),
        (Stream("up", 15.0, garbled=12), ("12 pictures were garbled",)),
        (Stream("up", 15.0, leapt_s=-5.2), ("Its clock leapt 5.2 s back",)),
        (Stream("up", 15.0, resized=(640, 360, 1280, 720)), ("640 × 360 before, now 1280 × 720",)),
        (Stream("up", 4.0, came_hz=15.0, every=4), ("1 picture of 4: too much for this machine",)),
        (Stream("up", 0.2, came_hz=15.0, every=STILL), ("Stills only: too much for this machine",)),
        (Stream("up", 4.0, came_hz=4.0), ("4 of 15 pictures a second come",)),
        (Stream("up", 7.0, came_hz=7.5, asked_every=2), ()),
        (Stream("up", 15.0, clock_error_ms=1_600.0), ("Its time is known to ± 1.6 s",)),
        (Stream("lost", 15.0, detail="gone", garbled=12), ()),
    ],
)
def test_a_tile_says_what_is_wrong_with_what_comes(desk: LivingDesk, stream: Stream, words: tuple[str, ...]) -> None:
    camera = desk.cameras.value[0].id
    desk.devices.put({camera: Device(id=camera, kind="camera", name="One", state="ok", rate_hz=15.0)})
    desk.pictures.put([CameraPicture(camera, QImage(4, 4, QImage.Format.Format_RGB32), desk.clock.now_us(), 1)])
    desk.pictures.streams.put({camera: stream})
    assert tile_status(desk, camera).notes == words


def test_a_picture_that_is_meant_to_be_late_is_not_lost(desk: LivingDesk) -> None:
    camera = desk.cameras.value[0].id
    image = QImage(4, 4, QImage.Format.Format_RGB32)
    desk.pictures.put([CameraPicture(camera, image, desk.clock.now_us() - 2_600_000, 1)])
    desk.pictures.streams.put({camera: Stream("up", 15.0, behind_ms=2_400)})
    assert tile_status(desk, camera).state == "live"
    desk.pictures.streams.put({camera: Stream("up", 15.0)})
    assert tile_status(desk, camera).state == "lost"
    desk.pictures.streams.put({camera: Stream("up", 0.2, every=STILL, came_hz=15.0)})
    assert tile_status(desk, camera).state == "live", "a still is not waited for in vain"

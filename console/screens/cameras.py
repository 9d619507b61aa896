"""Cameras: the wall."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QLocale, QStandardPaths, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.domain.commands.showing import Choose, SetPreferences
from console.domain.commands.watching import HideFaces, Picturing, SaveSnapshot, ShowFaces, WatchCameras
from console.screens.overlays import Overlays
from console.screens.screen import READY, Condition, Screen
from console.screens.spotlight import Spotlight
from console.screens.stream_status import tile_status
from console.screens.wall_tools import WallTools
from console.state.desk import Desk
from resources.theme import Theme
from store_client.contract.camera import Camera
from store_client.contract.moment import to_micros
from widgets.moment import time_text
from widgets.video_overlay import NOTHING
from widgets.video_tile import Tile
from widgets.video_wall import Layout, VideoWall

BEHIND_STEP_MS, BEHIND_MOST_MS = 250, 6_000
"""Pictures are shown as late as people's places are known, in steps, so that they seldom stand still for it."""


class CamerasScreen(Screen):
    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(theme, desk, parent)
        self._is_active = False
        self._before: Layout | None = None
        self._asked: tuple[Picturing, ...] = ()
        self._wall = VideoWall(theme)
        self._wall.tile_chosen.connect(self._choose)
        self._wall.tile_activated.connect(self._alone_or_back)
        self._wall.sizes_changed.connect(self._watch)
        self._behind_ms = 0
        self._known: dict[str, Camera] = {}
        self._spotlight, self._overlays = Spotlight(desk), Overlays(desk)
        self._early: dict[str, int] = {}
        self._tools = WallTools(theme)
        self._tools.layout_asked.connect(self._set_layout)
        self._tools.overlays_asked.connect(self._turn_overlays)
        self._tools.faces_asked.connect(self._ask_faces)
        self._tools.faces_hidden.connect(self._hide_faces)
        self._tools.snapshot_asked.connect(self.snapshot)
        column = QVBoxLayout(self)
        column.setContentsMargins(*self.margins())
        column.setSpacing(theme.space(2))
        column.addWidget(self._tools)
        column.addWidget(self._wall, 1)
        self._pulse = QTimer(self)
        self._pulse.setInterval(500)
        self._pulse.timeout.connect(self._beat)
        desk.cameras.changed.connect(self._show_cameras)
        desk.pictures.changed.connect(self._show_pictures)
        desk.floor.changed.connect(self._catch_up)
        desk.choice.changed.connect(self._show_choice)
        desk.faces.changed.connect(self._show_faces)
        desk.session.changed.connect(self._show_faces)
        desk.preferences.changed.connect(self._show_overlays)
        self._show_faces()
        self._show_overlays()
        self._show_cameras(desk.cameras.value)
        self._set_layout("9")

    # ---- what a screen answers

    def activate(self) -> None:
        self._is_active = True
        self._watch(self._wall.sizes())
        self._show_pictures(frozenset(camera.id for camera in self.desk.cameras.value))
        self._show_choice()
        self._beat()
        self._pulse.start()

    def deactivate(self) -> None:
        self._is_active = False
        self._pulse.stop()
        self._asked = ()
        self.desk.commands.emit(WatchCameras("cameras", ()))

    def condition(self) -> Condition:
        if self.desk.cameras.value:
            return READY
        if self.desk.planogram.value is None:
            return Condition("loading", self.tr("Asking for the cameras"))
        return Condition(
            "empty",
            self.tr("This store has no cameras"),
            self.tr("A camera is added where the store's program is started."),
        )

    def act(self, action: str) -> bool:
        match action:
            case "layout_next":
                order = list(self._tools.layouts)
                self._set_layout(order[(order.index(self._wall.wall_layout()) + 1) % len(order)])
                return True
            case "tile_full":
                chosen = self._wall.chosen()
                if chosen is not None:
                    self._alone_or_back(chosen)
                return chosen is not None
            case "snapshot":
                return self.snapshot()
            case "layout_spotlight":
                self._set_layout("spotlight")
                return True
            case "overlays":
                self._turn_overlays()
                return True
            case "faces":
                return self._tools.turn_faces()
            case "back" if self._tools.leave_form():
                self._wall.setFocus()
                return True
            case "back" if self._before is not None:
                self._set_layout(self._before)
                return True
        return False

    def shows(self) -> dict[str, int]:
        live = [camera for camera in self._wall.sizes() if tile_status(self.desk, camera).state == "live"]
        moving = [camera for camera in live if self._pictures_of(camera) > 1]
        return {"cameras": len(self.desk.cameras.value), "tiles": len(live), "moving_tiles": len(moving)}

    def _pictures_of(self, camera: str) -> int:
        picture = self.desk.pictures.get(camera)
        return 0 if picture is None else picture.seq

    # ---- asking

    def snapshot(self) -> bool:
        """Saves the chosen camera's picture (the first one's where none is chosen) among the user's pictures."""
        shown = list(self._wall.sizes())
        camera = self._wall.chosen() or (shown[0] if shown else None)
        picture = None if camera is None else self.desk.pictures.get(camera)
        if camera is None or picture is None:
            return False
        taken = datetime.fromtimestamp(picture.captured_us / 1e6, UTC)
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        name = f"{camera}-{taken:%Y%m%dT%H%M%S}{taken.microsecond // 1000:03d}Z.png"
        self.desk.commands.emit(SaveSnapshot(camera, str(Path(folder) / "Floorwalker" / name)))
        return True

    def _watch(self, sizes: dict[str, tuple[int, int]]) -> None:
        if not self._is_active:
            return
        wanted = tuple(Picturing(camera, width) for camera, (width, _) in sizes.items() if width > 0)
        behind_ms = self._late_ms()
        if (wanted, behind_ms) != (self._asked, self._behind_ms):
            self._asked, self._behind_ms = wanted, behind_ms
            self.desk.commands.emit(WatchCameras("cameras", wanted, behind_ms))

    def _late_ms(self) -> int:
        """How late pictures are to be shown so that who is drawn over them stands where they stood: as late as people's
        places come. 0 without overlays, and where those are so late that somebody must look at it first."""
        newest_us = self.desk.floor.tracks.newest_us
        if newest_us is None or not self.desk.preferences.value.has_overlays or self.desk.replay.value.is_on:
            return 0
        late_ms = self.desk.clock.age_us(newest_us) / 1e3 / self.desk.clock.rate
        if late_ms > BEHIND_MOST_MS:
            return 0
        if 0 <= self._behind_ms - late_ms <= 2 * BEHIND_STEP_MS:
            return self._behind_ms
        return (int(late_ms / BEHIND_STEP_MS) + 1) * BEHIND_STEP_MS

    def _choose(self, camera: object) -> None:
        if isinstance(camera, str) and camera != self.desk.choice.value.camera:
            self.desk.commands.emit(Choose(replace(self.desk.choice.value, camera=camera)))

    def _alone_or_back(self, camera: object) -> None:
        if not isinstance(camera, str):
            return
        if self._before is not None:
            self._set_layout(self._before)
            return
        before = self._wall.wall_layout()
        self._wall.choose(camera)
        self._set_layout("1")
        self._before = before

    def _set_layout(self, layout: Layout) -> None:
        self._before = None
        self._wall.set_layout(layout)
        self._tools.layouts[layout].setChecked(True)
        self._show_spotlight()
        self._watch(self._wall.sizes())

    def _turn_overlays(self) -> None:
        likes = self.desk.preferences.value
        self.desk.commands.emit(SetPreferences(replace(likes, has_overlays=not likes.has_overlays)))

    def _ask_faces(self, asked: tuple[str, str]) -> None:
        reason, password = asked
        self.desk.commands.emit(ShowFaces(reason, password))
        self._wall.setFocus()

    def _hide_faces(self) -> None:
        self.desk.commands.emit(HideFaces())

    # ---- showing

    def _show_cameras(self, cameras: Sequence[Camera]) -> None:
        self._known = {camera.id: camera for camera in cameras}
        self._wall.set_tiles([Tile(camera.id, camera.name) for camera in cameras])
        self.condition_changed.emit(self.condition())

    def _show_pictures(self, cameras: frozenset[str]) -> None:
        if not self._is_active:
            return
        for camera in cameras:
            picture = self.desk.pictures.get(camera)
            if picture is None:
                self._wall.set_picture(camera, QImage())
            else:
                if self.desk.preferences.value.has_overlays and camera in self._known:
                    self._lay_over(camera, picture.captured_us)
                self._wall.set_picture(camera, picture.image)

    def _lay_over(self, camera: str, at_us: int) -> None:
        """People and plates over a picture; a picture of a moment whose positions are yet to come is noted."""
        self._wall.set_overlay(camera, self._overlays.of(self._known[camera], at_us))
        newest_us = self.desk.floor.tracks.newest_us
        if newest_us is None or newest_us < at_us:
            self._early[camera] = at_us
        else:
            self._early.pop(camera, None)

    def _catch_up(self) -> None:
        """Where pictures come seldom or no more, as on a busy machine, those shown get their people once these are known."""
        newest_us = self.desk.floor.tracks.newest_us or 0
        for camera in [camera for camera, at_us in self._early.items() if at_us <= newest_us]:
            at_us = self._early.pop(camera)
            picture = self.desk.pictures.get(camera)
            if self._is_active and picture is not None and picture.captured_us == at_us and camera in self._known:
                self._lay_over(camera, at_us)

    def _show_overlays(self) -> None:
        has_overlays = self.desk.preferences.value.has_overlays
        self._tools.show_overlays(are_on=has_overlays)
        if not has_overlays:
            self._early.clear()
            for camera in self._known:
                self._wall.set_overlay(camera, NOTHING)
        self._show_pictures(frozenset(self._known))
        self._watch(self._wall.sizes())

    def _show_faces(self) -> None:
        session, grant, store = self.desk.session.value, self.desk.faces.value, self.desk.store.value
        self._tools.allow_faces(is_allowed=self.desk.may(ShowFaces), wants_password=not session.demo_roles)
        zone = "UTC" if store is None else store.time_zone
        self._tools.show_faces("" if grant is None else time_text(to_micros(grant.expires_at), zone))

    def _show_spotlight(self) -> None:
        """Framed with the reason in the layout of that name; in the others everything stays where it is."""
        spot = self._spotlight.find() if self._wall.wall_layout() == "spotlight" else None
        if spot is None:
            self._wall.spotlight(None)
        elif spot.camera is not None:
            self._wall.spotlight(spot.camera, spot.reason)

    def _show_choice(self) -> None:
        camera = self.desk.choice.value.camera
        if camera is not None and any(one.id == camera for one in self.desk.cameras.value):
            self._wall.choose(camera)
        if self.desk.preferences.value.has_overlays:
            self._show_pictures(frozenset(self._known))  # who is chosen is drawn otherwise
        self._show_spotlight()

    def _beat(self) -> None:
        states = {camera: tile_status(self.desk, camera) for camera in self._wall.sizes()}
        for camera, status in states.items():
            self._wall.set_status(camera, status)
        self._show_spotlight()
        self._watch(self._wall.sizes())
        live = sum(status.state == "live" for status in states.values())
        is_past = self.desk.replay.value.is_on
        words = self.tr("{0} of {1} with a picture") if is_past else self.tr("{0} of {1} live")
        words = words.format(live, len(states))
        if self._behind_ms:
            words = self.tr("{0}, {1} s behind, in step with the tracks").format(
                words, QLocale().toString(self._behind_ms / 1e3, "f", 1)
            )
        self._tools.show_counts(words)

"""Cameras: the wall."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QStandardPaths, QTimer
from PySide6.QtWidgets import QButtonGroup, QLabel, QPushButton, QVBoxLayout, QWidget

from console.domain.commands import Choose, Picturing, SaveSnapshot, WatchCameras
from console.screens.key_table import with_key
from console.screens.screen import READY, Condition, Screen
from console.screens.stream_status import tile_status
from console.state.desk import Desk
from resources.theme import Theme
from store_client.contract.camera import Camera
from widgets.flow_layout import FlowLayout
from widgets.icon_button import IconButton
from widgets.video_tile import Tile
from widgets.video_wall import Layout, VideoWall


class CamerasScreen(Screen):
    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(theme, desk, parent)
        self._is_active = False
        self._before: Layout | None = None
        self._asked: tuple[Picturing, ...] = ()
        self._wall = VideoWall(theme)
        self._wall.setAccessibleName(self.tr("Wall of cameras"))
        self._wall.tile_chosen.connect(self._choose)
        self._wall.tile_activated.connect(self._alone_or_back)
        self._wall.sizes_changed.connect(self._watch)
        self._counts = QLabel()
        self._counts.setProperty("role", "muted")
        self._counts.setContentsMargins(theme.space(2), 0, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(*self.margins())
        column.setSpacing(theme.space(2))
        column.addLayout(self._tools(theme))
        column.addWidget(self._wall, 1)
        self._pulse = QTimer(self)
        self._pulse.setInterval(500)
        self._pulse.timeout.connect(self._beat)
        desk.cameras.changed.connect(self._show_cameras)
        desk.pictures.changed.connect(self._show_pictures)
        desk.choice.changed.connect(self._show_choice)
        self._show_cameras(desk.cameras.value)
        self._set_layout("9")

    def _tools(self, theme: Theme) -> FlowLayout:
        row = FlowLayout(tail=1)
        row.setSpacing(theme.space(1))
        self._group = QButtonGroup(self)
        self._buttons: dict[Layout, QPushButton] = {}
        layouts: tuple[tuple[Layout, str, str], ...] = (
            ("1", "1", self.tr("One camera")),
            ("4", "4", self.tr("Four cameras")),
            ("9", "9", self.tr("Nine cameras")),
            ("16", "16", self.tr("Sixteen cameras")),
            ("focus", self.tr("1 + small"), self.tr("One large, the others small")),
        )
        for layout, title, hint in layouts:
            button = QPushButton(title)
            button.setCheckable(True)
            button.setToolTip(hint)
            button.setAccessibleName(hint)
            button.setProperty("layout_name", layout)
            self._group.addButton(button)
            self._buttons[layout] = button
            row.addWidget(button)
        self._group.buttonClicked.connect(self._layout_clicked)
        row.addWidget(self._counts)
        snapshot = IconButton(theme, "snapshot", self.tr("Save a picture"))
        snapshot.clicked.connect(self.snapshot)
        snapshot.setToolTip(with_key(self.tr("Save a picture"), "snapshot"))
        row.addWidget(snapshot)
        return row

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
                order = list(self._buttons)
                self._set_layout(order[(order.index(self._wall.wall_layout()) + 1) % len(order)])
                return True
            case "tile_full":
                chosen = self._wall.chosen()
                if chosen is not None:
                    self._alone_or_back(chosen)
                return chosen is not None
            case "snapshot":
                return self.snapshot()
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
        if wanted != self._asked:
            self._asked = wanted
            self.desk.commands.emit(WatchCameras("cameras", wanted))

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

    def _layout_clicked(self, button: QPushButton) -> None:
        self._set_layout(button.property("layout_name"))

    def _set_layout(self, layout: Layout) -> None:
        self._before = None
        self._wall.set_layout(layout)
        self._buttons[layout].setChecked(True)
        self._watch(self._wall.sizes())

    # ---- showing

    def _show_cameras(self, cameras: Sequence[Camera]) -> None:
        self._wall.set_tiles([Tile(camera.id, camera.name) for camera in cameras])
        self.condition_changed.emit(self.condition())

    def _show_pictures(self, cameras: frozenset[str]) -> None:
        if not self._is_active:
            return
        for camera in cameras:
            picture = self.desk.pictures.get(camera)
            if picture is not None:
                self._wall.set_picture(camera, picture.image)

    def _show_choice(self) -> None:
        camera = self.desk.choice.value.camera
        if camera is not None and any(one.id == camera for one in self.desk.cameras.value):
            self._wall.choose(camera)

    def _beat(self) -> None:
        states = {camera: tile_status(self.desk, camera) for camera in self._wall.sizes()}
        for camera, status in states.items():
            self._wall.set_status(camera, status)
        live = sum(status.state == "live" for status in states.values())
        self._counts.setText(self.tr("{0} of {1} live").format(live, len(states)))

"""The picture of the camera that sees best what is chosen."""

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from console.domain.commands.watching import Picturing, WatchCameras
from console.screens.stream_status import tile_status
from console.state.desk import Desk
from resources.theme import Theme
from widgets.panel import Panel
from widgets.video_tile import Tile
from widgets.video_wall import VideoWall


class CameraPanel(QWidget):
    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._camera: str | None = None
        self._width = 0
        self._is_active = False
        self._wall = VideoWall(theme)
        self._wall.set_layout("1")
        self._wall.setMinimumHeight(theme.px(64))
        self._wall.sizes_changed.connect(self._sized)
        self._hint = QLabel(self.tr("No camera of this store can show this place."))
        self._hint.setProperty("role", "muted")
        self._hint.setWordWrap(True)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(theme.space(2), 0, theme.space(2), theme.space(2))
        column.addWidget(self._wall, 1)
        column.addWidget(self._hint)
        self.panel = Panel(theme, self.tr("Camera"), body)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.panel)
        desk.pictures.changed.connect(self._picture)
        desk.cameras.changed.connect(self._show_name)
        self.show_camera(None)

    def activate(self) -> None:
        self._is_active = True
        self._watch()

    def deactivate(self) -> None:
        self._is_active = False
        self._desk.commands.emit(WatchCameras("live_floor", ()))

    def show_camera(self, camera: str | None) -> None:
        if camera == self._camera and camera is not None:
            return
        self._camera = camera
        self._wall.setVisible(camera is not None)
        self._hint.setVisible(camera is None)
        self._show_name()
        self._watch()

    def refresh_status(self) -> None:
        """How old the picture is now; called by the screen's timer."""
        if self._camera is not None:
            self._wall.set_status(self._camera, tile_status(self._desk, self._camera))

    def shown(self) -> int:
        return int(self._camera is not None and self._desk.pictures.get(self._camera) is not None)

    def _show_name(self) -> None:
        names = {camera.id: camera.name for camera in self._desk.cameras.value}
        if self._camera is None:
            self._wall.set_tiles([])
            return
        self._wall.set_tiles([Tile(self._camera, names.get(self._camera, self._camera))])
        self._picture(frozenset([self._camera]))

    def _sized(self, sizes: dict[str, tuple[int, int]]) -> None:
        width = sizes.get(self._camera or "", (0, 0))[0]
        if width and abs(width - self._width) > self._width // 4:
            self._width = width
            self._watch()

    def _watch(self) -> None:
        if not self._is_active:
            return
        wanted = () if self._camera is None else (Picturing(self._camera, self._width or 640),)
        self._desk.commands.emit(WatchCameras("live_floor", wanted))

    def _picture(self, cameras: frozenset[str]) -> None:
        if self._camera not in cameras or self._camera is None:
            return
        picture = self._desk.pictures.get(self._camera)
        self._wall.set_picture(self._camera, QImage() if picture is None else picture.image)

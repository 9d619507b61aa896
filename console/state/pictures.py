"""The newest picture of each camera that somebody looks at."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from console.domain.camera_view import Stream
from console.state.book import Book


@dataclass(frozen=True, slots=True)
class CameraPicture:
    """``image`` owns its pixels. ``captured_us`` ± ``clock_error_us``: store time at which it was taken; ``seq`` counts
    pictures; ``is_clear``: faces are to be seen; ``source``: width and height in which it came."""

    camera: str
    image: QImage
    captured_us: int
    seq: int
    clock_error_us: int = 0
    is_clear: bool = False
    source: tuple[int, int] = (0, 0)


class CameraPictures(QObject):
    """``changed`` carries the frozenset of cameras with a new picture, or with none any more; ``streams`` says how each stream does."""

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pictures: dict[str, CameraPicture] = {}
        self.streams: Book[str, Stream] = Book(self)

    def get(self, camera: str) -> CameraPicture | None:
        """None before the first picture."""
        return self._pictures.get(camera)

    def put(self, pictures: list[CameraPicture]) -> None:
        if pictures:
            self._pictures.update({picture.camera: picture for picture in pictures})
            self.changed.emit(frozenset(picture.camera for picture in pictures))

    def forget_clear(self) -> None:
        """Lets go of pictures that show faces; ``changed`` tells of them, though there is none instead."""
        clear = frozenset(camera for camera, picture in self._pictures.items() if picture.is_clear)
        for camera in clear:
            del self._pictures[camera]
        if clear:
            self.changed.emit(clear)

    def forget(self, cameras: set[str]) -> None:
        """Lets go of pictures that nobody looks at any more."""
        for camera in cameras:
            self._pictures.pop(camera, None)
        self.streams.drop(cameras)

"""A wall of live pictures on one canvas."""

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from resources.theme import Theme
from widgets.video_tile import Outline, Tile, TileStatus

Layout = Literal["1", "4", "9", "16", "focus"]


class VideoWall(QWidget):
    """Digits choose a tile, arrows move, Enter activates (a screen shows it alone or goes back), wheel or +/− zoom into
    the chosen one, drag moves within it, PgUp/PgDn turn the page where there are more tiles than places."""

    tile_chosen = Signal(object)
    """The tile's id."""
    tile_activated = Signal(object)
    """The tile's id: double click or Enter."""
    sizes_changed = Signal(object)
    """dict of tile id → (width, height) in device pixels of the tiles now on screen: what pictures to ask for."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        raise NotImplementedError

    def set_theme(self, theme: Theme) -> None:
        raise NotImplementedError

    def set_tiles(self, tiles: Sequence[Tile]) -> None:
        raise NotImplementedError

    def set_layout(self, layout: Layout) -> None:
        raise NotImplementedError

    def wall_layout(self) -> Layout:
        raise NotImplementedError

    def set_picture(self, tile: str, picture: QImage) -> None:
        """The newest picture; RGB32 is drawn fastest. The image is kept, not copied: hand over one that stays as it is."""
        raise NotImplementedError

    def set_status(self, tile: str, status: TileStatus) -> None:
        raise NotImplementedError

    def set_outlines(self, tile: str, outlines: Sequence[Outline]) -> None:
        raise NotImplementedError

    def choose(self, tile: str | None) -> None:
        raise NotImplementedError

    def chosen(self) -> str | None:
        raise NotImplementedError

    def spotlight(self, tile: str | None, reason: str = "") -> None:
        """Brings a tile forward: into the large place of ``focus``, framed with the reason in every layout."""
        raise NotImplementedError

    def picture(self, tile: str) -> QImage | None:
        """The newest picture as it came, for a snapshot."""
        raise NotImplementedError

    def sizes(self) -> dict[str, tuple[int, int]]:
        raise NotImplementedError

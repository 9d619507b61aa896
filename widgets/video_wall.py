"""A wall of live pictures on one canvas."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QHideEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from resources.theme import Theme
from widgets.hatch import draw_words
from widgets.video_overlay import Overlay
from widgets.video_tile import Tile, TileFace, TileStatus, draw_tile, header_height, picture_area, wall_words
from widgets.wall_layout import LARGE, in_order, page_of, places, tile_rects
from widgets.wall_layout import Layout as Layout

_ZOOM = 1.25


class VideoWall(QWidget):
    """Digits choose the tile that has them on it, arrows move, Enter or a double click activates (a screen shows it alone, or goes back),
    wheel or +/− zoom into the chosen one, drag or Shift+arrows move within it, PgUp/PgDn turn the page where there are
    more tiles than places."""

    accessible_role = QAccessible.Role.Graphic

    tile_chosen = Signal(object)
    """The tile's id."""
    tile_activated = Signal(object)
    """The tile's id: double click or Enter."""
    sizes_changed = Signal(object)
    """dict of tile id → (width, height) in device pixels of the tiles now on screen: what pictures to ask for."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._faces: dict[str, TileFace] = {}
        self._layout: Layout = "4"
        self._page = 0
        self._shown: list[str] = []
        self._sizes: dict[str, tuple[int, int]] = {}
        self._chosen: str | None = None
        self._spotlight: tuple[str, str] | None = None
        self._pressed: QPointF | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._describe()

    # ------------------------------------------------------------ what is shown

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._arrange()

    def set_tiles(self, tiles: Sequence[Tile]) -> None:
        """Tiles that were there before keep their pictures."""
        known = self._faces
        self._faces = {}
        for number, tile in enumerate(tiles, 1):
            face = known.get(tile.id) or TileFace(tile)
            face.tile, face.number = tile, number
            self._faces[tile.id] = face
        if self._chosen not in self._faces:
            self._chosen = None
        self._arrange()

    def set_layout(self, layout: Layout) -> None:
        self._layout = layout
        self._page = 0
        self._arrange()

    def wall_layout(self) -> Layout:
        return self._layout

    def set_picture(self, tile: str, picture: QImage) -> None:
        """The newest picture; RGB32 is drawn fastest. The image is kept, not copied: hand over one that stays as it is."""
        face = self._faces.get(tile)
        if face is not None:
            face.picture = picture
            if picture.isNull():
                face.sheet.forget()
            if tile in self._shown:
                self.update(face.wall)

    def set_status(self, tile: str, status: TileStatus) -> None:
        face = self._faces.get(tile)
        if face is not None and status != face.status:
            is_told = (status.state, status.notes) != (face.status.state, face.status.notes)
            face.status = status
            if tile in self._shown:
                self.update(face.wall)
            if is_told:
                self._describe()

    def set_overlay(self, tile: str, overlay: Overlay) -> None:
        """What is drawn over the picture; shown with the next one."""
        face = self._faces.get(tile)
        if face is not None and overlay != face.overlay:
            face.overlay = overlay
            if not overlay.plates:
                face.sheet.forget()
            if tile in self._shown:
                self.update(face.wall)

    def choose(self, tile: str | None) -> None:
        """Without a signal: the screen already knows. Turns to the page of the tile."""
        self._chosen = tile if tile in self._faces else None
        if self._chosen and self._layout != "1":
            order = in_order(list(self._faces), self._layout, self._forward())
            self._page = order.index(self._chosen) // places(self._layout)
        self._arrange()

    def chosen(self) -> str | None:
        return self._chosen

    def spotlight(self, tile: str | None, reason: str = "") -> None:
        """Brings a tile forward: into the large place, framed with the reason in every layout."""
        spotlight = None if tile is None else (tile, reason)
        if spotlight != self._spotlight:
            self._spotlight = spotlight
            if tile in self._faces and self._layout in LARGE:
                self._page = 0  # where it is the large one
            self._arrange()

    def picture(self, tile: str) -> QImage | None:
        """The newest picture as it came, for a snapshot."""
        face = self._faces.get(tile)
        return None if face is None else face.picture

    def sizes(self) -> dict[str, tuple[int, int]]:
        """(width, height) in device pixels of each tile now on screen."""
        return dict(self._sizes)

    def pages(self) -> int:
        return max(1, -(-len(self._faces) // places(self._layout)))

    def _forward(self) -> str | None:
        return self._spotlight[0] if self._spotlight else self._chosen

    def _arrange(self) -> None:
        self._page %= self.pages()
        self._shown = page_of(list(self._faces), self._layout, self._page, self._forward())
        rects = tile_rects(self.rect(), self._layout, len(self._shown), self._theme.space(1))
        ratio = self.devicePixelRatioF()
        sizes = {}
        for tile, rect in zip(self._shown, rects, strict=True):
            self._faces[tile].wall = rect
            sizes[tile] = (round(rect.width() * ratio), round((rect.height() - header_height(self._theme)) * ratio))
        for tile in self._faces.keys() - sizes:
            self._faces[tile].sheet.forget()
        self._describe()
        self.update()
        if sizes != self._sizes:
            self._sizes = sizes
            self.sizes_changed.emit(dict(sizes))

    # ------------------------------------------------------------ painting

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(640), self._theme.px(400))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(200), self._theme.px(140))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:  # ended whatever happens: one left open takes the program down
            self._paint(painter, event.rect())

    def _paint(self, painter: QPainter, dirty: QRect) -> None:
        painter.fillRect(dirty, QColor(self._theme.window))
        if not self._shown:
            draw_words(painter, QRectF(self.rect()), self.tr("No cameras"), self._theme)
        for tile in self._shown:
            face = self._faces[tile]
            if face.wall.intersects(dirty):
                reason = self._spotlight[1] if self._spotlight and self._spotlight[0] == tile else None
                draw_tile(painter, face, self._theme, is_chosen=tile == self._chosen, reason=reason)
        if self.hasFocus():
            painter.setPen(QPen(QColor(self._theme.accent), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002
        self._arrange()

    # ------------------------------------------------------------ what the user does

    def hideEvent(self, event: QHideEvent) -> None:
        for face in self._faces.values():
            face.sheet.forget()
        super().hideEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position()
            tile = self._tile_at(event.position())
            if tile:
                self._choose(tile)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        face = self._faces.get(self._chosen or "")
        if self._pressed is None or face is None or face.zoom == 1.0:
            return
        step = event.position() - self._pressed
        self._pressed = event.position()
        area = picture_area(face, face.wall)
        face.move(-step.x() / area.width() / face.zoom, -step.y() / area.height() / face.zoom)
        self.update(face.wall)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002
        self._pressed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        tile = self._tile_at(event.position())
        if tile and event.button() == Qt.MouseButton.LeftButton:
            self.tile_activated.emit(tile)

    def wheelEvent(self, event: QWheelEvent) -> None:
        tile = self._tile_at(event.position())
        if tile:
            self._choose(tile)
            self._zoom(_ZOOM ** (event.angleDelta().y() / 120))
            event.accept()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._named_by(event):
            event.accept()  # a digit chooses a tile here, whatever it does elsewhere in the window
            return True
        return super().event(event)

    def _named_by(self, event: QKeyEvent) -> str | None:
        """The tile that has the digit on it, on whatever page; None for any other key."""
        text = event.text()
        is_digit = text.isdecimal() and text.isascii() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        return next((tile for tile, face in self._faces.items() if is_digit and face.number == int(text)), None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
        }
        key = Qt.Key(event.key())
        if key in moves and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._move_within(*moves[key])
        elif key in moves:
            self._move_choice(*moves[key])
        elif (named := self._named_by(event)) is not None:
            self._bring(named)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._chosen:
            self.tile_activated.emit(self._chosen)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self._zoom(1 / _ZOOM if key == Qt.Key.Key_Minus else _ZOOM)
        elif key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp) and self.pages() > 1:
            self._turn_page(1 if key == Qt.Key.Key_PageDown else -1)
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._describe()
            self.update()
        super().changeEvent(event)

    def _tile_at(self, at: QPointF) -> str | None:
        return next((tile for tile in self._shown if self._faces[tile].wall.contains(at.toPoint())), None)

    def _choose(self, tile: str) -> None:
        if tile != self._chosen:
            self._chosen = tile
            self._describe()
            self.update()
            self.tile_chosen.emit(tile)

    def _bring(self, tile: str) -> None:
        """Chooses it on whatever page it is."""
        if tile in self._shown:
            self._choose(tile)
        else:
            self.choose(tile)
            self.tile_chosen.emit(tile)

    def _move_choice(self, x: int, y: int) -> None:
        """To the tile next in that direction; to the first where none is chosen."""
        here = self._faces.get(self._chosen or "")
        if here is None or here.tile.id not in self._shown:
            if self._shown:
                self._choose(self._shown[0])
            return
        at = here.wall.center()
        others = [(tile, self._faces[tile].wall.center() - at) for tile in self._shown if tile != self._chosen]
        ahead = [(tile, way) for tile, way in others if way.x() * x + way.y() * y > 0]
        if ahead:
            # Straight ahead before nearer but aside.
            ranked = [(abs(way.x() * y) + abs(way.y() * x), way.manhattanLength(), tile) for tile, way in ahead]
            self._choose(min(ranked)[2])

    def _turn_page(self, by: int) -> None:
        if self._layout != "1" or self._chosen is None:
            self._page += by
            self._arrange()
            return
        tiles = list(self._faces)  # the one that is chosen is the page
        self._bring(tiles[(tiles.index(self._chosen) + by) % len(tiles)])

    def _move_within(self, x: int, y: int) -> None:
        face = self._faces.get(self._chosen or "")
        if face is not None:
            face.move(0.1 * x / face.zoom, 0.1 * y / face.zoom)
            self.update(face.wall)

    def _zoom(self, factor: float) -> None:
        face = self._faces.get(self._chosen or "")
        if face is not None:
            face.zoom_by(factor)
            self.update(face.wall)

    def _describe(self) -> None:
        self.setAccessibleName(self.tr("Cameras"))
        words = wall_words([self._faces[tile] for tile in self._shown])
        if self._spotlight and self._spotlight[0] in self._shown:
            words += "; " + self.tr("in the spotlight: {0}, {1}").format(
                self._faces[self._spotlight[0]].tile.name, self._spotlight[1]
            )
        if self._chosen:
            words += "; " + self.tr("chosen: {0}").format(self._faces[self._chosen].tile.name)
        self.setAccessibleDescription(words)

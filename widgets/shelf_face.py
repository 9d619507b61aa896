"""A gondola from the front, as the planogram had it: shelves, facings, and those that are looked into."""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QColor, QFontMetricsF, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from resources.fonts import font
from resources.theme import Theme
from widgets.elided_text import wrap_elided
from widgets.hatch import draw_missing
from widgets.still_canvas import StillCanvas

FaceMark = Literal["none", "concerned", "alternative"]


@dataclass(frozen=True, slots=True)
class FaceCell:
    """One facing: ``left`` to ``right`` as shares of the shelf's length, seen from the front. ``name``: the product,
    "" for none; ``word``: what is to be said of it there, such as how likely it is."""

    key: object
    shelf: int
    left: float
    right: float
    name: str
    plates: tuple[str, ...] = ()
    mark: FaceMark = "none"
    word: str = ""


@dataclass(frozen=True, slots=True)
class Face:
    """``title``: the gondola; ``detail``: which planogram, since when. ``shelves``: their numbers, from the floor up."""

    title: str
    detail: str
    shelves: tuple[int, ...]
    cells: tuple[FaceCell, ...]


class ShelfFace(StillCanvas):
    """The concerned facings are framed, the alternatives broken; those that are too narrow for their name say it in the
    list below, and all say it to the pointer. Arrows go from marked facing to marked facing."""

    accessible_role = QAccessible.Role.Graphic

    cell_chosen = Signal(object)
    """The key of a facing that the user clicked or went to."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._face: Face | None = None
        self._words = ""
        self._chosen: object = None
        self._describe()

    # ------------------------------------------------------------ what is shown

    def set_face(self, face: Face | None, words: str = "") -> None:
        """``words``: why there is none."""
        if (face, words) != (self._face, self._words):
            self._face, self._words, self._chosen = face, words, None
            self._describe()
            self.redraw()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(320), self._theme.px(230))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(160), self._theme.px(140))

    # ------------------------------------------------------------ where things are

    def _text_height(self) -> float:
        return QFontMetricsF(font(self._theme, "caption")).height()

    def _marked(self) -> list[FaceCell]:
        """What is concerned first, then what else it could have been."""
        cells = () if self._face is None else self._face.cells
        return [cell for mark in ("concerned", "alternative") for cell in cells if cell.mark == mark]

    def _rack(self) -> QRectF:
        """Where the shelves are: below the title, above the list of what is marked."""
        theme, pad = self._theme, self._theme.space(2)
        row = self._text_height() + theme.space(1)
        listed = min(len(self._marked()), max(1, int((self.height() * 0.4) // row)))
        top = pad + row
        left = pad + QFontMetricsF(font(theme, "caption")).horizontalAdvance("00") + theme.space(1)
        bottom = self.height() - pad - listed * row - (theme.space(1) if listed else 0)
        return QRectF(QPointF(left, top), QPointF(self.width() - pad, max(top + 1, bottom)))

    def _boxes(self) -> list[tuple[FaceCell, QRectF]]:
        if self._face is None or not self._face.shelves:
            return []
        rack = self._rack()
        height = rack.height() / len(self._face.shelves)
        rows = {shelf: rack.bottom() - (place + 1) * height for place, shelf in enumerate(self._face.shelves)}
        return [
            (
                cell,
                QRectF(
                    rack.left() + cell.left * rack.width(),
                    rows[cell.shelf],
                    (cell.right - cell.left) * rack.width(),
                    height,
                ).adjusted(0.5, 1, -0.5, -3),
            )
            for cell in self._face.cells
            if cell.shelf in rows
        ]

    # ------------------------------------------------------------ painting

    def _paint_still(self, painter: QPainter) -> None:
        theme = self._theme
        if self._face is None:
            area = QRectF(self.rect()).adjusted(8, 8, -8, -8)
            draw_missing(painter, area, self._words or self.tr("No planogram"), theme)
            return
        painter.setFont(font(theme, "caption"))
        self._paint_title(painter, self._face)
        self._paint_shelves(painter, self._face)
        boxes = self._boxes()
        for cell, box in boxes:
            if cell.mark == "none":
                self._paint_cell(painter, cell, box)
        for cell, box in boxes:
            if cell.mark != "none":
                self._paint_cell(painter, cell, box)
        self._paint_list(painter)

    def _paint_title(self, painter: QPainter, face: Face) -> None:
        theme, pad, row = self._theme, self._theme.space(2), self._text_height() + self._theme.space(1)
        metrics = QFontMetricsF(font(theme, "caption"))
        width = self.width() - 2 * pad
        painter.setPen(QColor(theme.text))
        title = metrics.elidedText(face.title, Qt.TextElideMode.ElideRight, width)
        painter.drawText(QRectF(pad, pad, width, row), Qt.AlignmentFlag.AlignVCenter, title)
        left = pad + metrics.horizontalAdvance(title) + theme.space(2)
        rest = metrics.elidedText(face.detail, Qt.TextElideMode.ElideRight, max(0.0, self.width() - pad - left))
        painter.setPen(QColor(theme.muted))
        painter.drawText(QRectF(left, pad, self.width() - pad - left, row), Qt.AlignmentFlag.AlignVCenter, rest)

    def _paint_shelves(self, painter: QPainter, face: Face) -> None:
        theme, rack = self._theme, self._rack()
        height = rack.height() / max(1, len(face.shelves))
        for place, shelf in enumerate(face.shelves):
            bottom = round(rack.bottom() - place * height) - 1
            painter.setPen(QPen(QColor(theme.outline), 2))
            painter.drawLine(QPointF(rack.left(), bottom), QPointF(rack.right(), bottom))
            box = QRectF(self._theme.space(2), bottom - height, rack.left() - self._theme.space(3), height)
            painter.setPen(QColor(theme.muted))
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(shelf))

    def _paint_cell(self, painter: QPainter, cell: FaceCell, box: QRectF) -> None:
        theme = self._theme
        is_marked = cell.mark != "none"
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, is_marked)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(
            QColor(theme.selection if cell.mark == "concerned" else theme.raised if cell.name else theme.sunken)
        )
        painter.drawRect(box)
        if is_marked:
            style = Qt.PenStyle.SolidLine if cell.mark == "concerned" else Qt.PenStyle.DashLine
            painter.setPen(QPen(QColor(theme.accent), 2.4 if cell.mark == "concerned" else 1.6, style))
        else:
            painter.setPen(QPen(QColor(theme.border), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(1, 1, -1, -1))
        self._paint_name(painter, cell, box)

    def _paint_name(self, painter: QPainter, cell: FaceCell, box: QRectF) -> None:
        theme = self._theme
        if cell.mark != "none":  # a digit that the list below explains
            painter.setFont(font(theme, "strong"))
            painter.setPen(QColor(theme.text))
            number = str(self._marked().index(cell) + 1)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, number)
            return
        painter.setFont(font(theme, "caption"))
        metrics = QFontMetricsF(font(theme, "caption"))
        inner = box.adjusted(4, 1, -4, -1)
        lines = wrap_elided(cell.name, metrics, inner.width(), int(inner.height() // metrics.height()))
        if not lines:
            return
        painter.setPen(QColor(theme.muted))
        top = inner.center().y() - len(lines) * metrics.height() / 2
        for place, line in enumerate(lines):
            row = QRectF(inner.left(), top + place * metrics.height(), inner.width(), metrics.height())
            painter.drawText(row, Qt.AlignmentFlag.AlignCenter, line)

    def _paint_list(self, painter: QPainter) -> None:
        """What is marked, in words: number, product, plates, what is to be said of it."""
        theme, pad, row = self._theme, self._theme.space(2), self._text_height() + self._theme.space(1)
        metrics = QFontMetricsF(font(theme, "caption"))
        painter.setFont(font(theme, "caption"))
        top = self._rack().bottom() + theme.space(1)
        for number, cell in enumerate(self._marked(), 1):
            if top + row > self.height() - pad / 2:
                return
            width = metrics.horizontalAdvance(cell.word)
            box = QRectF(pad, top, self.width() - 2 * pad, row)
            painter.setPen(QColor(theme.text))
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, cell.word)
            words = f"{number}  {cell.name or self.tr('no product')} · {', '.join(cell.plates)}"
            painter.setPen(QColor(theme.text if cell.mark == "concerned" else theme.muted))
            words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, box.width() - width - pad)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words)
            top += row

    def _paint_moving(self, painter: QPainter) -> None:
        for cell, box in self._boxes():
            if cell.key == self._chosen and self.hasFocus():
                painter.setPen(QPen(QColor(self._theme.text), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(box.adjusted(-1, -1, 1, 1))

    # ------------------------------------------------------------ what the user does

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self._cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self._choose(cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        marked = self._marked()
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}
        step = steps.get(Qt.Key(event.key()))
        if step is None or not marked:
            super().keyPressEvent(event)
            return
        keys = [cell.key for cell in marked]
        place = keys.index(self._chosen) + step if self._chosen in keys else 0
        self._choose(marked[place % len(marked)])

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            cell = self._cell_at(QPointF(event.pos()))
            words = "" if cell is None else self._cell_words(cell)
            QToolTip.showText(event.globalPos(), words, self, QRect(event.pos(), QSize(1, 1)))
            return True
        return super().event(event)

    def _cell_at(self, at: QPointF) -> FaceCell | None:
        return next((cell for cell, box in self._boxes() if box.contains(at)), None)

    def _cell_words(self, cell: FaceCell) -> str:
        parts = (cell.name or self.tr("no product"), ", ".join(cell.plates), cell.word)
        return " · ".join(part for part in parts if part)

    def _choose(self, cell: FaceCell) -> None:
        self._chosen = cell.key
        self._describe()
        self.update()
        self.cell_chosen.emit(cell.key)

    def _describe(self) -> None:
        name = self.tr("Shelf from the front")
        if self._face is None:
            self._tell(name, self._words or self.tr("No planogram"))
            return
        chosen = next((cell for cell in self._face.cells if cell.key == self._chosen), None)
        marked = "; ".join(self._cell_words(cell) for cell in self._marked())
        words = f"{self._face.title}, {self._face.detail}. {marked}" if chosen is None else self._cell_words(chosen)
        self._tell(name, words)

"""Paints the cells of a table."""

from collections.abc import Iterable
from functools import cache

from PySide6.QtCore import QEvent, QLocale, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QToolTip

from resources.fonts import font
from resources.theme import Theme
from widgets.confidence_bar import confidence_size, draw_confidence
from widgets.severity import draw_severity, severity_color
from widgets.table_cells import NUMERIC, Column, Row, StateCell, StepperCell, TitleCell, cell_text
from widgets.table_model import TableModel

_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


class TableDelegate(QStyledItemDelegate):
    """All kinds of cells; the chosen row has a ground of its own and a bar at its left end."""

    def __init__(self, theme: Theme, model: TableModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self._body = QFontMetricsF(font(theme, "body"))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme, row, column = self.theme, self._model.rows[index.row()], self._model.columns[index.column()]
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, QColor(theme.selection))
            if index.column() == 0:
                painter.fillRect(QRect(box.left(), box.top(), 3, box.height()), QColor(theme.accent))
        painter.setPen(QPen(QColor(theme.border), 1))
        painter.drawLine(box.left(), box.bottom(), box.right(), box.bottom())
        inner = QRectF(box).adjusted(theme.space(2), 0, -theme.space(2), -1)
        self._draw_cell(painter, inner, row, column, row.cells[index.column()])

    def _draw_cell(self, painter: QPainter, box: QRectF, row: Row, column: Column, cell: object) -> None:
        theme = self.theme
        ink = QColor(theme.muted if row.is_faded or column.kind == "muted" or cell is None else theme.text)
        if isinstance(cell, TitleCell) and cell.detail:
            self._draw_title(painter, box, cell, ink)
        elif isinstance(cell, StateCell):
            side = theme.px(14)
            draw_severity(painter, QRectF(box.left(), box.center().y() - side / 2, side, side), cell.severity, theme)
            is_calm = cell.severity in ("neutral", "good", "info")
            color = ink if is_calm else severity_color(cell.severity, theme)
            self._draw_text(painter, box.adjusted(side + theme.space(1.5), 0, 0, 0), cell.word, color)
        elif isinstance(cell, StepperCell):
            draw_stepper(painter, stepper_box(box, theme), cell, theme)
        elif column.kind in ("confidence", "share") and (cell is None or isinstance(cell, float)):
            draw_confidence(painter, box, cell, theme, is_share=column.kind == "share")
        else:
            text = cell_text(column.kind, cell, self._model.zone, QLocale())
            self._draw_text(painter, box, text, ink, is_right=column.kind in NUMERIC)

    def _draw_text(self, painter: QPainter, box: QRectF, text: str, ink: QColor, *, is_right: bool = False) -> None:
        painter.setFont(font(self.theme, "body"))
        painter.setPen(ink)
        fitted = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()) + 1)
        painter.drawText(box, _RIGHT if is_right else _LEFT, fitted)

    def _draw_title(self, painter: QPainter, box: QRectF, cell: TitleCell, ink: QColor) -> None:
        theme = self.theme
        above, below = QFontMetricsF(font(theme, "body")).height(), QFontMetricsF(font(theme, "caption")).height()
        top = box.center().y() - (above + below) / 2
        self._draw_text(painter, QRectF(box.left(), top, box.width(), above), cell.title, ink)
        detail = QRectF(box.left(), top + above, box.width(), below)
        color = QColor(theme.muted)
        if cell.severity is not None:
            side = theme.px(12)
            mark = QRectF(detail.left(), detail.center().y() - side / 2, side, side)
            draw_severity(painter, mark, cell.severity, theme)
            detail.setLeft(detail.left() + side + theme.space(1))
            color = severity_color(cell.severity, theme)
        painter.setFont(font(theme, "caption"))
        painter.setPen(color)
        fitted = painter.fontMetrics().elidedText(cell.detail, Qt.TextElideMode.ElideRight, int(detail.width()))
        painter.drawText(detail, _LEFT, fitted)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: ARG002
        row = self._model.rows[index.row()]
        return QSize(self.widest((row,), index.column()), row_height(row, self.theme))

    def widest(self, rows: Iterable[Row], place: int) -> int:
        """Pixels that the cells of ``rows`` need in the column at ``place``."""
        column = self._model.columns[place]
        widths = (self._width(column, row.cells[place]) for row in rows)
        return max(widths, default=0) + 2 * self.theme.space(2)

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        """The whole of what is shortened, besides what the cell has to say."""
        if event.type() != QEvent.Type.ToolTip or not index.isValid():
            return super().helpEvent(event, view, option, index)
        QToolTip.showText(event.globalPos(), self.tip(index, option.rect), view)
        return True

    def tip(self, index: QModelIndex | QPersistentModelIndex, box: QRect) -> str:
        """Words over a cell that has the room of ``box``."""
        said: str = self._model.data(index, Qt.ItemDataRole.ToolTipRole) or ""
        is_cut = self.sizeHint(QStyleOptionViewItem(), index).width() > box.width()
        whole: str = self._model.data(index) if is_cut else ""
        return whole if said in whole else "\n".join(filter(None, (whole, said)))

    def _width(self, column: Column, cell: object) -> int:
        theme, body = self.theme, self._body
        if column.kind in ("confidence", "share"):
            return confidence_size(theme).width()
        if isinstance(cell, StepperCell):
            return 3 * theme.target
        if isinstance(cell, StateCell):
            return round(body.horizontalAdvance(cell.word) + theme.px(14) + theme.space(1.5)) + 1
        text = cell.title if isinstance(cell, TitleCell) else cell_text(column.kind, cell, self._model.zone, QLocale())
        return round(body.horizontalAdvance(text)) + 1


def row_height(row: Row, theme: Theme) -> int:
    """A line of text with air round it; two lines where a title has a detail; never less than can be hit."""
    has_detail = any(isinstance(cell, TitleCell) and cell.detail for cell in row.cells)
    return _height(theme, has_detail, any(isinstance(cell, StepperCell) for cell in row.cells))


@cache
def _height(theme: Theme, has_detail: bool, has_stepper: bool) -> int:
    height = QFontMetricsF(font(theme, "body")).height() + theme.space(3)
    if has_detail:
        height += QFontMetricsF(font(theme, "caption")).height()
    if has_stepper:
        height = max(height, theme.target + theme.space(2))
    return max(round(height), theme.target)


def stepper_box(cell: QRectF, theme: Theme) -> QRectF:
    """The stepper within its cell: minus, number and plus, each as large as can be hit."""
    box = QRectF(cell.left(), 0, min(3.0 * theme.target, cell.width()), theme.target)
    box.moveTop(round(cell.center().y() - theme.target / 2))
    return box


def draw_stepper(painter: QPainter, box: QRectF, cell: StepperCell, theme: Theme) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if cell.is_editable:
        painter.setPen(QPen(QColor(theme.outline), 1))
        painter.setBrush(QColor(theme.sunken))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    third = box.width() / 3
    painter.setFont(font(theme, "strong" if cell.value is not None else "body"))
    painter.setPen(QColor(theme.text if cell.value is not None else theme.muted))
    middle = QRectF(box.left() + third, box.top(), third, box.height())
    painter.drawText(middle, Qt.AlignmentFlag.AlignCenter, "–" if cell.value is None else str(cell.value))
    if cell.is_editable:
        value = cell.value or 0
        painter.setFont(font(theme, "body"))
        for place, sign, is_possible in ((0, "−", value > 0), (2, "+", value < cell.most)):
            painter.setPen(QColor(theme.text if is_possible else theme.hatch))
            part = QRectF(box.left() + place * third, box.top(), third, box.height())
            painter.drawText(part, Qt.AlignmentFlag.AlignCenter, sign)
    painter.restore()

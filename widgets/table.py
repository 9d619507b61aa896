"""A dense table of frozen rows: one model, one delegate, no widget per row."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QHeaderView,
    QTableView,
    QWidget,
)

from resources.fonts import font
from resources.theme import Theme
from widgets.hatch import draw_words
from widgets.table_cells import WORDS
from widgets.table_cells import Column as Column
from widgets.table_cells import Row as Row
from widgets.table_cells import StateCell as StateCell
from widgets.table_cells import TitleCell as TitleCell
from widgets.table_delegate import TableDelegate, row_height
from widgets.table_model import TableModel

_MEASURED_ROWS = 60
_COMFORT, _LEAST, _SHORT, _BRIEF, _EMPTY = 160, 80, 44, 72, 32
"""Pixels of a stretching column: for the first others give way, the second it keeps in any case. The third: of a title
that is shortened, the fourth: of words that are. The last: of a table that follows its rows and has none."""


class Table(QTableView):
    """Arrows move, Enter or a double click opens, Ctrl+C copies the row; the chosen row stays chosen by its key when
    rows are replaced."""

    row_chosen = Signal(object)
    """The key of the row that the user has chosen, None where it has gone."""
    row_opened = Signal(object)
    """The key: Enter or double click."""
    end_reached = Signal()
    """Scrolled to the last rows: the next page may be asked for."""

    def __init__(self, theme: Theme, columns: Sequence[Column], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._table = TableModel(columns, self)
        self._cells = TableDelegate(theme, self._table, self)
        self._empty_words = ""
        self._is_quiet = False
        self._most_rows: int | None = None
        self._least_width = 0
        self._key: object = None
        self.setModel(self._table)
        self.setItemDelegate(self._cells)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setTextElideMode(Qt.TextElideMode.ElideRight)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setMinimumSectionSize(theme.target)
        self.selectionModel().currentRowChanged.connect(self._row_changed)
        self.doubleClicked.connect(self._open)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self._fit()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._cells.set_theme(theme)
        self.horizontalHeader().setMinimumSectionSize(theme.target)
        self._fit()
        self.viewport().update()

    def set_columns(self, columns: Sequence[Column]) -> None:
        """The same columns in another language."""
        self._table.set_columns(columns)
        self._fit()

    def set_time_zone(self, zone: str) -> None:
        """An IANA name; all times are shown in it."""
        self._table.zone = zone
        self._fit()
        self.viewport().update()

    def set_empty_words(self, words: str) -> None:
        """What stands in the middle while there are no rows."""
        self._empty_words = words
        self.viewport().update()

    def follow_rows(self, most: int) -> None:
        """As high as its rows from now on, up to ``most`` of them: for a table in a column that scrolls as a whole."""
        self._most_rows = most
        self._fit()

    def set_rows(self, rows: Sequence[Row]) -> None:
        self._is_quiet = True
        key, at = self._key, self.verticalScrollBar().value()
        before = self._table.rows
        changed = self._table.set_rows(rows)
        self._select(key)
        self._is_quiet = False
        if changed or len(self._table.rows) != len(before):
            self._fit(changed)
        self.verticalScrollBar().setValue(at)
        if key is not None and self._place(key) is None:
            self._key = None
            self.row_chosen.emit(None)

    def rows(self) -> tuple[Row, ...]:
        return self._table.rows

    def choose(self, key: object | None) -> None:
        """Without a signal: the screen already knows."""
        self._is_quiet = True
        self._key = key
        self._select(key)
        self._is_quiet = False

    def chosen(self) -> object | None:
        return self._key

    def _place(self, key: object) -> int | None:
        return next((place for place, row in enumerate(self._table.rows) if row.key == key), None)

    def _select(self, key: object | None) -> None:
        place = None if key is None else self._place(key)
        if place is None:
            self.selectionModel().clear()
            return
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(self._table.index(place, 0), flags)

    def _row_changed(self, current: QModelIndex, previous: QModelIndex) -> None:  # noqa: ARG002
        if self._is_quiet or not current.isValid():
            return
        self._key = self._table.rows[current.row()].key
        self.row_chosen.emit(self._key)

    def _open(self, index: QModelIndex) -> None:
        self.row_opened.emit(self._table.rows[index.row()].key)

    def _scrolled(self, value: int) -> None:
        if value >= self.verticalScrollBar().maximum() - self.viewport().height() and self._table.rows:
            self.end_reached.emit()

    # ------------------------------------------------------------ room

    def _fit(self, places: Iterable[int] | None = None) -> None:
        """After anything that a cell shows is another: in all rows, or in those at ``places``."""
        for place in range(len(self._table.rows)) if places is None else places:
            height = row_height(self._table.rows[place], self._theme)
            if self.rowHeight(place) != height:
                self.setRowHeight(place, height)
        self._fit_columns()

    def _fit_columns(self) -> None:
        """Gives each column what its cells need, the stretching ones what is left; drops the least needed where room
        is short."""
        columns, room = self._table.columns, self.viewport().width()
        measured = self._table.rows[:_MEASURED_ROWS]
        cells = [self._cells.widest(measured, place) if measured else 0 for place in range(len(columns))]
        widths = [self._needed(column, cell) for column, cell in zip(columns, cells, strict=True)]
        least, comfort = self._theme.px(_LEAST), self._theme.px(_COMFORT)
        wanted = [min(width, comfort) if columns[place].is_stretching else width for place, width in enumerate(widths)]
        hidden: set[int] = set()
        for place in sorted(range(len(columns)), key=lambda place: -columns[place].rank):
            if (
                columns[place].rank
                and sum(wanted[shown] for shown in range(len(columns)) if shown not in hidden) > room
            ):
                hidden.add(place)
        stretching = [place for place, column in enumerate(columns) if column.is_stretching and place not in hidden]
        wanted = self._shortened(wanted, cells, hidden, room - sum(least - wanted[place] for place in stretching))
        widths = [width if columns[place].is_stretching else wanted[place] for place, width in enumerate(widths)]
        fixed = sum(wanted[place] for place in range(len(columns)) if place not in hidden and place not in stretching)
        for place in range(len(columns)):
            self.setColumnHidden(place, place in hidden)
            if place in stretching:
                widths[place] = max(least, (room - fixed) // len(stretching))
            if place not in hidden and self.columnWidth(place) != widths[place]:
                self.setColumnWidth(place, widths[place])
        if self._most_rows is not None:
            self._fit_height(self._most_rows)
        self._ask_for_width(cells)

    def _ask_for_width(self, cells: list[int]) -> None:
        """That below which it would have to be scrolled sideways."""
        kept = [(column, cell) for column, cell in zip(self._table.columns, cells, strict=True) if not column.rank]
        least = sum(
            self._theme.px(_LEAST) if column.is_stretching else self._brief(column, cell) for column, cell in kept
        )
        if least != self._least_width:
            self._least_width = least
            self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        beside = self.verticalScrollBar().sizeHint().width() + 2 * self.frameWidth()
        return super().minimumSizeHint().expandedTo(QSize(self._least_width + beside, 0))

    def _shortened(self, wanted: list[int], cells: list[int], hidden: set[int], room: int) -> list[int]:
        """Where there is less than ``wanted``, titles that their hints explain are shortened, then words, the longest
        first; numbers never."""
        columns = self._table.columns
        over = sum(width for place, width in enumerate(wanted) if place not in hidden) - room
        shown = [place for place in range(len(wanted)) if place not in hidden and not columns[place].is_stretching]
        for shorten in (self._untitled, self._brief):
            for place in sorted(shown, key=lambda place: -wanted[place]):
                shorter = min(wanted[place], max(shorten(columns[place], cells[place]), wanted[place] - max(0, over)))
                over -= wanted[place] - shorter
                wanted[place] = shorter
        return wanted

    def _brief(self, column: Column, cell: int) -> int:
        needed = self._untitled(column, cell)
        return min(needed, self._theme.px(_BRIEF)) if column.kind in WORDS else needed

    def _untitled(self, column: Column, cell: int) -> int:
        return max(cell, self._theme.px(_SHORT)) if column.hint else self._needed(column, cell)

    def _fit_height(self, most: int) -> None:
        shown = min(len(self._table.rows), most)
        rows = sum(self.rowHeight(place) for place in range(shown)) or self._theme.px(_EMPTY)
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + rows + 2 * self.frameWidth())

    def _needed(self, column: Column, cell: int) -> int:
        """``cell``: the widest one."""
        head = QFontMetricsF(font(self._theme, "strong")).horizontalAdvance(column.title)
        return max(round(head) + 2 * self._theme.space(2) + 2, cell)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    # ------------------------------------------------------------ events

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        area = QRectF(self.viewport().rect())
        if not self._table.rows:
            draw_words(painter, area, self._empty_words, self._theme)
        if self.hasFocus():
            painter.setPen(QPen(QColor(self._theme.accent), 2))
            painter.drawRect(area.adjusted(1, 1, -1, -1))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            self._open(index)
        elif event.matches(QKeySequence.StandardKey.Copy) and index.isValid():
            cells = (self._table.index(index.row(), column) for column in range(self._table.columnCount()))
            QApplication.clipboard().setText("\t".join(str(self._table.data(cell)) for cell in cells))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt takes the first row when the focus comes; nobody has chosen it, so it is let go again."""
        self._is_quiet = True
        super().focusInEvent(event)
        self._select(self._key)
        self._is_quiet = False

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LocaleChange:
            self._fit()
        super().changeEvent(event)

"""The table of actions with their keys, shown by ``?``."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QShowEvent,
)
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from resources.fonts import font
from resources.theme import Theme


@dataclass(frozen=True, slots=True)
class KeyRow:
    """``keys`` as written on the keys: "Ctrl+K"; several parted by a space."""

    group: str
    title: str
    keys: str


class KeyCaps(QWidget):
    """Keys drawn as caps."""

    accessible_role = QAccessible.Role.StaticText

    def __init__(self, theme: Theme, keys: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._keys = keys.split()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(keys)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.updateGeometry()
        self.update()

    def _boxes(self) -> list[QRectF]:
        metrics = QFontMetricsF(font(self._theme, "caption"))
        height, x, boxes = metrics.height() + self._theme.space(1), 0.0, []
        for key in self._keys:
            width = max(height, metrics.horizontalAdvance(key) + self._theme.space(3))
            boxes.append(QRectF(x, 0, width, height))
            x += width + self._theme.space(1)
        return boxes

    def sizeHint(self) -> QSize:
        boxes = self._boxes()
        return QSize(round(boxes[-1].right()) + 1, round(boxes[-1].height()) + 1) if boxes else QSize()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(self._theme, "caption"))
        for key, box in zip(self._keys, self._boxes(), strict=True):
            painter.setPen(QPen(QColor(self._theme.outline), 1))
            painter.setBrush(QColor(self._theme.raised))
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
            painter.setPen(QColor(self._theme.text))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, key)


class _Page(QScrollArea):
    """Takes the focus itself: there is nothing in it that could, and the keys have to scroll it."""

    accessible_role = QAccessible.Role.Document

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)


class KeySheet(QDialog):
    """Groups in two columns; ``?`` or Esc closes."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: tuple[KeyRow, ...] = ()
        self._heading, self._scroll = QLabel(self), _Page(self)
        self._heading.setProperty("role", "title")
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._heading)
        self._column.addWidget(self._scroll, 1)
        self._retranslate()
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._column.setContentsMargins(*(theme.space(5),) * 4)
        self._column.setSpacing(theme.space(3))
        self._fill()

    def sizeHint(self) -> QSize:
        """All rows at once, where the window it belongs to is as large."""
        page = self._scroll.widget()
        margin = 2 * self._theme.space(5)
        high = self._heading.sizeHint().height() + self._theme.space(3) + margin + 2
        size = QSize(self._theme.px(760), high + (0 if page is None else page.sizeHint().height()))
        host = self.parentWidget()
        return size if host is None else size.boundedTo(host.window().size())

    def showEvent(self, event: QShowEvent) -> None:
        self.resize(self.sizeHint())
        super().showEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() == "?":
            self.reject()
        else:
            super().keyPressEvent(event)

    def set_rows(self, rows: Sequence[KeyRow]) -> None:
        """Rows of one group stand together, in the order given."""
        self._rows = tuple(rows)
        self._fill()

    def _fill(self) -> None:
        page = QWidget()
        page.setObjectName("page")
        columns = QGridLayout(page)
        columns.setContentsMargins(*(self._theme.space(3),) * 4)
        columns.setHorizontalSpacing(self._theme.space(8))
        columns.setVerticalSpacing(self._theme.space(4))
        lengths = [0, 0]
        sides = (QVBoxLayout(), QVBoxLayout())
        for place, layout in enumerate(sides):
            layout.setSpacing(self._theme.space(4))
            columns.addLayout(layout, 0, place)
            columns.setColumnStretch(place, 1)
        for group, rows in groupby(self._rows, key=lambda row: row.group):
            listed = list(rows)
            side = lengths.index(min(lengths))
            lengths[side] += len(listed) + 2
            sides[side].addWidget(self._group(group, listed, page))
        for layout in sides:
            layout.addStretch(1)
        self._scroll.setWidget(page)

    def _group(self, name: str, rows: Sequence[KeyRow], page: QWidget) -> QWidget:
        box = QWidget(page)
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(self._theme.space(1.5))
        grid.setColumnStretch(0, 1)
        heading = QLabel(name, box)
        heading.setProperty("role", "caption")
        grid.addWidget(heading, 0, 0, 1, 2)
        for place, row in enumerate(rows, 1):
            title = QLabel(row.title, box)
            title.setWordWrap(True)
            grid.addWidget(title, place, 0)
            grid.addWidget(KeyCaps(self._theme, row.keys, box), place, 1, Qt.AlignmentFlag.AlignRight)
        return box

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Keys"))
        self.setAccessibleName(self.tr("Keys"))
        self._scroll.setAccessibleName(self.tr("Keys"))
        self._heading.setText(self.tr("Keys"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

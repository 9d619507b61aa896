"""The table of actions with their keys, shown by ``?``."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from resources.theme import Theme


@dataclass(frozen=True, slots=True)
class KeyRow:
    """``keys`` as written on the keys: "Ctrl+K"; several parted by a space."""

    group: str
    title: str
    keys: str


class KeySheet(QDialog):
    """Groups stand in two columns; Esc or the same key closes it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[KeyRow, ...] = ()
        self.setWindowTitle(self.tr("Keys"))
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._scroll)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.resize(theme.px(760), theme.px(560))
        self.set_rows(self._rows)

    def set_rows(self, rows: Sequence[KeyRow]) -> None:
        self._rows = tuple(rows)
        groups: dict[str, list[KeyRow]] = {}
        for row in rows:
            groups.setdefault(row.group, []).append(row)
        page = QWidget()
        page.setObjectName("page")
        sides = QHBoxLayout(page)
        sides.setContentsMargins(*[self._theme.space(5)] * 4)
        sides.setSpacing(self._theme.space(8))
        columns = [QVBoxLayout(), QVBoxLayout()]
        heights = [0, 0]
        for title, found in groups.items():
            side = heights.index(min(heights))
            heights[side] += len(found) + 2
            columns[side].addLayout(self._group(title, found))
            columns[side].addSpacing(self._theme.space(3))
        for one in columns:
            one.addStretch(1)
            sides.addLayout(one, 1)
        self._scroll.setWidget(page)

    def _group(self, title: str, rows: Sequence[KeyRow]) -> QGridLayout:
        grid = QGridLayout()
        grid.setColumnStretch(0, 1)
        grid.setVerticalSpacing(self._theme.space(1))
        heading = QLabel(title)
        heading.setProperty("role", "title")
        grid.addWidget(heading, 0, 0, 1, 2)
        for place, row in enumerate(rows, start=1):
            action, keys = QLabel(row.title), QLabel(row.keys)
            action.setWordWrap(True)
            keys.setProperty("role", "muted")
            keys.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(action, place, 0)
            grid.addWidget(keys, place, 1)
        return grid

"""Where the parts of the evidence stand: two columns, or one below the other where the width is short."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QTabBar, QVBoxLayout, QWidget

from resources.theme import Theme
from widgets.event_list import EventList
from widgets.evidence_trace import EvidenceTrace
from widgets.picture_board import PictureBoard
from widgets.shelf_face import ShelfFace
from widgets.trail_map import TrailMap

_BESIDE_PX = 560
_TALL_PX = 700


class EvidenceBoard(QWidget):
    """Pictures above the weights at the left, the floor above events and shelf at the right. Events and shelf share a
    place, with tabs, where the height is short."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pictures = PictureBoard(theme)
        self.trace = EvidenceTrace(theme)
        self.floor = TrailMap(theme)
        self.events = EventList(theme)
        self.shelf = ShelfFace(theme)
        self._tabs = QTabBar()
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        self._tabs.setAccessibleName(self.tr("Events or shelf"))
        self._tabs.addTab(self.tr("Events"))
        self._tabs.addTab(self.tr("Shelf"))
        self._tabs.currentChanged.connect(self._turn)
        self._left, self._right = QVBoxLayout(), QVBoxLayout()
        self._left.addWidget(self.pictures, 11)
        self._left.addWidget(self.trace, 8)
        self._right.addWidget(self.floor, 11)
        self._right.addWidget(self._tabs)
        self._right.addWidget(self.events, 8)
        self._right.addWidget(self.shelf, 8)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.addLayout(self._left, 7)
        self._columns.addLayout(self._right, 5)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for box in (self._left, self._right, self._columns):
            box.setSpacing(theme.space(1.5))
        self._turn()

    def set_time_zone(self, zone: str) -> None:
        """An IANA name; all times are shown in it."""
        for part in (self.pictures, self.trace, self.floor, self.shelf):
            part.set_time_zone(zone)
        self.events.set_time_zone(zone)

    def turn_tab(self) -> None:
        """Events instead of the shelf, or the other way round, where they share a place."""
        self._tabs.setCurrentIndex(1 - self._tabs.currentIndex())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn()

    def is_beside(self) -> bool:
        return self.width() >= self._theme.px(_BESIDE_PX)

    def _turn(self) -> None:
        theme, is_beside = self._theme, self.is_beside()
        directions = QBoxLayout.Direction
        self._columns.setDirection(directions.LeftToRight if is_beside else directions.TopToBottom)
        is_tall = not is_beside or self.height() >= theme.px(_TALL_PX)
        self._tabs.setVisible(not is_tall)
        self.events.setVisible(is_tall or self._tabs.currentIndex() == 0)
        self.shelf.setVisible(is_tall or self._tabs.currentIndex() == 1)
        parts: tuple[QWidget, ...] = (self.pictures, self.trace, self.floor, self.events, self.shelf)
        heights = (0, 0, 0, 120, 0) if is_beside else (250, 200, 260, 190, 230)  # below each other nothing presses them
        for part, height in zip(parts, heights, strict=True):
            part.setMinimumHeight(max(theme.px(height), part.minimumSizeHint().height()))
        self._columns.activate()  # at once: what has just come on would be seen where it stood before

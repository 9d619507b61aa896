"""The screens, down the left edge."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from resources.fonts import font
from resources.icons import IconName, icon
from resources.theme import Theme


@dataclass(frozen=True, slots=True)
class Destination:
    key: object
    title: str
    icon: IconName
    keys: str = ""
    is_last: bool = False  # stands at the bottom, as settings do


class _Button(QToolButton):
    """One destination: icon over its title, and how many things there need a person."""

    def __init__(self, destination: Destination, theme: Theme) -> None:
        super().__init__()
        self.destination = destination
        self._count = 0
        self.setCheckable(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.setText(destination.title)
        keys = f" ({destination.keys})" if destination.keys else ""
        self.setToolTip(f"{destination.title}{keys}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_theme(theme)
        self.set_count(0)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.setIconSize(QSize(theme.px(22), theme.px(22)))
        self.setFont(font(theme, "caption"))
        self.setIcon(icon(self.destination.icon, theme, "text" if self.isChecked() else "muted"))

    def set_count(self, count: int) -> None:
        self._count = count
        name = self.destination.title
        self.setAccessibleName(self.tr("{0}, %n waiting", "", count).format(name) if count else name)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._count:
            return
        text = str(self._count) if self._count < 100 else "99+"
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(self._theme, "caption"))
        metrics = painter.fontMetrics()
        height = metrics.height()
        width = max(height, metrics.horizontalAdvance(text) + self._theme.space(2))
        box = QRectF(QPointF(self.width() / 2 + self._theme.px(5), self._theme.space(0.5)), QSizeF(width, height))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.accent))
        painter.drawRoundedRect(box, height / 2, height / 2)
        painter.setPen(QColor(self._theme.on_accent))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        painter.end()


class NavigationRail(QFrame):
    chosen = Signal(object)
    """The destination's key."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._group.buttonClicked.connect(self._clicked)
        self._buttons: dict[object, _Button] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(theme.space(1), theme.space(2), theme.space(1), theme.space(2))
        self._column.setSpacing(theme.space(1))
        self.setAccessibleName(self.tr("Screens"))

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for button in self._buttons.values():
            button.set_theme(theme)

    def set_destinations(self, destinations: Sequence[Destination]) -> None:
        while self._column.takeAt(0) is not None:
            pass
        for button in self._buttons.values():
            self._group.removeButton(button)
            button.deleteLater()
        self._buttons = {destination.key: _Button(destination, self._theme) for destination in destinations}
        for button in self._buttons.values():
            self._group.addButton(button)
        for button in self._buttons.values():
            if not button.destination.is_last:
                self._column.addWidget(button)
        self._column.addStretch(1)
        for button in self._buttons.values():
            if button.destination.is_last:
                self._column.addWidget(button)

    def choose(self, key: object) -> None:
        button = self._buttons.get(key)
        if button is not None:
            button.setChecked(True)
        self.set_theme(self._theme)

    def set_badge(self, key: object, count: int) -> None:
        """How many things on that screen need a person; 0 takes the badge away."""
        button = self._buttons.get(key)
        if button is not None:
            button.set_count(count)

    def _clicked(self, button: _Button) -> None:
        self.set_theme(self._theme)
        self.chosen.emit(button.destination.key)

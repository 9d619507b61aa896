"""The screens, down the left edge."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QSizePolicy, QVBoxLayout, QWidget

from resources.fonts import font
from resources.icons import IconName, icon
from resources.theme import Theme


@dataclass(frozen=True, slots=True)
class Destination:
    """``keys``: its shortcut as text, for the tool tip; ``is_last``: stands at the bottom, as settings do."""

    key: object
    title: str
    icon: IconName
    keys: str = ""
    is_last: bool = False


class RailButton(QAbstractButton):
    """Icon above its title; the chosen one has a ground, a bar at its left and a heavier title; a badge counts what
    needs a person."""

    def __init__(self, theme: Theme, destination: Destination, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.destination = destination
        self._badge = 0
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setText(destination.title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        keys = f" ({destination.keys})" if destination.keys else ""
        self.setToolTip(f"{destination.title}{keys}")
        self._describe()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.updateGeometry()
        self.update()

    def set_badge(self, count: int) -> None:
        self._badge = count
        self._describe()
        self.update()

    def _describe(self) -> None:
        self.setAccessibleName(self.destination.title)
        self.setAccessibleDescription(self.tr("%n thing(s) waiting", "", self._badge) if self._badge else "")

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(font(self._theme, "caption"))
        width = max(self._theme.px(64), metrics.horizontalAdvance(self.destination.title) + self._theme.space(6))
        return QSize(round(width), round(metrics.height()) + self._theme.px(20) + self._theme.space(5))

    def minimumSizeHint(self) -> QSize:
        """With less air, so that large text leaves room for all of them on a small screen."""
        return self.sizeHint() - QSize(0, round(self._theme.space(2)))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(theme.space(1), 1, -theme.space(1), -1)
        is_chosen = self.isChecked()
        if is_chosen or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.selection if is_chosen else theme.hover))
            painter.drawRoundedRect(box, 6, 6)
        if is_chosen:
            painter.setBrush(QColor(theme.accent))
            painter.drawRoundedRect(QRectF(0, box.top() + 6, 3, box.height() - 12), 1.5, 1.5)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 5, 5)
        side = theme.px(20)
        place = QRect(round(box.center().x() - side / 2), round(box.top() + theme.space(1.5)), side, side)
        icon(self.destination.icon, theme, "text" if is_chosen else "muted").paint(painter, place)
        title = QRectF(box.left(), place.bottom() + theme.space(0.5), box.width(), box.bottom() - place.bottom() - 4)
        face = font(theme, "caption")
        painter.setFont(face)
        painter.setPen(QColor(theme.text if is_chosen else theme.muted))
        painter.drawText(title, Qt.AlignmentFlag.AlignCenter, self.destination.title)
        self._draw_badge(painter, place)

    def _draw_badge(self, painter: QPainter, place: QRect) -> None:
        if not self._badge:
            return
        theme = self._theme
        text = str(self._badge) if self._badge < 100 else "99+"
        metrics = QFontMetricsF(font(theme, "caption"))
        width = max(metrics.height(), metrics.horizontalAdvance(text) + theme.space(2))
        box = QRectF(place.right() - theme.space(1), place.top() - theme.space(1), width, metrics.height())
        painter.setPen(QPen(QColor(theme.surface), 1.5))
        painter.setBrush(QColor(theme.danger))
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        painter.setPen(QColor(theme.window if theme.is_dark else "#ffffff"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


class NavigationRail(QFrame):
    """Up and down move between the screens; Enter or Space goes there."""

    chosen = Signal(object)
    """The destination's key."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._buttons: dict[object, RailButton] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, theme.space(2), 0, theme.space(2))
        self._column.setSpacing(theme.space(1))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._retranslate()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def set_destinations(self, destinations: Sequence[Destination]) -> None:
        """The chosen one stays chosen where it is still there."""
        chosen = next((key for key, button in self._buttons.items() if button.isChecked()), None)
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        self._buttons = {}
        for destination in sorted(destinations, key=lambda one: one.is_last):
            if destination.is_last and not any(button.destination.is_last for button in self._buttons.values()):
                self._column.addStretch(1)
            button = RailButton(self._theme, destination, self)
            button.clicked.connect(self._clicked)
            self._buttons[destination.key] = button
            self._column.addWidget(button)
        if not any(destination.is_last for destination in destinations):
            self._column.addStretch(1)
        if chosen in self._buttons:
            self.choose(chosen)

    def choose(self, key: object) -> None:
        """Without a signal: the window already knows."""
        if key in self._buttons:
            self._buttons[key].setChecked(True)

    def set_badge(self, key: object, count: int) -> None:
        """How many things on that screen need a person; 0 takes the badge away."""
        if key in self._buttons:
            self._buttons[key].set_badge(count)

    def _clicked(self) -> None:
        button = self.sender()
        if isinstance(button, RailButton):
            self.chosen.emit(button.destination.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.surface))
        painter.fillRect(QRect(self.width() - 1, 0, 1, self.height()), QColor(self._theme.border))

    def _retranslate(self) -> None:
        self.setAccessibleName(self.tr("Screens"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

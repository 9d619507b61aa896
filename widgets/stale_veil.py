"""Laid over what is no longer fresh: it stays readable, and says how old it is."""

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QAccessible, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from resources.theme import Theme
from widgets.chip import chip_size, draw_chip
from widgets.hatch import hatch_brush
from widgets.moment import age_text


class StaleVeil(QWidget):
    """Covers ``host`` and lets clicks through. Its words stand in a strip at the top, for which ``host`` makes room."""

    accessible_role = QAccessible.Role.AlertMessage

    def __init__(self, theme: Theme, host: QWidget) -> None:
        super().__init__(host)
        self._theme = theme
        self._host = host
        self._words = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        host.installEventFilter(self)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def strip_height(self) -> int:
        """0 while nothing is stale."""
        return 0 if self.isHidden() else round(chip_size(self._words, self._theme).height()) + self._theme.space(2)

    def set_age(self, age_s: float | None, sentence: str = "") -> None:
        """None takes it away."""
        if age_s is None:
            self.hide()
            return
        words = self.tr("Stale since {0}").format(age_text(age_s))
        words = f"{words} · {sentence}" if sentence else words
        if words == self._words and self.isVisible():
            return
        self._words = words
        self.setAccessibleName(words)
        self.setGeometry(self._host.rect())
        self.show()
        self.raise_()
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._host:
            self.setGeometry(self._host.rect())
        return False

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        ground = QColor(self._theme.window)
        ground.setAlpha(70)
        painter.fillRect(self.rect(), ground)
        painter.fillRect(self.rect(), hatch_brush(self._theme, 46))
        size = chip_size(self._words, self._theme)
        corner = QPointF((self.width() - size.width()) / 2, self._theme.space(1))
        draw_chip(painter, corner, self._words, "warning", self._theme)
        painter.end()

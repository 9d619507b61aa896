"""One failure or notice: what happened, what was kept, what to do."""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from resources.icons import icon
from resources.theme import Theme
from widgets.elided_text import with_breaks
from widgets.severity import draw_severity, severity_color, severity_tint


@dataclass(frozen=True, slots=True)
class Notice:
    """``what`` happened, what was ``kept``, what to do (``advice``), and the words on the button (``action``)."""

    severity: Literal["info", "good", "warning", "danger"]
    what: str
    kept: str = ""
    advice: str = ""
    action: str = ""
    key: object | None = None


class Banner(QFrame):
    """Hidden while there is nothing to say."""

    accessible_role = QAccessible.Role.AlertMessage

    acted = Signal(object)
    """The notice whose button was pressed."""
    dismissed = Signal(object)
    """The notice closed by the user."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notice: Notice | None = None
        self._what = QLabel()
        self._what.setProperty("role", "strong")
        self._rest = QLabel()
        self._rest.setProperty("role", "muted")
        for label in (self._what, self._rest):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._button = QPushButton()
        self._button.clicked.connect(self._act)
        self._close = QToolButton()
        self._close.clicked.connect(self._dismiss)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._what)
        words.addWidget(self._rest)
        self._row = QHBoxLayout(self)
        self._row.addLayout(words, 1)
        self._row.addWidget(self._button, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._retranslate()
        self.set_theme(theme)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._row.setContentsMargins(theme.space(6) + theme.px(16), theme.space(2), theme.space(2), theme.space(2))
        self._row.setSpacing(theme.space(3))
        self._close.setIcon(icon("close", theme))
        self._close.setIconSize(QSize(theme.icon_size, theme.icon_size))
        self.update()

    def show_notice(self, notice: Notice | None) -> None:
        if notice == self._notice:
            return  # told again it would be read out again
        self._notice = notice
        self.setVisible(notice is not None)
        if notice is None:
            return
        rest = " ".join(filter(None, (notice.kept, notice.advice)))
        self._what.setText(with_breaks(notice.what))
        self._rest.setText(with_breaks(rest))
        self._rest.setVisible(bool(rest))
        self._button.setText(notice.action)
        self._button.setVisible(bool(notice.action))
        self.setAccessibleName(self._severity_word(notice))
        self.setAccessibleDescription(" ".join(filter(None, (notice.what, rest))))
        self.update()

    def notice(self) -> Notice | None:
        return self._notice

    def _severity_word(self, notice: Notice) -> str:
        words = {
            "info": self.tr("Notice"),
            "good": self.tr("Done"),
            "warning": self.tr("Warning"),
            "danger": self.tr("Failure"),
        }
        return words[notice.severity]

    def _retranslate(self) -> None:
        self._close.setAccessibleName(self.tr("Close this notice"))
        self._close.setToolTip(self.tr("Close this notice"))
        if self._notice is not None:
            self.setAccessibleName(self._severity_word(self._notice))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _act(self) -> None:
        if self._notice is not None:
            self.acted.emit(self._notice)

    def _dismiss(self) -> None:
        notice = self._notice
        if notice is not None:
            self.show_notice(None)
            self.dismissed.emit(notice)

    def paintEvent(self, _: QPaintEvent) -> None:
        if self._notice is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = QColor(severity_color(self._notice.severity, self._theme))
        painter.setPen(QPen(edge, 1))
        painter.setBrush(severity_tint(self._notice.severity, self._theme))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        side = self._theme.px(16)
        line = self._what.mapTo(self, QPoint(0, self._what.fontMetrics().height() // 2)).y()
        box = QRectF(self._theme.space(3), line - side / 2, side, side)
        draw_severity(painter, box, self._notice.severity, self._theme)
        painter.end()

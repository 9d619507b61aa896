"""A hint: a few words beside the thing that they are about, and a ring round it. Nothing else is held up by it."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from resources.theme import Theme

WIDTH = 300
_FOLLOWED = frozenset({QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide})


class Ring(QWidget):
    """Drawn over what the hint is about; the mouse goes through it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.accent), 3))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), 6, 6)


class HintBubble(QFrame):
    """``next_asked``, ``ended``: by its buttons."""

    next_asked = Signal()
    ended = Signal()
    _target: QWidget | None = None  # of the class: Qt still asks the filter of one that Python has let go

    def __init__(self, theme: Theme, host: QWidget) -> None:
        """``host``: over which it stands; ring and bubble stay within it."""
        super().__init__(host)
        self.setProperty("role", "card")
        self._host = host
        self._ring = Ring(theme, host)
        self._place = QLabel()
        self._place.setProperty("role", "caption")
        self._words = QLabel()
        self._words.setWordWrap(True)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._next = QPushButton()
        self._next.setProperty("role", "primary")
        self._next.clicked.connect(self.next_asked)
        self._end = QPushButton()
        self._end.setProperty("role", "quiet")
        self._end.clicked.connect(self.ended)
        self._buttons = QHBoxLayout()
        self._buttons.addWidget(self._place)
        self._buttons.addStretch(1)
        self._buttons.addWidget(self._end)
        self._buttons.addWidget(self._next)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._words)
        self._column.addLayout(self._buttons)
        self._is_last = False
        host.installEventFilter(self)
        self._retranslate()
        self.set_theme(theme)
        self.leave()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._fit_width()
        self._column.setContentsMargins(*(theme.space(4),) * 4)
        self._column.setSpacing(theme.space(3))
        self._buttons.setSpacing(theme.space(2))
        self._follow()

    def _fit_width(self) -> None:
        """As wide as its words are read well, and as its buttons need."""
        self.setFixedWidth(max(self._theme.px(WIDTH), self._column.totalMinimumSize().width()))

    def sizeHint(self) -> QSize:
        return QSize(self.minimumWidth(), self._column.totalHeightForWidth(self.minimumWidth()))

    def point_at(self, target: QWidget, words: str, number: int, count: int) -> None:
        """The ``number``-th of ``count`` hints; takes the focus."""
        if self._target is not None and self._target is not self._host:
            self._target.removeEventFilter(self)
        self._target = target
        target.installEventFilter(self)
        self._is_last = number == count
        self._words.setText(words)
        self._place.setText(self.tr("{0} of {1}").format(number, count))
        self.setAccessibleDescription(words)
        self._retranslate()
        self._fit_width()
        self._follow()
        self._next.setFocus()

    def leave(self) -> None:
        self._target = None
        self.hide()
        self._ring.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _FOLLOWED and self._target is not None and isValid(self._host) and isValid(self._target):
            self._follow()  # a host or target that is being taken down hides itself first
        return super().eventFilter(watched, event)

    def _follow(self) -> None:
        """Beside the target, where there is most room; over its middle where there is none."""
        target = self._target
        is_there = target is not None and target.isVisibleTo(self._host)
        self._ring.setVisible(is_there)
        self.setVisible(is_there)
        if target is None or not is_there:
            return
        room = self._host.rect()
        about = self._seen(target)
        self._ring.setGeometry(about)
        size, gap = self.sizeHint(), self._theme.space(2)
        middle = about.center() - QPoint(size.width() // 2, size.height() // 2)
        sides = {
            room.right() - about.right() - size.width(): QPoint(about.right() + gap, middle.y()),
            about.left() - size.width(): QPoint(about.left() - gap - size.width(), middle.y()),
            room.bottom() - about.bottom() - size.height(): QPoint(middle.x(), about.bottom() + gap),
            about.top() - size.height(): QPoint(middle.x(), about.top() - gap - size.height()),
        }
        most = max(sides)
        corner = sides[most] if most >= 2 * gap else middle
        x = min(max(corner.x(), gap), max(gap, room.width() - size.width() - gap))
        y = min(max(corner.y(), gap), max(gap, room.height() - size.height() - gap))
        self.setGeometry(QRect(QPoint(round(x), round(y)), size))
        self._ring.raise_()
        self.raise_()

    def _seen(self, target: QWidget) -> QRect:
        """What of it can be seen, on the host: it may be scrolled, or reach beyond."""
        seen, above = QRect(target.mapTo(self._host, QPoint()), target.size()), target.parentWidget()
        while above is not None and above is not self._host:
            seen &= QRect(above.mapTo(self._host, QPoint()), above.size())
            above = above.parentWidget()
        return seen & self._host.rect()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        button = QApplication.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and button in (self._next, self._end):
            button.click()
        else:
            super().keyPressEvent(event)

    def _retranslate(self) -> None:
        self.setAccessibleName(self.tr("Hint"))
        self._next.setText(self.tr("Done") if self._is_last else self.tr("Next"))
        self._end.setText(self.tr("No more hints"))
        self._end.setVisible(not self._is_last)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

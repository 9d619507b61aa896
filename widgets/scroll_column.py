"""Content that may be higher than the window, never wider: it scrolls up and down alone."""

from functools import partial

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from shiboken6 import isValid


class ScrollColumn(QScrollArea):
    """Asks for at least the width that ``content`` needs, and for more when that needs more. What takes the focus is
    scrolled to, with the card that it is on, however it came by it."""

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it takes the focus, and is scrolled to
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._content = content
        self.setWidget(content)
        content.installEventFilter(self)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow_focus)

    def minimumSizeHint(self) -> QSize:
        content = self._content.minimumSizeHint()
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(content.width() + bar, min(content.height(), 4 * bar))

    def needed_height(self, width: int) -> int:
        """Below which it scrolls. ``width``: of the column, in pixels."""
        content = self._content
        return content.heightForWidth(width) if content.hasHeightForWidth() else content.minimumSizeHint().height()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def _follow_focus(self, _: QWidget | None, focus: QWidget | None) -> None:
        if focus is None or not self._content.isAncestorOf(focus):
            return
        card: QWidget = focus
        while card is not self._content and card.property("role") != "card":
            parent = card.parentWidget()
            if parent is None:
                return
            card = parent
        seen = focus if card is self._content else card
        QTimer.singleShot(0, self, partial(self._see, seen, focus))  # once what was just opened has its place

    def _see(self, *widgets: QWidget) -> None:
        """The last is seen in any case."""
        for widget in widgets:
            if isValid(widget) and self._content.isAncestorOf(widget):
                self.ensureWidgetVisible(widget, 0, 0)

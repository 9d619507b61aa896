"""Two parts beside each other, and a border between them that is moved by mouse or keys."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QSplitter, QSplitterHandle, QWidget

from resources.theme import Theme

_STEPS = 20
"""So many presses of a key go from side to side."""
_LIT = (QEvent.Type.FocusIn, QEvent.Type.FocusOut, QEvent.Type.Enter, QEvent.Type.Leave)


class Split(QSplitter):
    """``left`` and ``right`` share the width by their ``parts`` until somebody moves the border: the arrows do while it
    has the focus, Home or a double click puts it back. Where it was moved to is a share of the width, whatever that is."""

    def __init__(
        self, theme: Theme, left: QWidget, right: QWidget, parts: tuple[int, int], parent: QWidget | None = None
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._parts = parts
        self._share: float | None = None
        self.setChildrenCollapsible(False)
        for place, (side, part) in enumerate(zip((left, right), parts, strict=True)):
            self.addWidget(side)
            self.setStretchFactor(place, part)
        border = self.handle(1)  # Qt's own: one made here is freed twice when Python collects the split
        border.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        border.installEventFilter(self)
        self.set_theme(theme)
        self._describe()
        self._put_back()
        self.splitterMoved.connect(self._moved)

    # ---- as it was left

    def arrangement(self) -> bytes:
        """Where the border is, for ``arrange``; b"" while nobody moved it."""
        return b"" if self._share is None else f"{self._share:.4f}".encode()

    def arrange(self, arrangement: bytes) -> None:
        """As it was left; as at first where that is b"" or makes no sense."""
        try:
            share = float(arrangement)
        except ValueError:
            share = -1.0
        self._share = share if 0 < share < 1 else None
        self._lay_out()

    def _moved(self) -> None:
        left, right = self.sizes()
        self._share = left / max(1, left + right)

    def _lay_out(self) -> None:
        room = max(self.width(), 1_000)
        left = room * self._parts[0] // sum(self._parts) if self._share is None else round(room * self._share)
        self.setSizes([left, room - left])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._share is not None:
            self._lay_out()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.setHandleWidth(theme.px(6))
        self.handle(1).update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(watched, QSplitterHandle):
            return False
        if event.type() in _LIT:
            watched.update()
        elif event.type() == QEvent.Type.Paint:
            is_lit = watched.hasFocus() or watched.underMouse()
            with QPainter(watched) as painter:
                painter.fillRect(watched.rect(), QColor(self._theme.accent if is_lit else self._theme.window))
            return True
        elif event.type() == QEvent.Type.MouseButtonDblClick:
            self._put_back()
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._press(Qt.Key(event.key()))
        return False

    def _press(self, key: Qt.Key) -> bool:
        if key == Qt.Key.Key_Home:
            self._put_back()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = self.width() // _STEPS
            there = self.handle(1).x() + (step if key == Qt.Key.Key_Right else -step)
            self.moveSplitter(self.closestLegalPosition(there, 1), 1)
        else:
            return False
        return True

    def _put_back(self) -> None:
        self.arrange(b"")

    def _describe(self) -> None:
        border, keys = self.handle(1), self.tr("The arrows move it, Home puts it back")
        border.setAccessibleName(self.tr("Border between the two sides"))
        border.setAccessibleDescription(keys)
        border.setToolTip(keys)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._describe()
        super().changeEvent(event)

"""The designed absence of content: empty, loading, offline, not permitted, failed."""

from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from resources.icons import IconName, Ink, icon
from resources.theme import Theme

ViewState = Literal["empty", "loading", "offline", "not_permitted", "failed"]
_ICONS: dict[ViewState, tuple[IconName, Ink]] = {
    "empty": ("empty", "muted"),
    "loading": ("loading", "muted"),
    "offline": ("offline", "warning"),
    "not_permitted": ("not_permitted", "muted"),
    "failed": ("danger", "danger"),
}


class StateView(QWidget):
    """An icon, a heading, a sentence, and at most one button. Screens put it in a QStackedWidget beside the content."""

    accessible_role = QAccessible.Role.Grouping

    acted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: ViewState = "empty"
        self._shown: tuple[str, ...] = ()
        self._icon = QLabel()
        self._icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._heading = QLabel()
        self._heading.setProperty("role", "title")
        self._sentence = QLabel()
        self._sentence.setProperty("role", "muted")
        for label in (self._heading, self._sentence):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._progress = QProgressBar()
        self._progress.setRange(0, 0)
        self._progress.setTextVisible(False)
        self._button = QPushButton()
        self._button.clicked.connect(self.acted)
        self._button.hide()
        self._column = QVBoxLayout(self)
        self._column.addStretch(2)
        self._column.addWidget(self._icon)
        self._column.addWidget(self._heading)
        self._column.addWidget(self._sentence)
        self._column.addWidget(self._progress, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addStretch(3)
        self.set_theme(theme)
        self.show_state("empty", "")

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        margin = theme.space(4)
        self._column.setContentsMargins(margin, 0, margin, 0)
        self._column.setSpacing(theme.space(2))
        self._progress.setFixedWidth(theme.px(160))
        self._draw_icon()

    def show_state(self, state: ViewState, heading: str, sentence: str = "", action: str = "") -> None:
        if (state, heading, sentence, action) == self._shown:
            return  # a frame tells it again with every word about the connection
        self._shown = (state, heading, sentence, action)
        self._state = state
        self._heading.setText(heading)
        self._sentence.setText(sentence)
        self._sentence.setVisible(bool(sentence))
        self._button.setText(action)
        self._button.setVisible(bool(action))
        self._progress.setVisible(state == "loading")
        self._progress.setAccessibleName(heading)
        self.setAccessibleName(f"{heading}. {sentence}" if sentence else heading)
        self._draw_icon()

    def state(self) -> ViewState:
        return self._state

    def _draw_icon(self) -> None:
        name, ink = _ICONS[self._state]
        side = self._theme.px(40)
        self._icon.setPixmap(icon(name, self._theme, ink).pixmap(side, side))

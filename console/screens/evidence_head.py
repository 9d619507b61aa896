"""Above the evidence: when it is looked at, how far the clocks may be off, and what is lacking."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from console.screens.key_table import with_key
from resources.icons import icon
from resources.theme import Theme
from widgets.flow_layout import FlowLayout
from widgets.icon_button import IconButton
from widgets.moment_label import MomentLabel
from widgets.state_chip import StateChip

_WORDY_PX = 440


class EvidenceHead(QWidget):
    """``stepped``: −1 or +1; ``export_wanted``: the case file is to be written."""

    stepped = Signal(object)
    export_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zone = "UTC"
        self._theme = theme
        self._lacking_words: tuple[str, ...] = ()
        self._back = self._step_button(self.tr("Earlier picture or event"), "cursor_back")
        self._forward = self._step_button(self.tr("Later picture or event"), "cursor_forward")
        self._back.clicked.connect(self._step_back)
        self._forward.clicked.connect(self._step_forward)
        self._time = MomentLabel(theme)
        self._error = QLabel()
        self._error.setProperty("role", "muted")
        self._error.setToolTip(
            self.tr(
                "By how much the times of picture, weights and positions may differ here, and whose clock is least sure"
            )
        )
        self._lacking = StateChip(theme)
        self._lacking.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._lacking.setMinimumHeight(theme.target)
        self._export = IconButton(theme, "export", self.tr("Case file"))
        self._export.setToolTip(
            with_key(self.tr("Writes a PDF for people and a signed file for machines"), "export_case")
        )
        self._export.clicked.connect(self.export_wanted)
        self._row = FlowLayout(self, tail=2)
        for widget in (self._back, self._forward, self._time, self._error, self._lacking, self._export):
            self._row.addWidget(widget)
        self.set_theme(theme)

    @staticmethod
    def _step_button(words: str, action: str) -> QToolButton:
        button = QToolButton()
        button.setAccessibleName(words)
        button.setToolTip(with_key(words, action))
        return button

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._row.setSpacing(theme.space(2))
        self._back.setIcon(icon("back", theme))
        self._forward.setIcon(icon("forward", theme))
        for button in (self._back, self._forward):
            button.setIconSize(QSize(theme.icon_size, theme.icon_size))
        self._word()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._word()

    def _word(self) -> None:
        """Without words where the width is short: they are in the tool tips."""
        is_brief = self.width() < self._theme.px(_WORDY_PX)
        self._export.set_brief(is_brief)
        count = len(self._lacking_words)
        words = self.tr("%n thing(s) lacking", "", count)
        self._lacking.setVisible(bool(count))
        if count:
            self._lacking.set_state("warning", str(count) if is_brief else words)
            self._lacking.setAccessibleName(words)
            self._lacking.setToolTip("\n".join((words, *self._lacking_words)))
            self._lacking.setAccessibleDescription("; ".join(self._lacking_words))

    def set_time_zone(self, zone: str) -> None:
        self._zone = zone

    def show_time(self, at_us: int, error: str) -> None:
        """``error``: in words, "" where nobody knows."""
        self._time.set_moment(at_us, self._zone)
        if error != self._error.text():
            self._error.setText(error)
            self._row.invalidate()

    def show_lacking(self, words: Sequence[str]) -> None:
        """What could not be kept, a line each."""
        self._lacking_words = tuple(words)
        self._word()

    def _step_back(self) -> None:
        self.stepped.emit(-1)

    def _step_forward(self) -> None:
        self.stepped.emit(1)

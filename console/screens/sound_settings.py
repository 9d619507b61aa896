"""Which alerts are heard, for how long none is, and whether the system tells of them."""

from dataclasses import replace

from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QVBoxLayout, QWidget

from console.domain.commands.showing import SetPreferences
from console.domain.preferences import PRIORITIES, QUIET_MINUTES, Preferences, Priority, hushed, quiet_left_us
from console.state.desk import Desk
from resources.theme import Theme


class SoundSettings(QWidget):
    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        words: dict[Priority, str] = {
            "high": self.tr("High: shoppers are affected now"),
            "medium": self.tr("Medium: something works less well"),
            "low": self.tr("Low: can wait"),
        }
        self._sounds = {priority: self._box(words[priority]) for priority in PRIORITIES}
        self._notifications = self._box(self.tr("Tell me while this window is not in front"))
        self._quiet = QComboBox()
        self._quiet.setAccessibleName(self.tr("No sounds"))
        self._quiet.addItem(self.tr("not quiet"), 0)
        for minutes in QUIET_MINUTES:
            whole = self.tr("for %n hour(s)", "", minutes // 60)
            self._quiet.addItem(whole if minutes % 60 == 0 else self.tr("for {0} minutes").format(minutes), minutes)
        self._quiet.activated.connect(self._hush)
        column = QVBoxLayout()
        column.setSpacing(0)
        for box in self._sounds.values():
            column.addWidget(box)
        form = QFormLayout(self)
        form.setContentsMargins(theme.space(3), theme.space(2), theme.space(3), theme.space(3))
        form.setHorizontalSpacing(theme.space(3))
        form.setVerticalSpacing(theme.space(2))
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.addRow(self.tr("A sound for"), column)
        form.addRow(self.tr("No sounds"), self._quiet)
        form.addRow(self.tr("Notifications"), self._notifications)
        desk.preferences.changed.connect(self.refresh)
        self.refresh()

    def _box(self, words: str) -> QCheckBox:
        box = QCheckBox(words)
        box.clicked.connect(self._set)
        return box

    def _set(self) -> None:
        sounds = tuple(priority for priority, box in self._sounds.items() if box.isChecked())
        likes = self._desk.preferences.value
        likes = replace(likes, sounds=sounds, has_notifications=self._notifications.isChecked())
        self._desk.commands.emit(SetPreferences(likes))

    def _hush(self) -> None:
        minutes = int(self._quiet.currentData())
        likes = hushed(self._desk.preferences.value, self._desk.clock.now_us(), minutes)
        self._desk.commands.emit(SetPreferences(likes))

    def refresh(self, _: Preferences | None = None) -> None:
        """The quiet ends by itself: asked again when the screen is shown."""
        likes = self._desk.preferences.value
        for priority, box in self._sounds.items():
            box.setChecked(priority in likes.sounds)
        self._notifications.setChecked(likes.has_notifications)
        left_us = quiet_left_us(likes, self._desk.clock.now_us())
        fitting = [minutes for minutes in QUIET_MINUTES if 60_000_000 * minutes >= left_us]
        self._quiet.setCurrentIndex(self._quiet.findData(min(fitting, default=QUIET_MINUTES[-1]) if left_us else 0))

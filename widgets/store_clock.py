"""The store's time: local, with its offset."""

from PySide6.QtWidgets import QLabel, QWidget

from resources.fonts import font
from resources.theme import Theme
from widgets.moment import time_text


class StoreClock(QLabel):
    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.set_theme(theme)
        self.set_moment(None, "UTC")

    def set_theme(self, theme: Theme) -> None:
        self.setFont(font(theme, "strong"))

    def set_moment(self, micros: int | None, zone: str) -> None:
        """µs UTC and an IANA zone; None: not known yet."""
        if micros is None:
            self.setText("––:––:––")
            self.setToolTip(self.tr("The store's time is not known yet"))
            self.setAccessibleName(self.toolTip())
            return
        text = time_text(micros, zone, has_offset=True)
        if text != self.text():
            self.setText(text)
            self.setToolTip(self.tr("Local time of the store ({0})").format(zone))
            self.setAccessibleName(self.tr("Store time {0}").format(text))

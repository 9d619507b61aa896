"""The store's time: local, with its offset."""

from PySide6.QtWidgets import QLabel, QWidget

from resources.theme import Theme


class StoreClock(QLabel):
    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        raise NotImplementedError

    def set_theme(self, theme: Theme) -> None:
        raise NotImplementedError

    def set_moment(self, micros: int | None, zone: str) -> None:
        """µs UTC and an IANA zone; None: not known yet."""
        raise NotImplementedError

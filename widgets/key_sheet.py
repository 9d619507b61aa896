"""The table of actions with their keys, shown by ``?``."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QDialog, QWidget

from resources.theme import Theme


@dataclass(frozen=True, slots=True)
class KeyRow:
    """``keys`` as written on the keys: "Ctrl+K"; several parted by a space."""

    group: str
    title: str
    keys: str


class KeySheet(QDialog):
    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        raise NotImplementedError

    def set_theme(self, theme: Theme) -> None:
        raise NotImplementedError

    def set_rows(self, rows: Sequence[KeyRow]) -> None:
        raise NotImplementedError

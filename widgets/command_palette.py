"""Ctrl+K: finds any screen, shopper, receipt, product, camera."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QWidget

from resources.icons import IconName
from resources.theme import Theme


@dataclass(frozen=True, slots=True)
class Entry:
    """``group``: such as "Screen" or "Receipt"; ``keys``: its shortcut as text; ``words``: more to be found by."""

    key: object
    title: str
    group: str
    icon: IconName = "forward"
    detail: str = ""
    keys: str = ""
    words: str = ""


class CommandPalette(QDialog):
    """``entries`` is asked with the text at each change and gives candidates; the palette ranks them by fuzzy match."""

    chosen = Signal(object)
    """The entry's key."""
    text_changed = Signal(object)
    """What is typed, so that a screen may ask the store and call ``refresh`` when the answer is there."""

    def __init__(self, theme: Theme, entries: Callable[[str], Sequence[Entry]], parent: QWidget | None = None) -> None:
        raise NotImplementedError

    def set_theme(self, theme: Theme) -> None:
        raise NotImplementedError

    def open_at(self, text: str = "") -> None:
        """Opens over the parent with the cursor in the field."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Asks for entries again with the same text."""
        raise NotImplementedError

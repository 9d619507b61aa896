"""The palette over the desk: built when it is first wanted, and the store asked for what is typed in it."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from console.domain.action import Action
from console.domain.commands.receipt import Find
from console.screens.table import entry
from console.state.desk import Desk
from console.window.palette_entries import Chosen, palette_entries
from resources.theme import Theme
from widgets.command_palette import CommandPalette, Entry

FIND_FROM = 3
"""Letters; of fewer the store would find almost everything."""


class Palette(QObject):
    """``action_chosen`` carries an Action; commands go to ``desk.commands``."""

    action_chosen = Signal(object)

    def __init__(self, theme: Theme, desk: Desk, host: QWidget) -> None:
        """``host``: over which it is laid, and with which it ends."""
        super().__init__(host)
        self._theme = theme
        self._desk = desk
        self._host = host
        self._palette: CommandPalette | None = None
        desk.found.changed.connect(self._refresh)

    def set_theme(self, theme: Theme) -> None:
        """For one that is not built yet."""
        self._theme = theme

    def open(self) -> None:
        if self._palette is None:
            self._palette = CommandPalette(self._theme, self._entries, self._host)
            self._palette.chosen.connect(self._carry_out)
            self._palette.text_changed.connect(self._find)
        window = self._host.window()
        window.raise_()
        window.activateWindow()  # it may have been asked for in another, as that of a screen apart
        self._palette.open_at()

    def _entries(self, text: str) -> list[Entry]:
        return palette_entries(self._desk, text)

    def _find(self, text: str) -> None:
        if len(text) >= FIND_FROM and self._desk.session.value.may_any(entry("receipts").needs):
            self._desk.commands.emit(Find(text))

    def _refresh(self, _: object) -> None:
        if self._palette is not None and self._palette.isVisible():
            self._palette.refresh()

    def _carry_out(self, chosen: Chosen) -> None:
        if isinstance(chosen, Action):
            self.action_chosen.emit(chosen)
        else:
            for command in chosen:
                self._desk.commands.emit(command)

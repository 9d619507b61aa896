"""What is laid over the desk when it is asked for: the keys, what is on its way, help, an error report. Each is built when first wanted."""

from PySide6.QtWidgets import QWidget

from console.screens.help_pages import help_pages, help_text
from console.screens.key_table import key_rows
from console.state.desk import Desk
from console.window.outbox_sheet import OutboxSheet
from console.window.report_sheet import ReportSheet
from resources.theme import Theme
from widgets.help_sheet import HelpSheet
from widgets.key_sheet import KeySheet


class Sheets:
    def __init__(self, theme: Theme, desk: Desk, host: QWidget) -> None:
        """``host``: over which they are laid, and with which they end."""
        self._theme = theme
        self._desk = desk
        self._host = host
        self._keys: KeySheet | None = None
        self._outbox: OutboxSheet | None = None
        self._help: HelpSheet | None = None
        self._report: ReportSheet | None = None

    def set_theme(self, theme: Theme) -> None:
        """For those that are not built yet."""
        self._theme = theme

    def open_keys(self) -> None:
        if self._keys is None:
            self._keys = KeySheet(self._theme, self._host)
            self._keys.set_rows(key_rows())
        self._keys.open()

    def open_outbox(self) -> None:
        if self._outbox is None:
            self._outbox = OutboxSheet(self._theme, self._desk, self._host)
        self._outbox.open()

    def open_help(self, screen: str) -> None:
        if self._help is None:
            self._help = HelpSheet(self._theme, help_pages(), self._read_help, self._host)
        self._help.show_page(screen)

    def open_report(self, _: object = None) -> None:
        if self._report is None:
            self._report = ReportSheet(self._theme, self._desk, self._host)
        self._report.open_fresh()

    def _read_help(self, screen: str) -> str:
        return help_text(screen, self._desk.preferences.value.language)

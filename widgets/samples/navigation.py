"""What leads through the desk: palette, keys, help, rail, links."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from resources.theme import Theme
from widgets.command_palette import CommandPalette
from widgets.connection_bar import ConnectionBar, Link
from widgets.help_sheet import HelpPage, HelpSheet
from widgets.key_sheet import KeyRow, KeySheet
from widgets.navigation_rail import Destination, NavigationRail
from widgets.samples.data import T0, ZONE, sample_entries
from widgets.samples.sample import Sample
from widgets.store_clock import StoreClock


def _palette(theme: Theme) -> QWidget:
    palette = CommandPalette(theme, sample_entries)
    palette.refresh()
    return palette


def _help(theme: Theme) -> QWidget:
    text = "# Shelves\n\nThe weight of each plate.\n\n## What you do\n\n- `A` adds a plate, **at once**.\n- `Del` removes it.\n"
    sheet = HelpSheet(theme, [HelpPage("shelves", "Shelves")], lambda _: text)
    sheet.setWindowFlags(Qt.WindowType.Widget)
    return sheet


def _keys(theme: Theme) -> QWidget:
    sheet = KeySheet(theme)
    sheet.setWindowFlags(Qt.WindowType.Widget)
    groups = {
        "Everywhere": (("Find anything", "Ctrl+K"), ("Keys", "?"), ("Go back", "Esc"), ("Fill the screen", "F")),
        "Live floor": (("Next shopper", "PgDn"), ("Zoom", "+ −"), ("Whole floor", "0")),
        "Shelves": (("Follow live", "L"), ("Move the cursor", ", ."), ("Oldest", "Home")),
        "Cases": (("As claimed", "C"), ("As billed", "B"), ("Decide", "Enter"), ("Leave open", "Del")),
    }
    sheet.set_rows([KeyRow(group, title, keys) for group, rows in groups.items() for title, keys in rows])
    return sheet


def _rail(theme: Theme) -> QWidget:
    rail = NavigationRail(theme)
    rail.set_destinations(
        [
            Destination("floor", "Live floor", "floor", "Ctrl+1"),
            Destination("cameras", "Cameras", "camera", "Ctrl+2"),
            Destination("shelves", "Shelves", "shelves", "Ctrl+3"),
            Destination("receipts", "Receipts", "receipt", "Ctrl+4"),
            Destination("cases", "Cases", "cases", "Ctrl+5"),
            Destination("settings", "Settings", "settings", "Ctrl+,", is_last=True),
        ]
    )
    rail.choose("floor")
    rail.set_badge("cases", 3)
    return rail


def _links(theme: Theme) -> QWidget:
    page = QFrame()
    row = QHBoxLayout(page)
    bar = ConnectionBar(theme, page)
    bar.set_links(
        [
            Link("http", "Store", "ok", 12),
            Link("live", "Live", "slow", 2_310, 4),
            Link("video", "Video", "lost", None, 182, "The cameras do not answer"),
            Link("sync", "Outbox", "off"),
        ]
    )
    row.addWidget(bar)
    row.addStretch(1)
    clock = StoreClock(theme, page)
    clock.set_moment(T0, ZONE)
    row.addWidget(clock)
    return page


SAMPLES: tuple[Sample, ...] = (
    Sample("palette", 640, 360, _palette),
    Sample("keys", 760, 420, _keys),
    Sample("help", 420, 420, _help),
    Sample("rail", 88, 480, _rail),
    Sample("links", 760, 60, _links),
)

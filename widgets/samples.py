"""Every widget with sample data, for the gallery and for tests that look at all of them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from resources.icons import ICON_NAMES, icon
from resources.theme import Theme
from widgets.alternatives_list import Alternative as ListedAlternative
from widgets.alternatives_list import AlternativesList
from widgets.banner import Banner, Notice
from widgets.cart_table import CartTable
from widgets.command_palette import CommandPalette
from widgets.confidence_bar import ConfidenceBar
from widgets.connection_bar import ConnectionBar, Link
from widgets.decision_table import DecisionLine, DecisionTable
from widgets.effect_view import Effect, EffectView, LimitEffect, StockEffect, TaxEffect
from widgets.evidence_samples import (
    sample_bar,
    sample_events,
    sample_face,
    sample_line,
    sample_old_picture,
    sample_pictures,
    sample_slim_line,
    sample_trace,
    sample_trails,
    sample_two_traces,
)
from widgets.facts import Facts
from widgets.floor_map import FloorMap
from widgets.graph_marks import Mark
from widgets.graph_series import Series
from widgets.help_sheet import HelpPage, HelpSheet
from widgets.key_sheet import KeyRow, KeySheet
from widgets.layout_samples import sample_docks, sample_hint, sample_sides, sample_split
from widgets.navigation_rail import Destination, NavigationRail
from widgets.panel import Panel
from widgets.product_picker import Pick, ProductPicker
from widgets.receipt_table import ReceiptLine, ReceiptTable
from widgets.sample_data import (
    PRODUCTS,
    T0,
    ZONE,
    euros,
    sample_cart_lines,
    sample_entries,
    sample_picture,
    sample_plan,
    sample_shoppers,
)
from widgets.severity import Severity
from widgets.stale_veil import StaleVeil
from widgets.state_chip import StateChip
from widgets.state_view import StateView, ViewState
from widgets.store_clock import StoreClock
from widgets.table import Column, Row, StateCell, Table
from widgets.trace import Trace
from widgets.video_overlay import Overlay, PersonMark
from widgets.video_tile import Tile, TileStatus
from widgets.video_wall import Layout, VideoWall
from widgets.weight_graph import WeightGraph


@dataclass(frozen=True, slots=True)
class Sample:
    """``make`` builds the widget in a theme; ``width`` and ``height`` in pixels at text of 100 %."""

    name: str
    width: int
    height: int
    make: Callable[[Theme], QWidget]


def _floor(theme: Theme) -> QWidget:
    floor = FloorMap(theme)
    floor.set_plan(sample_plan())
    floor.set_shoppers(sample_shoppers())
    floor.choose_shopper(7)
    floor.choose_plate("3.2.5")
    floor.highlight(["6.3.4", "6.3.5"])
    floor.choose_camera("c2")
    floor.set_plate_states(
        {"1.1.3": "low", "1.2.4": "empty", "2.3.4": "noisy", "5.5.5": "dead", "5.5.6": "dead", "1.4.8": "wrong"}
    )
    floor.set_gate_states({"g1": "opened", "g2": "refused"})
    floor.set_camera_states({"c5": "lost"})
    floor.flash(["4.4.4"], "pick")
    floor.flash(["4.2.8"], "put_back")
    return floor


def _stale_floor(theme: Theme) -> QWidget:
    floor = FloorMap(theme)
    floor.set_plan(sample_plan())
    floor.set_shoppers(sample_shoppers(9))
    floor.set_stale(14)
    return floor


def sample_graph(theme: Theme, count: int = 5) -> WeightGraph:
    rng = np.random.default_rng(0)
    length = 60 * 120
    graph, series, marks = WeightGraph(theme), [], []
    for place in range(count):
        grams = np.full(length, 500.0 * (place + 1))
        for step in range(3):
            at = int(rng.integers(500, length))
            is_pick = step % 3 != 0
            grams[at:] += -120 if is_pick else 120
            words = f"{PRODUCTS[place % 5]}, {'1 taken' if is_pick else '1 put back'}"
            marks.append(Mark((place, step), T0 + round(at * 1e6 / 60), "pick" if is_pick else "put_back", words))
        grams += rng.normal(0, 1.5, length)
        if place == 2:
            grams[3_000:3_600] = np.nan
        grams[5_000:5_300] = np.nan
        trace = Trace(60, 10_000)
        trace.append(T0, grams)
        series.append(Series(place, f"3.{place + 1}.7", trace.channel(0), PRODUCTS[place % 5]))
    graph.set_time_zone(ZONE)
    graph.set_series(series)
    graph.set_marks(marks[: 2 * count])
    graph.advance(T0 + round(length * 1e6 / 60))
    graph.follow(90_000_000)
    return graph


def _graph_lanes(theme: Theme) -> QWidget:
    graph = sample_graph(theme, 3)
    graph.set_arrangement("lanes")
    graph.set_span(T0 + 20_000_000, T0 + 32_000_000)
    graph.set_cursor(T0 + 24_000_000)
    graph.set_stale(12)
    return graph


def sample_wall(theme: Theme, layout: Layout = "9") -> VideoWall:
    wall = VideoWall(theme)
    wall.set_tiles([Tile(f"c{place}", f"Ceiling {place + 1}, aisle {place // 2 + 1}") for place in range(8)])
    wall.set_layout(layout)
    for place in range(6):
        wall.set_picture(f"c{place}", sample_picture(place * 8))
        wall.set_status(f"c{place}", TileStatus("live", 40.0 + place * 13, 15.0))
    wall.set_status("c1", TileStatus("live", 3_400.0, 2.0))
    wall.set_status(
        "c5", TileStatus("live", 105.0, 15.0, notes=("12 pictures were garbled", "Its clock leapt 5.2 s back"))
    )
    wall.set_status("c3", TileStatus("reconnecting", 8_200.0, 0.0, "the camera closed the connection"))
    wall.set_status("c6", TileStatus("lost", None, 0.0, "no answer for 30 s"))
    chosen = PersonMark((0.5, 0.95), (0.5, 0.4), "Visit 412", "412", "chosen", ((0.44, 0.66), (0.58, 0.7)))
    plates = tuple(((x, 0.6), (x + 0.08, 0.6), (x + 0.07, 0.65), (x - 0.01, 0.65)) for x in (0.1, 0.2, 0.3))
    wall.set_overlay("c0", Overlay((PersonMark((0.25, 0.9), (0.26, 0.45), "Visit 407", "407"), chosen), plates))
    wall.choose("c0")
    wall.spotlight("c4", "Doubtful pick at 3.2.5")
    return wall


def _wall_focus(theme: Theme) -> QWidget:
    return sample_wall(theme, "spotlight")


def _cart(theme: Theme) -> QWidget:
    table = CartTable(theme)
    table.set_time_zone(ZONE)
    table.set_lines(sample_cart_lines())
    table.choose(2)
    panel = Panel(theme, "Visit 412", table)
    panel.set_title("Visit 412", "inside for 6 min · €15.63")
    add = QPushButton("Add a line")
    panel.add_action(add)
    return panel


def _receipt(theme: Theme) -> QWidget:
    table = ReceiptTable(theme)
    table.set_time_zone(ZONE)
    table.set_lines(
        [
            ReceiptLine(1, PRODUCTS[0], 2, euros(199), 700, euros(398), 0.994, T0, 2, euros(398)),
            ReceiptLine(2, PRODUCTS[1], 2, euros(89), 1900, euros(178), 0.62, T0, 1, euros(89), ("crossed hands",)),
            ReceiptLine(3, PRODUCTS[2], 1, euros(249), 700, euros(249), 0.97, T0, 0, euros(0)),
            ReceiptLine(4, PRODUCTS[3], 1, euros(329), 700, euros(329), 0.93, None, 1, euros(329)),
        ]
    )
    table.choose(2)
    return table


def _decision(theme: Theme) -> QWidget:
    table = DecisionTable(theme)
    table.set_lines(
        [
            DecisionLine(1, PRODUCTS[0], 2, 2, 2, euros(199), euros(398), 0.994, 2),
            DecisionLine(2, PRODUCTS[1], 2, 1, 1, euros(89), euros(178), 0.62, 2, "instead: Still water 0.75 l"),
            DecisionLine(3, PRODUCTS[2], 1, 0, None, euros(249), euros(249), 0.41, 1),
        ]
    )
    table.choose(2)
    return table


def _list(theme: Theme) -> QWidget:
    columns = (
        Column("No.", "number"),
        Column("Issued", "date_time"),
        Column("First product", "text", is_stretching=True),
        Column("Total", "amount"),
        Column("Card", "muted", rank=1),
        Column("State", "state"),
    )
    states = (
        StateCell("good", "Paid"),
        StateCell("info", "Pending"),
        StateCell("warning", "Doubtful"),
        StateCell("danger", "Failed"),
        StateCell("neutral", "Corrected"),
    )
    rows = [
        Row(
            number,
            (
                1_200 - number,
                T0 - number * 312_000_000,
                PRODUCTS[number % 5],
                euros(1_563 + number * 331),
                f"Visa {4_242 + number}",
                states[number % 5],
            ),
        )
        for number in range(14)
    ]
    table = Table(theme, columns)
    table.setAccessibleName("Receipts")
    table.set_time_zone(ZONE)
    table.set_rows(rows)
    table.choose(3)
    return table


def _empty_table(theme: Theme) -> QWidget:
    return CartTable(theme)


def _effect(theme: Theme) -> QWidget:
    view = EffectView(theme)
    view.show_effect(
        Effect(
            euros(-308),
            (TaxEffect(700, euros(-233), euros(-16)), TaxEffect(1_900, euros(-75), euros(-14))),
            euros(-338),
            euros(338),
            (StockEffect(PRODUCTS[1], 1), StockEffect(PRODUCTS[2], 1)),
            needs_approval=True,
            written_off=euros(60),
            limits=(
                LimitEffect("Limit of this receipt", euros(338), euros(2_500)),
                LimitEffect("Limit of the day", euros(20_338), euros(20_000)),
            ),
        )
    )
    return view


def _alternatives(theme: Theme) -> QWidget:
    table = AlternativesList(theme)
    table.set_alternatives(
        [
            ListedAlternative(1, f"1 × {PRODUCTS[0]}", "this shopper", 0.61, is_said=True),
            ListedAlternative(2, f"1 × {PRODUCTS[1]}", "this shopper, same weight as another product", 0.24),
            ListedAlternative(3, f"1 × {PRODUCTS[0]}", "visit 413, two people close", 0.11),
            ListedAlternative(4, "nothing was taken", "hand resting on the plate", 0.04),
        ]
    )
    return table


def _picker(theme: Theme) -> QWidget:
    picker = ProductPicker(theme)
    picks = [Pick(place, name, f"0952000000{place:04d}", euros(199 + place)) for place, name in enumerate(PRODUCTS)]
    picker.open_with("What was missed?", picks)
    return picker


def _banners(theme: Theme) -> QWidget:
    page = QFrame()
    column = QVBoxLayout(page)
    notices = (
        Notice(
            "danger",
            "The store does not answer.",
            "Your decision on case 31 is kept on this machine.",
            "It is sent again as soon as the store is back.",
            "Try now",
        ),
        Notice(
            "warning",
            "The secret could not be put into the keyring.",
            "You stay signed in until the desk is closed.",
            "",
        ),
        Notice("info", "Camera “Ceiling 3” was added.", "", "", "Show"),
        Notice("good", "Refund settled: €3.38 to Visa 4242."),
    )
    for notice in notices:
        banner = Banner(theme, page)
        banner.show_notice(notice)
        column.addWidget(banner)
    column.addStretch(1)
    return page


def _states(theme: Theme) -> QWidget:
    page = QFrame()
    grid = QGridLayout(page)
    texts: tuple[tuple[ViewState, str, str, str], ...] = (
        ("empty", "No receipts", "Nothing was issued in this span.", "Widen the span"),
        ("loading", "Looking for receipts", "The store has been asked.", "Cancel"),
        ("offline", "The store does not answer", "What is on screen is of 14:03:22.", "Try again"),
        ("not_permitted", "Not for your role", "Cases are handled by agents and supervisors.", ""),
        ("failed", "The list could not be read", "The store sent something that is no list.", "Try again"),
    )
    for place, (state, heading, sentence, action) in enumerate(texts):
        view = StateView(theme, page)
        view.show_state(state, heading, sentence, action)
        grid.addWidget(view, place // 3, place % 3)
    return page


def _chips(theme: Theme) -> QWidget:
    page = QFrame()
    column = QVBoxLayout(page)
    row = QHBoxLayout()
    chips: tuple[tuple[Severity, str], ...] = (
        ("neutral", "Closed"),
        ("good", "Settled"),
        ("info", "Submitting"),
        ("warning", "In doubt"),
        ("danger", "Failed"),
    )
    for severity, word in chips:
        chip = StateChip(theme, page)
        chip.set_state(severity, word)
        row.addWidget(chip)
    row.addStretch(1)
    column.addLayout(row)
    for confidence in (0.994, 0.62, None):
        bar = ConfidenceBar(theme, page)
        bar.set_confidence(confidence)
        column.addWidget(bar)
    clock = StoreClock(theme, page)
    clock.set_moment(1_761_438_600_000_000, ZONE)
    column.addWidget(clock)
    facts = Facts(theme, page)
    facts.set_facts(
        [("Visit", "412"), ("Entered", "14:03:22 at Gate 1"), ("People", "2 on one code"), ("Card", "Visa 4242")]
    )
    column.addWidget(facts)
    column.addStretch(1)
    return page


def _veil(theme: Theme) -> QWidget:
    panel = _receipt(theme)
    StaleVeil(theme, panel).set_age(134, "The store does not answer")
    return panel


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


def _controls(theme: Theme) -> QWidget:  # noqa: ARG001
    """What the style sheet makes of Qt's own controls."""
    page = QFrame()
    column = QVBoxLayout(page)
    buttons = QHBoxLayout()
    for words, role in (("Decide", "primary"), ("Preview", ""), ("Release", "quiet"), ("Cancel the case", "danger")):
        button = QPushButton(words, page)
        button.setProperty("role", role)
        buttons.addWidget(button)
    off = QPushButton("Not now", page)
    off.setEnabled(False)
    buttons.addWidget(off)
    buttons.addStretch(1)
    column.addLayout(buttons)
    fields = QHBoxLayout()
    field, choice, number = QLineEdit(page), QComboBox(page), QSpinBox(page)
    field.setPlaceholderText("Search receipts")
    choice.addItems(["Wrong quantity", "Not taken", "Damaged item"])
    number.setValue(12)
    check = QCheckBox("Only doubtful", page)
    check.setChecked(True)
    for widget in (field, choice, number, check, QCheckBox("Mine", page)):
        fields.addWidget(widget)
    column.addLayout(fields)
    tabs = QTabWidget(page)
    for words in ("Receipt", "Events", "History"):
        tabs.addTab(QLabel(f"{words} of visit 412", tabs), words)
    column.addWidget(tabs)
    return page


def _icons(theme: Theme) -> QWidget:
    page = QFrame()
    grid = QGridLayout(page)
    for place, name in enumerate(ICON_NAMES):
        picture, words = QLabel(page), QLabel(name, page)
        picture.setPixmap(icon(name, theme).pixmap(theme.px(20), theme.px(20)))
        words.setProperty("role", "caption")
        grid.addWidget(picture, place // 6, place % 6 * 2)
        grid.addWidget(words, place // 6, place % 6 * 2 + 1)
    return page


SAMPLES: tuple[Sample, ...] = (
    Sample("floor-map", 960, 600, _floor),
    Sample("floor-map-stale", 640, 400, _stale_floor),
    Sample("weight-graph", 960, 380, sample_graph),
    Sample("weight-graph-lanes", 800, 380, _graph_lanes),
    Sample("video-wall", 960, 560, sample_wall),
    Sample("video-wall-focus", 960, 480, _wall_focus),
    Sample("cart", 720, 280, _cart),
    Sample("cart-empty", 480, 160, _empty_table),
    Sample("receipt", 860, 240, _receipt),
    Sample("decision", 860, 220, _decision),
    Sample("list", 820, 420, _list),
    Sample("effect", 360, 400, _effect),
    Sample("alternatives", 480, 220, _alternatives),
    Sample("product-picker", 480, 300, _picker),
    Sample("time-bar", 700, 64, sample_bar),
    Sample("time-line", 900, 64, sample_line),
    Sample("time-line-slim", 900, 28, sample_slim_line),
    Sample("evidence-trace", 430, 230, sample_trace),
    Sample("evidence-trace-two", 430, 300, sample_two_traces),
    Sample("picture-board", 430, 330, sample_pictures),
    Sample("picture-board-old", 430, 260, sample_old_picture),
    Sample("trail-map", 360, 340, sample_trails),
    Sample("shelf-face", 420, 300, sample_face),
    Sample("event-list", 400, 260, sample_events),
    Sample("banners", 760, 330, _banners),
    Sample("states", 900, 520, _states),
    Sample("chips", 560, 330, _chips),
    Sample("stale-veil", 860, 240, _veil),
    Sample("palette", 640, 360, _palette),
    Sample("keys", 760, 420, _keys),
    Sample("help", 420, 420, _help),
    Sample("rail", 88, 480, _rail),
    Sample("links", 760, 60, _links),
    Sample("sides", 760, 280, sample_sides),
    Sample("split", 560, 120, sample_split),
    Sample("docks", 640, 320, sample_docks),
    Sample("hint", 640, 320, sample_hint),
    Sample("controls", 760, 240, _controls),
    Sample("icons", 900, 480, _icons),
)

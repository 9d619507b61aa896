"""Tables and what stands beside them: carts, receipts, decisions and their effect."""

from PySide6.QtWidgets import QPushButton, QWidget

from resources.theme import Theme
from widgets.alternatives_list import Alternative as ListedAlternative
from widgets.alternatives_list import AlternativesList
from widgets.cart_table import CartTable
from widgets.decision_table import DecisionLine, DecisionTable
from widgets.effect_view import Effect, EffectView, LimitEffect, StockEffect, TaxEffect
from widgets.panel import Panel
from widgets.product_picker import Pick, ProductPicker
from widgets.receipt_table import ReceiptLine, ReceiptTable
from widgets.samples.data import PRODUCTS, T0, ZONE, euros, sample_cart_lines
from widgets.samples.sample import Sample
from widgets.stale_veil import StaleVeil
from widgets.table import Column, Row, StateCell, Table


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


def _veil(theme: Theme) -> QWidget:
    panel = _receipt(theme)
    StaleVeil(theme, panel).set_age(134, "The store does not answer")
    return panel


SAMPLES: tuple[Sample, ...] = (
    Sample("cart", 720, 280, _cart),
    Sample("cart-empty", 480, 160, _empty_table),
    Sample("receipt", 860, 240, _receipt),
    Sample("decision", 860, 220, _decision),
    Sample("list", 820, 420, _list),
    Sample("effect", 360, 400, _effect),
    Sample("alternatives", 480, 220, _alternatives),
    Sample("product-picker", 480, 300, _picker),
    Sample("stale-veil", 860, 240, _veil),
)

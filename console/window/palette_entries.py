"""What the palette finds: actions, screens, shoppers, receipts, products, cameras."""

from collections.abc import Iterator
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QLocale

from console.domain.action import ACTIONS, Action
from console.domain.commands.command import Command
from console.domain.commands.receipt import OpenReceipt
from console.domain.commands.showing import Choose, OpenWorkspace, ShowScreen
from console.screens.key_table import written
from console.screens.table import SCREENS
from console.state.desk import Desk
from store_client.contract.moment import to_micros
from store_client.contract.money import Money
from widgets.amount import Amount, format_amount
from widgets.command_palette import Entry
from widgets.moment import time_text

Chosen = Action | tuple[Command, ...]
"""The key of an entry: what choosing it does."""

MOST = 200
"""Of each kind: nobody reads further, and what is typed narrows it."""


def palette_entries(desk: Desk, text: str) -> list[Entry]:
    """Everything that fits ``text`` roughly; the palette ranks it."""
    entries = [
        *_screens(desk),
        *_actions(desk),
        *_workspaces(desk),
        *_cameras(desk),
        *_shoppers(desk),
        *_receipts(desk),
    ]
    return [*entries, *_products(desk, text)]


def _say(text: str, context: str = "Palette") -> str:
    return QCoreApplication.translate(context, text)


def _screens(desk: Desk) -> Iterator[Entry]:
    for number, screen in enumerate(SCREENS, 1):
        if desk.session.value.may_any(screen.needs):
            commands: Chosen = (ShowScreen(screen.name),)
            title = _say(screen.title, "Screens")
            yield Entry(commands, title, _say("Screen"), screen.icon, keys=str(number), words=screen.title)


def _actions(desk: Desk) -> Iterator[Entry]:
    for action in ACTIONS:
        if action.section == "Everywhere" and action.name != "palette" and desk.session.value.may(action.needs):
            title = _say(action.title, "Actions")
            yield Entry(action, title, _say("Action"), "forward", keys=written(action.keys[0]), words=action.title)


def _workspaces(desk: Desk) -> Iterator[Entry]:
    for name in desk.workspaces.value:
        commands: Chosen = (OpenWorkspace(name),)
        yield Entry(commands, name, _say("Workspace"), "layout")


def _cameras(desk: Desk) -> Iterator[Entry]:
    for camera in desk.cameras.value:
        choice = replace(desk.choice.value, camera=camera.id)
        commands: Chosen = (Choose(choice), ShowScreen("cameras"))
        yield Entry(commands, camera.name, _say("Camera"), "camera", words=camera.id)


def _shoppers(desk: Desk) -> Iterator[Entry]:
    inside = [trip for trip in desk.trips.values.values() if trip.state == "inside"]
    for trip in inside[-MOST:]:
        choice = replace(desk.choice.value, trip=trip.id, line=None)
        commands: Chosen = (Choose(choice), ShowScreen("live_floor"))
        worth = "" if trip.worth is None else _money(trip.worth)
        yield Entry(commands, _say("Visit {0}").format(trip.visit), _say("Shopper"), "person", detail=worth)


def _receipts(desk: Desk) -> Iterator[Entry]:
    store = desk.store.value
    zone = "UTC" if store is None else store.time_zone
    known = {receipt.id: receipt for receipt in (*desk.found.value.items, *desk.receipts.value.items)}
    for receipt in list(known.values())[:MOST]:
        commands: Chosen = (OpenReceipt(receipt.id), ShowScreen("receipts"))
        when = time_text(to_micros(receipt.issued_at), zone, has_date=True)
        title = _say("Receipt {0}").format(receipt.number)
        words = f"{_say('Visit {0}').format(receipt.visit)} {receipt.card} {receipt.first_product}"
        yield Entry(commands, title, _say("Receipt"), "receipt", f"{_money(receipt.total)} · {when}", words=words)


def _products(desk: Desk, text: str) -> Iterator[Entry]:
    planogram = desk.planogram.value
    if planogram is None or not text:
        return
    plates = {facing.gtin: facing.plates[0] for facing in planogram.facings if facing.gtin and facing.plates}
    for gtin, product in desk.products.values.items():
        plate = plates.get(gtin)
        if plate is not None:
            commands: Chosen = (Choose(replace(desk.choice.value, plate=plate)), ShowScreen("shelves"))
            yield Entry(commands, product.name, _say("Product"), "product", plate, words=gtin)


def _money(money: Money) -> str:
    return format_amount(Amount(money.minor, money.currency), QLocale())

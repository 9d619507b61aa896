"""The list of plates, beside their weights."""

from msgspec.structs import replace
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from console.domain.commands.watching import WatchPlates
from console.screens.shelves import ShelvesScreen
from resources.theme import LIGHT
from store_client.contract.live import Device, DeviceState
from tests.console.plain_desk import plain_desk
from widgets.table import Table
from widgets.weight_graph import WeightGraph


def test_plates_are_listed_anew_for_what_is_listed_of_them_alone(qtbot: QtBot) -> None:
    """Health comes each second, of thousands of plates."""
    desk = plain_desk()
    screen = ShelvesScreen(LIGHT, desk)
    qtbot.addWidget(screen)
    table = screen.findChild(Table)
    planogram = desk.planogram.value
    assert table is not None
    assert planogram is not None
    plate = planogram.plates[0].id

    def tell(state: DeviceState, last_seen: int) -> tuple[object, ...]:
        desk.devices.replace({plate: Device(id=plate, kind="plate", name=plate, state=state, last_seen=last_seen)})
        return table.rows()

    screen.activate()
    dead = tell("dead", 1)
    assert "dead" in str(dead[0])
    assert tell("dead", 2) is dead
    assert "noisy" in str(tell("noisy", 3)[0])
    screen.deactivate()
    assert "noisy" in str(tell("dead", 4)[0]), "nobody sees it"
    screen.activate()
    assert "dead" in str(table.rows()[0])
    desk.devices.replace({})
    assert "dead" not in str(table.rows()[0])


def test_all_that_is_kept_is_what_this_store_keeps(qtbot: QtBot) -> None:
    desk = plain_desk()
    store = desk.store.value
    assert store is not None
    desk.store.set(replace(store, policies=replace(store.policies, retention_hours_weights=12)))
    screen = ShelvesScreen(LIGHT, desk)
    qtbot.addWidget(screen)
    graph = screen.findChild(WeightGraph)
    assert graph is not None
    asked: list[object] = []
    desk.commands.connect(asked.append)
    screen.activate()
    next(button for button in screen.findChildren(QPushButton) if button.text() == "All kept").click()
    begin, end = graph.span()
    assert end - begin == 12 * 3_600_000_000
    watched = [command for command in asked if isinstance(command, WatchPlates)]
    assert watched[-1].seconds == 12 * 3_600

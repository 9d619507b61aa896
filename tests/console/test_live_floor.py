"""The live floor: the same thing on map, cart, plate, graph and camera, from either end."""

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDockWidget, QLabel, QLineEdit, QPushButton, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from console.domain.choice import Choice
from console.domain.commands.showing import Choose
from console.domain.commands.trip import ChangeCart
from console.domain.commands.watching import Picturing, WatchCameras, WatchPlates
from console.screens.cart_change import CartChange
from console.screens.chosen_cart import ChosenCart
from console.screens.live_floor import LiveFloorScreen
from console.screens.plate_panel import PlatePanel
from resources.theme import DARK
from store_client.contract.camera import Pose
from store_client.contract.live import Device, Picked, Position, Positions
from store_client.contract.planogram import Planogram
from store_client.contract.product import Product
from tests.console.plain_desk import CAMERA, CART, PLATE, TRIP, PlainDesk, drawn, example, plain_desk
from widgets.cart_table import CartTable
from widgets.floor_map import FloorMap
from widgets.icon_button import IconButton
from widgets.state_chip import StateChip
from widgets.video_wall import VideoWall
from widgets.weight_graph import WeightGraph

HOUR_US = 3_600_000_000


def shown(qtbot: QtBot, desk: PlainDesk) -> LiveFloorScreen:
    screen = LiveFloorScreen(DARK, desk)
    qtbot.addWidget(screen)
    screen.resize(1200, 800)
    screen.show()
    screen.activate()
    return screen


def watched_cameras(desk: PlainDesk) -> tuple[Picturing, ...]:
    command = desk.asked.last(WatchCameras)
    assert isinstance(command, WatchCameras)
    return command.wanted


def test_from_the_shopper_to_cart_plate_graph_and_camera(qtbot: QtBot) -> None:
    desk = plain_desk()
    screen = shown(qtbot, desk)
    floor, cart = screen.findChildren(FloorMap)[0], screen.findChildren(CartTable)[0]
    QTest.keyClick(floor, Qt.Key.Key_PageDown)
    assert desk.choice.value == Choice(trip=TRIP)
    assert drawn(cart) == ["Oat milk | 2 | €1.99 | €3.98 | 97 % | 09:00:00"]
    QTest.mouseClick(cart.viewport(), Qt.MouseButton.LeftButton, pos=cart.visualRect(cart.model().index(0, 0)).center())
    line = CART.lines[0]
    assert desk.choice.value == Choice(trip=TRIP, line=0, plate=PLATE, moment_us=line.taken_at)
    watched = desk.asked.last(WatchPlates)
    assert isinstance(watched, WatchPlates)
    assert watched.plates == (PLATE,)
    assert [one.camera for one in watched_cameras(desk)] == [CAMERA.id]
    assert any("Plate 1.2.3" in label.text() for label in screen.findChildren(QLabel))
    assert desk.store.value is not None
    assert floor.accessibleName() == f"Map of {desk.store.value.name}"
    assert "chosen: " in floor.accessibleDescription()
    assert screen.findChildren(WeightGraph)[0].accessibleName() == "Weight of plate 1.2.3, Oat milk"


def test_what_is_chosen_comes_to_the_front_where_not_all_panels_have_room(qtbot: QtBot) -> None:
    desk = plain_desk()
    screen = shown(qtbot, desk)
    screen.resize(1200, 420)
    floor, cart = screen.findChildren(FloorMap)[0], screen.findChildren(CartTable)[0]

    def front() -> list[str]:
        return [dock.objectName() for dock in screen.findChildren(QDockWidget) if dock.isVisible()][1:]

    assert front() == ["cart"]
    floor.plate_chosen.emit(PLATE)
    assert front() == ["plate"]
    floor.camera_chosen.emit(CAMERA.id)
    assert front() == ["camera"]
    QTest.keyClick(floor, Qt.Key.Key_PageDown)
    assert front() == ["cart"]
    QTest.mouseClick(cart.viewport(), Qt.MouseButton.LeftButton, pos=cart.visualRect(cart.model().index(0, 0)).center())
    assert desk.choice.value.plate == PLATE
    assert front() == ["cart"], "its plate is seen when it is asked for"
    tabs = screen.findChildren(QTabBar)[0]
    for chosen, key, panel in (
        (floor.camera_chosen, CAMERA.id, "camera"),
        (floor.plate_chosen, PLATE, "plate"),
        (floor.shopper_chosen, TRIP, "cart"),
    ):
        chosen.emit(key)
        tabs.setCurrentIndex((tabs.currentIndex() + 1) % tabs.count())
        chosen.emit(key)
        assert front() == [panel], "it is asked for again"


def test_the_camera_follows_its_shopper_after_the_clock_was_set_back(qtbot: QtBot) -> None:
    desk = plain_desk()
    beside = replace(CAMERA, id="c9", pose=Pose(20.0, 6.0, 3.0, 20.0, 1.0, 0.9, 1.5))
    desk.cameras.set((CAMERA, beside))
    shown(qtbot, desk)
    desk.commands.emit(Choose(Choice(trip=TRIP)))
    desk.choice.set(Choice(trip=TRIP))
    assert [one.camera for one in watched_cameras(desk)] == [CAMERA.id]
    before = desk.floor.shoppers
    walked = Position(before.tracks[0], TRIP, 20.0, 1.0, 0.9)
    desk.clock.forget()
    desk.clock.heard(before.at_us - HOUR_US, desk.steady.s)
    at_us = before.at_us - HOUR_US
    desk.floor.take([Positions(epoch="", seq=0, measured_at=at_us, sent_at=at_us, people=[walked])])
    assert [one.camera for one in watched_cameras(desk)] == [beside.id]


def test_from_the_plate_to_the_line_and_from_the_mark_to_the_shopper(qtbot: QtBot) -> None:
    desk = plain_desk()
    screen = shown(qtbot, desk)
    floor, graph = screen.findChildren(FloorMap)[0], screen.findChildren(WeightGraph)[0]
    floor.plate_chosen.emit(PLATE)
    assert desk.choice.value == Choice(plate=PLATE)
    graph.mark_chosen.emit(example(Picked).id)
    at = example(Picked).measured_at
    assert desk.choice.value == Choice(trip=TRIP, line=0, plate=PLATE, moment_us=at)
    floor.camera_chosen.emit(CAMERA.id)
    assert desk.choice.value.camera == CAMERA.id
    assert screen.act("back")
    assert desk.choice.value == Choice()
    assert not screen.act("back")


def test_the_heading_of_the_cart_has_no_words_where_text_has_grown_too_large(qtbot: QtBot) -> None:
    desk = plain_desk("staff")
    desk.choice.set(Choice(trip=TRIP))
    cart = ChosenCart(DARK, desk)
    qtbot.addWidget(cart)
    cart.resize(600, 400)
    cart.show()
    shown = {button.accessibleName(): button for button in cart.findChildren(IconButton) if button.isVisible()}
    assert [button.text() for button in shown.values()] == ["Take back", "Add"]
    cart.set_theme(DARK.scaled(2))
    assert [button.text() for button in shown.values()] == ["", ""]
    cart.set_theme(DARK)
    assert [button.text() for button in shown.values()] == list(shown)


def test_the_chosen_plate_is_shown_as_it_is_by_now(qtbot: QtBot) -> None:
    desk = plain_desk()
    screen = shown(qtbot, desk)
    desk.choice.set(Choice(plate=PLATE))
    told = screen.findChildren(PlatePanel)[0].findChildren(StateChip)[0]
    assert not told.isVisible()
    desk.devices.put({PLATE: Device(id=PLATE, kind="plate", name="", state="dead")})
    assert told.isVisible()
    assert told.accessibleName() == "dead"
    desk.devices.put({PLATE: Device(id=PLATE, kind="plate", name="", state="ok")})
    assert not told.isVisible()
    planogram = example(Planogram)
    desk.planogram.set(replace(planogram, facings=[]))
    assert screen.findChildren(WeightGraph)[0].accessibleName() == "Weight of plate 1.2.3, no product in the planogram"


def test_a_hidden_screen_lets_go_of_cameras_and_plates(qtbot: QtBot) -> None:
    desk = plain_desk()
    screen = shown(qtbot, desk)
    desk.choice.set(Choice(trip=TRIP, line=0, plate=PLATE))
    screen.deactivate()
    assert desk.asked.last(WatchPlates) == WatchPlates("live_floor", ())
    assert desk.asked.last(WatchCameras) == WatchCameras("live_floor", ())
    asked = len(desk.asked.commands)
    desk.choice.set(Choice(trip=TRIP))
    assert not any(isinstance(one, WatchPlates | WatchCameras) for one in desk.asked.commands[asked:])


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the list of products under the field
def test_a_line_is_added_by_the_product_s_name_with_a_reason(qtbot: QtBot) -> None:
    desk = plain_desk("staff")
    screen = shown(qtbot, desk)
    desk.choice.set(Choice(trip=TRIP))
    assert screen.act("add_to_cart")
    product = next(field for field in screen.findChildren(QLineEdit) if field.accessibleName() == "Product")
    add = next(button for button in screen.findChildren(QPushButton) if button.property("role") == "primary")
    QTest.keyClicks(product, "oat mil")
    assert not add.isEnabled()
    QTest.keyClicks(product, "k")
    QTest.mouseClick(add, Qt.MouseButton.LeftButton)
    assert desk.asked.last(ChangeCart) == ChangeCart(TRIP, example(Product).gtin, 1, "Seen by staff")


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_of_products_of_one_name_one_is_named_by_its_number(qtbot: QtBot) -> None:
    desk = plain_desk("staff")
    small = example(Product)
    large = replace(small, gtin="09521234000013")
    desk.products.replace({small.gtin: small, large.gtin: large})
    screen = shown(qtbot, desk)
    desk.choice.set(Choice(trip=TRIP))
    assert screen.act("add_to_cart")
    product = next(field for field in screen.findChildren(QLineEdit) if field.accessibleName() == "Product")
    add = next(button for button in screen.findChildren(QPushButton) if button.property("role") == "primary")
    product.setText(small.name)
    assert not add.isEnabled(), "nobody knows which of both"
    for words in (f"{large.name} ({large.gtin})", large.gtin):
        product.setText(words)
        assert add.isEnabled()
    QTest.mouseClick(add, Qt.MouseButton.LeftButton)
    assert desk.asked.last(ChangeCart) == ChangeCart(TRIP, large.gtin, 1, "Seen by staff")


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_what_would_change_a_cart_goes_with_its_shopper(qtbot: QtBot) -> None:
    desk = plain_desk("staff")
    screen = shown(qtbot, desk)
    form = screen.findChildren(CartChange)[0]
    trip = desk.trips.values[TRIP]
    desk.trips.replace({TRIP: trip, "other": replace(trip, id="other")})
    desk.carts.replace({TRIP: CART, "other": replace(CART, trip="other")})
    desk.choice.set(Choice(trip=TRIP))
    assert screen.act("add_to_cart")
    desk.carts.replace({TRIP: replace(CART, lines=[]), "other": replace(CART, trip="other")})
    assert form.isVisible(), "also over an empty cart"
    desk.choice.set(Choice(trip="other"))
    assert not form.isVisible(), "it would change a cart that is not shown"
    assert screen.act("add_to_cart")
    desk.trips.replace({TRIP: trip, "other": replace(trip, id="other", state="left")})
    assert not form.isVisible(), "who has left holds nothing"


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
@pytest.mark.parametrize("is_known", [True, False])
def test_to_an_empty_cart_is_added_with_nothing_of_another_s_beside_it(qtbot: QtBot, is_known: bool) -> None:
    desk = plain_desk("staff")
    screen = shown(qtbot, desk)
    form, cart = screen.findChildren(CartChange)[0], screen.findChildren(CartTable)[0]
    trip = desk.trips.values[TRIP]
    desk.trips.replace({TRIP: trip, "other": replace(trip, id="other")})
    if is_known:
        desk.carts.put({"other": replace(CART, trip="other", lines=[])})
    desk.choice.set(Choice(trip=TRIP))
    assert drawn(cart)
    desk.choice.set(Choice(trip="other"))
    assert screen.act("add_to_cart")
    assert form.isVisible()
    assert drawn(cart) == []
    desk.trips.put({"other": replace(trip, id="other", people=2)})
    assert form.isVisible()
    assert drawn(cart) == []
    assert screen.act("back")
    assert not cart.isVisible(), "the cart is empty, and says so"


def test_who_may_not_change_carts_is_not_offered_it(qtbot: QtBot) -> None:
    desk = plain_desk("agent")
    screen = shown(qtbot, desk)
    desk.choice.set(Choice(trip=TRIP, line=0))
    assert not screen.act("add_to_cart")
    assert not screen.act("take_from_cart")
    assert not desk.asked.of(ChangeCart, Choose)


def click(widget: QWidget, x: float, y: float) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPointF(x, y).toPoint())


def test_every_link_works_by_clicks_from_either_end(qtbot: QtBot) -> None:
    desk = plain_desk()
    desk.commands.connect(lambda asked: desk.weights.watch(asked.plates) if isinstance(asked, WatchPlates) else None)
    screen = shown(qtbot, desk)
    floor, graph = screen.findChildren(FloorMap)[0], screen.findChildren(WeightGraph)[0]
    cart, pictures = screen.findChildren(CartTable)[0], screen.findChildren(VideoWall)[0]
    floor.grab()
    person = desk.floor.shoppers.xy[desk.floor.shoppers.trips.index(TRIP)]
    click(floor, *floor._view.to_screen(float(person[0]), float(person[1])))
    assert desk.choice.value == Choice(trip=TRIP)
    rack, cell = floor._floor.places[PLATE]
    click(floor, *floor._view.to_screen(*rack.centre(cell)))
    assert desk.choice.value == Choice(trip=TRIP, line=0, plate=PLATE), "the plate chooses the line that came from it"
    assert cart.chosen() == 0
    moment_us = example(Picked).measured_at
    graph.set_span(moment_us - 5_000_000, moment_us + 5_000_000)
    graph.grab()
    middle = graph._placed[0].shape.center()
    click(graph, middle.x(), middle.y())
    assert desk.choice.value == Choice(trip=TRIP, line=0, plate=PLATE, moment_us=moment_us)
    assert list(pictures.sizes()) == [CAMERA.id], "the camera that sees it best"
    desk.choice.set(Choice())
    assert CAMERA.pose is not None
    click(floor, *floor._view.to_screen(CAMERA.pose.x, CAMERA.pose.y))
    assert desk.choice.value == Choice(camera=CAMERA.id)
    assert list(pictures.sizes()) == [CAMERA.id]


def test_the_chosen_line_stays_the_same_product_while_the_cart_changes(qtbot: QtBot) -> None:
    desk = plain_desk()
    shown(qtbot, desk)
    first = CART.lines[0]
    second = replace(first, gtin="09521234567892", name="Tea")
    desk.carts.put({TRIP: replace(CART, lines=[first, second], version=8)})
    desk.choice.set(Choice(trip=TRIP, line=1, plate=PLATE))
    desk.carts.put({TRIP: replace(CART, lines=[second], version=9)})
    assert desk.choice.value == Choice(trip=TRIP, line=0, plate=PLATE)
    desk.carts.put({TRIP: replace(CART, lines=[first], version=10)})
    assert desk.choice.value == Choice(trip=TRIP, line=None, plate=PLATE), "what was put back is no longer chosen"

"""Live floor: who is where, what they hold, and the same thing on plate, graph and camera: from either end."""

from dataclasses import replace

from PySide6.QtCore import QLocale, Qt, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.domain.choice import Choice
from console.domain.commands.showing import Choose
from console.domain.shelf_index import ShelfIndex
from console.domain.shopper import Shoppers
from console.domain.sight import best_camera
from console.screens.alert_strip import AlertStrip
from console.screens.camera_panel import CameraPanel
from console.screens.chosen_cart import ChosenCart
from console.screens.floor_picture import camera_states, people, plan, plate_states
from console.screens.occupancy import Occupancy
from console.screens.plate_panel import PlatePanel
from console.screens.screen import READY, Condition, Screen
from console.state.desk import Desk
from resources.theme import Theme
from store_client.contract.live import Event, GateMoved, Picked, PutBack
from store_client.contract.store import Store
from widgets.dock_area import DockArea
from widgets.floor_map import FloorMap
from widgets.floor_plan import GateState

_STALE_S = 8.0
"""Positions come 2.3 s late; so much later still, and the map says so."""
_CHEST_M = 1.2
_HOLD_US = 5_000_000
"""How long a camera stays before a better one takes its place."""


class LiveFloorScreen(Screen):
    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(theme, desk, parent)
        self._index: ShelfIndex | None = None
        self._is_active = False
        self._gates: dict[str, GateState] = {}
        self._chosen = Choice()
        self._looked_for: Choice | None = None
        self._held_until_us = 0
        self._map = FloorMap(theme)
        self._map.shopper_chosen.connect(self._choose_shopper)
        self._map.plate_chosen.connect(self._choose_plate)
        self._map.camera_chosen.connect(self._choose_camera)
        self._occupancy = Occupancy(theme, desk)
        self._alerts = AlertStrip(theme, desk)
        self._cart = ChosenCart(theme, desk)
        self._plate = PlatePanel(theme, desk, self._shelf_index)
        self._camera = CameraPanel(theme, desk)
        self._lay_out(theme)
        self._pulse = QTimer(self)
        self._pulse.setInterval(500)
        self._pulse.timeout.connect(self._beat)
        desk.planogram.changed.connect(self._show_plan)
        desk.cameras.changed.connect(self._show_plan)
        desk.products.changed.connect(self._show_plan)
        desk.floor.changed.connect(self._show_people)
        desk.carts.changed.connect(self._show_people_again)
        desk.devices.changed.connect(self._show_devices)
        desk.events.added.connect(self._flash)
        desk.events.replaced.connect(self._show_gates)
        desk.choice.changed.connect(self._show_choice)
        desk.store.changed.connect(self._name_map)
        self._name_map(desk.store.value)
        self._show_plan()
        self._show_devices()
        self._show_choice()

    def _lay_out(self, theme: Theme) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.space(1))
        column.addWidget(self._occupancy)
        column.addWidget(self._map, 1)
        self.panels = self._area = DockArea(theme, left)
        side = Qt.DockWidgetArea.RightDockWidgetArea
        self._area.add("cart", self.tr("Cart"), self._cart, self._cart.panel, side, 340)
        self._area.add("plate", self.tr("Plate"), self._plate, self._plate.panel, side, 280)
        self._area.add("camera", self.tr("Camera"), self._camera, self._camera.panel, side, 280)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(*self.margins())
        outer.setSpacing(theme.space(1))
        outer.addWidget(self._alerts)
        outer.addWidget(self._area, 1)

    # ---- what a screen answers

    def activate(self) -> None:
        self._is_active = True
        self._plate.activate()
        self._camera.activate()
        self._show_people(self.desk.floor.shoppers)
        self._show_choice()
        self._beat()
        self._pulse.start()

    def deactivate(self) -> None:
        self._is_active = False
        self._pulse.stop()
        self._plate.deactivate()
        self._camera.deactivate()

    def condition(self) -> Condition:
        if self.desk.planogram.value is None:
            return Condition("loading", self.tr("Asking for the floor plan"))
        return READY

    def act(self, action: str) -> bool:
        match action:
            case "next_shopper":
                return self._step(1)
            case "previous_shopper":
                return self._step(-1)
            case "fit_map":
                self._map.fit()
                return True
            case "add_to_cart":
                self._area.bring("cart")
                return self._cart.add()
            case "take_from_cart":
                self._area.bring("cart")
                return self._cart.take()
            case "back":
                return self._back()
        return False

    def shows(self) -> dict[str, int]:
        cart = self._cart.cart()
        return {
            "plates": 0 if self._index is None else len(self._index.plates),
            "shoppers": len(self.desk.floor.shoppers),
            "cart_lines": 0 if cart is None else len(cart.lines),
            "graphs": self._plate.shown(),
            "tiles": self._camera.shown(),
        }

    # ---- choosing, from either end

    def _choose_shopper(self, key: object) -> None:
        if not isinstance(key, str):
            self.desk.commands.emit(Choose(Choice()))
            return
        is_track = key in self.desk.floor.shoppers.tracks
        self.desk.commands.emit(Choose(Choice(track=key) if is_track else Choice(trip=key)))
        self._area.bring("cart")  # also where it was chosen already

    def _choose_plate(self, plate: object) -> None:
        if isinstance(plate, str):
            chosen = replace(
                self.desk.choice.value, plate=plate, line=self._line_on(plate), camera=None, moment_us=None
            )
            self.desk.commands.emit(Choose(chosen))
            self._area.bring("plate")

    def _choose_camera(self, camera: object) -> None:
        if isinstance(camera, str):
            self.desk.commands.emit(Choose(replace(self.desk.choice.value, camera=camera)))
            self._area.bring("camera")

    def _line_on(self, plate: str) -> int | None:
        """The line of the chosen cart that was taken from this plate."""
        cart = self._cart.cart()
        lines = [] if cart is None else [plate in line.plates for line in cart.lines]
        return lines.index(True) if True in lines else None

    def _step(self, by: int) -> bool:
        """To the next shopper inside, by visit number."""
        inside = [trip for trip in self.desk.trips.values.values() if trip.state == "inside"]
        if not inside:
            return False
        order = [trip.id for trip in sorted(inside, key=lambda trip: trip.visit)]
        now = self.desk.choice.value.trip
        place = order.index(now) + by if now in order else (0 if by > 0 else -1)
        self.desk.commands.emit(Choose(Choice(trip=order[place % len(order)])))
        return True

    def _back(self) -> bool:
        if self._cart.leave_change():
            return True
        if self.desk.choice.value == Choice():
            return False
        self.desk.commands.emit(Choose(Choice()))
        return True

    # ---- showing

    def _shelf_index(self) -> ShelfIndex | None:
        return self._index

    def _show_plan(self) -> None:
        planogram = self.desk.planogram.value
        self._held_until_us = 0
        if planogram is not None:
            self._index = ShelfIndex(planogram)
            self._map.set_plan(plan(planogram, self.desk.cameras.value, self._index, self.desk.products))
            self._plate.show_plan()
        self.condition_changed.emit(self.condition())

    def _name_map(self, store: Store | None) -> None:
        self._map.set_subject("" if store is None else self.tr("Map of {0}").format(store.name))

    def _show_people(self, shoppers: Shoppers) -> None:
        if self._is_active:
            self._map.set_shoppers(people(shoppers, self.desk.trips, self.desk.carts, QLocale()))
            self._look_where_it_is()

    def _show_people_again(self) -> None:
        self._show_people(self.desk.floor.shoppers)

    def _show_devices(self) -> None:
        self._map.set_plate_states(plate_states(self.desk.devices))
        self._map.set_camera_states(camera_states(self.desk.devices))

    def _flash(self, events: tuple[Event, ...]) -> None:
        for event in events:
            if isinstance(event, Picked):
                self._map.flash(event.plates, "pick")
            elif isinstance(event, PutBack):
                self._map.flash(event.plates, "put_back")
            elif isinstance(event, GateMoved):
                self._gates[event.gate] = event.state
                self._map.set_gate_states(dict(self._gates))

    def _show_gates(self) -> None:
        """As the last that is known of each."""
        self._gates = {event.gate: event.state for event in self.desk.events.all if isinstance(event, GateMoved)}
        self._map.set_gate_states(dict(self._gates))
        self._held_until_us = 0  # another moment: the shopper may be elsewhere

    def _bring_what_is_chosen(self, choice: Choice) -> None:
        """A plate that was chosen by a line leaves the cart where it is."""
        before, self._chosen = self._chosen, choice
        if choice.camera not in (None, before.camera):
            self._area.bring("camera")
        elif (choice.trip, choice.track) != (before.trip, before.track):
            self._area.bring("cart")
        elif choice.plate not in (None, before.plate) and choice.line is None:
            self._area.bring("plate")

    def _show_choice(self) -> None:
        choice = self.desk.choice.value
        self._bring_what_is_chosen(choice)
        self._map.choose_shopper(choice.trip or choice.track)
        self._map.choose_plate(choice.plate)
        cart = self._cart.cart()
        if cart is not None and choice.line is not None and choice.line < len(cart.lines):
            self._map.highlight(cart.lines[choice.line].plates)
        else:
            self._map.highlight(() if choice.plate is None else (choice.plate,))
        self._look_where_it_is()

    def _look_where_it_is(self) -> None:
        """Shows the chosen camera, else the one that sees the chosen plate or shopper best.

        A walking shopper is held in one picture for a while, so that the view does not jump from camera to camera: so
        long as whoever looks at it counts, however fast then is played.
        """
        choice, now_us = self.desk.choice.value, self.desk.clock.now_us()
        is_held = now_us < self._held_until_us <= now_us + _HOLD_US  # the store's clock may have been set back
        if choice == self._looked_for and is_held:
            return
        camera = choice.camera or self._best_camera() or self._uncalibrated_camera()
        self._looked_for, self._held_until_us = choice, now_us + (_HOLD_US if camera is not None else 0)
        self._map.choose_camera(camera)
        self._camera.show_camera(camera)

    def _uncalibrated_camera(self) -> str | None:
        """Nobody knows what it sees, which may still be the place."""
        return next((camera.id for camera in self.desk.cameras.value if camera.pose is None), None)

    def _best_camera(self) -> str | None:
        choice, cameras = self.desk.choice.value, self.desk.cameras.value
        if choice.plate is not None and self._index is not None and choice.plate in self._index.plates:
            plate = self._index.plates[choice.plate]
            return best_camera(cameras, (plate.x, plate.y, plate.z), self._index.open_side(plate.id))
        shoppers = self.desk.floor.shoppers
        place = None
        if choice.trip is not None:
            place = shoppers.place_of(choice.trip)
        elif choice.track in shoppers.tracks:
            place = shoppers.tracks.index(choice.track)
        if place is None:
            return cameras[0].id if cameras else None
        return best_camera(cameras, (float(shoppers.xy[place, 0]), float(shoppers.xy[place, 1]), _CHEST_M))

    def _beat(self) -> None:
        """What grows older by itself."""
        self._plate.refresh_age()
        self._camera.refresh_status()
        shoppers = self.desk.floor.shoppers
        if shoppers.at_us == 0:
            self._occupancy.show_delay(None)
            return
        age_s = self.desk.shown_age_us(shoppers.at_us) / 1e6
        self._occupancy.show_delay(age_s)
        self._map.set_stale(age_s if age_s > _STALE_S else None)

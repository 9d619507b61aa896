"""One line over the map: how many are inside, what they hold, what needs a person, how the gates stand."""

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QLabel, QWidget

from console.screens.words import amount
from console.state.desk import Desk
from resources.theme import Theme
from store_client.contract.live import Event, GateMoved
from store_client.contract.money import Money
from widgets.amount import format_amount
from widgets.flow_layout import FlowLayout
from widgets.state_chip import StateChip


class Occupancy(QWidget):
    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._gates: dict[str, str] = {}
        self._inside = QLabel()
        self._inside.setProperty("role", "title")
        self._worth = QLabel()
        self._worth.setProperty("role", "muted")
        self._doubtful = StateChip(theme)
        self._gate = StateChip(theme)
        self._delay = QLabel()
        self._delay.setProperty("role", "muted")
        row = FlowLayout(self, tail=2)
        row.setContentsMargins(theme.space(1), theme.space(1), theme.space(2), theme.space(1))
        row.setSpacing(theme.space(3))
        for widget in (self._inside, self._worth, self._doubtful, self._delay, self._gate):
            row.addWidget(widget)
        desk.trips.changed.connect(self.refresh)
        desk.carts.changed.connect(self.refresh)
        desk.devices.changed.connect(self._show_gate)
        desk.events.added.connect(self._hear)
        desk.events.replaced.connect(self._hear_again)
        self.refresh()
        self._show_gate()

    def inside(self) -> int:
        return sum(trip.people for trip in self._desk.trips.values.values() if trip.state == "inside")

    def refresh(self) -> None:
        trips = [trip for trip in self._desk.trips.values.values() if trip.state == "inside"]
        carts = [cart for cart in (self._desk.carts.get(trip.id) for trip in trips) if cart is not None]
        self._inside.setText(self.tr("%n person(s) inside", "", self.inside()))
        store = self._desk.store.value
        worth = Money(sum(cart.total.minor for cart in carts), "EUR" if store is None else store.currency)
        self._worth.setText(self.tr("{0} in the carts").format(format_amount(amount(worth), QLocale())))
        doubtful = sum(cart.is_doubtful for cart in carts)
        self._doubtful.setVisible(doubtful > 0)
        self._doubtful.set_state("warning", self.tr("%n doubtful cart(s)", "", doubtful))

    def show_delay(self, seconds: float | None) -> None:
        """How many are tracked and how far that is behind; None while nothing is known of anybody."""
        if seconds is None:
            self._delay.setText("")
            return
        tracked = self.tr("%n tracked {0} s ago", "", len(self._desk.floor.shoppers))
        self._delay.setText(tracked.format(QLocale().toString(seconds, "f", 1)))

    def _hear_again(self) -> None:
        self._gates.clear()
        self._hear(self._desk.events.all)
        self._show_gate()

    def _hear(self, events: tuple[Event, ...]) -> None:
        moved = [event for event in events if isinstance(event, GateMoved)]
        for event in moved:
            self._gates[event.gate] = event.state
        if moved:
            self._show_gate()

    def _show_gate(self) -> None:
        planogram = self._desk.planogram.value
        names = {} if planogram is None else {gate.id: gate.name for gate in planogram.gates}
        lost = [
            device for device in self._desk.devices.values.values() if device.kind == "gate" and device.state == "lost"
        ]
        refused = [gate for gate, state in self._gates.items() if state == "refused"]
        if lost:
            self._gate.set_state("danger", self.tr("{0} does not answer").format(lost[0].name or lost[0].id))
        elif refused:
            self._gate.set_state("warning", self.tr("{0} refused somebody").format(names.get(refused[-1], refused[-1])))
        else:
            self._gate.set_state("good", self.tr("%n gate(s) well", "", len(names)))

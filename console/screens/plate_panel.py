"""The chosen plate: what stands on it, and its weight, now or at the chosen moment."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from console.causes import device_words
from console.domain.choice import Choice
from console.domain.commands.showing import Choose
from console.domain.commands.watching import WatchPlates
from console.domain.replay import Replay
from console.domain.shelf_index import ShelfIndex
from console.screens.plate_marks import choice_of, handlings, marks
from console.screens.words import amount, device_state
from console.state.desk import Desk
from resources.theme import Theme
from store_client.contract.live import Event, PutBack
from store_client.contract.store import Store
from widgets.amount import format_amount
from widgets.graph_series import Series
from widgets.icon_button import IconButton
from widgets.panel import Panel
from widgets.state_chip import StateChip
from widgets.state_view import StateView
from widgets.weight_graph import WeightGraph

_LIVE_US = 30_000_000
_AROUND_US = 8_000_000


class PlatePanel(QWidget):
    def __init__(
        self, theme: Theme, desk: Desk, index: Callable[[], ShelfIndex | None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._index = index
        self._is_active = False
        self._nothing = StateView(theme)
        self._nothing.show_state(
            "empty", self.tr("No plate is chosen"), self.tr("Choose a line of the cart, or a plate on the map.")
        )
        self._facts = QLabel()
        self._facts.setProperty("role", "muted")
        self._facts.setWordWrap(True)
        self._state = StateChip(theme)
        self._graph = WeightGraph(theme)
        self._graph.mark_chosen.connect(self._choose_mark)
        self._now = IconButton(theme, "follow", self.tr("Now"))
        self._now.setToolTip(self.tr("Follow the live weight"))
        self._now.clicked.connect(self._follow)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(theme.space(3), theme.space(1), theme.space(3), theme.space(2))
        column.setSpacing(theme.space(1))
        facts = QHBoxLayout()
        facts.addWidget(self._facts, 1)
        facts.addWidget(self._state)
        column.addLayout(facts)
        column.addWidget(self._graph, 1)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._nothing)
        self._pages.addWidget(body)
        self.panel = Panel(theme, self.tr("Plate"), self._pages)
        self.panel.add_action(self._now)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.panel)
        desk.choice.changed.connect(self._show)
        desk.weights.changed.connect(self._advance)
        desk.weights.traces_changed.connect(self._draw_if_mine)
        desk.events.added.connect(self._mark)
        desk.events.replaced.connect(self._show)
        desk.replay.changed.connect(self._show_replay)
        desk.devices.changed.connect(self._show_device)
        desk.store.changed.connect(self._show_store)
        self._show_replay(desk.replay.value)
        self._show_store(desk.store.value)
        self._show()

    def activate(self) -> None:
        self._is_active = True
        self._show()

    def deactivate(self) -> None:
        self._is_active = False
        self._desk.commands.emit(WatchPlates("live_floor", ()))

    def shown(self) -> int:
        """1 while a graph with readings is shown."""
        plate = self._desk.choice.value.plate
        return int(plate is not None and self._desk.weights.source(plate) is not None)

    def show_plan(self) -> None:
        """What stands on the plates is another, or is known by now."""
        plate = self._desk.choice.value.plate
        if plate is not None:
            self._show_facts(plate)
            self._draw()

    def _show_replay(self, replay: Replay) -> None:
        self._graph.set_past(replay.is_on)

    def _show_store(self, store: Store | None) -> None:
        if store is not None:
            self._graph.set_time_zone(store.time_zone)

    def _plates(self, choice: Choice) -> tuple[str, ...]:
        """The chosen plate and the others of its facing, at most eight."""
        index = self._index()
        if choice.plate is None:
            return ()
        near = (
            () if index is None else tuple(other for other in index.neighbours(choice.plate) if other != choice.plate)
        )
        return (choice.plate, *near)[:8]

    def _show(self) -> None:
        choice = self._desk.choice.value
        self._now.setVisible(choice.plate is not None and choice.moment_us is not None)
        if choice.plate is None:
            self.panel.set_title(self.tr("Plate"))
            self._pages.setCurrentIndex(0)
            if self._is_active:
                self._desk.commands.emit(WatchPlates("live_floor", ()))
            return
        self._pages.setCurrentIndex(1)
        if self._is_active:
            back, seen = 0.0, _LIVE_US / 1e6
            if choice.moment_us is not None:
                back, seen = self._desk.shown_age_us(choice.moment_us) / 1e6 + 15, 0.0
            self._desk.commands.emit(WatchPlates("live_floor", self._plates(choice), max(90.0, back), seen))
        self._show_facts(choice.plate)
        self._draw()
        if choice.moment_us is None:
            self._graph.set_cursor(None)
            self._graph.follow(_LIVE_US)
            self._advance()
        else:
            self._graph.set_span(choice.moment_us - _AROUND_US, choice.moment_us + _AROUND_US)
            self._graph.set_cursor(choice.moment_us)

    def _show_facts(self, plate: str) -> None:
        index = self._index()
        gtin = None if index is None else index.gtin(plate)
        product = self._desk.products.get(gtin)
        facing = None if index is None else index.facing(plate)
        moved = 0
        for event in handlings(self._desk.events.all, self._plates(self._desk.choice.value)):
            moved += event.quantity if isinstance(event, PutBack) else -event.quantity
        locale = QLocale()
        name = self.tr("no product in the planogram") if product is None else product.name
        self.panel.set_title(self.tr("Plate {0}").format(plate), name)
        self._graph.set_subject(self.tr("Weight of plate {0}, {1}").format(plate, name))
        words = []
        if product is not None:
            words.append(format_amount(amount(product.price), locale))
            if product.grams is not None:
                words.append(self.tr("{0} g each").format(locale.toString(product.grams, "f", 0)))
        if facing is not None and facing.capacity:
            words.append(self.tr("room for {0}").format(facing.capacity))
        if moved and not self._desk.replay.value.is_on:
            words.append(self.tr("{0} since the desk opened").format(f"{moved:+d}".replace("-", "−")))
        self._facts.setText(" · ".join(words))
        self._show_state(plate)

    def _show_device(self, changed: frozenset[str]) -> None:
        plate = self._desk.choice.value.plate
        if plate in changed:
            self._show_state(plate)

    def _show_state(self, plate: str) -> None:
        device = self._desk.devices.get(plate)
        is_ill = device is not None and device.state != "ok"
        self._state.setVisible(is_ill)
        if device is not None and is_ill:
            word = " · ".join(filter(None, (device_state(device.state).word, device_words(device))))
            self._state.set_state(device_state(device.state).severity, word)

    def _draw_if_mine(self, plates: frozenset[str]) -> None:
        if plates.intersection(self._plates(self._desk.choice.value)):
            self._draw()

    def _draw(self) -> None:
        series = []
        for plate in self._plates(self._desk.choice.value):
            source = self._desk.weights.source(plate)
            if source is not None:
                series.append(Series(plate, plate, source))
        self._graph.set_series(series)
        self._draw_marks()

    def _draw_marks(self) -> None:
        plates = self._plates(self._desk.choice.value)
        self._graph.set_marks(marks(self._desk.events.all, plates, self._desk.products))

    def _mark(self, events: tuple[Event, ...]) -> None:
        choice = self._desk.choice.value
        if choice.plate is not None and handlings(events, self._plates(choice)):
            self._draw_marks()
            self._show_facts(choice.plate)

    def refresh_age(self) -> None:
        """The store may have gone silent; called by the screen's timer."""
        self._graph.set_stale(self._desk.stale_s())

    def _advance(self) -> None:
        if self._is_active and self._pages.currentIndex() == 1:
            self._graph.advance(self._desk.shown_us())

    def _follow(self) -> None:
        self._desk.commands.emit(Choose(replace(self._desk.choice.value, moment_us=None, line=None)))

    def _choose_mark(self, event_id: object) -> None:
        choice = choice_of(self._desk, event_id)
        if choice is not None:
            self._desk.commands.emit(Choose(replace(choice, plate=self._desk.choice.value.plate)))

"""Shelves: the weight of up to eight plates, live and as far back as it is kept, and how the plates do."""

from collections import Counter
from dataclasses import replace
from typing import get_args

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.domain.commands.showing import Choose
from console.domain.commands.watching import WatchPlates
from console.domain.replay import Replay
from console.domain.shelf_index import ShelfIndex
from console.screens.key_table import with_key
from console.screens.plate_marks import choice_of, handlings, marks
from console.screens.screen import READY, Condition, Screen
from console.screens.words import device_state
from console.state.desk import Desk
from resources.theme import Theme
from store_client.contract.live import DeviceState, Event, Picked, PutBack
from store_client.contract.store import Store
from widgets.flow_layout import FlowLayout
from widgets.graph_series import Series
from widgets.icon_button import IconButton
from widgets.panel import Panel
from widgets.split import Split
from widgets.table import Column, Row, Table
from widgets.weight_graph import WeightGraph

MOST_PLATES = 8
_FIRST_PLATES = 4
SPANS_S = (10, 60, 600, 3_600, 14_400)
"""The last stands for all that is kept."""


class ShelvesScreen(Screen):
    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(theme, desk, parent)
        self._index: ShelfIndex | None = None
        self._states: dict[str, DeviceState] = {}
        self._is_active = False
        self._is_behind = False
        """Something that is listed became another while the screen was not shown."""
        self._ordered: tuple[str, ...] = ()
        self._plates: tuple[str, ...] = ()
        self._span_s = SPANS_S[1]
        self._reach_s = 0.0
        self._graph = WeightGraph(theme)
        self._graph.set_subject(self.tr("Weights of the chosen plates"))
        self._graph.span_changed.connect(self._look_back)
        self._graph.following_changed.connect(self._show_following)
        self._graph.mark_chosen.connect(self._choose_mark)
        self._filter = QLineEdit()
        self._filter.setPlaceholderText(self.tr("Plate, product or state"))
        self._filter.setToolTip(self._filter.placeholderText())
        self._filter.setAccessibleName(self.tr("Find a plate"))
        self._filter.setClearButtonEnabled(True)
        self._filter.textChanged.connect(self._show_list)
        self._table = Table(
            theme,
            (
                Column(self.tr("Plate"), "text"),
                Column(self.tr("Product"), "text", is_stretching=True),
                Column(self.tr("State"), "state"),
                Column(self.tr("Shown"), "muted", rank=1),
            ),
        )
        self._table.setAccessibleName(self.tr("Plates"))
        self._table.set_empty_words(self.tr("Nothing matches"))
        self._table.row_opened.connect(self._toggle)
        self._summary = QLabel()
        self._summary.setProperty("role", "muted")
        self._summary.setWordWrap(True)
        self._lay_out(theme)
        self._pulse = QTimer(self)
        self._pulse.setInterval(1_000)
        self._pulse.timeout.connect(self._advance)
        desk.planogram.changed.connect(self._show_plan)
        desk.products.changed.connect(self._show_list)
        desk.devices.changed.connect(self._follow_devices)
        desk.weights.changed.connect(self._advance)
        desk.weights.traces_changed.connect(self._draw)
        desk.events.added.connect(self._mark)
        desk.events.replaced.connect(self._draw_marks)
        desk.replay.changed.connect(self._show_replay)
        desk.store.changed.connect(self._show_store)
        self._show_replay(desk.replay.value)
        self._show_store(desk.store.value)
        self._show_plan()

    # ---- building

    def _lay_out(self, theme: Theme) -> None:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(theme.space(3), theme.space(2), theme.space(3), theme.space(2))
        column.setSpacing(theme.space(2))
        column.addWidget(self._filter)
        column.addWidget(self._table, 1)
        column.addWidget(self._summary)
        graph = QWidget()
        right = QVBoxLayout(graph)
        right.setContentsMargins(theme.space(3), theme.space(2), theme.space(3), theme.space(3))
        right.setSpacing(theme.space(2))
        right.addLayout(self._spans(theme))
        right.addWidget(self._graph, 1)
        plates, weight = Panel(theme, self.tr("Plates"), side), Panel(theme, self.tr("Weight"), graph)
        self.split = Split(theme, plates, weight, (1, 2))
        row = QHBoxLayout(self)
        row.setContentsMargins(*self.margins())
        row.addWidget(self.split)

    def _spans(self, theme: Theme) -> FlowLayout:
        titles = {
            10: self.tr("10 s"),
            60: self.tr("1 min"),
            600: self.tr("10 min"),
            3_600: self.tr("1 h"),
            14_400: self.tr("All kept"),
        }
        row = FlowLayout(tail=1)
        row.setSpacing(theme.space(1))
        self._group = QButtonGroup(self)
        self._buttons: dict[int, QPushButton] = {}
        for span, title in titles.items():
            button = QPushButton(title)
            button.setCheckable(True)
            button.setChecked(span == self._span_s)
            self._group.addButton(button, span)
            self._buttons[span] = button
            row.addWidget(button)
        self._group.idClicked.connect(self._set_span)
        self._hold = IconButton(theme, "pause", self.tr("Hold still"))
        self._hold.setCheckable(True)
        self._hold.clicked.connect(self._toggle_hold)
        self._hold.setToolTip(with_key(self.tr("Hold the traces still"), "pause_traces"))
        row.addWidget(self._hold)
        return row

    # ---- what a screen answers

    def take_focus(self) -> None:
        self._table.setFocus()

    def activate(self) -> None:
        self._is_active = True
        chosen = self.desk.choice.value.plate
        plates = self._plates or self._first_plates()
        if chosen is not None and chosen not in plates:
            plates = (*plates, chosen)[-MOST_PLATES:]
        self._set_plates(plates)
        self._table.choose(chosen)
        self._follow()
        self._pulse.start()

    def deactivate(self) -> None:
        self._is_active = False
        self._pulse.stop()
        self.desk.commands.emit(WatchPlates("shelves", ()))

    def condition(self) -> Condition:
        if self._index is None:
            return Condition("loading", self.tr("Asking for the planogram"))
        if not self._index.plates:
            return Condition("empty", self.tr("This store has no plates"), self.tr("Its planogram names none."))
        return READY

    def act(self, action: str) -> bool:
        match action:
            case "add_plate":
                self._filter.setFocus()
                self._filter.selectAll()
                return True
            case "remove_plate":
                chosen = self._table.chosen()
                if chosen not in self._plates:
                    return False
                self._toggle(chosen)
                return True
            case "pause_traces":
                self._toggle_hold()
                return True
            case "shorter_span" | "longer_span":
                place = SPANS_S.index(self._span_s) + (1 if action == "longer_span" else -1)
                if 0 <= place < len(SPANS_S):
                    self._set_span(SPANS_S[place])
                return True
        return False

    def shows(self) -> dict[str, int]:
        drawn = [plate for plate in self._plates if self.desk.weights.source(plate) is not None]
        return {
            "plates": 0 if self._index is None else len(self._index.plates),
            "graphs": len(drawn),
            "marks": len(handlings(self.desk.events.all, self._plates)),
        }

    # ---- what is shown

    def _first_plates(self) -> tuple[str, ...]:
        """Those on which something happened last; before anything has, the first that carry a product."""
        moved: dict[str, None] = {}
        for event in reversed(self.desk.events.all):
            if isinstance(event, Picked | PutBack):
                moved.update(dict.fromkeys(event.plates[:1]))
        if self._index is not None and not moved:
            moved.update(dict.fromkeys(plate for plate in self._index.plates if self._index.gtin(plate) is not None))
        return tuple(moved)[:_FIRST_PLATES]

    def _toggle(self, plate: object) -> None:
        if not isinstance(plate, str):
            return
        if plate in self._plates:
            self._set_plates(tuple(other for other in self._plates if other != plate))
        else:
            self._set_plates((*self._plates, plate)[-MOST_PLATES:])
            chosen = replace(self.desk.choice.value, plate=plate, line=None, camera=None, moment_us=None)
            self.desk.commands.emit(Choose(chosen))

    def _choose_mark(self, event_id: object) -> None:
        choice = choice_of(self.desk, event_id)
        if choice is not None:
            self.desk.commands.emit(Choose(choice))

    def _set_plates(self, plates: tuple[str, ...]) -> None:
        self._plates = plates
        self._watch()
        self._draw()
        self._show_list()

    def _watch(self) -> None:
        if self._is_active:
            self.desk.commands.emit(WatchPlates("shelves", self._plates, max(90.0, self._seen_s(), self._reach_s)))

    def _set_span(self, span_s: int) -> None:
        self._span_s = span_s
        self._reach_s = 0.0
        self._buttons[span_s].setChecked(True)
        self._watch()
        self._follow()

    def _seen_s(self) -> int:
        """The last span is all that the store keeps, however long that is."""
        store = self.desk.store.value
        if store is None or self._span_s != SPANS_S[-1]:
            return self._span_s
        return store.policies.retention_hours_weights * 3_600

    def _follow(self) -> None:
        self._graph.follow(self._seen_s() * 1_000_000)
        self._advance()

    def _toggle_hold(self) -> None:
        if self._graph.is_following():
            self._graph.set_span(*self._graph.span())
        else:
            self._follow()

    def _show_following(self, is_following: bool) -> None:
        self._hold.setChecked(not is_following)

    def _look_back(self, span: tuple[int, int]) -> None:
        """The user went to where the traces do not reach: the store is asked for what it kept."""
        back_s = self.desk.shown_age_us(span[0]) / 1e6
        if back_s > max(90.0, self._seen_s(), self._reach_s):
            self._reach_s = back_s * 1.5
            self._watch()

    # ---- showing

    def _show_replay(self, replay: Replay) -> None:
        self._graph.set_past(replay.is_on)

    def _show_store(self, store: Store | None) -> None:
        if store is not None:
            self._graph.set_time_zone(store.time_zone)

    def _show_plan(self) -> None:
        planogram = self.desk.planogram.value
        self._index = None if planogram is None else ShelfIndex(planogram)
        self._ordered = () if self._index is None else tuple(sorted(self._index.plates, key=_in_order))
        self._show_list()
        self.condition_changed.emit(self.condition())
        if self._is_active and not self._plates:
            self._set_plates(self._first_plates())

    def _product(self, plate: str) -> str:
        gtin = None if self._index is None else self._index.gtin(plate)
        product = self.desk.products.get(gtin)
        return product.name if product is not None else gtin or "–"

    def _state(self, plate: str) -> DeviceState:
        device = self.desk.devices.get(plate)
        return "ok" if device is None else device.state

    def _follow_devices(self, changed: frozenset[str]) -> None:
        """Health comes each second; what is listed of it is seldom another."""
        if self._is_behind or not any(
            plate in self._states and self._states[plate] != self._state(plate) for plate in changed
        ):
            return
        if self._is_active:
            self._show_list()
        else:
            self._is_behind = True

    def _show_list(self) -> None:
        if self._index is None:
            return
        self._is_behind = False
        sought = self._filter.text().strip().casefold()
        self._states = {plate: self._state(plate) for plate in self._ordered}
        cells = {state: device_state(state) for state in get_args(DeviceState)}
        rows = []
        for plate, state in self._states.items():
            product, cell = self._product(plate), cells[state]
            if sought and sought not in f"{plate} {product} {cell.word}".casefold():
                continue
            place = self._plates.index(plate) + 1 if plate in self._plates else None
            rows.append(Row(plate, (plate, product, cell, "" if place is None else str(place))))
        self._table.set_rows(rows)
        counts = Counter(self._states.values())
        self._summary.setText(
            " · ".join(f"{counts[state]} {cell.word}" for state, cell in cells.items() if counts[state])
        )

    def _draw(self) -> None:
        series = []
        for plate in self._plates:
            source = self.desk.weights.source(plate)
            if source is not None:
                series.append(Series(plate, plate, source, self._product(plate)))
        self._graph.set_series(series)
        self._draw_marks()

    def _draw_marks(self) -> None:
        self._graph.set_marks(marks(self.desk.events.all, self._plates, self.desk.products))

    def _mark(self, events: tuple[Event, ...]) -> None:
        if handlings(events, self._plates):
            self._draw_marks()

    def _advance(self) -> None:
        if self._is_active:
            self._graph.set_stale(self.desk.stale_s())
            self._graph.advance(self.desk.shown_us())


def _in_order(plate: str) -> list[tuple[int, str]]:
    """Key that sorts the numbers in a plate's id as numbers: 1.2.10 after 1.2.9."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in plate.split(".")]

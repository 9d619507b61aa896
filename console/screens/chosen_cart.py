"""The cart of the chosen shopper."""

from dataclasses import replace

from PySide6.QtCore import QLocale
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from console.domain.choice import Choice
from console.domain.commands.receipt import OpenReceipt
from console.domain.commands.showing import Choose, ShowScreen
from console.domain.commands.trip import ChangeCart
from console.domain.replay import Replay
from console.screens.cart_change import CartChange
from console.screens.key_table import with_key
from console.screens.words import amount, reason_word
from console.state.desk import Desk
from resources.theme import Theme
from store_client.contract.cart import Cart
from store_client.contract.moment import to_micros
from store_client.contract.store import Store
from widgets.amount import format_amount
from widgets.cart_table import CartLine, CartTable
from widgets.icon_button import IconButton
from widgets.moment import time_text
from widgets.panel import Panel
from widgets.state_chip import StateChip
from widgets.state_view import StateView

_BESIDE, _WORDY = 400, 440
"""Pixels: below the first the words go under the total, below the second the heading's buttons have no words."""


class ChosenCart(QWidget):
    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._theme = theme
        self._is_past = desk.replay.value.is_on
        self._held: tuple[str | None, int, str] | None = None  # trip, place and product of the chosen line
        self._nothing = StateView(theme)
        self._total = QLabel()
        self._total.setProperty("role", "headline")
        self._detail = QLabel()
        self._detail.setProperty("role", "muted")
        self._detail.setWordWrap(True)
        self._chip = StateChip(theme)
        self._table = CartTable(theme)
        self._table.setAccessibleName(self.tr("Lines of the cart"))
        self._table.row_chosen.connect(self._choose_line)
        self._change = CartChange(theme, desk.products)
        self._change.asked.connect(desk.commands)
        self._change.left.connect(self._show)
        self._add = IconButton(theme, "add", self.tr("Add"))
        self._add.clicked.connect(self.add)
        self._add.setToolTip(with_key(self.tr("Add to the cart"), "add_to_cart"))
        self._take = IconButton(theme, "undo", self.tr("Take back"))
        self._take.clicked.connect(self.take)
        self._take.setToolTip(with_key(self.tr("Take the chosen line back"), "take_from_cart"))
        self._receipt = IconButton(theme, "receipt", self.tr("Its receipt"))
        self._receipt.clicked.connect(self._see_receipt)
        self._words = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._words.addWidget(self._total)
        self._words.addWidget(self._detail, 1)
        head = QHBoxLayout()
        head.setSpacing(theme.space(3))
        head.addLayout(self._words, 1)
        head.addWidget(self._chip)
        self._body = QWidget()
        column = QVBoxLayout(self._body)
        column.setContentsMargins(theme.space(3), theme.space(1), theme.space(3), theme.space(2))
        column.setSpacing(theme.space(1))
        column.addLayout(head)
        column.addWidget(self._table, 1)
        column.addWidget(self._change)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._nothing)
        self._pages.addWidget(self._body)
        self.panel = Panel(theme, self.tr("Cart"), self._pages)
        for button in (self._receipt, self._take, self._add):
            self.panel.add_action(button)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.panel)
        desk.choice.changed.connect(self._show)
        desk.carts.changed.connect(self._show_if_chosen)
        desk.trips.changed.connect(self._show_if_chosen)
        desk.store.changed.connect(self._show_store)
        desk.session.changed.connect(self._show)
        desk.replay.changed.connect(self._follow_replay)
        self._show_store(desk.store.value)
        self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        for button in (self._receipt, self._take, self._add):
            button.set_brief(self.width() < self._theme.px(_WORDY))
        is_wide = self.width() >= self._theme.px(_BESIDE)
        directions = QBoxLayout.Direction
        self._words.setDirection(directions.LeftToRight if is_wide else directions.TopToBottom)
        self._words.setSpacing(self._theme.space(3) if is_wide else 0)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._fit()

    def cart(self) -> Cart | None:
        return self._desk.carts.get(self._desk.choice.value.trip)

    def add(self) -> bool:
        trip = self._desk.choice.value.trip
        if trip is None or not self._may_change():
            return False
        self._fill(self.cart())
        self._pages.setCurrentWidget(self._body)  # where the form is, also while the cart is empty
        self._change.add(trip)
        return True

    def take(self) -> bool:
        cart, line = self.cart(), self._desk.choice.value.line
        if cart is None or line is None or line >= len(cart.lines) or not self._may_change():
            return False
        self._change.take(cart.trip, cart.lines[line])
        return True

    def leave_change(self) -> bool:
        """Closes the form; False if it is not shown."""
        if self._change.trip() is None:
            return False
        self._change.leave()
        return True

    def _may_change(self) -> bool:
        trip = self._desk.trips.get(self._desk.choice.value.trip)
        return self._desk.may(ChangeCart) and trip is not None and trip.state == "inside"

    def _choose_line(self, line: object) -> None:
        cart, choice = self.cart(), self._desk.choice.value
        if not isinstance(line, int) or cart is None or line == choice.line or line >= len(cart.lines):
            return
        chosen = cart.lines[line]
        plate = chosen.plates[0] if chosen.plates else None
        self._desk.commands.emit(
            Choose(replace(choice, line=line, plate=plate, moment_us=chosen.taken_at, camera=None))
        )

    def _see_receipt(self) -> None:
        trip = self._desk.trips.get(self._desk.choice.value.trip)
        if trip is not None and trip.receipt is not None:
            self._desk.commands.emit(OpenReceipt(trip.receipt))
            self._desk.commands.emit(ShowScreen("receipts"))

    # ---- showing

    def _follow_replay(self, replay: Replay) -> None:
        """What may be done to a cart of now may not be done to one of then."""
        if replay.is_on != self._is_past:
            self._is_past = replay.is_on
            self._show()

    def _show_store(self, store: Store | None) -> None:
        if store is not None:
            self._table.set_time_zone(store.time_zone)

    def _show_if_chosen(self, changed: frozenset[str]) -> None:
        if self._desk.choice.value.trip in changed:
            self._show()

    def _show(self) -> None:
        choice, cart = self._desk.choice.value, self.cart()
        trip = self._desk.trips.get(choice.trip)
        self._add.setVisible(self._may_change())
        self._take.setVisible(self._may_change())
        self._take.setEnabled(choice.line is not None)
        self._receipt.setVisible(trip is not None and trip.receipt is not None)
        if self._change.trip() != choice.trip or not self._may_change():
            self._change.hide()
        if choice.trip is None:
            self._show_nothing(choice)
            return
        title = self.tr("Cart") if trip is None else self.tr("Visit {0}").format(trip.visit)
        self.panel.set_title(title)
        if self._change.trip() is None and (cart is None or not cart.lines):
            self._nothing.show_state("empty", self.tr("The cart is empty"), self.tr("Nothing was taken so far."))
            self._pages.setCurrentWidget(self._nothing)
            return
        if cart is not None and self._has_moved(cart):
            return  # the line is chosen anew, at its new place
        self._fill(cart)
        self._pages.setCurrentWidget(self._body)

    def _has_moved(self, cart: Cart) -> bool:
        """True if another line has come to the place of the chosen one: what was chosen is the product, wherever it is."""
        choice, held = self._desk.choice.value, self._held
        chosen = None if choice.line is None or choice.line >= len(cart.lines) else cart.lines[choice.line].gtin
        if held is not None and held[:2] == (choice.trip, choice.line) and held[2] != chosen:
            self._held = None
            gtins = [line.gtin for line in cart.lines]
            place = gtins.index(held[2]) if held[2] in gtins else None
            self._desk.commands.emit(Choose(replace(choice, line=place)))
            return True
        self._held = None if chosen is None or choice.line is None else (choice.trip, choice.line, chosen)
        return False

    def _show_nothing(self, choice: Choice) -> None:
        self.panel.set_title(self.tr("Cart"))
        if choice.track is not None:
            self._nothing.show_state(
                "empty",
                self.tr("No trip"),
                self.tr("This person did not pass the gate with a code, so no cart is kept."),
            )
        else:
            self._nothing.show_state(
                "empty",
                self.tr("No shopper is chosen"),
                self.tr("Click a dot on the map, or press N for the next one."),
            )
        self._pages.setCurrentWidget(self._nothing)

    def _fill(self, cart: Cart | None) -> None:
        """None: nothing is known of it yet, as before anything was taken."""
        trip, store = self._desk.trips.get(self._desk.choice.value.trip), self._desk.store.value
        lines = [] if cart is None else cart.lines
        self._total.setText("" if cart is None else format_amount(amount(cart.total), QLocale()))
        words = [self.tr("%n unit(s)", "", sum(line.quantity for line in lines))]
        if trip is not None and store is not None:
            words.append(self.tr("inside since {0}").format(time_text(to_micros(trip.entered_at), store.time_zone)))
            if trip.people > 1:
                words.append(self.tr("a group of {0}").format(trip.people))
            if trip.state == "left":
                words.append(self.tr("has left"))
        self._detail.setText(" · ".join(words))
        self._chip.setVisible(bool(lines))
        if cart is not None and cart.is_doubtful:
            self._chip.set_state("warning", self.tr("doubtful"))
        else:
            self._chip.set_state("good", self.tr("sure"))
        self._table.set_lines(
            [
                CartLine(
                    key=place,
                    name=line.name,
                    quantity=line.quantity,
                    unit_price=amount(line.unit_price),
                    amount=amount(line.amount),
                    confidence=line.confidence,
                    taken_at_us=line.taken_at,
                    reasons=tuple(reason_word(reason) for reason in line.reasons),
                )
                for place, line in enumerate(lines)
            ]
        )
        self._table.choose(self._desk.choice.value.line)

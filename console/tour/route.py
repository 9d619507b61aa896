"""The route of the tour: what is done on which screen, and what must be seen there."""

from dataclasses import replace
from functools import partial

from console.app import App
from console.domain.choice import Choice
from console.domain.commands.receipt import OpenReceipt, SearchReceipts
from console.domain.commands.replay import BackToNow, GoTo, MarkSpan
from console.domain.commands.showing import Choose, ShowScreen
from console.domain.listing import ReceiptQuery
from console.domain.screen_name import ScreenName
from console.tour.disputes import Disputes
from console.tour.guide import Until, Walk

START_S, RECEIPT_S, SEVERAL_S, MOVE_S = 45.0, 150.0, 8.0, 8.0
BACK_US, SEEN_US = 20_000_000, 1_000_000
MUST_SHOW: dict[ScreenName, tuple[str, ...]] = {
    "live_floor": ("plates", "shoppers", "cart_lines"),
    "cameras": ("tiles", "moving_tiles"),
    "shelves": ("plates", "graphs"),
    "receipts": ("receipts",),
    "cases": ("cases", "case_lines", "evidence_events"),
    "audit": ("entries", "chained"),
    "settings": ("stores",),
}
"""The counts without which a screen has not shown live data."""


class Route:
    """``shown``: what each screen showed when it was looked at; ``story``: what was done, for the record."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._desk = app.desk
        self.shown: dict[ScreenName, dict[str, int]] = {}
        self.story: dict[str, object] = {}
        self.disputes = Disputes(app.desk, self.story)

    # ---- looking

    def missing(self, name: ScreenName) -> list[str]:
        """What the screen should have shown and never did."""
        shown = self.shown.get(name, {})
        return [count for count in MUST_SHOW[name] if not shown.get(count)]

    def note(self, name: ScreenName) -> bool:
        """Counts what the screen shows now, and keeps the most it ever showed. True if nothing is missing now."""
        screen = self._app.inside.screen_of(name)
        if screen is None or not self._app.inside.frame_of(name).is_ready:
            return False
        now, best = screen.shows(), self.shown.get(name, {})
        self.shown[name] = {count: max(shown, best.get(count, 0)) for count, shown in now.items()}
        return all(now.get(count) for count in MUST_SHOW[name])

    def visit(self, name: ScreenName, patience_s: float = 20.0) -> Walk:
        self._desk.commands.emit(ShowScreen(name))
        yield Until(f"{name} shows live data", lambda: self.note(name), patience_s, is_optional=True)

    # ---- the walk

    def begin(self) -> Walk:
        """Until the store is alive on the desk."""
        desk = self._desk
        yield Until("somebody is signed in", lambda: desk.session.value.user is not None, START_S)
        yield Until("the store is known", lambda: desk.planogram.value is not None and len(desk.products) > 0, START_S)
        yield Until("plates are heard", lambda: bool(desk.weights.gondolas), START_S)
        yield Until("somebody is inside", lambda: len(desk.floor.shoppers) > 0, START_S)

    def look_at_the_floor(self) -> Walk:
        """From a shopper to the cart, to the plate a line came from."""
        desk = self._desk
        self._desk.commands.emit(ShowScreen("live_floor"))
        yield Until("a shopper holds something", lambda: self._full_cart() is not None, RECEIPT_S)
        yield from self.choose_shopper()
        yield from self.visit("live_floor")
        self.story["trip"] = desk.choice.value.trip

    def choose_shopper(self) -> Walk:
        """The shopper who holds most, and of that what was taken last; carts come and go, so it is done anew before each
        look, and anew again if with some patience there comes one more worth looking at."""
        self._choose_fullest()
        if not self._is_worth_a_look():
            yield Until("somebody inside holds several things", self._is_worth_a_look, SEVERAL_S, is_optional=True)
            if self._is_worth_a_look():
                self._choose_fullest()
        yield Until("the choice is made", lambda: True)

    def _choose_fullest(self) -> None:
        trip = self._full_cart()
        cart = self._desk.carts.get(trip)
        if cart is not None:
            place = max(range(len(cart.lines)), key=lambda place: cart.lines[place].taken_at)
            plate = next(iter(cart.lines[place].plates), self._desk.choice.value.plate)
            self._desk.commands.emit(Choose(Choice(trip=trip, line=place, plate=plate)))

    def _is_worth_a_look(self) -> bool:
        trip = self._full_cart()
        cart = self._desk.carts.get(trip)
        return cart is not None and self._is_inside(cart.trip) and len(cart.lines) > 1

    def _is_inside(self, trip: str) -> bool:
        known = self._desk.trips.get(trip)
        return known is not None and known.state == "inside"

    def _full_cart(self) -> str | None:
        """The trip of a tracked shopper with the longest cart, rather of one still inside than of one just gone."""
        tracked = set(self._desk.floor.shoppers.trips)
        carts = [cart for trip, cart in self._desk.carts.values.items() if trip in tracked and cart.lines]
        best = max(carts, key=lambda cart: (self._is_inside(cart.trip), len(cart.lines)), default=None)
        return None if best is None else best.trip

    def look_at_cameras(self) -> Walk:
        yield from self.visit("cameras", 30.0)
        yield from self.see_pictures_move()

    def see_pictures_move(self) -> Walk:
        """Of every camera that is asked for; one that is lost is waited for in vain."""
        yield Until("every picture moves", self._all_move, MOVE_S, is_optional=True)

    def _all_move(self) -> bool:
        streams = self._desk.pictures.streams.values.values()
        return bool(streams) and all(stream.state == "up" and stream.rate_hz > 0 for stream in streams)

    def look_back(self) -> Walk:
        """To a moment of which there are pictures, and at which somebody held something."""
        desk = self._desk
        desk.commands.emit(ShowScreen("live_floor"))
        cart = desk.carts.get(desk.choice.value.trip)
        taken = [line.taken_at for line in cart.lines] if cart is not None else []
        now_us = desk.clock.now_us()
        desk.commands.emit(GoTo(max(taken, default=now_us - BACK_US) + SEEN_US))
        yield Until("then is shown", self._is_then, is_optional=True)
        yield Until("a picture of then is shown", self._has_picture_of_then, MOVE_S, is_optional=True)
        begin_us = desk.moment.at_us - BACK_US // 2
        desk.commands.emit(MarkSpan(begin_us, begin_us + BACK_US))
        self.story["looked_back_s"] = round((now_us - desk.moment.at_us) / 1e6, 1) if self._is_then() else None

    def return_to_now(self) -> Walk:
        self._desk.commands.emit(MarkSpan(None, None))
        self._desk.commands.emit(BackToNow())
        yield Until("now is shown again", lambda: not self._desk.replay.value.is_on)

    def _is_then(self) -> bool:
        return self._desk.replay.value.is_on and not self._desk.replay.value.is_loading

    def _has_picture_of_then(self) -> bool:
        known = [self._desk.pictures.get(camera) for camera in self._desk.pictures.streams.values]
        at_us = self._desk.moment.at_us
        return any(picture is not None and 0 <= at_us - picture.captured_us < BACK_US for picture in known)

    def look_at_shelves(self) -> Walk:
        planogram = self._desk.planogram.value
        choice = self._desk.choice.value
        if choice.plate is None and planogram is not None and planogram.plates:
            self._desk.commands.emit(Choose(replace(choice, plate=planogram.plates[0].id)))
        yield from self.visit("shelves")

    def find_a_receipt(self) -> Walk:
        desk = self._desk
        desk.commands.emit(ShowScreen("receipts"))
        desk.commands.emit(SearchReceipts(ReceiptQuery()))
        yield Until("a receipt was issued", lambda: any(one.units for one in desk.receipts.value.items), RECEIPT_S)
        found = next(one for one in desk.receipts.value.items if one.units)
        ask = partial(self._open_receipt, found.id)
        yield Until("the receipt is open", lambda: desk.receipt.value.value is not None, ask=ask)
        yield from self.visit("receipts")
        self.story["receipt"] = found.number

    def _open_receipt(self, receipt: str) -> None:
        if not self._desk.receipt.value.is_loading:
            self._desk.commands.emit(OpenReceipt(receipt))

    def settle_a_case(self) -> Walk:
        """Opens a case on the receipt, takes it, looks at the evidence and the effect, decides, sees the money go."""
        self._desk.commands.emit(ShowScreen("cases"))
        yield from self.disputes.begin()
        yield from self.visit("cases")
        yield from self.disputes.settle()

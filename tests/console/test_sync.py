"""What a desk that is open all day keeps of its store."""

import threading
import time
from collections.abc import Iterator
from typing import cast

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from console.domain.session import SignedIn
from console.storage.drafts import Drafts
from console.work.cases import Cases
from console.work.door import Door
from console.work.errand import Errands
from console.work.intake import take_events
from console.work.lists import Lists
from console.work.live import LiveDesk
from console.work.refunds import Refunds
from console.work.runner import Runner
from console.work.sync import KEPT_TRIPS, Sync
from store_client.contract.cart import Cart
from store_client.contract.live import Alert, AlertMessage, CartChanged, Entered, Event, Left
from store_client.contract.page import Page
from store_client.contract.planogram import Planogram
from store_client.contract.session import LiveAccess, Session
from store_client.contract.trip import Trip
from store_client.live.item import LiveItem
from store_client.trust import PUBLIC
from tests.client.web import Handler, Web, good, serving
from tests.console.plain_desk import CART, TRIP, PlainDesk, example, plain_desk
from tests.wire.examples import US

PATIENCE_MS = 30_000
NOTHING: Page[object] = Page([])


class Asking:
    """A desk that asks for its store anew; the store says who is ``inside``, and the rest once it is ``let``."""

    def __init__(self, desk: PlainDesk) -> None:
        self.desk = desk
        self.door = Door(lambda _: None)
        self.inside: list[Trip] = []
        self.alerts: list[Alert] = []
        self.cart = CART
        self.let = threading.Event()
        errands = Errands(desk, self.door, Runner(desk.tasks))
        self.runner = errands.runner
        self.lists = Lists(errands)
        self.cases = Cases(errands, Refunds(errands, self.lists), cast(Drafts, None))
        self.sync = Sync(errands, self.lists, self.cases)

    def answer(self, handler: Handler) -> None:
        path = handler.path.partition("?")[0]
        if path == "/v1/session":
            good(example(Session))(handler)
        elif path == "/v1/trips":
            good(Page(self.inside))(handler)
        elif path == "/v1/alerts":
            good(Page(self.alerts))(handler)
        elif path == f"/v1/carts/{CART.trip}":
            good(self.cart)(handler)
        elif path.endswith("/planogram"):
            good(example(Planogram))(handler)
        elif path == "/v1/products":
            self.let.wait(PATIENCE_MS / 1e3)
            good(NOTHING)(handler)
        else:
            good(NOTHING)(handler)

    def refresh(self, web: Web, qtbot: QtBot) -> None:
        """Until the store has said who is inside, and not yet all that it is asked for."""
        web.otherwise = self.answer
        self.door.open(web.url)
        self.door.client.sessions.sign_in("supervisor", "secret")
        self.sync.refresh()
        qtbot.waitUntil(lambda: any("/v1/products" in path for path in web.paths()), timeout=PATIENCE_MS)

    def wait(self, qtbot: QtBot) -> None:
        self.let.set()
        qtbot.waitUntil(lambda: not self.runner.is_running("sync"), timeout=PATIENCE_MS)

    def close(self) -> None:
        self.let.set()
        self.door.close()
        self.runner.stop()


def _nobody() -> LiveAccess:
    raise AssertionError("nothing is connected here")


@pytest.fixture
def asking(qtbot: QtBot) -> Iterator[Asking]:
    asking = Asking(plain_desk())
    yield asking
    asking.close()


def test_who_comes_and_goes_while_the_store_is_asked_is_known(asking: Asking, qtbot: QtBot) -> None:
    desk, inside = asking.desk, replace(example(Trip), state="inside", units=0)
    went, stays, came = (f"{inside.id[:-1]}{digit}" for digit in "abc")
    asking.inside = [replace(inside, id=went), replace(inside, id=stays)]
    moved = (replace(example(Left), trip=went), replace(example(Entered), trip=came))
    with serving() as web:
        asking.refresh(web, qtbot)
        take_events(desk.live, moved)
        asking.sync.follow_events(moved)
        asking.wait(qtbot)
    assert list(desk.trips.values) == [stays, came]


def test_what_is_heard_of_alerts_while_the_store_is_asked_stands(asking: Asking, qtbot: QtBot) -> None:
    told = example(AlertMessage)
    cleared, raised = (replace(told.alert, id=f"{told.alert.id[:-1]}{digit}") for digit in "ab")
    live = LiveDesk(asking.desk, _nobody, lambda: PUBLIC, time.monotonic, lambda: US)
    live.alerted.connect(asking.sync.follow_alerts)
    asking.alerts = [cleared]
    with serving() as web:
        asking.refresh(web, qtbot)
        for change, alert in (("raised", raised), ("cleared", cleared)):
            live._take([LiveItem("alerts", "alerts", replace(told, change=change, alert=alert), US)])
        asking.wait(qtbot)
    assert dict(asking.desk.alerts.values) == {raised.id: raised}


def holding(cart: Cart) -> Trip:
    """As the store tells of who has that."""
    units = sum(line.quantity for line in cart.lines)
    return replace(example(Trip), id=TRIP, state="inside", units=units, worth=cart.total)


def filled() -> Cart:
    """As the cart is later."""
    lines = [replace(line, quantity=line.quantity + 1) for line in CART.lines]
    return replace(CART, version=CART.version + 1, lines=lines, total=replace(CART.total, minor=CART.total.minor + 199))


def test_what_is_taken_while_the_store_is_asked_is_known(asking: Asking, qtbot: QtBot) -> None:
    desk, cart = asking.desk, filled()
    asking.inside = [holding(CART)]
    taken = (cast(Event, replace(example(CartChanged), cart=cart)),)
    with serving() as web:
        asking.refresh(web, qtbot)
        take_events(desk.live, taken)
        asking.sync.follow_events(taken)
        asking.wait(qtbot)
    trip = desk.trips.get(TRIP)
    assert trip is not None
    assert trip.worth == cart.total


def test_a_cart_that_was_filled_while_nothing_was_heard_is_read_again(asking: Asking, qtbot: QtBot) -> None:
    desk = asking.desk
    asking.cart = filled()
    asking.inside = [holding(asking.cart)]
    assert desk.carts.get(TRIP) == CART
    with serving() as web:
        asking.refresh(web, qtbot)
        asking.wait(qtbot)
        qtbot.waitUntil(lambda: desk.carts.get(TRIP) == asking.cart, timeout=PATIENCE_MS)


def test_what_a_store_answers_late_is_not_shown_after_it_was_left(asking: Asking, qtbot: QtBot) -> None:
    with serving() as web:
        asking.refresh(web, qtbot)
        asking.sync.forget()
        asking.wait(qtbot)
        qtbot.waitUntil(lambda: not asking.runner._running, timeout=PATIENCE_MS)
    assert asking.desk.planogram.value is None


def test_what_was_about_to_be_asked_is_not_asked_of_no_store(asking: Asking, qtbot: QtBot) -> None:
    asking.desk.session.set(SignedIn())
    asking.desk.store.set(None)
    asking.lists.refresh_receipts()
    asking.cases.refresh()
    assert not asking.runner._running


def test_who_left_long_ago_is_forgotten_and_whoever_is_inside_is_not(qtbot: QtBot) -> None:
    desk = plain_desk()
    door = Door(lambda _: None)
    errands = Errands(desk, door, Runner(desk.tasks))
    lists = Lists(errands)
    sync = Sync(errands, lists, Cases(errands, Refunds(errands, lists), cast(Drafts, None)))
    inside = next(iter(desk.trips.values.values()))
    left = [replace(example(Trip), id=f"trip-{number}", state="left") for number in range(KEPT_TRIPS + 20)]
    desk.trips.put({trip.id: trip for trip in left})
    desk.carts.put({trip.id: replace(CART, trip=trip.id) for trip in left})
    sync.follow_events((cast(Event, replace(example(Left), trip=left[-1].id)),))
    assert list(desk.trips.values) == [inside.id, *(trip.id for trip in left[20:])]
    assert set(desk.carts.values) == set(desk.trips.values)
    errands.runner.stop()
    door.close()

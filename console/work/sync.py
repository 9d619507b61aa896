"""Everything the desk keeps of its store, asked for when the store is there and again whenever it is there again."""

import logging
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QObject

from console.domain.connection import LinkState
from console.state.desk import Desk
from console.work.cases import Cases
from console.work.errand import Errands
from console.work.intake import holding
from console.work.lists import Lists
from console.work.operation import Cancellation
from console.work.pulse import Beat
from console.work.trouble import what_happened
from store_client.client import StoreClient
from store_client.contract.camera import Camera
from store_client.contract.cart import Cart
from store_client.contract.live import Alert, CartChanged, CaseOpened, Device, Entered, Event, Left, ReceiptIssued
from store_client.contract.planogram import Planogram
from store_client.contract.product import Product
from store_client.contract.session import Permission
from store_client.contract.store import Store
from store_client.contract.trip import Trip
from store_client.errors import NotFound

_log = logging.getLogger(__name__)
PAGE = 500
KEPT_TRIPS = 500
"""Of those that left: what a screen or the palette may still be asked about."""


@dataclass(slots=True)
class _Built:
    """The store as it is built, and who is in it. What the user may not see stays empty."""

    products: dict[str, Product] = field(default_factory=dict)
    planogram: Planogram | None = None
    cameras: tuple[Camera, ...] = ()
    devices: dict[str, Device] = field(default_factory=dict)
    alerts: dict[str, Alert] = field(default_factory=dict)
    trips: dict[str, Trip] = field(default_factory=dict)


class Sync(QObject):
    """Also follows the pulse: the state of the HTTP link is its, and what is shown is asked for anew after a break."""

    def __init__(self, errands: Errands, lists: Lists, cases: Cases, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._errands = errands
        self._desk: Desk = errands.desk
        self._lists = lists
        self._cases = cases
        self._moved: dict[str, None] = {}  # trips that began or ended since the store was asked who is inside
        self._filled: set[str] = set()  # trips whose carts changed since
        self._told: set[str] = set()  # alerts that were raised, changed or cleared since

    def refresh(self) -> None:
        """Asks for everything again; what is on screen stays until the answers are there."""
        user, store = self._desk.session.value.user, self._desk.store.value
        if user is None or store is None:
            return
        door, permissions = self._errands.door, frozenset(user.permissions)

        def work(cancellation: Cancellation) -> _Built:
            return _read(door.client, store, permissions, cancellation)

        self._forget_heard()
        self._errands.run("sync", self.tr("Reading the store"), work, self._put)
        if permissions & {"cases", "floor", "audit"}:
            self._lists.refresh_receipts()
        if "cases" in permissions:
            self._cases.refresh()

    def forget(self) -> None:
        """Nothing of the store is known any more: another one was chosen, or nobody is signed in."""
        for topic in ("sync", "carts"):
            self._errands.runner.cancel_topic(topic)
        self._forget_heard()
        self._put(_Built())
        for scene in self._desk.scenes:
            scene.clear()
        self._desk.clock.forget()

    def _forget_heard(self) -> None:
        self._moved.clear()
        self._filled.clear()
        self._told.clear()

    def follow_events(self, events: tuple[Event, ...]) -> None:
        """What happened tells which lists are out of date, and who need not be remembered any more."""
        if self._errands.runner.is_running("sync"):
            self._moved.update((event.trip, None) for event in events if isinstance(event, Entered | Left))
            self._filled.update(event.cart.trip for event in events if isinstance(event, CartChanged))
        if any(isinstance(event, Left) for event in events):
            self._forget_oldest()
        may_see_cases = self._desk.session.value.may("cases")
        if any(isinstance(event, ReceiptIssued) for event in events):
            self._lists.receipts_changed()
        if may_see_cases and any(isinstance(event, CaseOpened) for event in events):
            self._cases.changed()

    def follow_alerts(self, told: frozenset[str]) -> None:
        """What was heard of them while the store is asked is newer than its answer."""
        if self._errands.runner.is_running("sync"):
            self._told |= told

    def follow_pulse(self, beat: Beat) -> bool:
        """True if the store is there again after a break."""
        before = self._desk.connection.value.http
        state: LinkState = "lost" if beat.delay_ms is None else "up"
        is_new = state != before.state
        since_us = self._desk.clock.now_us() if is_new and self._desk.clock.is_known else before.since_us
        drops = before.drops + (is_new and state == "lost")
        delay_ms = None if beat.delay_ms is None else round(beat.delay_ms)
        detail = "" if beat.error is None else what_happened(beat.error)
        if is_new and beat.error is not None:
            _log.info("the store is lost: %s", beat.error)
        link = replace(before, state=state, delay_ms=delay_ms, drops=drops, since_us=since_us, detail=detail)
        self._desk.connection.set(self._desk.connection.value.having("http", link))
        return is_new and state == "up" and before.state == "lost"

    def _put(self, built: _Built) -> None:
        desk = self._desk
        desk.products.replace(built.products)
        desk.planogram.set(built.planogram)
        desk.cameras.set(built.cameras)
        desk.live.devices.replace(built.devices)
        desk.alerts.replace(self._standing_by_now(built.alerts))
        self._put_trips(self._inside_by_now(built.trips))

    def _standing_by_now(self, told: dict[str, Alert]) -> dict[str, Alert]:
        """Those of which the store has ``told``, as they are by what was heard of them while it was asked."""
        heard = {name: alert for name in self._told if (alert := self._desk.alerts.get(name)) is not None}
        return {**{name: alert for name, alert in told.items() if name not in self._told}, **heard}

    def _inside_by_now(self, told: dict[str, Trip]) -> dict[str, Trip]:
        """Those of whom the store has ``told``, with who came and without who went while it was asked, and with what
        they have taken meanwhile."""
        live = self._desk.live
        known = (live.trips.get(trip) for trip in self._moved)
        came = {trip.id: trip for trip in known if trip is not None and trip.state == "inside"}
        stayed = {name: trip for name, trip in told.items() if name not in self._moved}
        for name in self._filled & stayed.keys():
            cart = live.carts.get(name)
            if cart is not None:
                stayed[name] = holding(stayed[name], cart)
        return {**stayed, **came}

    def _forget_oldest(self) -> None:
        """A desk is open all day; who left in the morning is found under Receipts."""
        live = self._desk.live
        left = [trip.id for trip in live.trips.values.values() if trip.state == "left"]
        live.trips.drop(left[:-KEPT_TRIPS])
        live.carts.drop(left[:-KEPT_TRIPS])

    def _put_trips(self, inside: dict[str, Trip]) -> None:
        """Those inside, and of those that left the newest."""
        live = self._desk.live
        left = [trip for trip in live.trips.values.values() if trip.state == "left" and trip.id not in inside]
        kept = {trip.id: trip for trip in left[-KEPT_TRIPS:]}
        live.trips.replace({**kept, **inside})
        live.carts.drop([trip for trip in live.carts.values if trip not in inside and trip not in kept])
        wanted = [trip.id for trip in inside.values() if not _is_known(trip, live.carts.get(trip.id))]
        if wanted:
            self._load_carts(wanted)

    def _load_carts(self, trips: list[str]) -> None:
        """Carts that were filled while the desk did not listen; those that change meanwhile come by themselves."""
        door = self._errands.door

        def work(cancellation: Cancellation) -> dict[str, Cart]:
            found = {}
            for trip in trips:
                cancellation.check()
                try:
                    found[trip] = door.client.cart(trip)
                except NotFound:
                    continue  # it was taken apart meanwhile
            return found

        def put(found: dict[str, Cart]) -> None:
            known = self._desk.live.carts
            known.put(
                {
                    trip: cart
                    for trip, cart in found.items()
                    if (present := known.get(trip)) is None or present.version < cart.version
                }
            )

        self._errands.run("carts", self.tr("Reading the carts"), work, put)


def _is_known(trip: Trip, cart: Cart | None) -> bool:
    """Whether it is the cart that the store speaks of."""
    units = 0 if cart is None else sum(line.quantity for line in cart.lines)
    return units == trip.units and (cart is None or not units or cart.total == trip.worth)


def _read(client: StoreClient, store: Store, permissions: frozenset[Permission], cancellation: Cancellation) -> _Built:
    built = _Built()
    if "floor" in permissions:
        built.planogram = client.planogram(store.id)
        built.cameras = tuple(client.cameras(store.id))
        cancellation.check()
        built.devices = {device.id: device for device in client.devices(store.id)}
        built.alerts = {alert.id: alert for alert in client.alerts(store.id)}
        cancellation.check()
        inside = client.each(client.trips, store.id, state="inside", limit=PAGE)
        built.trips = {trip.id: trip for trip in inside}
    cancellation.check()
    built.products = {product.gtin: product for product in client.each(client.products, limit=PAGE)}
    return built

"""The state of the floor as the map takes it."""

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, QLocale

from console.domain.shelf_index import ShelfIndex
from console.domain.shopper import Shoppers
from console.screens.words import amount
from console.state.book import Book
from store_client.contract.camera import Camera
from store_client.contract.cart import Cart
from store_client.contract.live import Device, DeviceState
from store_client.contract.planogram import Planogram
from store_client.contract.product import Product
from store_client.contract.trip import Trip
from widgets.amount import format_amount
from widgets.floor_plan import (
    CameraState,
    Plan,
    PlanCamera,
    PlanGate,
    PlanGondola,
    PlanPlate,
    PlateState,
    Shopper,
)

_PLATE_STATES: dict[DeviceState, PlateState] = {
    "ok": "ok",
    "noisy": "noisy",
    "drifting": "drifting",
    "dead": "dead",
    "late": "late",
    "lost": "unknown",
    "unknown": "unknown",
}


def plan(planogram: Planogram, cameras: tuple[Camera, ...], index: ShelfIndex, products: Book[str, Product]) -> Plan:
    def name(plate: str) -> str:
        gtin = index.gtin(plate)
        product = products.get(gtin)
        return product.name if product is not None else gtin or ""

    return Plan(
        outline=tuple((point.x, point.y) for point in planogram.outline),
        gates=tuple(PlanGate(gate.id, gate.name, gate.x, gate.y, gate.width, gate.angle) for gate in planogram.gates),
        gondolas=tuple(
            PlanGondola(one.id, one.name, tuple((point.x, point.y) for point in one.outline), one.angle)
            for one in planogram.gondolas
        ),
        plates=tuple(
            PlanPlate(one.id, one.gondola, one.shelf, one.x, one.y, one.width, one.depth, name(one.id))
            for one in planogram.plates
        ),
        cameras=tuple(
            PlanCamera(
                camera.id,
                camera.name,
                camera.pose.x,
                camera.pose.y,
                camera.pose.target_x,
                camera.pose.target_y,
                camera.pose.field_of_view,
            )
            for camera in cameras
            if camera.pose is not None
        ),
    )


def people(shoppers: Shoppers, trips: Book[str, Trip], carts: Book[str, Cart], locale: QLocale) -> list[Shopper]:
    """One dot a person; the worth of a group's cart stands at its first."""
    shown: list[Shopper] = []
    named: set[str] = set()
    for place, track in enumerate(shoppers.tracks):
        trip_id = shoppers.trips[place]
        trip, cart = trips.get(trip_id), carts.get(trip_id)
        is_first = trip_id is not None and trip_id not in named
        if trip_id is not None:
            named.add(trip_id)
        is_doubtful = cart is not None and cart.is_doubtful
        shown.append(
            Shopper(
                key=trip_id or track,
                x=float(shoppers.xy[place, 0]),
                y=float(shoppers.xy[place, 1]),
                name=visit_name(trip_id, trip),
                worth=format_amount(amount(cart.total), locale) if is_first and cart is not None and cart.lines else "",
                need="doubtful" if is_first and is_doubtful else "none",
                word=QCoreApplication.translate("floor", "doubtful") if is_first and is_doubtful else "",
                trail=shoppers.trails[place],
                hands=tuple((hand.x, hand.y) for hand in shoppers.hands[place]),
            )
        )
    return shown


def visit_name(trip_id: str | None, trip: Trip | None) -> str:
    """What a person is called wherever one is drawn."""
    if trip is not None:
        return QCoreApplication.translate("floor", "Visit {0}").format(trip.visit)
    if trip_id is not None:
        return QCoreApplication.translate("floor", "Visitor")
    return QCoreApplication.translate("floor", "No trip")


def plate_states(devices: Book[str, Device]) -> Mapping[str, PlateState]:
    return {device.id: _PLATE_STATES[device.state] for device in devices.values.values() if device.kind == "plate"}


def camera_states(devices: Book[str, Device]) -> Mapping[str, CameraState]:
    return {
        device.id: "lost" if device.state == "lost" else "live"
        for device in devices.values.values()
        if device.kind == "camera"
    }

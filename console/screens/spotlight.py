"""Which camera is in the spotlight, and why: the chosen shopper's, else the newest alert's, else the open case's."""

from collections.abc import Hashable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from console.domain.shelf_index import ShelfIndex
from console.domain.sight import Vector, best_camera
from console.screens.alert_words import alert_words
from console.screens.floor_picture import visit_name
from console.state.desk import Desk
from store_client.contract.camera import Camera
from store_client.contract.live import Alert
from store_client.contract.planogram import Planogram

CHEST_M = 1.2
HOLD_US = 5_000_000
"""How long a camera stays before one that sees the same thing better takes its place."""


def tr(text: str) -> str:
    return QCoreApplication.translate("spotlight", text)


@dataclass(frozen=True, slots=True)
class Spot:
    """``subject``: what is looked at. ``camera`` None: no camera sees it, or there is nothing to look at."""

    subject: Hashable
    camera: str | None
    reason: str


NOTHING = Spot(None, None, "")


class Spotlight:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._index: tuple[Planogram, ShelfIndex] | None = None
        self._spot = NOTHING
        self._held_until_us = 0

    def find(self) -> Spot:
        """As it is now; a camera once shown stays for a while as long as it is for the same subject."""
        spot, now_us = self._shopper() or self._alert() or self._case() or NOTHING, self._desk.shown_us()
        is_same = spot.subject == self._spot.subject and self._spot.camera is not None
        is_held = now_us < self._held_until_us <= now_us + HOLD_US  # the desk may have gone back
        if not (is_same and is_held):
            self._held_until_us = now_us + HOLD_US
            self._spot = spot
        return self._spot

    def _shopper(self) -> Spot | None:
        desk, choice = self._desk, self._desk.choice.value
        shoppers = desk.floor.shoppers
        place = None
        if choice.trip is not None:
            place = shoppers.place_of(choice.trip)
        elif choice.track in shoppers.tracks:
            place = shoppers.tracks.index(choice.track)
        if place is None:
            return None
        at = float(shoppers.xy[place, 0]), float(shoppers.xy[place, 1]), CHEST_M
        reason = tr("Sees best: {0}").format(visit_name(choice.trip, desk.trips.get(choice.trip)))
        return Spot(("shopper", choice.trip, choice.track), best_camera(self._seeing(), at), reason)

    def _alert(self) -> Spot | None:
        """The newest that is about a place which a camera sees."""
        for alert in sorted(self._desk.alerts.values.values(), key=lambda alert: -alert.raised_at):
            camera = self._camera_at(alert)
            if camera is not None:
                device = self._desk.devices.get(alert.device)
                words, _, _ = alert_words(alert, alert.device if device is None else device.name)
                return Spot(("alert", alert.id), camera, tr("Newest alert: {0}").format(words))
        return None

    def _camera_at(self, alert: Alert) -> str | None:
        cameras, planogram = self._seeing(), self._desk.planogram.value
        alone = next((camera for camera in self._desk.cameras.value if camera.id == alert.device), None)
        if alone is not None:
            if alone.pose is None:
                return alone.id
            others = [camera for camera in cameras if camera.id != alone.id]
            aim = alone.pose.target_x, alone.pose.target_y, CHEST_M
            return best_camera(others, aim) or alone.id  # of a lost camera nothing is to be seen
        if planogram is None:
            return None
        for gate in planogram.gates:
            if gate.id == alert.device:
                return best_camera(cameras, (gate.x, gate.y, CHEST_M))
        for gondola in planogram.gondolas:
            if str(gondola.id) == alert.device.removeprefix("gondola-"):
                corners = gondola.outline
                middle = sum(one.x for one in corners) / len(corners), sum(one.y for one in corners) / len(corners)
                return best_camera(cameras, (*middle, gondola.height / 2), gondola.angle)
        return self._camera_of_plate(alert.device)

    def _case(self) -> Spot | None:
        desk = self._desk
        case, line_number = desk.case.value.value, desk.case_line.value
        receipt = desk.receipt.value.value
        if case is None or line_number is None or receipt is None or receipt.id != case.receipt:
            return None
        line = next((line for line in receipt.lines if line.line == line_number), None)
        if line is None or not line.plates:
            return None
        reason = tr("The case's line {0}: {1}").format(line.line, line.name)
        return Spot(("case", case.id, line.line), self._camera_of_plate(line.plates[0]), reason)

    def _camera_of_plate(self, plate: str) -> str | None:
        planogram = self._desk.planogram.value
        if planogram is None:
            return None
        if self._index is None or self._index[0] is not planogram:
            self._index = (planogram, ShelfIndex(planogram))
        index = self._index[1]
        found = index.plates.get(plate)
        if found is None:
            return None
        at: Vector = (found.x, found.y, found.z)
        return best_camera(self._seeing(), at, index.open_side(plate))

    def _seeing(self) -> tuple[Camera, ...]:
        """All but those that are lost."""
        lost = {device.id for device in self._desk.devices.values.values() if device.state == "lost"}
        return tuple(camera for camera in self._desk.cameras.value if camera.id not in lost)

"""Where to look for what an alert is about."""

from dataclasses import replace

from console.domain.choice import Choice
from console.state.desk import Desk
from store_client.contract.live import Alert


def alert_place(desk: Desk, alert: Alert) -> Choice | None:
    """The camera, or the first plate of the gondola, that it is about; None for what is at no one place."""
    choice, planogram = desk.choice.value, desk.planogram.value
    if any(camera.id == alert.device for camera in desk.cameras.value):
        return replace(choice, camera=alert.device)
    plates = () if planogram is None else planogram.plates
    plate = next((plate.id for plate in plates if alert.device == f"gondola-{plate.gondola}"), None)
    return None if plate is None else replace(choice, plate=plate, line=None, camera=None, moment_us=None)


def device_name(desk: Desk, alert: Alert) -> str:
    """As people call it."""
    device = desk.devices.get(alert.device)
    return alert.device if device is None else device.name or device.id

"""How a camera's tile stands."""

from PySide6.QtCore import QCoreApplication

from console.state.desk import Desk
from widgets.video_tile import TileState, TileStatus

_STALE_US = 2_000_000


def tile_status(desk: Desk, camera: str) -> TileStatus:
    """From the stream to the desk and from what the store says of the camera, whichever is worse."""
    stream, picture, device = desk.pictures.streams.get(camera), desk.pictures.get(camera), desk.devices.get(camera)
    age_us = None if picture is None else desk.clock.age_us(picture.captured_us)
    detail = "" if stream is None else stream.detail
    state: TileState
    if stream is None or stream.state == "off":
        state = "no_signal"
    elif stream.state == "lost":
        state = "reconnecting" if picture is not None else "lost"
    elif picture is None:
        state = "connecting"
    elif age_us is not None and age_us > _STALE_US:
        state = "lost"
        detail = detail or QCoreApplication.translate("stream", "no new picture")
    else:
        state = "live"
    if state != "live" and device is not None and device.state == "lost":
        state, detail = "lost", device.detail or detail
    age_ms = None if age_us is None else age_us / 1_000
    return TileStatus(state, age_ms, 0.0 if stream is None else stream.rate_hz, detail)

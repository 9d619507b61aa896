"""How a camera's tile stands."""

from PySide6.QtCore import QCoreApplication

from console.state.desk import Desk
from widgets.video_tile import TileState, TileStatus

_STALE_MS = 2_000.0


def tile_status(desk: Desk, camera: str) -> TileStatus:
    """From the stream to the desk and from what the store says of the camera, whichever is worse."""
    stream, picture, device = desk.pictures.streams.get(camera), desk.pictures.get(camera), desk.devices.get(camera)
    # As long as one waited here: in a day that runs fast the store's own seconds are shorter.
    age_ms = None if picture is None else desk.shown_age_us(picture.captured_us) / 1e3 / desk.clock.rate
    detail = "" if stream is None else stream.detail
    state: TileState
    if stream is None or stream.state == "off":
        state = "no_signal"
    elif stream.state == "lost":
        state = "reconnecting" if picture is not None else "lost"
    elif picture is None:
        state = "connecting"
    elif age_ms is not None and age_ms > _STALE_MS:
        state = "lost"
        detail = detail or QCoreApplication.translate("stream", "no new picture")
    else:
        state = "live"
    if state != "live" and device is not None and device.state == "lost":
        state, detail = "lost", device.detail or detail
    return TileStatus(state, age_ms, 0.0 if stream is None else stream.rate_hz, detail)

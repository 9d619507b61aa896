"""How a camera's tile stands."""

from PySide6.QtCore import QCoreApplication, QLocale

from console.causes import device_words
from console.domain.camera_view import Stream
from console.domain.demotion import STILL
from console.state.desk import Desk
from store_client.contract.live import Device
from widgets.video_tile import TileState, TileStatus

_STALE_MS = 2_000.0


_GARBLED = 3
"""Pictures that were none, in ten seconds, before it is said: one may be garbled on any network."""
_SLOW = 0.6
_MOST_HZ = 60.0
"""A rate that no camera has: pictures that were held up come to the store in a burst."""
_ERROR_MS = 1_000.0
"""The camera's, of a picture that people look at; where moments are compared the error stands beside each."""
_OFF_MS = 500.0
_DRIFT_PPM = 100.0
"""Nine seconds a day: more than a clock that is set now and then may be off."""


def tr(text: str) -> str:
    return QCoreApplication.translate("stream", text)


def tile_status(desk: Desk, camera: str) -> TileStatus:
    """From the stream to the desk and from what the store says of the camera, whichever is worse."""
    stream, picture, device = desk.pictures.streams.get(camera), desk.pictures.get(camera), desk.devices.get(camera)
    # As long as one waited here: in a day that runs fast the store's own seconds are shorter.
    age_ms = None if picture is None else desk.shown_age_us(picture.captured_us) / 1e3 / desk.clock.rate
    behind_ms = 0.0 if stream is None else float(stream.behind_ms)
    detail = "" if stream is None else stream.detail
    state: TileState
    if stream is None or stream.state == "off":
        state = "no_signal"
    elif stream.state == "lost":
        state = "reconnecting" if picture is not None else "lost"
    elif picture is None:
        state = "connecting"
    elif age_ms is not None and age_ms - behind_ms > _STALE_MS + _pause_ms(stream):
        state = "lost"
        detail = detail or (tr("nothing was recorded just then") if desk.replay.value.is_on else tr("no new picture"))
    else:
        state = "live"
    if state != "live" and device is not None and device.state == "lost":
        state, detail = "lost", device_words(device) or detail
    if stream is None:
        return TileStatus(state, age_ms, detail=detail)
    notes = stream_notes(stream, device) if state == "live" else ()
    return TileStatus(state, age_ms, stream.rate_hz, detail, behind_ms + _pause_ms(stream), notes)


def stream_notes(stream: Stream, device: Device | None) -> tuple[str, ...]:
    """What is wrong with pictures that come, the gravest first, in a few words each."""
    locale, notes = QLocale(), []
    if stream.garbled >= _GARBLED:
        notes.append(tr("{0} pictures were garbled").format(stream.garbled))
    if stream.leapt_s:
        seconds = locale.toString(abs(stream.leapt_s), "f", 1)
        ahead = tr("Its clock leapt {0} s ahead") if stream.leapt_s > 0 else tr("Its clock leapt {0} s back")
        notes.append(ahead.format(seconds))
    if stream.clock_error_ms > _ERROR_MS:
        notes.append(tr("Its time is known to ± {0} s").format(locale.toString(stream.clock_error_ms / 1e3, "f", 1)))
    if device is not None:
        notes.extend(clock_notes(device))
    if stream.resized is not None:
        notes.append(tr("{0} × {1} before, now {2} × {3}").format(*stream.resized))
    if stream.every >= STILL:
        notes.append(tr("Stills only: too much for this machine"))
    elif stream.every > 1:
        notes.append(tr("1 picture of {0}: too much for this machine").format(stream.every))
    said_hz = 0.0 if device is None else device.rate_hz / stream.asked_every
    is_reduced = stream.every > 1 or said_hz > _MOST_HZ
    if not is_reduced and stream.came_hz is not None and stream.came_hz < _SLOW * said_hz:
        notes.append(tr("{0} of {1} pictures a second come").format(round(stream.came_hz), round(said_hz)))
    if device is not None and (words := device_words(device)):
        notes.append(words)
    return tuple(notes)


def clock_notes(device: Device) -> tuple[str, ...]:
    """What is wrong with a device's clock, although its times are corrected."""
    locale, notes = QLocale(), []
    off_ms = device.clock_offset_us / 1e3
    if abs(off_ms) - device.clock_error_us / 1e3 > _OFF_MS:
        words = tr("Its clock is {0} s ahead; corrected") if off_ms > 0 else tr("Its clock is {0} s behind; corrected")
        notes.append(words.format(locale.toString(abs(off_ms) / 1e3, "f", 1)))
    if abs(device.clock_drift_ppm) > _DRIFT_PPM:
        gains = device.clock_drift_ppm > 0
        words = tr("Its clock gains {0} s a day; corrected") if gains else tr("Its clock loses {0} s a day; corrected")
        notes.append(words.format(locale.toString(abs(device.clock_drift_ppm) * 0.0864, "f", 0)))
    return tuple(notes)


def _pause_ms(stream: Stream) -> float:
    """How long the next picture is waited for, where only some are decoded."""
    return 1e3 * stream.every / stream.came_hz if stream.every > 1 and stream.came_hz else 0.0

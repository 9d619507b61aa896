"""The clocks of devices that are wrong all day: what a device would stamp, and how late a camera's pictures come."""

from dataclasses import dataclass

import msgspec

from store_client.contract.device import Tracks
from store_client.contract.live import Weights

_MICROS = 1_000_000
CLOCK_PPM = 500
SLOW_GONDOLA = 3
TRACKER_US = 1_300_000


@dataclass(frozen=True, slots=True)
class CameraClock:
    """``offset_us`` ahead at first, gaining ``ppm``. ``late_us``: how late its pictures come, which no stamp says.
    ``has_stamps``: whether it says when a picture was taken at all."""

    offset_us: int = 0
    ppm: int = 0
    late_us: int = 0
    has_stamps: bool = True


RIGHT = CameraClock()
WRONG = {
    "camera-2": CameraClock(offset_us=2_700_000),
    "camera-4": CameraClock(ppm=CLOCK_PPM),
    "camera-5": CameraClock(offset_us=-1_900_000, ppm=-CLOCK_PPM // 2, late_us=120_000),
    "camera-7": CameraClock(late_us=230_000, has_stamps=False),
}


class Clocks:
    """``has_faults``: False where all of them are right."""

    def __init__(self, started_us: int, *, has_faults: bool) -> None:
        self._started_us = started_us
        self._cameras = WRONG if has_faults else {}

    def weighed(self, message: Weights) -> Weights:
        if message.gondola != SLOW_GONDOLA:
            return message
        return moved(message, self._gained(message.measured_at, CLOCK_PPM))

    def tracked(self, message: Tracks) -> Tracks:
        return msgspec.structs.replace(
            message, measured_at=message.measured_at + TRACKER_US, sent_at=message.sent_at + TRACKER_US
        )

    def stamp(self, camera: str, taken_us: int) -> int | None:
        """What a camera says of a picture that was taken at ``taken_us``."""
        clock = self._cameras.get(camera, RIGHT)
        return taken_us + clock.offset_us + self._gained(taken_us, clock.ppm) if clock.has_stamps else None

    def late_us(self, camera: str) -> int:
        return self._cameras.get(camera, RIGHT).late_us

    def _gained(self, at_us: int, ppm: int) -> int:
        return (at_us - self._started_us) * ppm // _MICROS


def moved(message: Weights, off_us: int) -> Weights:
    """Its stamps of a clock that is so far ahead."""
    return msgspec.structs.replace(
        message,
        measured_at=message.measured_at + off_us,
        sent_at=message.sent_at + off_us,
        first_at=message.first_at + off_us,
    )

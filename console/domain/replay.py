"""The past on the desk: whether it is shown, and how it goes on."""

from dataclasses import dataclass

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)


@dataclass(frozen=True, slots=True)
class Replay:
    """``is_on``: what the live screens show was so then (``Desk.moment``) and is not so now. ``speed``: seconds of then
    in one of the store's now, while ``is_playing``. ``kept_from_us``: since when map and carts can be shown,
    ``pictures_from_us``: since when pictures; None until it is known, or where nothing is kept."""

    is_on: bool = False
    is_playing: bool = False
    speed: float = 1.0
    is_loading: bool = False
    kept_from_us: int | None = None
    pictures_from_us: int | None = None

    @property
    def begins_us(self) -> int | None:
        """The first moment of which anything is kept."""
        known = [at_us for at_us in (self.kept_from_us, self.pictures_from_us) if at_us is not None]
        return min(known, default=None)


def other_speed(speed: float, by: int) -> float:
    """The next faster (+1) or slower (−1) one, as far as there is one."""
    place = SPEEDS.index(speed) + by
    return SPEEDS[min(max(place, 0), len(SPEEDS) - 1)]

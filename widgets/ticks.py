"""Where the lines of an axis stand: round numbers of grams, round times of the store's day. No Qt."""

import math

from widgets.moment import local, time_text

_TIME_STEPS_S = (
    0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400,
)  # fmt: skip
_HOUR_S = 3_600


def value_step(low: float, high: float, most: int) -> float:
    """The least step of 1, 2 or 5 × a power of ten that parts low to high into at most ``most``."""
    rough = max((high - low) / max(1, most), 1e-9)
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= rough * (1 - 1e-9))


def value_range(low: float, high: float, least_span: float) -> tuple[float, float]:
    """Low and high opened to round numbers: never less than ``least_span`` apart, and still while values move."""
    if high - low < least_span:
        middle = (low + high) / 2
        low, high = middle - least_span / 2, middle + least_span / 2
    step = value_step(low, high, 8)
    return math.floor(low / step - 0.1) * step, math.ceil(high / step + 0.1) * step


def value_ticks(low: float, high: float, most: int) -> list[tuple[float, int]]:
    """(value, digits that it needs after the point) of the lines between low and high."""
    step = value_step(low, high, most)
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [(number * step, digits) for number in range(first, last + 1)]


def time_ticks(start_us: int, end_us: int, most: int, zone: str) -> list[tuple[int, str]]:
    """(µs UTC, label) at round local times; midnight carries the date, the hour that comes twice its offset."""
    wanted = (end_us - start_us) / 1e6 / max(1, most)
    step_s = next((step for step in _TIME_STEPS_S if step >= wanted), _TIME_STEPS_S[-1])
    offset = local(start_us, zone).utcoffset()
    shift = round(offset.total_seconds() * 1e6) if offset else 0
    step = round(min(step_s, _HOUR_S) * 1e6)
    first = -(-(start_us + shift) // step) * step - shift
    return [(at, _label(at, step_s, zone)) for at in range(first, end_us + 1, step) if _is_round(at, step_s, zone)]


def _is_round(at_us: int, step_s: float, zone: str) -> bool:
    """Steps of more than an hour are counted on the wall clock: a day in which it is set has 23 or 25 hours."""
    moment = local(at_us, zone)
    return step_s <= _HOUR_S or ((moment.hour * _HOUR_S) % step_s == 0 and not moment.fold)


def _label(at_us: int, step_s: float, zone: str) -> str:
    moment = local(at_us, zone)
    if moment.hour == moment.minute == moment.second == moment.microsecond == 0:
        return moment.strftime("%Y-%m-%d")  # as everywhere: the name of a month would be in the system's language
    if step_s < 1:
        return time_text(at_us, zone, digits=1)
    text = time_text(at_us, zone)
    return text[: 8 if step_s < 60 else 5] + text[8:]

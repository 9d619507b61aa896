"""Moments as they are read: the store's local time, never the viewer's, with the repeated autumn hour told apart."""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def local(micros: int, zone: str) -> datetime:
    """The aware local time of µs UTC in an IANA zone. Raises ZoneInfoNotFoundError for a zone unknown."""
    return (_EPOCH + timedelta(microseconds=micros)).astimezone(_zone(zone))


def is_repeated(moment: datetime) -> bool:
    """True within the hour that the clocks of its zone show twice."""
    other = moment.replace(fold=1 - moment.fold)
    return moment.utcoffset() != other.utcoffset() and other.astimezone(UTC).astimezone(moment.tzinfo) == other


def offset_text(moment: datetime) -> str:
    """``+02:00``; ``UTC`` where the offset is none."""
    offset = moment.utcoffset() or timedelta()
    minutes = round(offset.total_seconds() / 60)
    if not minutes:
        return "UTC"
    sign = "+" if minutes > 0 else "−"
    return f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def time_text(micros: int, zone: str, *, digits: int = 0, has_date: bool = False, has_offset: bool = False) -> str:
    """``14:03:22``, with ``digits`` of the second's fraction; the offset follows where asked for or needed to tell.

    Fractions are cut, not rounded: a clock never shows a second that has not come.
    """
    moment = local(micros, zone)
    text = moment.strftime("%Y-%m-%d %H:%M:%S" if has_date else "%H:%M:%S")
    if digits:
        text += f".{moment.microsecond:06d}"[: digits + 1]
    if has_offset or is_repeated(moment):
        text += f" {offset_text(moment)}"
    return text


def age_text(seconds: float) -> str:
    """How old something is, in words that do not dance: ``now``, ``4 s``, ``3 min``, ``2 h``, ``5 d``."""
    if seconds < 1:
        return QCoreApplication.translate("moment", "now")
    if seconds < 60:
        return QCoreApplication.translate("moment", "{0} s").format(int(seconds))
    if seconds < 3600:
        return QCoreApplication.translate("moment", "{0} min").format(int(seconds // 60))
    if seconds < 86_400:
        return QCoreApplication.translate("moment", "{0} h").format(int(seconds // 3600))
    return QCoreApplication.translate("moment", "{0} d").format(int(seconds // 86_400))

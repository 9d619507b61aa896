"""Time on the wire: RFC 3339 UTC over HTTP, whole microseconds since 1970 on the live subjects."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import msgspec

Moment = Annotated[datetime, msgspec.Meta(tz=True, description="RFC 3339, UTC")]
Micros = int
"""Microseconds since 1970-01-01 UTC."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_micros(moment: datetime) -> int:
    """Whole microseconds since 1970, without passing through a float."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def from_micros(micros: int) -> datetime:
    """The aware UTC datetime of ``micros``. Raises OverflowError outside the years 1 to 9999."""
    return _EPOCH + timedelta(microseconds=micros)


LATEST_US = to_micros(datetime.max.replace(tzinfo=UTC))
"""The end of the year 9999."""

"""Weights and positions of a span as CSV (RFC 4180), so that any program reads them."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO, Protocol
from zoneinfo import ZoneInfo

from store_client.contract.live import Positions
from store_client.contract.moment import from_micros
from store_client.contract.planogram import Planogram, plate_indices
from store_client.contract.sensor import PlateSeries, PositionFix, PositionHistory, WeightHistory

US = 1_000_000
MOST_ROWS = 1_000_000
"""What a spreadsheet opens (1,048,576 rows)."""
MOST_BUCKETS = 20_000
FINE_US, FINE_STEP_US = 120 * US, US // 10
"""Up to here weights are given so finely, and then by the second; least and greatest lose nothing that happened."""
HOUR_US = 3_600 * US
WEIGHTS_HEAD = ("utc", "store_local_time", "plate", "gtin", "least_g", "greatest_g", "for_ms", "clock_error_ms")
POSITIONS_HEAD = ("utc", "store_local_time", "track", "trip", "x_m", "y_m", "clock_error_ms")


class History(Protocol):
    async def weights(
        self, store: str, plates: Sequence[str], since_us: int, until_us: int, points: int
    ) -> WeightHistory: ...

    async def positions(self, store: str, since_us: int, until_us: int) -> PositionHistory: ...

    async def tracked(self, since_us: int, until_us: int) -> Sequence[Positions]: ...


@dataclass(frozen=True, slots=True)
class Written:
    """What a table holds: its rows, from the first to the last; ``kept_from_us``: nothing older is kept."""

    rows: int = 0
    begin_us: int | None = None
    end_us: int | None = None
    step_us: int = 0
    error_us: int = 0
    kept_from_us: int | None = None

    def and_then(self, other: "Written") -> "Written":
        begins = [us for us in (self.begin_us, other.begin_us) if us is not None]
        ends = [us for us in (self.end_us, other.end_us) if us is not None]
        kept = [us for us in (self.kept_from_us, other.kept_from_us) if us is not None]
        return Written(
            self.rows + other.rows,
            min(begins, default=None),
            max(ends, default=None),
            max(self.step_us, other.step_us),
            max(self.error_us, other.error_us),
            min(kept, default=None),
        )


class Tables:
    """Made of what the store's history keeps."""

    def __init__(self, store: str, zone: str, planogram: Planogram, history: History) -> None:
        self._store = store
        self._zone = ZoneInfo(zone)
        self._history = history
        self._gtins = {
            plate: facing.gtin for facing in planogram.facings if facing.gtin is not None for plate in facing.plates
        }
        self._gondolas: dict[int, list[str]] = {}
        for plate in planogram.plates:
            self._gondolas.setdefault(plate_indices(plate.id)[0], []).append(plate.id)

    async def weights(
        self, file: BinaryIO, since_us: int, until_us: int, errors: Mapping[str, int]
    ) -> AsyncIterator[Written]:
        """Least and greatest of every plate, as fine as a spreadsheet holds: plate by plate. ``errors``: µs by which the
        clock of a gondola may be off, by its id. Yields what it wrote, bit by bit. Raises Refusal, OSError."""
        plates = sum(len(own) for own in self._gondolas.values())
        span_us = until_us - since_us
        step_us = FINE_STEP_US if span_us <= FINE_US else US
        points = max(1, min(MOST_BUCKETS, MOST_ROWS // max(1, plates), span_us // step_us))
        _write(file, [WEIGHTS_HEAD])
        for gondola, own in self._gondolas.items():
            found = await self._history.weights(self._store, own, since_us, until_us, points)
            error_us = errors.get(f"gondola-{gondola}", 0)
            yield await asyncio.to_thread(self._weighed, file, found, since_us, until_us, error_us)

    async def positions(self, file: BinaryIO, since_us: int, until_us: int, error_us: int) -> AsyncIterator[Written]:
        """Everyone's, an hour at a time. Yields, raises: see ``weights``."""
        _write(file, [POSITIONS_HEAD])
        for begin_us in range(since_us, until_us, HOUR_US):
            found = await self._history.positions(self._store, begin_us, min(until_us, begin_us + HOUR_US))
            yield await asyncio.to_thread(self._placed, file, found, error_us)

    def _weighed(self, file: BinaryIO, found: WeightHistory, since_us: int, until_us: int, error_us: int) -> Written:
        at = found.series[0].at if found.series else []
        times = [self._time(at_us) for at_us in at]
        tail = (_ms(found.bucket_us), _ms(error_us))
        rows, moments = 0, []
        for series in found.series:
            own = [i for i in _read(series) if since_us - found.bucket_us < at[i] < until_us]
            _write(
                file,
                (
                    (
                        *times[i],
                        series.plate,
                        self._gtins.get(series.plate, ""),
                        series.least[i],
                        series.greatest[i],
                        *tail,
                    )
                    for i in own
                ),
            )
            rows += len(own)
            moments += [at[i] for i in (own[0], own[-1])] if own else []
        begin_us, end_us = min(moments, default=None), max(moments, default=None)
        return Written(rows, begin_us, end_us, found.bucket_us, error_us, found.kept_from)

    def _placed(self, file: BinaryIO, found: PositionHistory, error_us: int) -> Written:
        def row(fix: PositionFix) -> tuple[object, ...]:
            return (*self._time(fix.at), fix.track, fix.trip or "", round(fix.x, 3), round(fix.y, 3), _ms(error_us))

        _write(file, map(row, found.fixes))
        moments = [fix.at for fix in found.fixes]
        begin_us, end_us = min(moments, default=None), max(moments, default=None)
        return Written(len(moments), begin_us, end_us, 0, error_us, found.kept_from)

    def _time(self, at_us: int) -> tuple[str, str]:
        moment = from_micros(at_us)
        return _text(moment.astimezone(UTC)).replace("+00:00", "Z"), _text(moment.astimezone(self._zone))


def _read(series: PlateSeries) -> list[int]:
    return [i for i, least in enumerate(series.least) if least is not None]


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


def _ms(us: int) -> float:
    return round(us / 1_000, 3)


def _write(file: BinaryIO, rows: Iterable[Iterable[object]]) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    csv.writer(text).writerows(rows)
    text.detach()

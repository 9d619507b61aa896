"""Kept readings, thinned without losing an extreme."""

import asyncio
import math
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from store_client.contract.decoding import MsgpackDecoder, msgpack_decoder
from store_client.contract.evidence import PlateTrace
from store_client.contract.live import Message, Positions, Weights, stream, subject
from store_client.contract.planogram import Planogram, plate_indices
from store_client.contract.sensor import PlateSeries, PositionHistory, WeightHistory
from store_client.contract.unreadable import UNREADABLE
from store_client.kept import Kept
from store_client.places import NEAR, Found, Places
from store_server.bus import BATCH, Bus, NotKept
from store_server.refusal import Refusal
from store_server.sensing.fixes import Fixes, Gathering
from store_server.sensing.levels import MINUTES, SECONDS, Levels, Resolution
from store_server.sensing.readings import Malformed, grams, possible
from store_server.sensing.traces import traces_of

M = TypeVar("M", bound=Message)
US = 1_000_000
MOST_POINTS = 20_000
MOST_SPAN_US = 7 * 86_400 * US
MOST_POSITION_SPAN_US = 3_600 * US
MOST_FIXES = 50_000
FIX_US = 100_000
FIRST = 64
"""Messages asked for at once, before it is known how closely they lie."""
SLACK_US = 2 * US
"""Messages lie in the order in which they came, which is by so much not that in which they were measured."""


@dataclass(frozen=True, slots=True)
class Span:
    """Buckets [since + i·bucket, since + (i + 1)·bucket) for i < count; ``since`` is a whole multiple of the bucket."""

    since: int
    bucket: int
    count: int

    @property
    def until(self) -> int:
        return self.since + self.bucket * self.count


@dataclass(frozen=True, slots=True)
class Extremes:
    """Least and greatest [plates, buckets], NaN where nothing was read."""

    span: Span
    least: NDArray[np.float64]
    greatest: NDArray[np.float64]

    def add(self, at: NDArray[np.int64], least: NDArray[np.float32], greatest: NDArray[np.float32]) -> None:
        """Readings [samples, plates] at the times ``at``; those outside the span are left out."""
        bucket = (at - self.span.since) // self.span.bucket
        is_inside = (bucket >= 0) & (bucket < self.span.count)
        for row in range(self.least.shape[0]):
            np.fmin.at(self.least[row], bucket[is_inside], least[is_inside, row])
            np.fmax.at(self.greatest[row], bucket[is_inside], greatest[is_inside, row])


class History:
    """Long spans are read from levels kept per minute and per second, what these lack from the raw readings.

    So an extreme of the minute that is under way is found as well, and one of a minute whose level was never written.
    """

    def __init__(self, bus: Bus, planogram: Planogram) -> None:
        self._bus = bus
        self._planogram = planogram
        self._store = planogram.store
        self._plates = {plate.id for plate in planogram.plates}
        self._weights = msgpack_decoder(Weights)
        self._levels = msgpack_decoder(Levels)
        self._positions = msgpack_decoder(Positions)
        self._places: dict[tuple[str, str], Places] = {}

    async def weights(
        self, store: str, plates: Sequence[str], since_us: int, until_us: int, points: int
    ) -> WeightHistory:
        """Least and greatest of each plate in at most ``points`` buckets that cover [since, until).

        Buckets begin at whole multiples of their length, so that they stand still while the span moves. Raises
        Refusal: "not-found" for a store or plate that is not here, "bad-request", "unavailable".
        """
        self._check(store, since_us, until_us, MOST_SPAN_US)
        unknown = [plate for plate in plates if plate not in self._plates]
        if unknown:
            raise Refusal("not-found", f"there is no plate {unknown[0]!r}")
        span = span_of(since_us, until_us, max(1, min(points, MOST_POINTS)))
        by_gondola: dict[int, list[str]] = {}
        for plate in dict.fromkeys(plates):
            by_gondola.setdefault(plate_indices(plate)[0], []).append(plate)
        try:
            found, begins = await asyncio.gather(
                asyncio.gather(*(self._gondola(gondola, own, span) for gondola, own in by_gondola.items())),
                asyncio.gather(*(self._kept_from(gondola) for gondola in by_gondola)),
            )
        except NotKept as error:
            raise Refusal("unavailable", str(error)) from error
        series = {one.plate: one for group in found for one in group}
        kept_from = min((begin for begin in begins if begin is not None), default=None)
        return WeightHistory(store, span.bucket, kept_from, [series[plate] for plate in dict.fromkeys(plates)])

    async def positions(self, store: str, since_us: int, until_us: int) -> PositionHistory:
        """Everyone's fixes in [since, until), thinned evenly to ``MOST_FIXES``. Raises Refusal as ``weights`` does."""
        self._check(store, since_us, until_us, MOST_POSITION_SPAN_US)
        name, about = stream(self._store, "positions"), subject(self._store, "positions")
        try:
            oldest = await self._oldest(name, about, self._positions)
            fixes = await self.fixes(since_us, until_us)
        except NotKept as error:
            raise Refusal("unavailable", str(error)) from error
        kept_from = None if oldest is None else oldest.measured_at
        chosen = await asyncio.to_thread(lambda: [fixes.one(place) for place in thinned(fixes, MOST_FIXES)])
        return PositionHistory(store, kept_from, chosen)

    async def fixes(self, since_us: int, until_us: int) -> Fixes:
        """Every fix of everyone in [since, until), with their hands. Raises NotKept."""
        name, about = stream(self._store, "positions"), subject(self._store, "positions")
        gathering = Gathering()
        async for message in self._between(name, about, self._positions, since_us, until_us):
            if since_us <= message.measured_at < until_us:
                gathering.add(message)
        return await asyncio.to_thread(gathering.fixes)

    async def tracked(self, since_us: int, until_us: int) -> list[Positions]:
        """Everybody with their hands in [since, until). Raises NotKept."""
        name, about = stream(self._store, "positions"), subject(self._store, "positions")
        messages = self._between(name, about, self._positions, since_us, until_us)
        found = [message async for message in messages if since_us <= message.measured_at < until_us]
        if not found:
            self._places.pop((name, about), None)  # a message that was out of order may have misled
        return found

    async def traces(self, plates: Sequence[str], since_us: int, until_us: int) -> list[PlateTrace]:
        """Every raw reading of ``plates`` in [since, until). Raises NotKept."""
        by_gondola: dict[int, list[str]] = {}
        for plate in dict.fromkeys(plates):
            by_gondola.setdefault(plate_indices(plate)[0], []).append(plate)
        found: list[PlateTrace] = []
        for gondola, own in by_gondola.items():
            name, about = stream(self._store, "weights"), subject(self._store, "weights", gondola)
            messages = [message async for message in self._between(name, about, self._weights, since_us, until_us)]
            found += traces_of(messages, own, since_us, until_us)
        return found

    def _check(self, store: str, since_us: int, until_us: int, most_us: int) -> None:
        if store != self._store:
            raise Refusal("not-found", f"there is no store {store!r} here")
        if not 0 < until_us - since_us <= most_us:
            raise Refusal("bad-request", f"the span must end after it begins and last at most {most_us // US} s")

    async def _gondola(self, gondola: int, plates: Sequence[str], span: Span) -> list[PlateSeries]:
        empty = np.full((len(plates), span.count), np.nan)
        extremes = Extremes(span, empty, empty.copy())
        places = [plate_indices(plate)[1:] for plate in plates]
        await self._fill(gondola, places, extremes, span.since, span.until)
        at = [span.since + index * span.bucket for index in range(span.count)]
        return [
            PlateSeries(plate, at, _told(extremes.least[row]), _told(extremes.greatest[row]))
            for row, plate in enumerate(plates)
        ]

    async def _fill(
        self, gondola: int, places: Sequence[tuple[int, int]], extremes: Extremes, since_us: int, until_us: int
    ) -> None:
        """Fills [since, until) from the coarsest level that the buckets allow, and its holes from finer ones."""
        holes = [(since_us, until_us)]
        for resolution in (MINUTES, SECONDS):
            if extremes.span.bucket % resolution.step_us == 0:
                left = []
                for begin, end in holes:
                    left += await self._fill_levels(resolution, gondola, places, extremes, begin, end)
                holes = left
        for begin, end in holes:
            await self._fill_raw(gondola, places, extremes, begin, end)

    async def _fill_levels(
        self,
        resolution: Resolution,
        gondola: int,
        places: Sequence[tuple[int, int]],
        extremes: Extremes,
        since_us: int,
        until_us: int,
    ) -> list[tuple[int, int]]:
        """Returns what no message of this resolution covers."""
        name, about = resolution.stream(self._store), resolution.subject(self._store, gondola)
        length = resolution.step_us * resolution.buckets
        covered: list[tuple[int, int]] = []
        async for message in self._between(name, about, self._levels, since_us, until_us, length):
            least = _chosen(message.least, message.shape, places)
            greatest = _chosen(message.greatest, message.shape, places)
            at = message.first_at + np.arange(message.shape[0], dtype=np.int64) * message.step_us
            is_inside = (at >= since_us) & (at < until_us)
            extremes.add(at[is_inside], least[is_inside], greatest[is_inside])
            covered.append((message.first_at, message.first_at + length))
        return _holes(covered, since_us, until_us)

    async def _fill_raw(
        self, gondola: int, places: Sequence[tuple[int, int]], extremes: Extremes, since_us: int, until_us: int
    ) -> None:
        name, about = stream(self._store, "weights"), subject(self._store, "weights", gondola)
        read: list[tuple[NDArray[np.int64], NDArray[np.float32]]] = []
        async for message in self._between(name, about, self._weights, since_us, until_us):
            try:
                values = grams(message)
            except Malformed:
                continue
            at = message.first_at + np.round(np.arange(len(values)) * (US / message.rate_hz)).astype(np.int64)
            read.append((at, _of_places(values, places)))
        if read:  # all at once: a step for each message is what takes the time
            at, chosen = np.concatenate([at for at, _ in read]), possible(np.concatenate([one for _, one in read]))
            is_inside = (at >= since_us) & (at < until_us)
            extremes.add(at[is_inside], chosen[is_inside], chosen[is_inside])

    async def _between(
        self,
        name: str,
        about: str,
        decoder: "MsgpackDecoder[M]",
        since_us: int,
        until_us: int,
        length_us: int = 0,
    ) -> AsyncIterator[M]:
        """What is kept of ``about`` and was measured in the span, and a little around it. Asked for at once are not many
        more than there are: each costs as much as one that is wanted."""
        last_us = until_us + length_us + SLACK_US
        number, most = await self._start_at(name, about, decoder, since_us - SLACK_US), FIRST
        while True:
            batch = await self._bus.read(name, about, number, most)
            measured_us: list[int] = []
            for data in batch.kept:
                message = _decoded(decoder, data)
                if message is None:
                    continue
                if message.measured_at > last_us:
                    return
                measured_us.append(message.measured_at)
                yield message
            if not batch.kept or not batch.pending:
                return
            number, most = batch.last + 1, _as_many(measured_us, last_us)

    async def _start_at(self, name: str, about: str, decoder: "MsgpackDecoder[M]", at_us: int) -> int:
        """The number from which on messages of ``about`` were measured at ``at_us`` or later."""

        def found(kept: Kept | None) -> Found | None:
            message = None if kept is None else _decoded(decoder, kept.data)
            return None if kept is None or message is None else (kept.at, message.measured_at)

        async def measured(number: int) -> Found | None:
            return found(await self._bus.first(name, about, number))

        async def newest() -> Found | None:
            return found(await self._bus.newest(name, about))

        return await self._places.setdefault((name, about), Places()).start_at(at_us, measured, newest)

    async def _kept_from(self, gondola: int) -> int | None:
        """When the oldest reading of a gondola was taken."""
        raw, level = await asyncio.gather(
            self._oldest(stream(self._store, "weights"), subject(self._store, "weights", gondola), self._weights),
            self._oldest(MINUTES.stream(self._store), MINUTES.subject(self._store, gondola), self._levels),
        )
        return min((message.first_at for message in (raw, level) if message is not None), default=None)

    async def _oldest(self, name: str, about: str, decoder: "MsgpackDecoder[M]") -> M | None:
        """The oldest kept message of ``about`` that can be read: what an earlier program kept in another form lies before
        it."""
        first = await self._bus.first(name, about)
        oldest = None if first is None else _decoded(decoder, first.data)
        if first is None or oldest is not None:
            return oldest
        newest = await self._bus.newest(name, about)
        oldest = None if newest is None else _decoded(decoder, newest.data)
        if newest is None or oldest is None:
            return None
        low, high = first.at, newest.at
        while high - low > 1:
            middle = (low + high) // 2
            kept = await self._bus.first(name, about, middle)
            message = None if kept is None else _decoded(decoder, kept.data)
            if message is None:
                low = middle
            else:
                oldest, high = message, middle
        return oldest


def span_of(since_us: int, until_us: int, points: int) -> Span:
    """Buckets that cover [since, until): whole seconds where they last so long, whole minutes likewise."""
    bucket = max(1, math.ceil((until_us - since_us) / points))
    for step in (60 * US, US):
        if bucket > step // 2:
            bucket = math.ceil(bucket / step) * step
            break
    while True:
        since = since_us - since_us % bucket
        count = math.ceil((until_us - since) / bucket)
        if count <= points or points == 1:
            return Span(since, bucket, count)
        bucket += max(1, _step(bucket))


def _step(bucket: int) -> int:
    """By how much a bucket grows, so that it stays a whole multiple of what it was."""
    if bucket % (60 * US) == 0:
        return 60 * US
    return US if bucket % US == 0 else bucket // 64


def thinned(fixes: Fixes, most: int) -> Sequence[int]:
    """The places of at most about ``most`` fixes: for everyone the first of each of equally long steps."""
    if len(fixes) <= most:
        return range(len(fixes))
    found: list[int] = fixes.first_of_steps(FIX_US * math.ceil(len(fixes) / most)).tolist()
    return found


def _as_many(measured_us: Sequence[int], last_us: int) -> int:
    """How many more messages there are until ``last_us``, as closely as these lie."""
    if len(measured_us) < 2:
        return BATCH
    begin_us, end_us = measured_us[0], measured_us[-1]
    left = (last_us - end_us) * len(measured_us) / max(1, end_us - begin_us)
    return min(BATCH, max(NEAR, math.ceil(left)))


def _decoded(decoder: "MsgpackDecoder[M]", data: bytes) -> M | None:
    """The message, or None for what an earlier program kept in another form."""
    try:
        return decoder.decode(data)
    except UNREADABLE:
        return None


def _chosen(data: bytes, shape: tuple[int, int, int], places: Sequence[tuple[int, int]]) -> NDArray[np.float32]:
    return _of_places(np.frombuffer(data, dtype="<f4").reshape(shape), places)


def _of_places(values: NDArray[np.float32], places: Sequence[tuple[int, int]]) -> NDArray[np.float32]:
    """[samples, places] of [samples, shelves, plates]; NaN for a place outside, of which nothing is ever said."""
    shelves, plates = values.shape[1:]
    chosen = np.full((values.shape[0], len(places)), np.nan, np.float32)
    for column, (shelf, plate) in enumerate(places):
        if shelf < shelves and plate < plates:
            chosen[:, column] = values[:, shelf, plate]
    return chosen


def _holes(covered: Sequence[tuple[int, int]], since_us: int, until_us: int) -> list[tuple[int, int]]:
    holes, at = [], since_us
    for begin, end in sorted(covered):
        if begin > at:
            holes.append((at, min(begin, until_us)))
        at = max(at, end)
        if at >= until_us:
            return holes
    return [*holes, (at, until_us)]


def _told(values: NDArray[np.float64]) -> list[float | None]:
    return [None if math.isnan(value) else value for value in np.round(values, 3).tolist()]

"""Raw readings of single plates out of the messages of their gondola."""

import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from store_client.contract.evidence import PlateTrace
from store_client.contract.live import Weights
from store_client.contract.planogram import plate_indices
from store_server.sensing.readings import Grams, Malformed, grams, possible

US = 1_000_000
STEADY_US = 20_000
"""Batches that begin no further from where the last one left off are one trace."""


def traces_of(messages: Sequence[Weights], plates: Sequence[str], since_us: int, until_us: int) -> list[PlateTrace]:
    """``messages``: of one gondola, in any order. A trace for each stretch without a gap, of each of ``plates``."""
    batches = list(_once(messages))
    found: list[PlateTrace] = []
    for plate in plates:
        open_trace: PlateTrace | None = None
        for message, values in batches:
            trace = _part(message, values, plate, since_us, until_us)
            if trace is None:
                continue
            if open_trace is not None and _goes_on(open_trace, trace):
                open_trace.grams.extend(trace.grams)
            else:
                open_trace = trace
                found.append(trace)
    return [trace for trace in found if any(value is not None for value in trace.grams)]


def _once(messages: Sequence[Weights]) -> Iterator[tuple[Weights, Grams]]:
    """In order of time. One that begins before the middle of the one before it was sent twice."""
    middle_us: float | None = None
    for message in sorted(messages, key=lambda message: message.first_at):
        if middle_us is not None and message.first_at < middle_us:
            continue
        try:
            values = possible(grams(message))
        except Malformed:
            continue
        middle_us = message.first_at + len(values) * US / message.rate_hz / 2
        yield message, values


def _part(message: Weights, values: Grams, plate: str, since_us: int, until_us: int) -> PlateTrace | None:
    """What ``message`` says of one plate within the span; None if nothing."""
    _, shelf, index = plate_indices(plate)
    if shelf >= values.shape[1] or index >= values.shape[2]:
        return None
    taken = [message.first_at + round(sample * US / message.rate_hz) for sample in range(len(values))]
    first, last = bisect_left(taken, since_us), bisect_left(taken, until_us)
    if first >= last:
        return None
    return PlateTrace(
        plate=plate,
        first_at=taken[first],
        rate_hz=message.rate_hz,
        grams=[None if math.isnan(value) else round(value, 3) for value in values[first:last, shelf, index].tolist()],
    )


def _end(trace: PlateTrace) -> int:
    """When the sample after the last one would be taken."""
    return trace.first_at + round(len(trace.grams) * US / trace.rate_hz)


def _goes_on(trace: PlateTrace, later: PlateTrace) -> bool:
    return later.rate_hz == trace.rate_hz and abs(later.first_at - _end(trace)) <= STEADY_US

"""Raw readings of single plates out of the messages of their gondola."""

import math
from collections.abc import Sequence

from store_client.contract.evidence import PlateTrace
from store_client.contract.live import Weights
from store_client.contract.planogram import plate_indices
from store_server.sensing.readings import Malformed, grams, possible

US = 1_000_000
STEADY_US = 20_000
"""Batches that begin no further from where the last one left off are one trace."""


def traces_of(messages: Sequence[Weights], plates: Sequence[str], since_us: int, until_us: int) -> list[PlateTrace]:
    """``messages``: of one gondola, in any order. A trace for each stretch without a gap, of each of ``plates``."""
    found: list[PlateTrace] = []
    for plate in plates:
        _, shelf, index = plate_indices(plate)
        open_trace: PlateTrace | None = None
        for message in sorted(messages, key=lambda message: message.first_at):
            trace = _part(message, plate, (shelf, index), since_us, until_us)
            if trace is None or (open_trace is not None and trace.first_at < _end(open_trace) - STEADY_US):
                continue  # of another time, or sent twice
            if open_trace is not None and _goes_on(open_trace, trace):
                open_trace.grams.extend(trace.grams)
            else:
                open_trace = trace
                found.append(trace)
    return [trace for trace in found if any(value is not None for value in trace.grams)]


def _part(message: Weights, plate: str, place: tuple[int, int], since_us: int, until_us: int) -> PlateTrace | None:
    """What ``message`` says of one plate within the span; None if nothing."""
    try:
        values = possible(grams(message))
    except Malformed:
        return None
    if place[0] >= values.shape[1] or place[1] >= values.shape[2]:
        return None
    first = max(0, math.ceil((since_us - message.first_at) * message.rate_hz / US))
    last = min(len(values), math.ceil((until_us - message.first_at) * message.rate_hz / US))
    if first >= last:
        return None
    readings = values[first:last, place[0], place[1]].tolist()
    return PlateTrace(
        plate=plate,
        first_at=message.first_at + round(first * US / message.rate_hz),
        rate_hz=message.rate_hz,
        grams=[None if math.isnan(value) else round(value, 3) for value in readings],
    )


def _end(trace: PlateTrace) -> int:
    """When the sample after the last one would be taken."""
    return trace.first_at + round(len(trace.grams) * US / trace.rate_hz)


def _goes_on(trace: PlateTrace, later: PlateTrace) -> bool:
    return later.rate_hz == trace.rate_hz and abs(later.first_at - _end(trace)) <= STEADY_US

"""What the devices of an empty store say: goods lie where they lay last, and the cameras follow nobody."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

import msgspec
import numpy as np

from store_client.contract.device import Tracks
from store_client.contract.live import Weights
from store_server.recorded.recording import Arrival

LEVEL_BATCHES = 5
"""A second of a gondola, whose medians are taken for the levels: it may tremble when the recording ends."""
FELL_SILENT_US = 2_000_000
"""A gondola that ended so long before the others had died, and stays dead."""
USUAL_US = 100_000


def stillness(arrivals: Sequence[Arrival], span_us: int) -> list[Arrival]:
    """What follows ``arrivals`` (in the order in which they came) for ``span_us``, if nobody is there any more.

    A recording ends when somebody stopped it; real plates and trackers go on, and whoever waits for them to be still
    (see store_server.fusion) may rely on that.
    """
    until_us = arrivals[-1].at_us + span_us
    gondolas: dict[int, list[Weights]] = {}
    for arrival in arrivals:
        if isinstance(arrival.message, Weights):
            gondolas.setdefault(arrival.message.gondola, []).append(arrival.message)
    newest_us = max((batches[-1].measured_at for batches in gondolas.values()), default=0)
    still = [
        batch
        for batches in gondolas.values()
        if batches[-1].measured_at > newest_us - FELL_SILENT_US
        for batch in _lying(batches, until_us)
    ]
    still += _nobody([arrival for arrival in arrivals if isinstance(arrival.message, Tracks)], until_us)
    return sorted(still, key=lambda arrival: arrival.at_us)


def _lying(batches: Sequence[Weights], until_us: int) -> list[Arrival]:
    last = batches[-1]
    same = [batch for batch in batches[-LEVEL_BATCHES:] if batch.shape == last.shape]
    read = np.concatenate([np.frombuffer(batch.grams, "<f4").reshape(batch.shape) for batch in same])
    levels = np.full(last.shape[1:], np.nan, "<f4")
    has_any = np.isfinite(read).any(axis=0)
    levels[has_any] = np.nanmedian(read[:, has_any], axis=0)
    grams = np.broadcast_to(levels, last.shape).tobytes()
    arrivals = []
    for number in range(1, 1 + int((until_us - last.measured_at) * last.rate_hz / 1e6 / last.shape[0])):
        passed = round(number * last.shape[0] * 1e6 / last.rate_hz)
        batch = msgspec.structs.replace(
            last, measured_at=last.measured_at + passed, first_at=last.first_at + passed, grams=grams
        )
        arrivals.append(Arrival(batch.measured_at, f"plates.{batch.gondola}", batch))
    return arrivals


def _nobody(fixes: Sequence[Arrival], until_us: int) -> list[Arrival]:
    """Fixes of nobody, as often and as late as those before were."""
    if not fixes:
        return []
    times = [fix.message.measured_at for fix in fixes]
    period = round(median(b - a for a, b in pairwise(times))) if len(times) > 1 else USUAL_US
    late = round(median(fix.at_us - fix.message.measured_at for fix in fixes))
    first = max(times[-1] + period, fixes[-1].at_us - late)  # never before the last of them came
    return [
        Arrival(at + late, "tracks", Tracks(epoch="", seq=0, measured_at=at, sent_at=0, tracks=[]))
        for at in range(first, until_us - late, max(period, USUAL_US // 4))
    ]

"""A message of weights as the array it carries, checked."""

import math

import msgspec
import numpy as np
from numpy.typing import NDArray

from store_client.contract.live import Weights

Grams = NDArray[np.float32]
"""[samples, shelves, plates]; NaN where there is no plate or no reading."""

MOST_SAMPLES = 600
MOST_US = 600 * 1_000_000
MOST_GRAMS = 200_000.0
RATES_HZ = (0.1, 1_000.0)


class Malformed(ValueError):
    """A message that cannot be what it says it is. The text says why."""


def grams(message: Weights) -> Grams:
    """The readings of ``message``, read-only. Raises Malformed if shape, length, rate or time cannot be."""
    samples, shelves, plates = message.shape
    if not 1 <= samples <= MOST_SAMPLES or shelves < 1 or plates < 1:
        raise Malformed(f"a shape of {message.shape}")
    if len(message.grams) != 4 * samples * shelves * plates:
        raise Malformed(f"{len(message.grams)} bytes for a shape of {message.shape}")
    if not (math.isfinite(message.rate_hz) and RATES_HZ[0] <= message.rate_hz <= RATES_HZ[1]):
        raise Malformed(f"a rate of {message.rate_hz} Hz")
    if abs(message.measured_at - message.first_at) > MOST_US:
        raise Malformed("samples of another time than the message")
    return np.frombuffer(message.grams, dtype="<f4").reshape(message.shape)


def possible(values: Grams) -> Grams:
    """The same readings with NaN for what no plate can weigh; the same array if all are possible."""
    with np.errstate(invalid="ignore"):
        impossible = np.abs(values) > MOST_GRAMS  # infinities too; NaN compares False
    if not impossible.any():
        return values
    return np.where(impossible, np.float32(np.nan), values).astype(np.float32)


def placed(message: Weights, values: Grams, measured_us: int) -> Weights:
    """``message`` as measured at ``measured_us`` of the store's time, and with ``values`` as its readings."""
    data = message.grams if values.base is not None else values.astype("<f4").tobytes()
    return msgspec.structs.replace(
        message,
        measured_at=measured_us,
        first_at=message.first_at + measured_us - message.measured_at,
        grams=data,
    )

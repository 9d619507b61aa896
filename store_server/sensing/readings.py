"""A message of weights as the array it carries, checked."""

import msgspec
import numpy as np
from numpy.typing import NDArray

from store_client.contract.live import Weights
from store_client.contract.possible import wrong_with

Grams = NDArray[np.float32]
"""[samples, shelves, plates]; NaN where there is no plate or no reading."""

MOST_GRAMS = 200_000.0


class Malformed(ValueError):
    """A message that cannot be what it says it is. The text says why."""


def grams(message: Weights) -> Grams:
    """The readings of ``message``, read-only. Raises Malformed if shape, length, rate or time cannot be."""
    wrong = wrong_with(message)
    if wrong:
        raise Malformed(wrong)
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

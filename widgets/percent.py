"""How sure something is, for people."""

from math import floor

_NOISE = 1e-9
"""0.29 × 100 is a little less than 29."""


def percent(share: float) -> int:
    """Cut, not rounded: 99.6 % sure is not 100 %. ``share``: 0 to 1."""
    return floor(share * 100 + _NOISE)

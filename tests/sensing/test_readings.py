import msgspec
import numpy as np
import pytest

from store_server.sensing.readings import Malformed, grams, placed, possible
from tests.sensing.site import SHAPE, weights


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"shape": (12, 2, 4)}, "288 bytes for a shape"),
        ({"shape": (0, 2, 3)}, "a shape of"),
        ({"shape": (12, -2, -3)}, "a shape of"),
        ({"shape": (10**6, 10**6, 10**6)}, "a shape of"),
        ({"grams": b""}, "0 bytes"),
        ({"rate_hz": 0.0}, "a rate"),
        ({"rate_hz": float("nan")}, "a rate"),
        ({"first_at": 2**63 - 1}, "another time"),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, object], said: str) -> None:
    with pytest.raises(Malformed, match=said):
        grams(msgspec.structs.replace(weights(0, 0), **changes))


def test_impossible_readings_become_missing_ones() -> None:
    values = np.full(SHAPE, 100, np.float32)
    values[3, 0, 0], values[4, 0, 0], values[5] = np.inf, -1e9, np.nan
    message = weights(0, 1_000_000, values)
    checked = possible(grams(message))
    assert np.isnan(checked[3:6, 0, 0]).all()
    assert np.nanmax(checked) == 100
    moved = placed(message, checked, message.measured_at - 250)
    assert (moved.first_at, moved.measured_at) == (999_750, 1_199_750)
    assert np.array_equal(grams(moved), checked, equal_nan=True)


def test_possible_readings_are_passed_on_as_they_came() -> None:
    message = weights(0, 0)
    assert placed(message, possible(grams(message)), message.measured_at).grams is message.grams

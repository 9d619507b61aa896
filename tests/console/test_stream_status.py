"""What a camera's tile says of a clock that is wrong."""

import pytest
from PySide6.QtWidgets import QApplication

from console.screens.stream_status import clock_notes
from store_client.contract.live import Device


@pytest.mark.parametrize(
    ("offset_us", "error_us", "ppm", "said"),
    [
        (0, 20_000, 0.0, ()),
        (2_700_000, 40_000, 12.0, ("Its clock is 2.7 s ahead; corrected",)),
        (-1_900_000, 40_000, -250.0, ("Its clock is 1.9 s behind; corrected", "Its clock loses 22 s a day; corrected")),
        (230_000, 40_000, 500.0, ("Its clock gains 43 s a day; corrected",)),
        (2_700_000, 2_400_000, 0.0, ()),
    ],
)
def test_a_clock_that_is_wrong_is_told(
    qapp: QApplication, offset_us: int, error_us: int, ppm: float, said: tuple[str, ...]
) -> None:
    device = Device(
        id="c1",
        kind="camera",
        name="Aisle",
        state="ok",
        clock_offset_us=offset_us,
        clock_error_us=error_us,
        clock_drift_ppm=ppm,
    )
    assert clock_notes(device) == said

import numpy as np

from store_server.sensing.plates import US, PlateWatch
from tests.sensing.site import BATCH_US, SHAPE

BEGIN = 1_780_000_000 * US
STEP = 0.241


def watched(seconds: float, sigma: float = 1.0, drift: float = 0.0, change: str = "") -> PlateWatch:
    """A gondola watched for some time; plate (0, 1) has ``sigma``, ``drift`` (g/s) or the ``change``."""
    dice = np.random.default_rng(7)
    watch = PlateWatch(SHAPE[1:])
    for batch in range(round(seconds * 5)):
        values = dice.normal(500, 1.0, SHAPE)
        second = batch / 5
        values[:, 0, 1] = dice.normal(500 + drift * second, sigma, SHAPE[0])
        if change == "dead":
            values[:, 0, 1] = 6067.416
        if change == "silent" and second > 1:
            values[:, 0, 1] = np.nan
        if change == "pick" and second > 5:
            values[:, 0, 1] -= 300
        quantised = (np.round(values / STEP) * STEP).astype(np.float32)
        watch.add(quantised, BEGIN + (batch + 1) * BATCH_US)
    return watch


def states(watch: PlateWatch, seconds: float) -> dict[tuple[int, int], str]:
    return {where: found.state for where, found in watch.states(BEGIN + round(seconds * US)).items()}


def test_plates_as_measured_in_a_real_store_are_ok() -> None:
    assert states(watched(100, sigma=4.5), 100) == {}


def test_a_pick_is_neither_noise_nor_drift() -> None:
    assert states(watched(70, change="pick"), 70) == {}


def test_faults_are_named() -> None:
    assert states(watched(10, sigma=12.0), 10) == {(0, 1): "noisy"}
    assert states(watched(70, drift=0.3), 70) == {(0, 1): "drifting"}
    assert states(watched(100, change="dead"), 100) == {(0, 1): "dead"}
    assert states(watched(10, change="silent"), 10) == {(0, 1): "dead"}


def test_nothing_is_said_of_what_is_not_known() -> None:
    assert PlateWatch(SHAPE[1:]).states(BEGIN) == {}
    assert states(watched(1, sigma=12.0), 1) == {}


def test_what_dies_after_the_clock_was_set_back_is_named() -> None:
    watch, batch = watched(10), np.random.default_rng(1).normal(500, 1.0, SHAPE).astype(np.float32)
    batch[:, 0, 1] = np.nan
    for second in range(-3_600, -3_590):
        watch.add(batch, BEGIN + second * US)
    assert states(watch, -3_591) == {(0, 1): "dead"}

"""The plates behave as those measured in a real store."""

import numpy as np
import pytest
from numpy.typing import NDArray

from store_server.world.catalogue import make_catalogue
from store_server.world.floor_plan import FLOOR_PLANS
from store_server.world.layout import Layout
from store_server.world.plates import BATCH_US, CONVERTER_STEP, SAMPLES, SETTLE_SECONDS, Plates, Touch
from store_server.world.stock import Stock

Readings = NDArray[np.float32]


def make_plates(name: str = "stress", seed: int = 3) -> tuple[Plates, Stock]:
    layout = Layout(FLOOR_PLANS[name])
    stock = Stock(layout, make_catalogue(), seed)
    plates = Plates(layout, stock.displays, np.random.default_rng(seed))
    plates.add(stock.units())
    return plates, stock


def read(plates: Plates, batches: int, first: int = 0) -> Readings:
    return np.concatenate([plates.read((first + batch) * BATCH_US) for batch in range(batches)])


def quiet_plate(plates: Plates) -> int:
    """A living plate in the middle of a shelf, with little noise, as are its neighbours."""
    for plate in range(3, len(plates.load)):
        if (
            plate % 12 == 5
            and plates.noise[plate - 1 : plate + 2].max() < 1.2
            and not plates.is_dead[plate - 1 : plate + 2].any()
        ):
            return plate
    raise AssertionError("no quiet plate")


def test_idle_noise_is_as_measured() -> None:
    plates, _ = make_plates()
    sigma = read(plates, 25).std(axis=0)[~plates.is_dead]
    assert np.median(sigma) == pytest.approx(0.94, rel=0.15)
    assert np.quantile(sigma, 0.9) == pytest.approx(4.5, rel=0.2)
    assert sigma.max() < 14.0 * 1.2


def test_readings_come_in_steps_of_the_converter() -> None:
    plates, _ = make_plates("small")
    living = read(plates, 2)[:, ~plates.is_dead].astype(np.float64) / CONVERTER_STEP
    assert np.abs(living - np.round(living)).max() < 0.02


def test_one_plate_in_ten_never_changes_and_most_of_those_carry_nothing() -> None:
    plates, stock = make_plates()
    readings = read(plates, 3)
    still = np.ptp(readings, axis=0) == 0.0
    assert still[plates.is_dead].all()
    assert plates.is_dead.mean() == pytest.approx(0.10, abs=0.01)
    carrying = {plate for display in stock.displays for plate in display.plates}
    assert np.mean([plate in carrying for plate in np.flatnonzero(plates.is_dead)]) < 0.15


def test_a_hand_presses_first_and_a_pick_settles_within_50_ms() -> None:
    plates, _ = make_plates()
    plate = quiet_plate(plates)
    before = read(plates, 5)[:, plate].mean()
    taken_us = 6 * BATCH_US
    plates.touch(Touch((plate,), (1.0,), -300.0, taken_us, press=60.0, from_us=taken_us - 250_000, until_us=taken_us))
    trace = read(plates, 5, first=5)[:, plate] - before
    assert trace[:SAMPLES].max() == pytest.approx(60.0, abs=6.0)
    assert trace[SAMPLES + 3] == pytest.approx(-300.0, abs=18.0)
    assert trace[-SAMPLES:].mean() == pytest.approx(-300.0, abs=1.5)


def test_a_step_crosses_to_neighbours_by_one_or_two_percent() -> None:
    plates, _ = make_plates()
    plate = quiet_plate(plates)
    before = read(plates, 10).mean(axis=0)
    plates.touch(Touch((plate,), (1.0,), 2000.0, 10 * BATCH_US))
    after = read(plates, 20, first=10)[-60:].mean(axis=0)
    step = after - before
    for neighbour in (plate - 1, plate + 1):
        assert 0.008 < step[neighbour] / step[plate] < 0.022
    assert abs(step[plate + 2]) < 3 * plates.noise[plate + 2] + 1.0


def test_missing_readings_are_nan() -> None:
    plates, _ = make_plates("small")
    plates.is_missing[:12] = True
    readings = plates.read(0)
    assert np.isnan(readings[:, :12]).all()
    assert not np.isnan(readings[:, 12:]).any()


@pytest.mark.parametrize("ramp", [SETTLE_SECONDS, 0.2, 1.1])
def test_the_truth_tells_when_half_of_a_weight_has_moved(ramp: float) -> None:
    plates, _ = make_plates("small")
    plate = quiet_plate(plates)
    before = float(read(plates, 1)[:, plate].mean())
    touch = Touch((plate,), (1.0,), -1_000.0, BATCH_US + 70_000, ramp=ramp)
    plates.touch(touch)
    share = (before - read(plates, 8, first=1)[:, plate]) / 1_000.0
    sample = int(np.argmax(share > 0.5))
    assert touch.moved_us == pytest.approx(BATCH_US + sample / 60 * 1e6, abs=20_000)

"""Steps found in the samples of single plates, whatever else the plates do."""

import numpy as np
import pytest

from store_server.fusion.steps import HISTORY, Step, StepDetector
from tests.fusion.rack import RATE_HZ, START_US, Change, readings


def detect(grams: np.ndarray, samples: int = 12, skip: frozenset[int] = frozenset()) -> list[Step]:
    """Feeds batches of ``samples``, leaving out those numbered in ``skip``."""
    detector = StepDetector(1, grams.shape[1], grams.shape[2])
    steps = []
    for number in range(len(grams) // samples):
        if number not in skip:
            first = START_US + round(number * samples * 1e6 / RATE_HZ)
            steps += detector.feed(first, RATE_HZ, grams[number * samples : (number + 1) * samples])
    assert len(detector.blocks) == HISTORY
    return steps


def of_plates(steps: list[Step]) -> list[tuple[int, int, float, float]]:
    """(shelf, plate, seconds, grams) of the steps of single plates."""
    return [(s.shelf, s.plate, (s.moved_us - START_US) / 1e6, s.grams) for s in steps if s.plate is not None]


def check(steps: list[Step], expected: list[tuple[int, int, float, float]], tolerance: float = 1.5) -> None:
    seen = of_plates(steps)
    assert [step[:2] for step in seen] == [step[:2] for step in expected], seen
    for (_, _, at, grams), (_, _, right_at, right) in zip(seen, expected, strict=True):
        assert at == pytest.approx(right_at, abs=0.15)
        assert grams == pytest.approx(right, abs=tolerance)


def test_a_pick_after_a_pressing_hand() -> None:
    check(detect(readings([Change(5.0, 0, 2, -180.0, press=60.0)], 8)), [(0, 2, 5.0, -180.0)])


@pytest.mark.parametrize("samples", [1, 5, 12, 60])
def test_batches_of_any_length(samples: int) -> None:
    check(detect(readings([Change(5.0, 0, 2, -180.0)], 8), samples), [(0, 2, 5.0, -180.0)])


@pytest.mark.parametrize(("at", "grams", "press", "half_s"), [(5.0, -180.0, 90.0, 0.05), (5.02, 60.0, 0.0, 0.025)])
def test_the_moment_is_that_of_a_reading_and_not_of_a_block(
    at: float, grams: float, press: float, half_s: float
) -> None:
    """So that a cart is said to change within 40 ms of when it did; a hand presses until it has lifted."""
    steps = detect(readings([Change(at, 0, 2, grams, press=press)], 8, noise=4.0))
    assert {step.plate for step in steps} == {2, None}
    assert [(step.moved_us - START_US) / 1e6 for step in steps] == pytest.approx([at + half_s] * 2, abs=0.02)


def test_two_seconds_lift_is_one_step_of_the_whole_weight() -> None:
    steps = detect(readings([Change(5.0, 1, 2, -240.0, seconds=2.0)], 10))
    assert sum(grams for _, _, _, grams in of_plates(steps)) == pytest.approx(-240.0, abs=3.0)


def test_noisy_plates_are_judged_by_their_own_noise() -> None:
    quiet = readings([Change(8.0, 0, 0, -60.0)], 12, noise=0.9)
    noisy = readings([Change(8.0, 0, 0, -60.0)], 12, noise=10.0, seed=3)
    grams = np.concatenate([quiet[:, :1], noisy[:, 1:]], axis=1)
    check(detect(grams), [(0, 0, 8.0, -60.0)])


def test_drift_and_dead_plates_are_no_steps() -> None:
    grams = readings([], 60, drift=0.05)
    grams[:, 1, 3] = 6067.416
    assert not of_plates(detect(grams))


def test_rows_of_nan_and_lost_batches_hide_no_step() -> None:
    grams = readings([Change(5.0, 0, 2, -180.0)], 9)
    grams[240:264] = np.nan
    grams[:, 1, 5] = np.nan
    steps = detect(grams, skip=frozenset({24, 25}))
    assert [(shelf, plate) for shelf, plate, _, _ in of_plates(steps)] == [(0, 2)]
    assert of_plates(steps)[0][3] == pytest.approx(-180.0, abs=1.5)


@pytest.mark.parametrize("blocks", [5, 8, 12])
def test_a_plate_that_speaks_up_later_than_others_brings_no_step(blocks: int) -> None:
    grams = readings([], 8)
    grams[: 6 * blocks, 0, 2] = np.nan
    assert not of_plates(detect(grams))


def test_a_plate_that_never_holds_still_is_taken_as_it_is() -> None:
    calm, wild = readings([], 5), readings([], 25, noise=14.0)
    grams = np.concatenate([calm, wild])
    grams[:, :, 1:] = np.concatenate([calm, readings([], 25, seed=2)])[:, :, 1:]
    assert all(abs(step.grams) < 25 for step in detect(grams) if step.plate == 0)


def test_the_sum_of_a_shelf_shows_what_each_plate_hides() -> None:
    spread = [Change(6.0, 0, plate, -3.5) for plate in range(6)]
    steps = detect(readings(spread, 10, noise=0.5))
    sums = [step for step in steps if step.plate is None]
    assert sums
    assert sum(step.grams for step in sums) == pytest.approx(-21.0, abs=3.0)


def test_a_gondola_that_trembles_holds_nothing_up_but_what_left_it_does() -> None:
    """Seen in the recording of a real store: for three seconds round a way out plates swing by tens of
    grams, faster than 6 Hz."""
    grams = readings([Change(8.0, 0, 2, -180.0)], 14)
    seconds = np.arange(len(grams)) / RATE_HZ
    swing = np.where(seconds > 4.0, 60.0 * np.sin(2 * np.pi * 8.3 * seconds), 0.0)
    grams[:, 0, 2:4] += swing[:, None].astype(np.float32)
    detector = StepDetector(1, grams.shape[1], grams.shape[2])
    behind: dict[float, float] = {}
    for number in range(len(grams) // 12):
        detector.feed(START_US + round(number * 0.2e6), RATE_HZ, grams[number * 12 : (number + 1) * 12])
        since = detector.busy_since_us
        behind[round(number * 0.2, 1)] = 0.0 if since is None else (detector.last_us - since) / 1e6
    assert all(delay < 2.0 for at, delay in behind.items() if 4.0 < at < 8.0), behind
    assert behind[12.8] == pytest.approx(12.9 - 8.0, abs=1.5), "what left it is not forgotten"

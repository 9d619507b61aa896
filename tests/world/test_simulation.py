"""A simulated day: the same for the same seed, alive within a minute, and true to itself."""

import math
from collections import Counter

import msgspec
import numpy as np
import pytest

from store_client.contract.device import GateScan, Tracks
from store_client.contract.live import Weights
from store_server.world.messages import DeviceMessage
from store_server.world.plates import Plates
from store_server.world.simulation import STEP_US, Simulation

SECOND = 1_000_000
ALIVE_S, FIRST_S, RUSH_S = 90, 3, 300
EARLY_US = 30 * SECOND


class Day:
    """The first seconds of a simulated day, as somebody saw them who looked at every step.

    ``places`` and ``fastest``: where everybody was after each step, and how fast somebody went; ``early``: what arrived
    in the first ``EARLY_US``, and when; ``scans``: all of the gates.
    """

    def __init__(self, scenario: str, seed: int, seconds: int) -> None:
        self.simulation = simulation = Simulation(scenario, seed)
        self.started_us = simulation.now_us
        self.places: list[list[tuple[float, float]]] = []
        self.fastest: list[float] = []
        self.early: list[tuple[int, DeviceMessage]] = []
        self.scans: list[GateScan] = []
        for _ in range(steps(seconds)):
            simulation.step()
            self.places.append([(person.x, person.y) for person in simulation.people])
            self.fastest.append(max((math.hypot(one.vx, one.vy) for one in simulation.people), default=0.0))
            for message in simulation.due(simulation.now_us):
                if simulation.now_us - self.started_us <= EARLY_US:
                    self.early.append((simulation.arrived_us, message))
                if isinstance(message, GateScan):
                    self.scans.append(message)


def steps(seconds: int) -> int:
    return seconds * SECOND // STEP_US


@pytest.fixture(scope="module")
def rush() -> Day:
    """Five minutes of a rush, gone through once for all who only look at them."""
    return Day("rush", 1, RUSH_S)


def bytes_of(scenario: str, seed: int, seconds: float) -> bytes:
    encode = msgspec.msgpack.Encoder().encode
    return b"".join(encode(message) for message in Simulation(scenario, seed).run(seconds))


def test_the_same_seed_gives_the_same_day() -> None:
    assert bytes_of("trouble", 5, 45.0) == bytes_of("trouble", 5, 45.0)
    assert bytes_of("quiet", 5, 5.0) != bytes_of("quiet", 6, 5.0)


@pytest.mark.parametrize("scenario", ["quiet", "steady", "rush", "stress", "trouble"])
def test_the_store_is_alive_within_a_minute(scenario: str, request: pytest.FixtureRequest) -> None:
    day: Day = request.getfixturevalue("rush") if scenario == "rush" else Day(scenario, 1, ALIVE_S)
    assert max(day.fastest[: steps(FIRST_S)]) > 0.3
    truth = day.simulation.truth
    first_pick = min(h.at_us for h in truth.handlings if h.kind == "picked") - day.started_us
    first_left = min(truth.left.values()) - day.started_us
    assert first_pick < 22 * SECOND
    assert first_left < 90 * SECOND
    assert len(day.places[steps(ALIVE_S) - 1]) > 0.6 * day.simulation.scenario.inside


def test_messages_come_in_order_and_positions_late(rush: Day) -> None:
    before_us = 0
    sequences: dict[tuple[str, int], int] = {}
    for arrived_us, message in rush.early:
        assert arrived_us >= before_us
        before_us = arrived_us
        source = (type(message).__name__, message.gondola if isinstance(message, Weights) else 0)
        if isinstance(message, Tracks):
            assert 2.24 <= (message.sent_at - message.measured_at) / SECOND <= 2.44
        else:
            assert message.seq == sequences.get(source, 0) + 1
            sequences[source] = message.seq
        if isinstance(message, Weights):
            samples, shelves, plates = message.shape
            assert len(message.grams) == samples * shelves * plates * 4
            assert 0 < message.sent_at - message.measured_at < SECOND // 10
    assert before_us > rush.started_us + EARLY_US - SECOND


def test_devices_speak_as_often_as_in_the_field() -> None:
    counts = Counter(type(message).__name__ for message in Simulation("stress", seed=1).run(10.0))
    assert counts["Weights"] == pytest.approx(1_000, abs=30)
    assert counts["Tracks"] == pytest.approx(77, abs=5)


def test_nobody_walks_through_a_gondola(rush: Day) -> None:
    passed = np.array([place for places in rush.places for place in places])
    assert len(passed) > 10_000
    for x0, y0, x1, y1 in rush.simulation.layout.blocks():
        x, y = passed[:, 0], passed[:, 1]
        through = passed[(x0 < x) & (x < x1) & (y0 < y) & (y < y1)]
        assert len(through) == 0, through


def test_what_was_taken_is_what_people_hold_and_plates_lack() -> None:
    simulation = Simulation("steady", seed=7)
    before = weighed(simulation.plates)
    for _ in simulation.run(150.0):
        pass
    settle(simulation)
    held: dict[str, Counter[str]] = {}
    for person in simulation.people:
        if person.code is not None:
            held.setdefault(person.code, Counter()).update(unit.gtin for unit in person.carried)
    for code, units in held.items():
        assert simulation.truth.bill(code) == units
    stood = np.zeros(simulation.layout.plates)
    for unit in simulation.stock.units():
        assert unit.spot is not None
        for plate, share in zip(unit.spot.plates, unit.spot.shares, strict=True):
            stood[plate] += unit.grams * share
    assert np.abs(simulation.plates.load - stood).max() < 1e-6
    signs = {"picked": -1.0, "lifted": -1.0, "put_back": 1.0, "restocked": 1.0, "set_down": 1.0}
    moved = sum(signs.get(h.kind, 0.0) * h.grams for h in simulation.truth.handlings)
    assert weighed(simulation.plates) - before == pytest.approx(moved, abs=1e-6)


def test_a_trip_has_about_as_many_events_as_in_the_field(rush: Day) -> None:
    truth = rush.simulation.truth
    kinds = Counter(h.kind for h in truth.handlings if h.code in truth.left)
    events = kinds["picked"] + kinds["put_back"]
    assert events / len(truth.left) == pytest.approx(4.6, abs=0.9)
    assert kinds["put_back"] / events == pytest.approx(0.24, abs=0.05)
    assert kinds["handed_over"] > 0


def test_every_trip_enters_and_leaves_by_a_gate(rush: Day) -> None:
    entered = {scan.code: scan for scan in rush.scans if scan.direction == "entered"}
    left = Counter(scan.code for scan in rush.scans if scan.direction == "left")
    assert any(scan.people > 1 for scan in entered.values()), "groups"
    for code in rush.simulation.truth.left:
        if code in left:
            assert left[code] == entered[code].people
    assert all(scan.payment_token and scan.card.split()[1].isdigit() for scan in entered.values())


def weighed(plates: Plates) -> float:
    return float(plates.load.sum())


def settle(simulation: Simulation) -> None:
    """Keeps everyone still until no hand is on a plate."""
    for person in simulation.people:
        person.way.clear()
        person.until_us = simulation.now_us + 3_600 * SECOND
    for _ in range(20 * 10):
        simulation.step()
        if simulation.plates.is_settled():
            return
    raise AssertionError("plates do not settle")

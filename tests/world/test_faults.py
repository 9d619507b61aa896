"""In trouble, everything of the field goes wrong in turn, and every fault is taken back."""

from collections import Counter

import numpy as np

from store_client.contract.device import GateScan, Tracks
from store_client.contract.live import Scan, Weights
from store_server.world.clocks import CLOCK_PPM, SLOW_GONDOLA, TRACKER_US
from store_server.world.faults import JUMP_US, JUMPING_GONDOLA, LATE_CART_US, Faults
from store_server.world.simulation import Simulation

SECONDS = 330.0


def test_every_fault_comes_and_goes() -> None:
    simulation = Simulation("trouble", seed=1)
    faults = simulation.faults
    assert faults is not None
    sane_noise = simulation.plates.noise.copy()
    started = simulation.now_us
    names: list[str] = []
    sights: set[str] = set()
    seen = Counter[str]()
    sequences: dict[int, list[int]] = {}
    offsets: dict[int, list[tuple[int, int]]] = {}
    for message in simulation.run(SECONDS):
        if not names or names[-1] != faults.name:
            names.append(faults.name)
        sights.update(faults.sight.values())
        if isinstance(message, Weights):
            grams = np.frombuffer(message.grams, "<f4")
            seen["nan"] += bool(np.isnan(grams).any())
            sequences.setdefault(message.gondola, []).append(message.seq)
            offsets.setdefault(message.gondola, []).append((simulation.arrived_us, message.first_at))
        elif isinstance(message, Scan):
            seen["late cart"] += simulation.arrived_us - message.measured_at > LATE_CART_US
            seen[f"scan {message.seq}"] += 1
        elif isinstance(message, GateScan):
            seen["group of three"] += message.people == 3
            seen["left without code"] += message.direction == "left" and not message.code
        elif isinstance(message, Tracks):
            seen["tracks"] += simulation.arrived_us - message.sent_at == -TRACKER_US
    assert {"drift", "slammed door", "nan rows", "lost batches", "repeated batches", "lost camera", "noisy plates",
            "group", "tailgater", "empty cart", "repeated cart", "late cart", "jumping clock"} <= set(names)  # fmt: skip
    assert sights == {"stopped", "garbage"}
    assert seen["nan"]
    assert seen["late cart"]
    assert seen["group of three"]
    assert seen["left without code"]
    assert any(count == 2 for name, count in seen.items() if name.startswith("scan "))
    assert any(len(set(numbers)) < max(numbers) for numbers in sequences.values()), "lost batches"
    assert any(len(set(numbers)) < len(numbers) for numbers in sequences.values()), "repeated batches"
    late_us, stamp = offsets[SLOW_GONDOLA][-1]
    gained = (late_us - started) * CLOCK_PPM // 1_000_000
    assert abs((late_us - stamp - 210_000) + gained) < 30_000
    assert max(stamp - at for at, stamp in offsets[JUMPING_GONDOLA]) > JUMP_US * 0.99
    finish(simulation, faults)
    assert not faults.sight
    assert not simulation.plates.is_missing.any()
    assert np.allclose(simulation.plates.noise, sane_noise)
    assert np.abs(simulation.plates.runaway).max() < 1e-9
    assert np.abs(simulation.plates.ghost).max() < 1e-9


def test_paper_is_wrong_in_trouble_only() -> None:
    wrong, right = Simulation("trouble", seed=1), Simulation("steady", seed=1)
    cells = [a.id for a, b in zip(wrong.planogram.facings, right.planogram.facings, strict=True) if a.gtin != b.gtin]
    weights = [a.gtin for a, b in zip(wrong.products, right.products, strict=True) if a.grams != b.grams]
    assert len(cells) == 6
    assert len(weights) == 3


def finish(simulation: Simulation, faults: Faults) -> None:
    """Steps on until no fault is under way."""
    for _ in range(20 * 60):
        if not faults.name:
            return
        simulation.step()
    raise AssertionError(f"{faults.name} does not end")

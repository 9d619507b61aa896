"""Two desks, the store and its bank, broken in every way by a seed: nothing is refunded twice, nothing is lost, and the
books are right after every step. The long run, and all the planted faults, are in tests/benchmarks/machine.py."""

from pathlib import Path

import pytest

from tests.proof.planted import FAULTS
from tests.proof.rehearsal import make_template, rehearse, rehearse_on
from tests.proof.world import Anomaly
from tests.storage.databases import empty

SEEDS = range(1, 10)
STEPS = 2_050
"""A run: nine of them on SQLite and one on PostgreSQL are more than the 20,000 steps that were promised."""
QUICKLY_FOUND = {
    "an idempotency memory that forgets": 1,
    "an outbox that is saved after sending": 1,
    "a provider's key made anew on each sending": 1,
    "a missing reserve": 1,
}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_template(tmp_path_factory.mktemp("template"))


@pytest.mark.parametrize("seed", SEEDS)
def test_money_moves_once_whatever_breaks(seed: int, tmp_path: Path, template: Path) -> None:
    world = rehearse(seed, STEPS, tmp_path, template)
    assert world.steps > STEPS
    assert world.checks > 100


def test_money_moves_once_on_postgresql(postgres_url: str, tmp_path: Path) -> None:
    empty(postgres_url)
    assert rehearse_on(postgres_url, 10, STEPS, tmp_path).steps > STEPS


def test_the_same_seed_gives_the_same_play(tmp_path: Path, template: Path) -> None:
    histories = []
    for name in ("first", "second"):
        folder = tmp_path / name
        folder.mkdir()
        histories.append(rehearse(1, 300, folder, template).history)
    assert histories[0] == histories[1]


@pytest.mark.parametrize("name", QUICKLY_FOUND)
def test_a_planted_fault_is_found_and_told_with_its_seed(name: str, tmp_path: Path, template: Path) -> None:
    seed, planted = QUICKLY_FOUND[name], FAULTS[name]
    with pytest.raises(Anomaly, match="|".join(planted.found)) as told:
        rehearse(seed, STEPS, tmp_path, template, planted)
    assert f"seed {seed}, after step {told.value.step}" in str(told.value)
    assert told.value.history[-1] in str(told.value)

"""Sixteen people at once at one real store: what each was told is what one after the other would have been told. The
long run is tests/benchmarks/clients.py."""

from pathlib import Path

import pytest

from tests.proof.crowd import AGENTS, SUPERVISORS, crowd, open_store, told_of
from tests.storage.databases import empty

DEEDS = 10
SEED = 1


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_sixteen_people_are_told_could_have_been_one_after_the_other(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = None
    if kind == "postgresql":
        url = str(request.getfixturevalue("postgres_url"))
        empty(url)
    store, passwords = open_store(tmp_path / "store", url)
    try:
        told = crowd(store, passwords, DEEDS, SEED)
    finally:
        code = store.stop()
    assert told.anomalies() == [], f"seed {SEED}\n{told_of(told.history)}"
    assert len({op.user for op in told.history}) == AGENTS + SUPERVISORS
    assert told.counts["claim: done"] > 0
    assert code == 0

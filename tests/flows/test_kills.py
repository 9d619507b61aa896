"""A real desk is killed while its clerk decides at the window. A thousand kills are in tests/benchmarks/kills.py."""

from pathlib import Path

from tests.flows.kills import hunt

KILLS = 3
SEED = 3


def test_no_kill_of_the_desk_loses_or_repeats_a_decision(tmp_path: Path) -> None:
    tally = hunt(tmp_path, KILLS, SEED)
    assert tally.wrong == [], f"seed {SEED}: {tally}"
    assert tally.kills == KILLS
    assert tally.decided > 0

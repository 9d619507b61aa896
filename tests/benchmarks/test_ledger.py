"""The table of figures, made of results that nobody measured."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.__main__ import run
from tests.benchmarks.ledger import Run, accepted, figures, judged, table, worst
from tests.benchmarks.suite import BENCHMARKS, PROMISES, Benchmark, Promise

DRAWING = Promise("graph", "panning.median_ms", "a redraw", target=4.0, reference="plain.median_ms")
LOST = Promise("kills", "wrong", "refunds lost", "", 0, tolerance=0.0)
COVERED = Promise("faces", "*.live", "heads covered", "%", 0.995, "higher", 0.005)
KEPT = Promise("graph", "is_whole", "every extreme", "yes", 1, "higher", 0.0)
UNPROMISED = Promise("graph", "panning.worst_ms", "the worst redraw")
ALL = (DRAWING, KEPT, UNPROMISED, LOST, COVERED)
GRAPH = {"panning": {"median_ms": 3.06, "worst_ms": 7.0}, "plain": {"median_ms": 13.4}, "is_whole": True}


def rows(results: dict[str, Any], previous: dict[str, float] | None = None) -> list[str]:
    runs = [
        Run(name, said, 12.3, "" if said else "killed by signal 9", (0.2, 1.9), 0.003) for name, said in results.items()
    ]
    text = table(judged(ALL, runs, previous or {}), runs, "Figures", {"kills": "2026-11-22, EPYC"})
    return [line for line in text.splitlines() if line.startswith("| ")]


def test_what_is_promised_stands_beside_what_was_reached() -> None:
    assert rows({"graph": GRAPH, "kills": {"wrong": []}, "faces": {"steady": {"live": 0.9991}, "rush": {"live": 0.9712}}}) == [
        "| what | target | reached | | beside it in the same run | previous | |",
        "| a redraw | ≤ 4 ms | 3.06 ms | ✓ | 13.4 ms | – |  |",
        "| every extreme | yes | yes | ✓ | – | – |  |",
        "| the worst redraw |  | 7 ms |  | – | – |  |",
        "| refunds lost | ≤ 0 | 0 | ✓ | – | – |  |",
        "| heads covered | ≥ 99.5 % | 97.1 % | ✗ missed | – | – |  |",
        "| benchmark | ran for | load before and after | taken by the host | previous | |",
        "| graph | 12 s | 0.2, 1.9 | 0.3 % | – |  |",
        "| kills | 12 s | 0.2, 1.9 | 0.3 % | 2026-11-22, EPYC |  |",
        "| faces | 12 s | 0.2, 1.9 | 0.3 % | – |  |",
    ]  # fmt: skip


def test_a_loss_shows_although_the_target_is_reached() -> None:
    previous = {"graph/panning.median_ms": 2.0, "graph/panning.worst_ms": 6.5, "faces/*.live": 0.9999}
    said = {"graph": GRAPH, "faces": {"steady": {"live": 0.9955}}}
    assert [row for row in rows(said, previous) if "loss" in row] == [
        "| a redraw | ≤ 4 ms | 3.06 ms | ✓ | 13.4 ms | 2 ms | ▼ loss |"
    ]


def test_a_figure_that_is_not_there_any_more_is_a_loss() -> None:
    found = rows({"kills": {"wrongs": []}}, {"kills/wrong": 0.0})
    assert found[1] == "| refunds lost | ≤ 0 | – | ? lacking | – | 0 | ▼ loss |"


def test_a_run_that_failed_stays_in_the_table() -> None:
    found = rows({"graph": None, "kills": {"wrong": ["seed 7: twice"]}}, {"graph/panning.median_ms": 2.0})
    assert found[1] == "| a redraw | ≤ 4 ms | – | ✗ failed | – | 2 ms | ▼ loss |"
    assert found[4] == "| refunds lost | ≤ 0 | 1 | ✗ missed | – | – |  |"
    assert found[6] == "| graph | 12 s | 0.2, 1.9 | 0.3 % | – | **failed**: killed by signal 9 |"


def test_what_says_nothing_has_failed_and_does_not_vanish(tmp_path: Path) -> None:
    done = run(Benchmark("there_is_no_such_benchmark"), is_quick=True, logs=tmp_path)
    assert (done.said, done.failure) == (None, "it said nothing, exit code 1")
    assert "No module named" in (tmp_path / "there_is_no_such_benchmark.log").read_text(encoding="utf-8")


def test_figures_are_kept_only_where_there_are_any() -> None:
    lines = judged(ALL, [Run("graph", GRAPH, 1.0), Run("kills", None, 1.0, "x")], {})
    assert figures(lines) == {"graph/panning.median_ms": 3.06, "graph/panning.worst_ms": 7.0, "graph/is_whole": 1.0}


def test_times_that_a_host_made_are_told_and_not_kept() -> None:
    runs = [Run("graph", GRAPH, 1.0, taken=0.31), Run("kills", {"wrong": []}, 1.0, taken=0.02)]
    lines = judged(ALL, runs, {})
    before = {"graph/panning.median_ms": 2.9, "kills/wrong": 1.0, "kills/of_before": 3.0, "faces/*.live": 0.99}
    assert accepted(lines, runs, before) == {"graph/panning.median_ms": 2.9, "kills/wrong": 0.0, "faces/*.live": 0.99}
    assert "31.0 %: its times tell nothing" in table(lines, runs, "Figures")


@pytest.mark.parametrize(
    ("path", "better", "figure"),
    [("*.p99", "lower", 9.0), ("*.p99", "higher", 2.0), ("a*.p99", "lower", 2.0), ("b.all.1", "lower", 5.0), ("b.all", "lower", 2.0), ("c.p99", "lower", None)],
)  # fmt: skip
def test_the_worst_of_all_that_a_path_means(path: str, better: str, figure: float | None) -> None:
    assert worst({"a": {"p99": 2}, "b": {"p99": 9.0, "all": [4, 5]}}, path, better) == figure


def test_every_promise_is_of_a_benchmark_that_is_there() -> None:
    names = {benchmark.name for benchmark in BENCHMARKS}
    assert {promise.benchmark for promise in PROMISES} <= names
    assert [name for name in sorted(names) if find_spec(f"tests.benchmarks.{name}") is None] == []

"""What the benchmarks said against what was promised and what they said before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Literal

from tests.benchmarks.suite import Promise

Verdict = Literal["reached", "missed", "measured", "lacking", "failed"]
"""``measured``: nothing was promised; ``lacking``: the benchmark ran, and this figure was not in what it said."""
SIGNS: Mapping[Verdict, str] = {"reached": "✓", "missed": "✗ missed", "measured": "", "lacking": "? lacking", "failed": "✗ failed"}  # fmt: skip
MOST_TAKEN = 0.02


@dataclass(frozen=True, slots=True)
class Run:
    """One benchmark that ran. ``said``: its JSON, None if it failed; ``failure``: in what way then; ``load``: of the machine
    before and after it; ``taken``: the share of its processors that the host gave to others meanwhile, None where it does
    not say. What waits for a processor that is not there says nothing of the program."""

    name: str
    said: Mapping[str, Any] | None
    seconds: float
    failure: str = ""
    load: tuple[float, float] = (0.0, 0.0)
    taken: float | None = None

    @property
    def is_telling(self) -> bool:
        """Whether its times may be held against those of another run."""
        return self.taken is None or self.taken <= MOST_TAKEN


@dataclass(frozen=True, slots=True)
class Line:
    promise: Promise
    verdict: Verdict
    figure: float | None = None
    reference: float | None = None
    previous: float | None = None

    @property
    def is_loss(self) -> bool:
        """Worse than before by more than it may differ from run to run; or not there any more."""
        if self.previous is None:
            return False
        if self.figure is None:
            return True
        worse = self.figure - self.previous if self.promise.better == "lower" else self.previous - self.figure
        return worse > max(self.promise.tolerance * abs(self.previous), self.promise.least)


def judged(promises: Sequence[Promise], runs: Sequence[Run], previous: Mapping[str, float]) -> list[Line]:
    """A line for each promise of a benchmark that ran, also of one that failed."""
    by_name = {run.name: run for run in runs}
    return [_judged(one, by_name[one.benchmark], previous.get(one.key)) for one in promises if one.benchmark in by_name]


def _judged(promise: Promise, run: Run, previous: float | None) -> Line:
    if run.said is None:
        return Line(promise, "failed", previous=previous)
    figure = worst(run.said, promise.path, promise.better)
    reference = worst(run.said, promise.reference, promise.better) if promise.reference else None
    if figure is None:
        return Line(promise, "lacking", reference=reference, previous=previous)
    if promise.target is None:
        return Line(promise, "measured", figure, reference, previous)
    is_reached = figure <= promise.target if promise.better == "lower" else figure >= promise.target
    return Line(promise, "reached" if is_reached else "missed", figure, reference, previous)


def worst(said: object, path: str, better: str) -> float | None:
    """Of all figures at ``path`` (see Promise); None where there is none."""
    found = [one for one in map(_number, _at(said, path.split("."))) if one is not None]
    if not found:
        return None
    return max(found) if better == "lower" else min(found)


def _at(value: object, path: Sequence[str]) -> Iterator[object]:
    if not path:
        yield value
        return
    pairs: Sequence[tuple[str, object]] = []
    if isinstance(value, Mapping):
        pairs = [(str(key), inner) for key, inner in value.items()]
    elif isinstance(value, list):
        pairs = [(str(place), inner) for place, inner in enumerate(value)]
    for key, inner in pairs:
        if fnmatchcase(key, path[0]):
            yield from _at(inner, path[1:])


def _number(value: object) -> float | None:
    if isinstance(value, list):
        return float(len(value))
    return float(value) if isinstance(value, bool | int | float) else None


def figures(lines: Sequence[Line]) -> dict[str, float]:
    """As they are kept."""
    return {line.promise.key: line.figure for line in lines if line.figure is not None}


def accepted(lines: Sequence[Line], runs: Sequence[Run], previous: Mapping[str, float]) -> dict[str, float]:
    """What is previous to the next run: these figures, and ``previous`` of what did not run, or tells nothing."""
    telling = {run.name for run in runs if run.is_telling and run.said is not None}
    others = {key: figure for key, figure in previous.items() if key.partition("/")[0] not in telling}
    return others | figures([line for line in lines if line.promise.benchmark in telling])


# ---- to be read


def table(lines: Sequence[Line], runs: Sequence[Run], heading: str, kept: Mapping[str, str] | None = None) -> str:
    """Markdown: the figures, then how each benchmark ran. ``kept``: of each, when and where the previous were measured."""
    parts = [f"# {heading}", "", "| what | target | reached | | beside it in the same run | previous | |", "|---|---|---|---|---|---|---|"]  # fmt: skip
    for line in lines:
        promise = line.promise
        bound = "≤ " if promise.better == "lower" else "≥ "
        cells = [
            promise.words,
            "" if promise.target is None else shown(promise.target, promise.unit, bound),
            shown(line.figure, promise.unit),
            SIGNS[line.verdict],
            shown(line.reference, promise.unit),
            shown(line.previous, promise.unit),
            "▼ loss" if line.is_loss else "",
        ]
        parts.append(f"| {' | '.join(cells)} |")
    parts += [
        "",
        "| benchmark | ran for | load before and after | taken by the host | previous | |",
        "|---|---|---|---|---|---|",
    ]
    for run in runs:
        failure = f"**failed**: {run.failure}" if run.said is None else ""
        taken = (
            "–"
            if run.taken is None
            else f"{run.taken * 100:.1f} %{'' if run.is_telling else ': its times tell nothing'}"
        )
        load, before = f"{run.load[0]:.1f}, {run.load[1]:.1f}", (kept or {}).get(run.name, "–")
        parts.append(f"| {run.name} | {run.seconds:.0f} s | {load} | {taken} | {before} | {failure} |")
    return "\n".join(parts) + "\n"


def shown(figure: float | None, unit: str, bound: str = "") -> str:
    if figure is None:
        return "–"
    if unit == "yes":
        return "yes" if figure else "no"
    if unit == "%":
        figure *= 100
    text = f"{figure:,.0f}" if figure == int(figure) or abs(figure) >= 1_000 else f"{figure:.3g}"
    return f"{bound}{text} {unit}".rstrip() if unit != "×" else f"{bound}{text} ×"

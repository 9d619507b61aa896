"""Runs the benchmarks one after the other and writes what they said into one JSON and one table.

``python3 packaging/dev.py bench [NAME …] [--quick] [--accept] [--folder DIR]``: all of them if none is named, but for those of
an hour (``endurance``, ``kills``). ``--quick``: each for as long as a try-out takes. Figures are compared with those that were
accepted last (tests/benchmarks/figures.json), of quick runs with quick ones; ``--accept`` puts these in their place, but
for those of a run during which the host of a virtual machine took its processors away.
Exit code 1 if a benchmark failed, a target was missed, a figure is lacking, or worse than before.
"""

import argparse
import json
import os
import platform
import shlex
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from tests.benchmarks.ledger import Run, accepted, figures, judged, table
from tests.benchmarks.suite import BENCHMARKS, PROMISES, Benchmark
from tests.store_process import ROOT

KEPT = Path(__file__).with_name("figures.json")


def run(benchmark: Benchmark, *, is_quick: bool, logs: Path) -> Run:
    """In a session of its own, so that all it started ends with it."""
    options = shlex.split(benchmark.quick if is_quick else benchmark.options)
    command = [sys.executable, "-m", f"tests.benchmarks.{benchmark.name}", *options]
    load, began, before = psutil.getloadavg()[0], time.monotonic(), psutil.cpu_times()
    failure = ""
    with (logs / f"{benchmark.name}.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
            env={"QT_QPA_PLATFORM": "offscreen", **os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        )
        try:
            output, _ = process.communicate(timeout=benchmark.patience_s)
        except subprocess.TimeoutExpired:
            failure = f"not done after {benchmark.patience_s:g} s"
            _end(process)
            output, _ = process.communicate()
        except BaseException:
            _end(process)
            raise
    said, code = read(output), process.returncode
    if not failure and code < 0:
        failure = f"killed by signal {-code}"
    elif not failure and said is None:
        failure = f"it said nothing, exit code {code}"
    elif not failure and said is not None:
        failure = str(said.get("failed", ""))
    said = None if failure else said
    taken = _taken(before, psutil.cpu_times())
    return Run(benchmark.name, said, time.monotonic() - began, failure, (load, psutil.getloadavg()[0]), taken)


def _taken(before: Any, after: Any) -> float | None:
    """Of all processors' time between two of psutil's; only Linux says what a host took of it."""
    if not hasattr(after, "steal"):
        return None
    passed = sum(after[:8]) - sum(before[:8])  # those after it are counted in user and nice
    return float((after.steal - before.steal) / passed) if passed > 0 else None


def _end(process: "subprocess.Popen[bytes]") -> None:
    """It and what it started."""
    children = psutil.Process(process.pid).children(recursive=True)
    for one in [*children, psutil.Process(process.pid)]:
        try:
            one.kill()
        except psutil.Error:
            continue


def read(output: bytes) -> dict[str, Any] | None:
    try:
        said = json.loads(output)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def machine() -> dict[str, object]:
    """What figures depend on, and nothing that names it."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = (
            line.partition(":")[2].strip() for line in info.read_text().splitlines() if line.startswith("model name")
        )
        model = next(names, model)
    return {
        "processor": model,
        "processors": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def main(words: Sequence[str]) -> int:
    names = [benchmark.name for benchmark in BENCHMARKS]
    parser = argparse.ArgumentParser(
        prog="dev.py bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(names))
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--accept", action="store_true", help="keep these figures as what the next are compared with")
    parser.add_argument("--folder", type=Path, default=ROOT / "out", help="of bench.json and bench.md")
    given = parser.parse_args(words)
    unknown = [name for name in given.names if name not in names]
    if unknown:
        parser.error(f"no benchmark of that name: {', '.join(unknown)}")
    chosen = [one for one in BENCHMARKS if (one.name in given.names if given.names else not one.is_asked)]
    logs = given.folder / "bench"
    logs.mkdir(parents=True, exist_ok=True)
    kind = "quick" if given.quick else "full"
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    previous, measured = (kept.get(kind, {}).get(name, {}) for name in ("figures", "measured"))
    runs: list[Run] = []
    here = machine()
    for number, benchmark in enumerate(chosen, 1):
        print(f"bench: {number} of {len(chosen)}: {benchmark.name}", file=sys.stderr, flush=True)
        runs.append(run(benchmark, is_quick=given.quick, logs=logs))
        lines = judged(PROMISES, runs, previous)
        now = datetime.now(UTC).date().isoformat()
        heading = f"Figures of {now}, {kind} runs, {os.cpu_count()} × {here['processor']}"
        about = {"date": now, "kind": kind, "machine": here, "figures": figures(lines)}
        results = {one.name: one.said or {"failed": one.failure} for one in runs}
        whole = json.dumps({**about, "results": results}, indent=1, ensure_ascii=False)
        (given.folder / "bench.json").write_text(whole + "\n", encoding="utf-8")
        (given.folder / "bench.md").write_text(table(lines, runs, heading, measured), encoding="utf-8")
    print(table(lines, runs, heading, measured))
    if given.accept:
        for one in runs:
            if not one.is_telling:
                print(
                    f"bench: {one.name} is not accepted: the host took {one.taken:.1%} of the processors",
                    file=sys.stderr,
                )
        told = {one.name: f"{now}, {here['processor']}" for one in runs if one.said is not None and one.is_telling}
        kept[kind] = {"measured": {**measured, **told}, "figures": accepted(lines, runs, previous)}
        KEPT.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    is_good = all(line.verdict in ("reached", "measured") and not line.is_loss for line in lines)
    return 0 if is_good and all(one.said is not None for one in runs) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

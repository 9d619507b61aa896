"""Fuzzes every parser of what comes from outside, with atheris (libFuzzer), which learns what reaches new lines.

``python -m tests.fuzz [NAME …] [--runs N] [--timeout S] [--folder DIR]`` runs one parser after the other, each in a process
of its own, and prints one JSON object: inputs that were tried, how many of them are worth keeping, and what was found.
A finding is any exception that the parser does not document, the end of the process, or more than S seconds for one
input; it is kept in the folder, and ``python -m tests.fuzz.one NAME FILE`` tries it again.

atheris has wheels for Linux on x86-64 alone, so the lock does without: ``.venv/bin/pip install atheris``.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from tests.fuzz.targets import TARGETS
from tests.store_process import ROOT

MOST_MIB = 2_048
_STATISTIC = re.compile(r"^stat::(\w+):\s+(\d+)$", re.MULTILINE)
_LAST_WORDS = 40
_CHATTER = (
    "Corrupt JPEG",
    "Premature end",
    "Invalid",
    "Unsupported",
    "INFO:",
    "WARNING:",
    "#",
    "stat::",
    "MS: ",
    "Recommended",
    "Done ",
)


def fuzz(name: str, runs: int, timeout_s: int, folder: Path) -> dict[str, object]:
    found = folder / "found"
    found.mkdir(parents=True, exist_ok=True)
    limits = [
        f"-runs={runs}",
        f"-timeout={timeout_s}",
        f"-rss_limit_mb={MOST_MIB}",
        "-print_final_stats=1",
        "-verbosity=1",
    ]
    command = [sys.executable, "-m", "tests.fuzz.one", name, *limits, f"-artifact_prefix={found / name}-"]
    with tempfile.TemporaryDirectory(prefix="fuzz-", dir=_memory()) as place:
        began = time.monotonic()
        done = subprocess.run(
            [*command, f"--corpus={folder / name}"],
            cwd=ROOT,
            env={**os.environ, "TMPDIR": place},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        seconds = time.monotonic() - began
    said = done.stdout.decode("utf-8", "replace")
    told = {key: int(value) for key, value in _STATISTIC.findall(said)}
    result: dict[str, object] = {
        "runs": told.get("number_of_executed_units", 0),
        "seconds": round(seconds, 1),
        "kept": len(list((folder / name).glob("*"))),
        "slowest_s": told.get("slowest_unit_time_sec"),
        "is_clean": done.returncode == 0,
    }
    if done.returncode:
        lines = (line for line in said.splitlines() if not line.startswith(_CHATTER))
        result["found"] = [line for line in lines if line.strip()][-_LAST_WORDS:]
    return result


def _memory() -> str | None:
    """Where files cost least, if the system has such a place."""
    place = Path("/dev/shm")
    return str(place) if place.is_dir() and os.access(place, os.W_OK) else None


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(TARGETS))
    parser.add_argument("--runs", type=int, default=1_000_000, help="of each")
    parser.add_argument("--timeout", type=int, default=10, help="seconds for one input")
    parser.add_argument("--folder", type=Path, default=ROOT / "out" / "fuzz", help="what is learnt is kept here")
    given = parser.parse_args(words)
    unknown = set(given.names) - TARGETS.keys()
    if unknown:
        parser.error(f"no parser of that name: {', '.join(sorted(unknown))}")
    if find_spec("atheris") is None:
        print(
            "atheris is not installed; where there is one for this machine: .venv/bin/pip install atheris",
            file=sys.stderr,
        )
        return 2
    results = {}
    for name in given.names or TARGETS:
        results[name] = fuzz(name, given.runs, given.timeout, given.folder.resolve())
        print(f"{name}: {json.dumps(results[name])}", file=sys.stderr)
    print(json.dumps({"benchmark": "fuzz", "runs_of_each": given.runs, "parsers": results}, indent=1))
    return 0 if all(one["is_clean"] for one in results.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Plays a film (see tests.benchmarks.film) to desks, from a process of its own."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.store_process import ROOT

WIDTH, HEIGHT, RATE_HZ = 640, 360, 15
FILM = "tests.benchmarks.film"


def make_film(path: Path, seconds: float) -> None:
    """WIDTH × HEIGHT at RATE_HZ."""
    subprocess.run([sys.executable, "-m", FILM, str(path), "--shoot", str(seconds)], cwd=ROOT, check=True)


class Projector:
    """``url``: of the store that it pretends to be. ``module``: what serves the film."""

    def __init__(self, film: Path, *, module: str = FILM, options: Sequence[str] = ()) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, str(film), *options],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.url = f"http://127.0.0.1:{int(self._process.stdout.readline())}"

    def ask(self) -> dict[str, int]:
        """What it served, by kind, where ``module`` counts it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        served: dict[str, int] = json.loads(self._process.stdout.readline())
        return served

    def stop(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

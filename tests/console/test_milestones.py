"""How long the start took, as the desk tells it."""

import subprocess
import sys
import time

from tests.store_process import ROOT

TELL = "from console.window.milestones import process_age_s; print(process_age_s())"
A_TICK_S = 0.02


def test_a_process_knows_how_long_it_has_been_there() -> None:
    before_s = time.monotonic()
    said = subprocess.run([sys.executable, "-c", TELL], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert 0.01 < float(said) <= time.monotonic() - before_s + A_TICK_S

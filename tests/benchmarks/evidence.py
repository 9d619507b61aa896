"""What it costs to keep evidence with every event.

``python -m tests.benchmarks.evidence [--seconds N] [--scenario NAME]`` prints one JSON object. Two stores of the same seed
run side by side for N seconds, one of them without a witness: the difference of their CPU (of the store, and of the
simulated cameras that have to draw the pictures) is the cost; then, on the one that has it, bytes kept an event, seconds
from an event to its pictures and to all of it, and how long opening a case, reading its evidence and taking its file
take.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import psutil
import requests
from sqlalchemy import func, select

from store_client.contract.ids import new_id
from store_server.storage.carts import FindingRow
from store_server.storage.database import Database
from store_server.storage.sightings import PictureRow, SightingRow
from tests.store_process import ROOT, wait_for

TARGETS = {"cpu_share": 0.10, "kilobytes_an_event": 400.0, "open_ms": 250.0, "evidence_ms": 500.0}
BLIND = """
import sys
from store_server.sensing import camera_ring, witness
camera_ring.CameraRing.seen = lambda self, positions: None
witness.Witness.start = lambda self: None
from store_server.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


class Run:
    """One store. ``cpu``: seconds of processor, of the store itself and of its simulated devices."""

    def __init__(self, data: Path, scenario: str, *, is_blind: bool) -> None:
        self.data = data
        program = ["-c", BLIND] if is_blind else ["-m", "store_server"]
        self.process = subprocess.Popen(
            [sys.executable, *program, "--data", str(data), "--scenario", scenario, "--seed", "7"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        assert self.process.stdout is not None
        self.ready = json.loads(self.process.stdout.readline())
        self._store = psutil.Process(self.process.pid)
        self._world = next(one for one in self._store.children(True) if "store_server.world" in one.cmdline())

    def cpu(self) -> tuple[float, float]:
        return tuple(sum(one.cpu_times()[:2]) for one in (self._store, self._world))

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(60)


def kept(data: Path) -> dict[str, float]:
    database = Database(f"sqlite:///{data / 'store.sqlite'}")
    with database.read() as session:
        pictures = session.scalar(select(func.count()).select_from(PictureRow)) or 0
        jpegs = session.scalar(select(func.sum(func.length(PictureRow.jpeg)))) or 0
        read = session.scalar(select(func.avg(func.length(SightingRow.read)))) or 0
        seen = session.scalar(select(func.avg(func.length(SightingRow.seen)))) or 0
        events = session.scalar(select(func.count()).select_from(SightingRow)) or 1
        found = session.scalar(select(func.count()).select_from(FindingRow)) or 0
    database.close()
    return {
        "findings": found,
        "events": events,
        "pictures_an_event": round(pictures / events, 2),
        "kilobytes_of_pictures_an_event": round(jpegs / events / 1_000, 1),
        "kilobytes_of_readings_an_event": round((read + seen) / 1_000, 1),
        "kilobytes_an_event": round((jpegs / events + read + seen) / 1_000, 1),
    }


def of_a_case(ready: dict[str, object], runs: int) -> dict[str, float]:
    """Median of ``runs`` cases on the receipts of the most lines, opened long enough after their last event."""
    url = str(ready["http"])
    demo = ready["demo"]
    assert isinstance(demo, dict)
    desk = requests.Session()
    answer = desk.post(f"{url}/v1/session", json={"user": "supervisor", "password": demo["supervisor"]}, timeout=30)
    desk.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    receipts = desk.get(f"{url}/v1/receipts?store=demo", timeout=30).json()["items"]
    chosen = sorted(receipts, key=lambda receipt: -receipt["units"])[:runs]
    opening, reading, filing, sizes = [], [], [], []
    for receipt in chosen:
        body = {"receipt": receipt["id"], "message": new_id()}
        began = time.perf_counter()
        case = desk.post(f"{url}/v1/cases", json=body, headers={"Idempotency-Key": str(uuid.uuid4())}, timeout=30)
        if case.status_code != 201:  # the sensors have opened one themselves
            print(case.text, file=sys.stderr)
            continue
        opening.append(time.perf_counter() - began)
        address = f"{url}/v1/cases/{case.json()['id']}"
        wait_for(lambda at=address: desk.get(f"{at}/evidence", timeout=30).ok, "evidence", 90.0)  # type: ignore[misc]
        began = time.perf_counter()
        sizes.append(len(desk.get(f"{address}/evidence", timeout=30).content))
        reading.append(time.perf_counter() - began)
        began = time.perf_counter()
        desk.get(f"{address}/file", timeout=60)
        filing.append(time.perf_counter() - began)
    return {
        "cases": len(opening),
        "open_ms": round(median(opening) * 1_000, 1),
        "evidence_ms": round(median(reading) * 1_000, 1),
        "file_ms": round(median(filing) * 1_000, 1),
        "evidence_kilobytes": round(median(sizes) / 1_000, 1),
    }


def measure(seconds: float, scenario: str) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        runs = [Run(Path(folder) / name, scenario, is_blind=name == "blind") for name in ("seeing", "blind")]
        try:
            time.sleep(15.0)  # each camera's first picture is drawn
            before = [run.cpu() for run in runs]
            began = time.monotonic()
            time.sleep(seconds)
            lasted = time.monotonic() - began
            spent = [[b - a for a, b in zip(x, run.cpu(), strict=True)] for x, run in zip(before, runs, strict=True)]
            cases = of_a_case(runs[0].ready, 5)
        finally:
            for run in runs:
                run.end()
        bytes_kept = kept(runs[0].data)
    seeing, blind = spent
    events_a_second = bytes_kept["events"] / (lasted + 15.0)
    cost = {
        "store_cpu_share": round((seeing[0] - blind[0]) / lasted, 4),
        "store_cpu_share_without": round(blind[0] / lasted, 4),
        "cameras_cpu_share": round((seeing[1] - blind[1]) / lasted, 4),
        "store_cpu_ms_an_event": round((seeing[0] - blind[0]) / lasted / events_a_second * 1_000, 1),
    }
    measured = {
        "cpu_share": cost["store_cpu_share"],
        "kilobytes_an_event": bytes_kept["kilobytes_an_event"],
        "open_ms": cases["open_ms"],
        "evidence_ms": cases["evidence_ms"],
    }
    return {
        "benchmark": "evidence",
        "scenario": scenario,
        "seconds": round(lasted, 1),
        "load_average": [round(load, 2) for load in psutil.getloadavg()[:2]],
        "cost": cost,
        "kept": bytes_kept,
        "case": cases,
        "targets": TARGETS,
        "measured": measured,
        "reached": {name: measured[name] <= target for name, target in TARGETS.items()},
    }


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.evidence")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--scenario", default="steady")
    given = parser.parse_args(words)
    result = measure(given.seconds, given.scenario)
    print(json.dumps(result, indent=1))
    reached = result["reached"]
    assert isinstance(reached, dict)
    return 0 if all(reached.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

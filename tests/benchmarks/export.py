"""What an export costs: ``python -m tests.benchmarks.export [--minutes N] [--cameras N]``, one object of JSON.

- ``clips``: films of each camera over HTTP from a store's server to a desk's client, hashed on both sides and forced to
  the disk: seconds, MB/s; ``ratio``: against copying the same recorded bytes from file to file in the same run.
- ``side_by_side``: one video of all: times as fast as they were recorded, the same with heads covered.
- ``peak_mib``: the most memory of the process that serves and receives, above what it had before.

The films are H.264 of 640×360 at 15 Hz with a key picture every two seconds; there are no weights and positions.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import psutil
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from store_client.client import StoreClient
from store_client.contract.camera import Camera, Pose
from store_client.contract.export import ExportKind
from store_client.contract.faces import FacesRequest
from store_client.contract.live import Position, Positions
from store_client.contract.moment import from_micros
from store_client.contract.sensor import PositionHistory, WeightHistory
from store_server.desk.users import ensure_demo_users
from store_server.sensing.export.check import check
from store_server.sensing.export.making import Exports
from store_server.sensing.recording.archive import Archive
from store_server.sensing.recording.form import Form, Sample
from store_server.sensing.reel import Reel
from store_server.signing import Signer
from store_server.storage.database import Database
from tests.http.conftest import NO_FLOOD, WallClock, make_services, serving
from tests.http.sensed import Sensed
from tests.http.site import NOON, SITE, STORE

US = 1_000_000
RATE_HZ, WIDTH, HEIGHT = 15, 640, 360
MINUTE_US = 60 * US


class Nothing:
    """A history that keeps nothing but somebody who walks about."""

    async def weights(
        self, store: str, plates: Sequence[str], since_us: int, until_us: int, points: int
    ) -> WeightHistory:
        return WeightHistory(store, US, None, [])

    async def positions(self, store: str, since_us: int, until_us: int) -> PositionHistory:
        return PositionHistory(store, None, [])

    async def tracked(self, since_us: int, until_us: int) -> list[Positions]:
        return [
            Positions(epoch="", seq=1, measured_at=at, sent_at=at, people=[Position("t", None, float(4 + np.sin(at / US)), 2, 0.9)])
            for at in range(since_us, until_us, 100_000)
        ]  # fmt: skip


def film(path: Path) -> tuple[Form, list[Sample]]:
    """A minute, from noon on, of noise that moves: about 1 Mbit/s."""
    chance = np.random.default_rng(1)
    noise = chance.integers(0, 255, (HEIGHT // 8 + 64, WIDTH // 8 + 64, 3), np.uint8)
    with av.open(str(path), "w") as container:
        options = {"g": str(2 * RATE_HZ), "bf": "0", "preset": "ultrafast", "b": "1000000"}
        stream = container.add_stream("libx264", rate=RATE_HZ, options=options)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number in range(60 * RATE_HZ):
            x, y = number % 60, number // 2 % 60
            picture = noise[y : y + HEIGHT // 8, x : x + WIDTH // 8].repeat(8, 0).repeat(8, 1)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")))
        container.mux(stream.encode())
    reel = Reel(str(path))
    samples = []
    with av.open(str(path)) as container:
        for packet in container.demux(video=0):
            if packet.pts is not None and packet.dts is not None:
                at_us = NOON + round(packet.pts * packet.time_base * US)
                samples.append(Sample(bytes(packet), at_us, at_us, 1_000, packet.is_keyframe))
    return Form(reel.codec, WIDTH, HEIGHT, reel.entry, 2 * US), samples


def recorded(folder: Path, cameras: Sequence[Camera], minutes: int) -> Archive:
    form, minute = film(folder / "film.mp4")
    archive = Archive(folder / "recordings")
    for camera in cameras:
        for number in range(minutes):
            late_us = number * MINUTE_US
            segment = archive.begin(camera.id, form, NOON + late_us)
            for s in minute:
                segment.append(Sample(s.data, s.at_us + late_us, s.decode_us + late_us, s.error_us, s.is_key))
            segment.close()
    return archive


@contextmanager
def served(folder: Path, archive: Archive, cameras: list[Camera]) -> Iterator[tuple[StoreClient, str]]:
    database = Database(f"sqlite:///{folder / 'store.sqlite'}")
    database.migrate()
    services, users = make_services(database, WallClock(), Sensed())
    signer = Signer(Ed25519PrivateKey.generate())
    exports = Exports(
        folder / "exports", SITE, archive, Nothing(), signer, lambda: cameras, list, lambda: NOON + 86_400 * US
    )
    services = replace(services, exports=exports)
    services.stores.install(SITE)
    passwords = ensure_demo_users(users, folder)
    with serving(services, NO_FLOOD, time.monotonic) as url, StoreClient(url) as client:
        client.sign_in("agent", passwords["agent"])
        grant = client.grant_faces(STORE, FacesRequest("a benchmark", passwords["agent"]))
        yield client, grant.id
    database.close()


class Peak:
    """The most memory that this process has while it is inside."""

    def __enter__(self) -> "Peak":
        self._process = psutil.Process()
        self._before = self._most = self._process.memory_info().rss
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def _look(self) -> None:
        while not self._ended.wait(0.05):
            self._most = max(self._most, self._process.memory_info().rss)

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    @property
    def mib(self) -> float:
        return round(float(self._most - self._before) / 2**20, 1)


def exported(
    client: StoreClient, cameras: Sequence[Camera], minutes: int, kind: ExportKind, folder: Path, grant: str | None
) -> dict[str, Any]:
    since, until = from_micros(NOON), from_micros(NOON + minutes * MINUTE_US)
    with Peak() as peak:
        began = time.perf_counter()
        client.export(STORE, [camera.id for camera in cameras], since, until, kind, folder, lambda _: None, faces=grant)
        seconds = time.perf_counter() - began
    size = sum(file.bytes for file in check(folder).manifest.files)
    return {"seconds": round(seconds, 2), "mb": round(size / 1e6, 1), "peak_mib": peak.mib}


def copied(archive: Archive, cameras: Sequence[Camera], folder: Path) -> float:
    """Seconds to copy what was recorded, forced to the disk as an export is."""
    folder.mkdir()
    began = time.perf_counter()
    for camera in cameras:
        with (folder / camera.id).open("wb") as target:
            for segment in archive.segments(camera.id):
                with segment.frames.open("rb") as source:
                    shutil.copyfileobj(source, target, 1 << 20)
            target.flush()
            os.fsync(target.fileno())
    return time.perf_counter() - began


def measured(folder: Path, cameras: list[Camera], minutes: int, beside: int) -> dict[str, Any]:
    archive = recorded(folder, cameras, minutes)
    with served(folder, archive, cameras) as (client, grant):
        clips, plain = [], []
        for turn in range(3):  # in turns, and the best of each: the machine has other things to do
            plain.append(copied(archive, cameras, folder / f"plain-{turn}"))
            clips.append(exported(client, cameras, minutes, "clips", folder / f"clips-{turn}", grant))
        best = min(clips, key=lambda one: one["seconds"])
        best |= {
            "mb_per_second": round(best["mb"] / best["seconds"], 1),
            "plain_copy_seconds": round(min(plain), 3),
            "ratio": round(best["seconds"] / min(plain), 2),
        }
        found: dict[str, Any] = {"clips": best}
        for name, leave in (("side_by_side", grant), ("side_by_side_covered", None)):
            made = exported(client, cameras, beside, "side_by_side", folder / name, leave)
            found[name] = made | {"times_real_time": round(beside * 60 / made["seconds"], 2)}
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=int, default=10)
    parser.add_argument("--cameras", type=int, default=4)
    parser.add_argument("--beside", type=int, default=1, help="minutes of the side-by-side video")
    asked = parser.parse_args()
    pose = Pose(0.0, 0.0, 2.5, 4.0, 2.0, 1.0, 1.4)
    cameras = [
        Camera(f"cam{n}", STORE, f"Camera {n}", "added", WIDTH, HEIGHT, [WIDTH], pose) for n in range(asked.cameras)
    ]
    with tempfile.TemporaryDirectory() as name:
        found = measured(Path(name), cameras, asked.minutes, asked.beside)
    found["load"] = round(os.getloadavg()[0], 1)
    print(json.dumps(found, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""What covering heads is worth, and what it costs. One in three of the people is a child of four to ten years by height.

``python -m tests.benchmarks.faces [--pictures N] [--scenarios …] [--seconds S]`` prints one JSON object: for each scenario, of live
pictures and of recorded ones, the share of heads that are covered (their middle; of their pixels), the share of the
pictures that is coarse, and milliseconds a picture; and of a wall of all cameras of an embedded store, watched with and
without, what processor the server takes and how old pictures are when they come.
"""

import argparse
import json
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
import psutil

from store_client.client import StoreClient
from store_client.contract.faces import FacesRequest
from store_client.errors import Closed
from store_client.pictures import Pictures
from store_client.projection import Projection
from store_server.sensing.coarse import Patch, patches_of
from store_server.sensing.faces import heads, people_at
from store_server.sensing.outlook import Outlook, smaller
from store_server.world.painting.painter import JPEG_QUALITY
from tests.sensing.filmed import Filmed, Look, covered
from tests.store_process import StoreProcess

US = 1_000_000
WARM_S = 60
STEP_S = 0.5
AHEAD_S = 4.0
"""Afterwards it is known where people were."""
WALL_S = 12.0


@dataclass
class Score:
    heads: int = 0
    middles: int = 0
    pixels: int = 0
    seen: int = 0
    shares: list[float] = field(default_factory=list)
    missed: list[tuple[str, int, int]] = field(default_factory=list)

    def add(self, look: Look, patches: list[Patch] | None) -> None:
        flags = covered(look.picture, patches)
        self.shares.append(float(flags.mean()))
        for rows, columns in look.heads:
            middle = (round(float(rows.mean())), round(float(columns.mean())))
            self.heads += 1
            self.middles += bool(flags[middle])
            self.pixels += int(flags[rows, columns].sum())
            self.seen += len(rows)
            if not flags[middle]:
                self.missed.append((look.camera.id, look.at_us, len(rows)))

    def told(self) -> dict[str, float]:
        return {
            "heads": self.heads,
            "middles_covered": round(self.middles / max(1, self.heads), 5),
            "pixels_covered": round(self.pixels / max(1, self.seen), 5),
            "picture_coarse": round(float(np.mean(self.shares)), 4),
        }


def filmed(scenario: str, pictures: int, seed: int) -> dict[str, object]:
    film = Filmed(scenario, seed, has_children=True)
    outlooks = {camera.id: Outlook(camera, film.simulation.planogram.gondolas) for camera in film.cameras}
    live, recorded = Score(), Score()
    looks: list[Look] = []
    took: list[float] = []
    film.pass_(60)
    steps = max(1, pictures // len(film.cameras))
    for step in range(round(WARM_S / STEP_S) + steps):
        film.pass_(STEP_S)
        for camera in film.cameras:
            outlook = outlooks[camera.id]
            if step < WARM_S / STEP_S:
                small = smaller(film.picture(camera))
                outlook.learn(small, film.simulation.now_us, film.arrived[-200:])
                continue
            look = film.look(camera)
            looks.append(look)
            small = smaller(look.picture)
            outlook.learn(small, look.at_us, film.arrived[-200:])
            live.add(look, outlook.veiled_now(look.picture, small, film.arrived[-200:]))
            jpeg = cv2.imencode(".jpg", look.picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1].tobytes()
            began = time.perf_counter()
            outlook.live(jpeg, look.at_us, film.arrived[-200:])
            took.append(1_000 * (time.perf_counter() - began))
    film.pass_(AHEAD_S)
    for look in looks:
        fixes = [fix for fix in film.arrived if abs(fix.at_us - look.at_us) <= 3 * US]
        people = people_at(fixes, look.at_us)
        assert look.camera.pose is not None
        projection = Projection(look.camera.pose, look.picture.shape[1], look.picture.shape[0])
        recorded.add(look, None if people is None else patches_of(look.picture, heads(projection, people)))
    return {
        "pictures": len(looks),
        "live": live.told() | {"ms": round(float(np.median(took)), 2)},
        "recorded": recorded.told(),
        "missed_live": live.missed[:12],
        "missed_recorded": recorded.missed[:12],
    }


@dataclass
class Watched:
    """What came of a camera: of each picture how old it was (ms)."""

    ages_ms: list[float] = field(default_factory=list)
    bytes: int = 0


def wall(seconds: float) -> dict[str, object]:
    """All cameras of an embedded store at once, 640 pixels wide, by a client that does nothing else with them: with clear
    faces, which the server passes on as they come, and covered."""
    found: dict[str, object] = {}
    with TemporaryDirectory() as folder:
        store = StoreProcess(Path(folder), "--scenario", "steady", "--seed", "3")
        try:
            with StoreClient(store.http) as client:
                client.sign_in("supervisor", store.demo["supervisor"])
                cameras = [camera.id for camera in client.cameras(store.stores[0])]
                leave = FacesRequest("to measure", store.demo["supervisor"])
                grant = client.grant_faces(store.stores[0], leave).id
                process = psutil.Process(store.process.pid)
                _watch(client, cameras, None, 30.0)  # people come in, and the backdrop is learnt
                for name, faces in (
                    ("clear", grant),
                    ("covered", None),
                    ("clear_again", grant),
                    ("covered_again", None),
                ):
                    cpu_s, began = _cpu_s(process), time.perf_counter()
                    watched = _watch(client, cameras, faces, seconds)
                    passed = time.perf_counter() - began
                    ages = np.concatenate([one.ages_ms for one in watched])
                    found[name] = {
                        "pictures_s": round(len(ages) / passed, 1),
                        "kib_a_picture": round(sum(one.bytes for one in watched) / len(ages) / 1024, 1),
                        "server_cpu": round((_cpu_s(process) - cpu_s) / passed, 3),
                        "age_ms_p50": round(float(np.percentile(ages, 50)), 1),
                        "age_ms_p99": round(float(np.percentile(ages, 99)), 1),
                    }
        finally:
            store.stop()
    return found


def _cpu_s(process: psutil.Process) -> float:
    """Of the server alone: the world that draws and the broker are processes of their own."""
    times = process.cpu_times()
    return float(times.user + times.system)


def _watch(client: StoreClient, cameras: Sequence[str], faces: str | None, seconds: float) -> list[Watched]:
    streams = [
        Pictures(client.pictures_url(camera, width=640, faces=faces), client.sessions.bearer()) for camera in cameras
    ]
    found = [Watched() for _ in streams]

    def read(stream: Pictures, watched: Watched) -> None:
        with suppress(Closed):
            for picture in stream:
                watched.ages_ms.append((time.time_ns() / 1_000 - picture.captured_at) / 1_000)
                watched.bytes += len(picture.jpeg)

    threads = [threading.Thread(target=read, args=pair) for pair in zip(streams, found, strict=True)]
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    for stream in streams:
        stream.close()
    for thread in threads:
        thread.join()
    for watched in found:
        del watched.ages_ms[:5]  # a camera that is drawn for the first time
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.faces", description=__doc__)
    parser.add_argument("--pictures", type=int, default=400)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=WALL_S, help="of watching, four times; 0: not at all")
    parser.add_argument("--scenarios", nargs="*", default=["steady", "rush"])
    given = parser.parse_args(arguments)
    found: dict[str, object] = {name: filmed(name, given.pictures, given.seed) for name in given.scenarios}
    if given.seconds:
        found["wall"] = wall(given.seconds)
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()

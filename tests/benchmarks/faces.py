"""What covering heads is worth, and what it costs.

``python -m tests.benchmarks.faces [--pictures N] [--scenarios …] [--no-wall]`` prints one JSON object: for each scenario, of live
pictures and of recorded ones, the share of heads that are covered (their middle; of their pixels), the share of the
pictures that is coarse, and milliseconds a picture; and of a wall of all cameras of an embedded store, watched with and
without, what processor the server takes and how old pictures are when they come.
"""

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from store_client.projection import Projection
from store_server.sensing.coarse import Patch, patches_of
from store_server.sensing.faces import heads, people_at
from store_server.sensing.outlook import Outlook, smaller
from store_server.world.painting.painter import JPEG_QUALITY
from tests.sensing.filmed import Filmed, Look, covered

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
    film = Filmed(scenario, seed)
    outlooks = {camera.id: Outlook(camera) for camera in film.cameras}
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


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.faces", description=__doc__)
    parser.add_argument("--pictures", type=int, default=400)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--scenarios", nargs="*", default=["steady", "rush"])
    given = parser.parse_args(arguments)
    found: dict[str, object] = {name: filmed(name, given.pictures, given.seed) for name in given.scenarios}
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()

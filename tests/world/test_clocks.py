"""Cameras whose clocks are wrong, in trouble: what they send, and what the truth says of it."""

import asyncio
import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from store_server.sensing.multipart import Part, pictures
from store_server.world.chronicle import Chronicle
from store_server.world.clocks import WRONG, Clocks
from store_server.world.picture_server import PictureServer
from store_server.world.simulation import Simulation
from store_server.world.studio import Picture, Pictures, Studio

NOON = 1_780_000_000_000_000
HOUR_US = 3_600 * 1_000_000


@pytest.mark.parametrize(
    ("camera", "ahead_us"),
    [("camera-1", 0), ("camera-2", 2_700_000), ("camera-4", 1_800_000), ("camera-5", -2_800_000), ("camera-7", None)],
)
def test_stamps_are_those_of_the_cameras_own_clock(camera: str, ahead_us: int | None) -> None:
    wrong, right = Clocks(NOON, has_faults=True), Clocks(NOON, has_faults=False)
    at_us = NOON + HOUR_US
    assert wrong.stamp(camera, at_us) == (None if ahead_us is None else at_us + ahead_us)
    assert right.stamp(camera, at_us) == at_us
    assert right.late_us(camera) == 0


def test_a_camera_sends_late_what_it_took_and_in_order() -> None:
    async def run() -> list[tuple[int, Part]]:
        loop = asyncio.get_running_loop()
        began = loop.time()

        def shoot(_camera: str, widths: Sequence[int]) -> Callable[[], Pictures]:
            taken_us = round((loop.time() - began) * 1e6)
            return lambda: {width: Picture(taken_us, b"\xff\xd8%d\xff\xd9" % taken_us) for width in widths}

        studio = Studio(shoot)
        server = PictureServer(studio, {"camera-5", "camera-7"}, {320}, Clocks(0, has_faults=True))
        address = await server.start(0)
        came = []
        for camera in ("camera-5", "camera-7"):
            count = 0
            async for part in pictures(f"{address}/{camera}/320", 10.0):
                came.append((round((loop.time() - began) * 1e6), part))
                count += 1
                if count == 6:
                    break
        await studio.close()
        await server.close()
        return came

    came = asyncio.run(asyncio.wait_for(run(), 60))
    for camera, part in zip(["camera-5"] * 6 + ["camera-7"] * 6, came, strict=True):
        at_us, (jpeg, stamp_us) = part[0], (part[1].jpeg, part[1].captured_at)
        assert jpeg is not None
        taken_us = int(jpeg[2:-2])
        assert at_us - taken_us >= WRONG[camera].late_us
        assert (stamp_us is None) == (camera == "camera-7")


def test_the_truth_is_written_only_for_who_asks(tmp_path: Path) -> None:
    path = tmp_path / "truth.jsonl"
    chronicle = Chronicle(path)
    simulation = Simulation("quiet", seed=1, sent=chronicle.sent)
    for _ in simulation.run(1.0):
        chronicle.people(simulation.people, simulation.now_us)
    chronicle.handled(simulation.truth.handlings)
    chronicle.picture("camera-1", b"a picture", NOON)
    chronicle.close()
    Chronicle(None).picture("camera-1", b"a picture", NOON)
    told = [json.loads(line) for line in path.read_bytes().splitlines()]
    assert {"weights", "people", "picture"} <= {one["kind"] for one in told}
    assert told[-1]["sha256"] == hashlib.sha256(b"a picture").hexdigest()

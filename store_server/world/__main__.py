"""``python -m store_server.world``: a simulated store, whose devices speak as real ones do.

Prints the site as one line of JSON, waits for the line ``go``, publishes to NATS in real time, serves the cameras'
pictures, and ends when its standard input closes or on SIGTERM, so that it never outlives who started it.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import cv2
import msgspec
from nats.aio.client import Client
from nats.errors import Error as NatsError

from store_server.clock import Clock
from store_server.device_process import (
    EXIT_AGAIN,
    EXIT_UNUSABLE,
    AwayError,
    Cues,
    DeviceOptions,
    UnusableError,
    clock_of,
    closed,
    connected,
    say,
)
from store_server.tidying import tidy_seldom
from store_server.world.chronicle import VARIABLE, Chronicle
from store_server.world.layout import CAMERA_SIZES
from store_server.world.messages import subject
from store_server.world.painting.gallery import Gallery
from store_server.world.painting.painter import coded
from store_server.world.picture_server import PictureServer
from store_server.world.scenario import SCENARIOS
from store_server.world.simulation import STEP_US, Simulation
from store_server.world.site import TIME_ZONE, make_site
from store_server.world.studio import Picture, Pictures, Studio

FASTEST = 100.0
TICK_S = 0.01
WARM_S, WARM_WIDTH = 8.0, 640
"""So long after the start, when everything else has started too, the cameras' first pictures are drawn."""
LEAP_S = 60.0
"""Of the machine's clock from one tick to the next: it slept, or was set. What it missed was no day of anybody's."""
MOST_STEPS = 20
"""Steps of the simulation in one go, so that pictures are served while it catches up."""


class World:
    """The simulation kept at the store's time."""

    def __init__(self, simulation: Simulation, clock: Clock, chronicle: Chronicle) -> None:
        self.simulation = simulation
        self._chronicle = chronicle
        self._clock = clock
        self._gallery = Gallery(simulation, TIME_ZONE)

    def shoot(self, camera: str, widths: Sequence[int]) -> Callable[[], Pictures]:
        """Looks through a camera now; what it returns draws what it saw, or nothing while the camera has stopped. Drawn
        once, at the greatest width: as a real camera makes its smaller pictures of its large one."""
        now = self._clock.now_us()
        faults = self.simulation.faults
        sight = "ok" if faults is None else faults.sight.get(camera, "ok")
        if sight == "stopped":
            return dict
        if sight == "garbage":
            return lambda: {width: Picture(now, os.urandom(4_000)) for width in widths}
        painter, scene = self._gallery.look(camera, max(widths), now)

        def draw() -> Pictures:
            drawn = painter.compose(scene)
            pictures = {width: Picture(now, coded(drawn, width)) for width in widths}
            for picture in pictures.values():
                self._chronicle.picture(camera, picture.jpeg, now)
            return pictures

        return draw

    async def publish(self, client: Client) -> None:
        """Steps the store, and sends each message when it is due, until the clock leaps."""
        encode = msgspec.msgpack.Encoder().encode
        simulation = self.simulation
        now = self._clock.now_us()
        while True:
            then, now = now, self._clock.now_us()
            if abs(now - then) > LEAP_S * 1e6 * self._clock.speed:
                return
            for _ in range(MOST_STEPS):
                if simulation.now_us + STEP_US > now:
                    break
                simulation.step()
                self._chronicle.people(simulation.people, simulation.now_us)
            self._chronicle.handled(simulation.truth.handlings)
            for message in simulation.due(now):
                # While the broker is away the client keeps some and then refuses: a device would lose those too.
                with suppress(NatsError):
                    await client.publish(subject(simulation.store, message), encode(message))
            await asyncio.sleep(TICK_S)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    options = DeviceOptions("store_server.world", FASTEST)
    options.add_argument("--scenario", choices=sorted(SCENARIOS), default="steady")
    options.add_argument("--seed", type=int, default=1, metavar="N", help="the same seed gives the same day")
    options.add_argument("--truth", default=os.environ.get(VARIABLE), metavar="FILE", help="writes what really happens")
    options.add_argument("--pictures-port", type=int, default=0, metavar="N", help="of the cameras' pictures; 0: any")
    given = options.parse_args(arguments)
    if given.seed < 0:
        raise UnusableError(f"--seed: below 0: {given.seed}")
    if not 0 <= given.pictures_port < 65536:
        raise UnusableError(f"--pictures-port: no port: {given.pictures_port}")
    return given


async def _serve(given: argparse.Namespace) -> int:
    cues = Cues()
    client = await connected(given.live)
    clock = clock_of(given)
    chronicle = Chronicle(None if given.truth is None else Path(given.truth))
    simulation = Simulation(
        given.scenario, given.seed, store=given.store, started_us=clock.now_us(), sent=chronicle.sent
    )
    world = World(simulation, clock, chronicle)
    studio = Studio(world.shoot)
    cameras, widths = {camera.id for camera in simulation.cameras}, {width for width, _ in CAMERA_SIZES}
    pictures = PictureServer(studio, cameras, widths, simulation.clocks, clock.speed)
    try:
        site = make_site(simulation, await pictures.start(given.pictures_port))
    except OSError as error:
        raise UnusableError(f"--pictures-port: {given.pictures_port} cannot be used: {error.strerror}") from error
    tidy_seldom()
    cues.offer(site)

    async def live() -> None:
        await cues.go.wait()
        await world.publish(client)

    async def warm() -> None:
        await cues.go.wait()
        await asyncio.sleep(WARM_S)
        for camera in simulation.cameras:
            await studio.prepare(camera.id, WARM_WIDTH)

    warming = asyncio.create_task(warm())
    living, stopping = asyncio.create_task(live()), asyncio.create_task(cues.stop.wait())
    await asyncio.wait((living, stopping), return_when=asyncio.FIRST_COMPLETED)
    for task in (stopping, living, warming):
        task.cancel()
    await asyncio.gather(warming, return_exceptions=True)
    await studio.close()
    await pictures.close()
    await closed(client)
    code = 0
    with suppress(asyncio.CancelledError):
        await living  # raises what ended it, if it was not we
        say("the clock has leapt: the day begins anew")
        code = EXIT_AGAIN
    chronicle.close()
    return code


def main(arguments: Sequence[str]) -> int:
    cv2.setNumThreads(1)  # it draws small things: more threads cost more than they gain
    try:
        return asyncio.run(_serve(_options(arguments)))
    except UnusableError as error:
        say(str(error))
        return EXIT_AGAIN if isinstance(error, AwayError) else EXIT_UNUSABLE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

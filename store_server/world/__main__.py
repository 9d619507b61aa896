"""``python -m store_server.world``: a simulated store, whose devices speak as real ones do.

Prints the site as one line of JSON, waits for the line ``go``, publishes to NATS in real time, serves the cameras'
pictures, and ends when its standard input closes or on SIGTERM, so that it never outlives who started it.
"""

import argparse
import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import FrameType
from typing import NoReturn

import cv2
import msgspec
import nats
from nats.aio.client import Client
from nats.errors import Error as NatsError

from store_client.contract.device import LIVE_PASSWORD, LIVE_USER
from store_server.world.clock import StoreClock, wall_us
from store_server.world.layout import CAMERA_SIZES
from store_server.world.messages import subject
from store_server.world.painting.gallery import Gallery
from store_server.world.picture_server import PictureServer
from store_server.world.scenario import SCENARIOS
from store_server.world.simulation import STEP_US, Simulation
from store_server.world.site import TIME_ZONE, make_site
from store_server.world.studio import Picture, Studio

EXIT_UNUSABLE = 2
CONNECT_S = 10.0
TICK_S = 0.01
WARM_S, WARM_WIDTH = 8.0, 640
"""So long after the start, when everything else has started too, the cameras' first pictures are drawn."""
MOST_STEPS = 20
"""Steps of the simulation in one go, so that pictures are served while it catches up."""


class UnusableError(Exception):
    """What was asked for cannot be; the text says why, in one line."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UnusableError(message)


class World:
    """The simulation kept at the store's time."""

    def __init__(self, simulation: Simulation, clock: StoreClock) -> None:
        self.simulation = simulation
        self._clock = clock
        self._gallery = Gallery(simulation, TIME_ZONE)

    def shoot(self, camera: str, width: int) -> Callable[[], Picture | None]:
        """Looks through a camera now; what it returns draws what it saw, or nothing while the camera has stopped."""
        now = self._clock.now_us()
        faults = self.simulation.faults
        sight = "ok" if faults is None else faults.sight.get(camera, "ok")
        if sight == "stopped":
            return lambda: None
        if sight == "garbage":
            return lambda: Picture(now, os.urandom(4_000))
        painter, scene = self._gallery.look(camera, width, now)
        return lambda: Picture(now, painter.draw(scene))

    async def publish(self, client: Client) -> None:
        """For ever: steps the store, and sends each message when it is due."""
        encode = msgspec.msgpack.Encoder().encode
        simulation = self.simulation
        while True:
            now = self._clock.now_us()
            for _ in range(MOST_STEPS):
                if simulation.now_us + STEP_US > now:
                    break
                simulation.step()
            for message in simulation.due(min(now, simulation.now_us)):
                # While the broker is away the client keeps some and then refuses: a device would lose those too.
                with suppress(NatsError):
                    await client.publish(subject(simulation.store, message), encode(message))
            await asyncio.sleep(TICK_S)


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = _Parser(prog="python -m store_server.world", allow_abbrev=False)
    parser.add_argument(
        "--live", required=True, metavar="URL", help=f"the broker; who we are is in {LIVE_USER} and {LIVE_PASSWORD}"
    )
    parser.add_argument("--store", required=True, metavar="ID", help="whose devices these are")
    parser.add_argument("--scenario", choices=sorted(SCENARIOS), default="steady")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="the same seed gives the same day")
    parser.add_argument("--speed", type=float, default=1.0, metavar="X", help="store time runs X times as fast")
    parser.add_argument("--pictures-port", type=int, default=0, metavar="N", help="of the cameras' pictures; 0: any")
    parser.add_argument("--started-at", type=int, metavar="µs", help="when store time and machine time were the same")
    given = parser.parse_args(arguments)
    if not 0 < given.speed <= 100:
        raise UnusableError(f"--speed: not above 0 and up to 100: {given.speed:g}")
    if given.seed < 0:
        raise UnusableError(f"--seed: below 0: {given.seed}")
    if not 0 <= given.pictures_port < 65536:
        raise UnusableError(f"--pictures-port: no port: {given.pictures_port}")
    return given


async def _serve(given: argparse.Namespace) -> int:
    loop = asyncio.get_running_loop()
    go, stop = asyncio.Event(), asyncio.Event()
    _on_signals(lambda: loop.call_soon_threadsafe(stop.set))
    try:
        # Reconnecting for ever holds for the first connection too: it is given up after a while.
        connecting = nats.connect(
            given.live,
            user=os.environ.get(LIVE_USER),
            password=os.environ.get(LIVE_PASSWORD),
            max_reconnect_attempts=-1,
            reconnect_time_wait=0.25,
            error_cb=_quiet,
        )
        client = await asyncio.wait_for(connecting, CONNECT_S)
    except (OSError, NatsError, ValueError) as error:
        _say(f"--live: nobody answers at {given.live.rpartition('@')[2]}: {error or type(error).__name__}")
        return EXIT_UNUSABLE
    clock = StoreClock(given.speed, given.started_at or wall_us())
    simulation = Simulation(given.scenario, given.seed, store=given.store, started_us=clock.now_us())
    world = World(simulation, clock)
    studio = Studio(world.shoot)
    pictures = PictureServer(studio, {c.id for c in simulation.cameras}, {width for width, _ in CAMERA_SIZES})
    try:
        site = make_site(simulation, await pictures.start(given.pictures_port))
    except OSError as error:
        _say(f"--pictures-port: {given.pictures_port} cannot be used: {error.strerror}")
        return EXIT_UNUSABLE
    sys.stdout.write(msgspec.json.encode(site).decode() + "\n")
    sys.stdout.flush()
    threading.Thread(target=_listen, args=(loop, go, stop), name="standard input", daemon=True).start()

    async def live() -> None:
        await go.wait()
        await world.publish(client)

    async def warm() -> None:
        await go.wait()
        await asyncio.sleep(WARM_S)
        for camera in simulation.cameras:
            await studio.prepare(camera.id, WARM_WIDTH)

    warming = asyncio.create_task(warm())
    living, stopping = asyncio.create_task(live()), asyncio.create_task(stop.wait())
    await asyncio.wait((living, stopping), return_when=asyncio.FIRST_COMPLETED)
    for task in (stopping, living, warming):
        task.cancel()
    await asyncio.gather(warming, return_exceptions=True)
    await studio.close()
    await pictures.close()
    with suppress(NatsError, TimeoutError):
        await asyncio.wait_for(client.close(), 2.0)
    with suppress(asyncio.CancelledError):
        await living  # raises what ended it, if it was not we
    return 0


def _on_signals(stop: Callable[[], object]) -> None:
    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)


async def _quiet(_error: Exception) -> None:
    """The broker is away: the client goes on trying, and the store says so itself."""


def _listen(loop: asyncio.AbstractEventLoop, go: asyncio.Event, stop: asyncio.Event) -> None:
    """Waits for the line ``go``, then for the end of the input. Reads the descriptor itself, so that the program can
    end while this thread waits."""
    heard = b""
    while chunk := os.read(0, 4096):
        heard = (heard + chunk)[-4096:]
        if b"go" in heard.splitlines():
            loop.call_soon_threadsafe(go.set)
    with suppress(RuntimeError):  # the loop has ended before
        loop.call_soon_threadsafe(stop.set)


def main(arguments: Sequence[str]) -> int:
    cv2.setNumThreads(1)  # it draws small things: more threads cost more than they gain
    try:
        given = _options(arguments)
    except UnusableError as error:
        _say(str(error))
        return EXIT_UNUSABLE
    return asyncio.run(_serve(given))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

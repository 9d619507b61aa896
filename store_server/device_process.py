"""What a process of devices is, whatever devices it plays: its options, its broker, its one line, and when it ends.

It prints its site as one line of JSON, waits for the line ``go``, and ends when its standard input closes or on SIGTERM,
so that it never outlives who started it (see store_server.devices).
"""

import argparse
import asyncio
import os
import signal
import sys
import threading
from contextlib import suppress
from types import FrameType
from typing import NoReturn

import msgspec
import nats
from nats.aio.client import Client
from nats.errors import Error as NatsError

from store_client.contract.device import LIVE_PASSWORD, LIVE_USER, Site
from store_server.clock import Clock

EXIT_UNUSABLE = 2
EXIT_AGAIN = 3
"""It cannot go on now, for no fault of its own, and is to be started again."""
CONNECT_S = 10.0
CLOSE_S = 2.0


class UnusableError(Exception):
    """What was asked for cannot be; the text says why, in one line."""


class AwayError(UnusableError):
    """The broker does not answer now."""


class DeviceOptions(argparse.ArgumentParser):
    """Those of every process of devices; others are added to them. Raises UnusableError for what makes no sense."""

    def __init__(self, program: str, fastest: float) -> None:
        super().__init__(prog=f"python -m {program}", allow_abbrev=False)
        self._fastest = fastest
        self.add_argument(
            "--live", required=True, metavar="URL", help=f"the broker; who we are is in {LIVE_USER} and {LIVE_PASSWORD}"
        )
        self.add_argument("--store", required=True, metavar="ID", help="whose devices these are")
        self.add_argument("--speed", type=self._speed, default=1.0, metavar="X", help="store time runs X times as fast")
        self.add_argument("--started-at", type=int, metavar="µs", help="when store time and machine time were the same")

    def error(self, message: str) -> NoReturn:
        raise UnusableError(message)

    def _speed(self, text: str) -> float:
        speed = float(text)
        if not 0 < speed <= self._fastest:
            raise argparse.ArgumentTypeError(f"not above 0 and up to {self._fastest:g}: {text}")
        return speed


def clock_of(given: argparse.Namespace) -> Clock:
    """Store time, which begins now if nobody says when it began."""
    return Clock(speed=given.speed, started_us=given.started_at or None)


def say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


class Cues:
    """``go`` and ``stop``, as whoever started this process gives them. Made in the running loop."""

    def __init__(self) -> None:
        self.go, self.stop = asyncio.Event(), asyncio.Event()
        self._loop = asyncio.get_running_loop()
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGINT, self._on_signal)

    def offer(self, site: Site) -> None:
        """Says what there is, and listens from now on."""
        sys.stdout.write(msgspec.json.encode(site).decode() + "\n")
        sys.stdout.flush()
        threading.Thread(target=self._listen, name="standard input", daemon=True).start()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._loop.call_soon_threadsafe(self.stop.set)

    def _listen(self) -> None:
        """Waits for the line ``go``, then for the end of the input. Reads the descriptor itself, so that the program
        can end while this thread waits."""
        heard = b""
        with suppress(RuntimeError):  # the loop has ended before
            while chunk := os.read(0, 4096):
                heard = (heard + chunk)[-4096:]
                if b"go" in heard.splitlines():
                    self._loop.call_soon_threadsafe(self.go.set)
            self._loop.call_soon_threadsafe(self.stop.set)


async def connected(url: str) -> Client:
    """The broker, as the environment says who we are. Raises AwayError."""
    try:
        # Reconnecting for ever holds for the first connection too: it is given up after a while.
        connecting = nats.connect(
            url,
            user=os.environ.get(LIVE_USER),
            password=os.environ.get(LIVE_PASSWORD),
            max_reconnect_attempts=-1,
            reconnect_time_wait=0.25,
            error_cb=_quiet,
        )
        return await asyncio.wait_for(connecting, CONNECT_S)
    except (OSError, NatsError, ValueError) as error:
        reason = error or type(error).__name__
        raise AwayError(f"--live: nobody answers at {url.rpartition('@')[2]}: {reason}") from error


async def closed(client: Client) -> None:
    with suppress(NatsError, TimeoutError):
        await asyncio.wait_for(client.close(), CLOSE_S)


async def _quiet(_error: Exception) -> None:
    """The broker is away: the client goes on trying, and the store says so itself."""

"""``python -m store_server.recorded``: a recording of a real store, played as its devices would speak now.

Prints the site as one line of JSON, waits for the line ``go``, publishes to NATS at the recording's own pace, and ends
when its standard input closes or on SIGTERM, so that it never outlives who started it.
"""

import argparse
import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

import msgspec
import nats
from nats.errors import Error as NatsError

from store_client.contract.device import LIVE_PASSWORD, LIVE_USER
from store_server.recorded.lines import Unreadable
from store_server.recorded.player import Player
from store_server.recorded.recording import Recording, read_recording

EXIT_UNUSABLE = 2
MOST_COMPLAINTS = 20
CONNECT_S = 10.0


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Unreadable(message)


class _Complaints:
    """Says the first broken lines one by one and counts all."""

    def __init__(self) -> None:
        self._count = 0

    def add(self, complaint: str) -> None:
        self._count += 1
        if self._count <= MOST_COMPLAINTS:
            _say(f"left out: {complaint}")

    def close(self, broken: dict[str, int]) -> None:
        if self._count:
            counts = ", ".join(f"{count} of {name}" for name, count in sorted(broken.items()))
            _say(f"{self._count} broken lines were left out: {counts}")


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = _Parser(prog="python -m store_server.recorded", allow_abbrev=False)
    parser.add_argument(
        "--live", required=True, metavar="URL", help=f"the broker; who we are is in {LIVE_USER} and {LIVE_PASSWORD}"
    )
    parser.add_argument("--store", required=True, metavar="ID", help="whose devices these are")
    parser.add_argument("--recording", required=True, type=Path, metavar="DIR")
    parser.add_argument("--loop", action="store_true", help="begin again when it ends")
    parser.add_argument("--speed", type=float, default=1.0, metavar="X", help="store time runs X times as fast")
    parser.add_argument("--started-at", type=int, metavar="µs", help="when store time and machine time were the same")
    given = parser.parse_args(arguments)
    if not 0 < given.speed <= 1_000:
        raise Unreadable(f"--speed: not above 0 and up to 1000: {given.speed:g}")
    return given


def _clock(speed: float, started_us: int) -> Callable[[], int]:
    """Store time, as the store computes it too."""

    def now_us() -> int:
        wall = time.time_ns() // 1_000
        return wall if speed == 1.0 else started_us + round((wall - started_us) * speed)

    return now_us


async def _serve(given: argparse.Namespace, recording: Recording) -> int:
    loop = asyncio.get_running_loop()
    go, stop = asyncio.Event(), asyncio.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stop.set)

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
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
    sys.stdout.write(msgspec.json.encode(recording.site).decode() + "\n")
    sys.stdout.flush()
    threading.Thread(target=_listen, args=(loop, go, stop), name="standard input", daemon=True).start()

    async def publish(subject: str, data: bytes) -> None:
        await client.publish(f"device.{given.store}.{subject}", data)

    async def play() -> None:
        await go.wait()
        started = given.started_at or time.time_ns() // 1_000
        player = Player(recording, now_us=_clock(given.speed, started), speed=given.speed)
        await player.play(publish, is_looping=given.loop)
        _say("the recording has been played to its end")

    playing = asyncio.create_task(play())
    await stop.wait()
    playing.cancel()
    with suppress(asyncio.CancelledError):
        await playing
    with suppress(NatsError, TimeoutError):
        await asyncio.wait_for(client.close(), 2.0)
    return 0


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
    complaints = _Complaints()
    try:
        given = _options(arguments)
        recording = read_recording(given.recording, given.store, complaints.add)
    except Unreadable as error:
        _say(str(error))
        return EXIT_UNUSABLE
    complaints.close(recording.broken)
    return asyncio.run(_serve(given, recording))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

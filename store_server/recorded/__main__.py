"""``python -m store_server.recorded``: a recording of a real store, played as its devices would speak now.

Prints the site as one line of JSON, waits for the line ``go``, publishes to NATS at the recording's own pace, and ends
when its standard input closes or on SIGTERM, so that it never outlives who started it.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

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
from store_server.recorded.lines import Unreadable
from store_server.recorded.player import Player
from store_server.recorded.recording import Recording, read_recording

FASTEST = 1_000.0
MOST_COMPLAINTS = 20


class _Complaints:
    """Says the first broken lines one by one and counts all."""

    def __init__(self) -> None:
        self._count = 0

    def add(self, complaint: str) -> None:
        self._count += 1
        if self._count <= MOST_COMPLAINTS:
            say(f"left out: {complaint}")

    def close(self, broken: dict[str, int]) -> None:
        if self._count:
            counts = ", ".join(f"{count} of {name}" for name, count in sorted(broken.items()))
            say(f"{self._count} broken lines were left out: {counts}")


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    options = DeviceOptions("store_server.recorded", FASTEST)
    options.add_argument("--recording", required=True, type=Path, metavar="DIR")
    options.add_argument("--loop", action="store_true", help="begin again when it ends")
    return options.parse_args(arguments)


async def _serve(given: argparse.Namespace, recording: Recording) -> int:
    cues = Cues()
    client = await connected(given.live)
    cues.offer(recording.site)

    async def publish(subject: str, data: bytes) -> None:
        await client.publish(f"device.{given.store}.{subject}", data)

    async def play() -> None:
        await cues.go.wait()
        player = Player(recording, now_us=clock_of(given).now_us, speed=given.speed)
        await player.play(publish, is_looping=given.loop)
        say("the recording has been played to its end")

    playing = asyncio.create_task(play())
    await cues.stop.wait()
    playing.cancel()
    with suppress(asyncio.CancelledError):
        await playing
    await closed(client)
    return 0


def main(arguments: Sequence[str]) -> int:
    complaints = _Complaints()
    try:
        given = _options(arguments)
        recording = read_recording(given.recording, given.store, complaints.add)
        complaints.close(recording.broken)
        return asyncio.run(_serve(given, recording))
    except (UnusableError, Unreadable) as error:
        say(str(error))
        return EXIT_AGAIN if isinstance(error, AwayError) else EXIT_UNUSABLE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Plays a recording: the same messages at the same distances of time, stamped as if it were now."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from uuid import uuid4

import msgspec

from store_client.contract.device import GateScan, Tracks
from store_client.contract.live import Weights
from store_server.recorded.recording import Arrival, Recording, Said
from store_server.recorded.stillness import stillness

PAUSE_US = 5_000_000
"""How long a store stands still after a round: what happened last is decided in it, and its receipt written."""
LEAP_US = 1_000_000
"""So long before the last message was due it cannot be, unless the clock was set back."""
AWAY_US = 60_000_000
"""So long after it no machine is that has only much to do: it slept, or its clock was set ahead."""
Publish = Callable[[str, bytes], Awaitable[None]]


class Player:
    """``now_us``: store time, which runs ``speed`` times as fast as the machine's clock."""

    def __init__(self, recording: Recording, *, now_us: Callable[[], int], speed: float) -> None:
        self._recording = recording
        after = stillness(recording.arrivals, PAUSE_US)
        self._arrivals = sorted((*recording.arrivals, *after), key=lambda arrival: arrival.at_us)
        self._now_us = now_us
        self._speed = speed
        self._encode = msgspec.msgpack.Encoder().encode

    async def play(self, publish: Publish, *, is_looping: bool) -> None:
        """Publishes every message when its time has come. A round begins a new epoch, with new people in it."""
        round_number, begin = 0, self._now_us()
        last = begin
        while True:
            back = 0  # by how much the clock was set since the round began; less than 0: ahead
            for arrival, message in self.messages(begin, round_number):
                now = self._now_us()
                if not -LEAP_US <= now - last <= AWAY_US * max(1.0, self._speed):
                    back += last - now  # it goes on from here
                last = begin + arrival.at_us - self._recording.start_us - back
                await asyncio.sleep(max(0.0, (last - now) / 1e6 / self._speed))
                moved = _moved(message, -back, 0)
                stamped = msgspec.structs.replace(moved, sent_at=max(self._now_us(), moved.measured_at))
                await publish(arrival.subject, self._encode(stamped))
            if not is_looping:
                return
            round_number += 1
            begin += self._recording.end_us - self._recording.start_us + PAUSE_US - back
            begin = max(begin, self._now_us())  # what a machine slept through is not played after it

    def messages(self, begin_us: int, round_number: int) -> Iterator[tuple[Arrival, Said]]:
        """One round that begins at ``begin_us``, with the stillness after it: every message with its stamps moved, sent
        the moment it is due."""
        shift = begin_us - self._recording.start_us
        epoch = uuid4().hex
        numbers: dict[str, int] = {}
        for arrival in self._arrivals:
            number = numbers.get(arrival.subject, 0)
            numbers[arrival.subject] = number + 1
            message = _moved(arrival.message, shift, round_number)
            yield arrival, msgspec.structs.replace(message, epoch=epoch, seq=number, sent_at=arrival.at_us + shift)


def _moved(message: Said, shift: int, round_number: int) -> Said:
    measured = message.measured_at + shift
    mark = f"-{round_number}" if round_number else ""
    if isinstance(message, Weights):
        return msgspec.structs.replace(message, measured_at=measured, first_at=message.first_at + shift)
    if isinstance(message, Tracks):
        tracks = [msgspec.structs.replace(track, track=track.track + mark) for track in message.tracks]
        return msgspec.structs.replace(message, measured_at=measured, tracks=tracks)
    assert isinstance(message, GateScan)
    token = message.payment_token + mark if message.payment_token else ""
    return msgspec.structs.replace(message, measured_at=measured, code=message.code + mark, payment_token=token)

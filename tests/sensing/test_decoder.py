"""One child for all who look at a camera: what they and the recording are told of each of its pictures."""

import asyncio
from contextlib import aclosing

import msgspec
import pytest

from store_server.clock import Clock
from store_server.sensing import decoder as module
from store_server.sensing.camera_clock import CameraClock, Stamp
from store_server.sensing.decoder import CODED, HEAD, Decoder, Opened
from store_server.sensing.source_clock import Moment

US = 1_000_000
NOON = 1_780_000_000 * US


class Orders:
    """Standard input of a child that heeds nothing."""

    def write(self, _data: bytes) -> None: ...

    def is_closing(self) -> bool:
        return False


class Child:
    """A decoder that sends what it is given."""

    def __init__(self, records: bytes) -> None:
        self.stdin = Orders()
        self.stdout = asyncio.StreamReader()
        self.stdout.feed_data(records)


class Counting(CameraClock):
    """A camera's clock; ``told``: of which pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[int] = []

    def taken(self, stamp: Stamp, stamp_us: int, arrived_us: int) -> Moment:
        self.told.append(arrived_us)
        return super().taken(stamp, stamp_us, arrived_us)


def test_the_clock_is_told_once_of_a_picture_in_all_its_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    came = [NOON + number * US for number in range(4)]
    records = msgspec.json.encode(Opened(64, 36, 0.0, "mjpeg", b"entry")) + b"\n"
    for number, us in enumerate(came):
        records += HEAD.pack(CODED, b"N", us, us, 0, 1, 2) + b"%2d" % number
        for width, late in ((640, 0), (320, 1)):  # pictures come out of a decoder after others have gone in
            shown = came[max(0, number - late)]
            records += HEAD.pack(b"J", b"N", shown, shown, 0, width, 2) + b"%2d" % number

    async def started(*_args: object, **_options: object) -> Child:
        return Child(records)

    async def dismissed(_child: object) -> None: ...

    monkeypatch.setattr(module, "started", started)
    monkeypatch.setattr(module, "dismissed", dismissed)
    clock = Counting()

    async def test() -> list[int]:
        decoder = Decoder("", Clock(), clock, lambda _opened: None)
        async with aclosing(decoder.frames(640, 60.0)) as frames, aclosing(decoder.coded(60.0)) as coded:
            shown = asyncio.ensure_future(anext(frames))
            samples = [(await anext(coded))[1] for _ in came]
            assert (await shown).captured_at in [sample.at_us for sample in samples]
            return [sample.error_us for sample in samples]

    errors = asyncio.run(asyncio.wait_for(test(), 30))
    assert clock.told == came
    alone = CameraClock()
    assert errors == [alone.taken("none", us, us).error_us for us in came]

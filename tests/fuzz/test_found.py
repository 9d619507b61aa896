"""Inputs that once were more than a parser could bear: none raises anything now. See ``python -m tests.fuzz``."""

import json
import struct
import tarfile
import zlib
from functools import cache

import msgspec
import pytest

from console.work.video.decoder import decode
from console.work.video.frames import FrameRing
from store_client.contract.live import KINDS
from store_client.jpeg import size_of
from store_client.pictures import Picture
from store_server.sensing.recording.form import Form
from tests.fuzz.mutation import DEEP
from tests.fuzz.pictures import jpeg
from tests.fuzz.target import Target
from tests.fuzz.targets import TARGETS
from tests.recorded.conftest import sighting
from tests.wire.examples import EXAMPLES


def weights(**changes: object) -> bytes:
    """A live message of which some fields are changed."""
    message = msgspec.structs.replace(EXAMPLES["Weights"], **changes)
    return bytes([KINDS.index("weights")]) + msgspec.msgpack.encode(message)


def sample_at(offset: int) -> bytes:
    """A recorded minute with one sample, which its index says lies there."""
    form = msgspec.msgpack.encode(Form("mjpeg", 640, 360, b"entry", 500_000))
    record = struct.pack("<qqQIIII", 0, 0, offset, 1, 900, 1, zlib.crc32(b"\0"))
    return b"\0" + struct.pack("<H", len(form)) + form + record


def long_head() -> bytes:
    """The head of a tar archive with a record that is said to be 10²⁵ bytes long."""
    said = b"%d path=a\n" % 10**25
    head = tarfile.TarInfo("head")
    head.type, head.size = tarfile.XHDTYPE, len(said)
    return head.tobuf() + said.ljust(1024, b"\0")


FOUND = {
    "nested too deeply for the feed": ("live", b"\0" + DEEP[1]),
    "a gondola that is read 10¹² times a second": ("live", weights(rate_hz=1e12)),
    "a gondola without an end to its rate": ("live", weights(rate_hz=float("inf"))),
    "weights of a moment that no array holds": ("live", weights(first_at=2**64 - 1)),
    "nested too deeply for the store": ("devices", b"\0" + DEEP[1]),
    "an answer nested too deeply": ("answers", b"\0" + DEEP[0]),
    "a line of a recording that is not UTF-8": (
        "recorded",
        b"\3" + json.dumps(sighting(0)).encode().replace(b'"77"', b'"\xe0"'),
    ),
    "a line of a recording nested too deeply": ("recorded", b"\2" + DEEP[0]),
    "a line of a recording stored at a moment of no zone": (
        "recorded",
        b"\3" + json.dumps(sighting(0) | {"date_time": {"$date": "2020-04-22T05:06:36"}}).encode(),
    ),
    "a line of a recording stored in the year 10000": (
        "recorded",
        b"\3" + json.dumps(sighting(0) | {"date_time": {"$date": "9999-12-31T23:59:59-14:00"}}).encode(),
    ),
    "an index whose head says something else": ("segments", b"\0\0\0abc"),
    "a sample further on than files are long": ("segments", sample_at(2**64 - 1)),
    "a manifest nested too deeply": ("exports", b"\0" + DEEP[0]),
    "an archive whose head is longer than anything": ("exports", b"\xff" + long_head()),
}


@cache
def target(name: str) -> Target:
    return TARGETS[name]()


@pytest.mark.parametrize("what", FOUND)
def test_what_was_found_is_borne(what: str) -> None:
    name, data = FOUND[what]
    target(name).read(data)


@pytest.mark.parametrize("garbage", [b"\0 eight\0\0", b"\xff", b"nothing of note"])
def test_a_size_is_not_hidden_behind_garbage(garbage: bytes) -> None:
    """Decoders skip bytes between two markers with a complaint: a picture of any size would come past the limit."""
    picture = jpeg(200, 120, 0)
    at = picture.index(b"\xff\xdb")
    assert size_of(picture[:at] + garbage + picture[at:]) == (200, 120)


def test_a_picture_that_tells_no_size_is_not_decoded() -> None:
    ring = FrameRing.make(320 * 240 * 4)
    decode(Picture(b"\xff\xd8\xff\xd9", 1), ring, 160)
    decode(Picture(jpeg(48, 32, 0).replace(b"\xff\xc0", b"\xff\xc3"), 1), ring, 160)
    came = ring.garbled, ring.latest
    ring.close(is_last=True)
    assert came == (2, 0)

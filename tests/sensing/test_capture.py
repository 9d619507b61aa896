"""What a stream's beginning and end leave behind, and what is a fault of the camera's."""

from __future__ import annotations  # the library's types take parameters in its stubs alone

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import av
import pytest
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from store_server.cause import cause
from store_server.sensing.capture import JOINING_S, Decoding, Newest
from store_server.sensing.reel import Reel, Taken
from store_server.sensing.stream_state import WINDOW_S, StreamState
from tests.sensing.recording.film import write_h264


class Told:
    """A clock that stands still until it is told a time."""

    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture(scope="module")
def packets(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[bytes, bool]]]:
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    write_h264(path, 20, keys=10)
    with av.open(str(path)) as container:
        return path, [(bytes(packet), packet.is_keyframe) for packet in container.demux(video=0) if packet.size]


def taken(data: bytes, number: int, *, is_key: bool) -> Taken:
    return Taken(cast("Packet[VideoStream]", av.Packet(data)), data, "none", number, number, 0, is_key)


def heard(path: Path, packets: list[tuple[bytes, bool]]) -> list[Taken]:
    """Which of them are told to be broken."""
    broken: list[Taken] = []
    decoding = Decoding(Reel(str(path)), Newest(), broken.append)
    for number, (data, is_key) in enumerate(packets):
        decoding.heed(taken(data, number, is_key=is_key), True)
    return broken


def garbled(data: bytes) -> bytes:
    return data[:4] + bytes([0xFF]) * (len(data) - 4)


def test_what_breaks_before_the_first_whole_picture_is_no_fault_of_the_camera(
    packets: tuple[Path, list[tuple[bytes, bool]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, whole = packets
    begun = [(garbled(whole[0][0]), True), *whole[10:]]
    assert heard(path, begun) == []

    later = [*whole[:10], (garbled(whole[10][0]), True), *whole[11:]]
    assert heard(path, later)[0].stamp_us == 10

    never = Told()
    monkeypatch.setattr("store_server.sensing.capture.time.monotonic", never)
    broken: list[Taken] = []
    decoding = Decoding(Reel(str(path)), Newest(), broken.append)
    for data, is_key in [(garbled(data), is_key) for data, is_key in whole]:
        decoding.heed(taken(data, 0, is_key=is_key), True)
        never.now_s += JOINING_S / 5
    assert len(broken) >= len(whole) - 6


class Codec:
    """A decoder that tells what it is given, and gives nothing out."""

    def __init__(self) -> None:
        self.decoded: list[bytes] = []

    def decode(self, packet: Packet[VideoStream]) -> list[VideoFrame]:
        self.decoded.append(bytes(packet))
        return []

    def flush_buffers(self) -> None:
        self.decoded.clear()


def looked_at(looks: Sequence[bool]) -> list[bytes]:
    """What a decoder has been given of one group since it last began, with somebody looking or nobody."""
    codec = Codec()
    reel = SimpleNamespace(stream=SimpleNamespace(codec_context=codec))
    decoding = Decoding(cast("Reel", reel), Newest(), lambda _taken: None)
    for number, is_wanted in enumerate(looks):
        decoding.heed(taken(b"%d" % number, number, is_key=number == 0), is_wanted)
    return codec.decoded


def test_who_looks_again_within_a_group_of_pictures_need_not_wait_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    again = [False, True, True, False, True]
    assert looked_at(again) == [b"0", b"1", b"2", b"3", b"4"]
    monkeypatch.setattr("store_server.sensing.capture.MOST_BACKLOG", 3)
    assert looked_at(again) == [], "the group is too large to be kept, and half of it of no use"
    assert looked_at([True] * 5) == [b"0", b"1", b"2", b"3", b"4"]
    assert looked_at([False] * 4 + [True]) == []


def test_a_stream_that_begins_anew_forgets_what_was_broken_of_the_last() -> None:
    now = Told()
    state = StreamState(now)
    state.begin(0.0)
    state.broke()
    state.broke()
    assert state.told() == [cause("broken_pictures", count=2, seconds=WINDOW_S)]
    state.begin(0.0)
    assert state.told() == []

"""One camera or file as it comes: coded packets, each with the moment at which its picture was taken."""

from __future__ import annotations  # the library's types take parameters in its stubs alone

import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from store_client.contract.cause import Cause
from store_client.jpeg import size_of
from store_server.cause import cause, said
from store_server.sensing.camera_clock import Stamp
from store_server.sensing.coded import is_start_coded, parameters, sample_entry, with_lengths

US = 1_000_000
TIMEOUT_S = 5.0
RATES_HZ = (1.0, 60.0)
USUAL_HZ = 25.0
MOST_GARBAGE = 25
_WALL = struct.Struct("=q")
"""How AVProducerReferenceTime begins: µs UTC, from a camera's reports of network time (RFC 3550, 6.4.1)."""
JPEG_BEGINS = b"\xff\xd8"
_TIMELESS = frozenset({"mpjpeg", "mjpeg", "image2", "jpeg_pipe"})
"""What carries no time."""
_OPTIONS = {"rtsp_flags": "prefer_tcp", "analyzeduration": "2000000", "fpsprobesize": "0"}
"""UDP where a camera knows nothing else; pictures are not counted before the first is shown, which would take a second."""


class NoPicture(Exception):
    """``why``: without the address, which the library's own words may name."""

    def __init__(self, why: Cause) -> None:
        super().__init__(said(why))
        self.why = why


@dataclass(frozen=True, slots=True)
class Taken:
    """``stamp_us``: what it came with (see CameraClock), ``came_us``: when, µs of the machine's clock; of a file None:
    then the stamp is exact. ``lead_us``: so much earlier it is decoded. ``data``: as an MP4 keeps it."""

    packet: Packet[VideoStream]
    data: bytes
    stamp: Stamp
    stamp_us: int
    came_us: int | None
    lead_us: int
    is_key: bool


def now_us() -> int:
    return time.time_ns() // 1_000


class Reel:
    """An open camera or file. Raises NoPicture where there is none (any more)."""

    def __init__(self, url: str) -> None:
        self._is_file = "://" not in url and Path(url).is_file()
        try:
            if self._is_file:
                self._container = av.open(url)
            else:
                self._container = av.open(url, timeout=(TIMEOUT_S, TIMEOUT_S), options=dict(_OPTIONS))
            self.stream = self._container.streams.video[0]
        except (av.FFmpegError, IndexError) as error:
            raise NoPicture(_why(error)) from None  # what the library says names the address, password and all
        self.said_hz = round(float(self.stream.average_rate or 0), 2)
        self._rate_hz = self.said_hz if RATES_HZ[0] <= self.said_hz <= RATES_HZ[1] else USUAL_HZ
        self.codec = self.stream.codec_context.name
        self._is_start_coded = is_start_coded(self.stream)
        self._described = b""
        self._first = self._open_first()
        self.width, self.height = self.stream.codec_context.width, self.stream.codec_context.height
        if self.width <= 0 or self.height <= 0:
            raise NoPicture(cause("no_video", what="pictures of no size"))
        self.entry = sample_entry(self.stream, self._first)

    def taken(self) -> Iterator[Taken]:
        """Packets, when they are due; for ever where it is a file."""
        if self._is_file:
            yield from self._played()
        else:
            yield from self._streamed()

    def _open_first(self) -> Packet[VideoStream]:
        for packet in self._packets(self._container):
            if packet.is_keyframe:
                return packet
        raise NoPicture(cause("no_video", what="no video"))

    def _packets(self, container: InputContainer) -> Iterator[Packet[VideoStream]]:
        """What can be used, until the end. What is broken is passed over, a while."""
        garbage = 0
        packets = container.demux(self.stream)
        while True:
            try:
                packet = next(packets)
            except (StopIteration, av.EOFError):
                return
            except av.FFmpegError as error:
                garbage += 1
                if garbage >= MOST_GARBAGE or not isinstance(error, av.InvalidDataError):
                    raise NoPicture(cause("stream_ended")) from error
                continue
            if packet.size and not packet.is_corrupt and self._is_picture(packet):
                garbage = 0
                yield packet

    def _is_picture(self, packet: Packet[VideoStream]) -> bool:
        return self.codec != "mjpeg" or bytes(memoryview(packet)[:2]) == JPEG_BEGINS

    def _streamed(self) -> Iterator[Taken]:
        is_timeless = self._container.format.name in _TIMELESS
        for packet in chain([self._first], self._packets(self._container)):
            came_us, lead_us = now_us(), 0
            stamp: Stamp = "none"
            shown_us = came_us
            if not is_timeless and packet.pts is not None:
                stamp, shown_us = "counted", _us(packet.pts, packet.time_base)
                lead_us = shown_us - _us(packet.dts, packet.time_base) if packet.dts is not None else 0
            if packet.has_sidedata("prft"):
                stamp, shown_us = "wall", _WALL.unpack_from(bytes(packet.get_sidedata("prft")))[0]
            yield self._made(packet, stamp, shown_us, came_us, lead_us)
        raise NoPicture(cause("stream_ended"))

    def _played(self) -> Iterator[Taken]:
        """At its own rate, again and again; where it is follows from the time, so that two readers see the same."""
        base = self.stream.time_base or Fraction(1, US)
        length_us = _us(self.stream.duration, base) or self._container.duration or 0
        begin_us = now_us() - (now_us() % length_us if length_us else 0)
        start_us = _us(self.stream.start_time, base)
        self._seek(start_us + max(0, now_us() - begin_us) if length_us else start_us)
        while True:
            count, last_us, behind_us = 0, start_us, 0
            for packet in self._packets(self._container):
                shown_us, decode_us = self._stamps(packet, last_us)
                last_us, count = decode_us, count + 1
                behind_us = max(behind_us, shown_us - decode_us)  # a picture is sent once it would have been taken
                moved = begin_us - start_us
                time.sleep(max(0.0, (decode_us + behind_us + moved - now_us()) / US))
                yield self._made(packet, "wall", shown_us + moved, None, shown_us - decode_us)
            if not count and not length_us:
                raise NoPicture(cause("no_video", what="no video"))
            begin_us += length_us or last_us - start_us + round(US / self._rate_hz)
            self._seek(start_us)

    def _seek(self, to_us: int) -> None:
        try:
            self._container.seek(to_us, backward=True)
        except av.FFmpegError as error:
            raise NoPicture(cause("no_video", what="a video that cannot be played again")) from error

    def _stamps(self, packet: Packet[VideoStream], last_us: int) -> tuple[int, int]:
        """When it is shown and when it is decoded, by its own time; one after the last where it says nothing."""
        base = packet.time_base
        follows_us = last_us + round(US / self._rate_hz)
        decode_us = follows_us if packet.dts is None else _us(packet.dts, base)
        return (decode_us if packet.pts is None else _us(packet.pts, base)), decode_us

    def _made(
        self, packet: Packet[VideoStream], stamp: Stamp, stamp_us: int, came_us: int | None, lead_us: int
    ) -> Taken:
        data = bytes(packet)
        if packet.is_keyframe:
            self._heed(_description(self.codec, data) if self._is_start_coded or self.codec == "mjpeg" else b"")
        if self._is_start_coded:
            data = with_lengths(data)
        return Taken(packet, data, stamp, stamp_us, came_us, lead_us, packet.is_keyframe)

    def _heed(self, description: bytes) -> None:
        """A camera that was set to another size is opened anew."""
        if self._described and description and description != self._described:
            raise NoPicture(cause("other_form"))
        self._described = self._described or description


def _why(error: Exception) -> Cause:
    match error:
        case av.HTTPUnauthorizedError() | av.HTTPForbiddenError():
            return cause("wrong_password")
        case av.HTTPNotFoundError():
            return cause("not_found")
        case av.HTTPClientError():
            return cause("refuses_pictures", status="HTTP 4xx")
        case av.HTTPServerError():
            return cause("refuses_pictures", status="HTTP 5xx")
        case av.ConnectionRefusedError():
            return cause("nobody_listens")
        case av.TimeoutError() | av.ExitError():
            return cause("no_answer", reason=f"nothing for {TIMEOUT_S:g} s")
        case av.FileNotFoundError() | av.PermissionError():
            return cause("no_file")
    return cause("no_video", what="no video")


def _description(codec: str, data: bytes) -> bytes:
    """What changes with the form of the pictures, and not else."""
    if codec == "mjpeg":
        return b"%d %d" % size_of(data)
    return parameters(codec, data)


def _us(ticks: int | None, base: Fraction) -> int:
    return 0 if ticks is None else round(ticks * base * US)

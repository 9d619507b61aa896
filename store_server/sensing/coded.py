"""Coded video as an MP4 keeps it: how its samples are told apart and described, whatever camera they came from.

Runs in the processes that read cameras (see store_server.sensing.capture): PyAV is imported nowhere else.
"""

from __future__ import annotations  # the library's types take parameters in its stubs alone

import io
import re
from collections.abc import Iterator

import av
from av.packet import Packet
from av.video.stream import VideoStream

_START = re.compile(rb"\x00\x00\x01")
_STARTS = (b"\x00\x00\x01", b"\x00\x00\x00\x01")
_NAL_CODECS = ("h264", "hevc")
_KEPT = ("h264", "hevc", "mjpeg", "mpeg4", "av1", "vp9")
_DESCRIBED = {"h264": b"avcC", "hevc": b"hvcC"}


def is_start_coded(stream: VideoStream) -> bool:
    """Whether units are set apart by start codes (ITU-T H.264, annex B), as cameras send them, not by their lengths."""
    extradata = stream.codec_context.extradata or b""
    return stream.codec_context.name in _NAL_CODECS and (not extradata or extradata.startswith(_STARTS))


def units(data: bytes) -> Iterator[bytes]:
    """The units between start codes."""
    places = [match.start() for match in _START.finditer(data)]
    for begin, end in zip(places, [*places[1:], len(data)], strict=True):
        unit = data[begin + 3 : end].rstrip(b"\x00")
        if unit:
            yield unit


def with_lengths(data: bytes) -> bytes:
    """The same units, each with its length in 4 bytes before it (ISO/IEC 14496-15, 5.3.4)."""
    return b"".join(len(unit).to_bytes(4, "big") + unit for unit in units(data))


def parameters(codec: str, data: bytes) -> bytes:
    """The sequence parameters of H.264 or H.265 among the units of ``data``; empty if there are none."""
    if codec == "hevc":
        return next((unit for unit in units(data) if unit[0] >> 1 & 0x3F == 33), b"")
    return next((unit for unit in units(data) if unit[0] & 0x1F == 7), b"") if codec == "h264" else b""


def sample_entry(stream: VideoStream, first: Packet[VideoStream]) -> bytes:
    """What describes the samples in an MP4, as the library itself would write it. Empty for what an MP4 cannot hold."""
    codec = stream.codec_context.name
    if codec not in _KEPT:
        return b""
    file = io.BytesIO()
    try:
        with av.open(file, "w", format="mp4") as container:
            copy = Packet(bytes(first))
            copy.stream = container.add_stream_from_template(stream)
            copy.pts = copy.dts = 0
            copy.is_keyframe = True
            container.mux(copy)
    except (av.FFmpegError, ValueError):
        return b""
    written = file.getvalue()
    place = written.find(b"stsd") + 12
    entry = written[place : place + int.from_bytes(written[place : place + 4], "big")]
    return entry if _DESCRIBED.get(codec, b"") in entry else b""

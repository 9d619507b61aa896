"""An MP4 (ISO/IEC 14496-12) of one track, from samples that are coded already: its head, and then they follow as they are.

Times are whole µs: a picture's moment in the file is the one at which it was taken, less that of the first.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

SCALE = 1_000_000
_EPOCH_S = 2_082_844_800
"""From 1904, where MP4 begins to count, to 1970."""
_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


@dataclass(frozen=True, slots=True)
class Track:
    """``sizes``, ``decode_us`` (strictly growing), ``shown_us`` and ``keys`` of each sample in the order of decoding.

    Shown is [``from_us``, ``until_us``) of the time of ``shown_us``; the rest is there to be decoded.
    """

    entry: bytes
    width: int
    height: int
    sizes: Sequence[int]
    decode_us: Sequence[int]
    shown_us: Sequence[int]
    keys: Sequence[bool]
    from_us: int
    until_us: int


def head(track: Track) -> bytes:
    """All of the file up to the first byte of the first sample."""
    begin = _box(b"ftyp", b"isom", struct.pack(">I", 512), b"isomiso2mp41")
    mdat = struct.pack(">I4sQ", 1, b"mdat", 16 + sum(track.sizes))
    length = len(begin) + len(_moov(track, 0)) + len(mdat)
    return begin + _moov(track, length) + mdat


def sample_entry(format_: bytes, width: int, height: int, *boxes: bytes) -> bytes:
    """That of a picture track; ``boxes`` say what its decoder must know."""
    fixed = (
        bytes(6) + struct.pack(">H", 1) + bytes(16) + struct.pack(">HHIIIH", width, height, 72 << 16, 72 << 16, 0, 1)
    )
    return _box(format_, fixed, bytes(32), struct.pack(">Hh", 24, -1), *boxes)


def mjpeg_entry(width: int, height: int) -> bytes:
    """JPEG pictures, by the object type of ISO/IEC 14496-1 (0x6C)."""
    decoder = bytes([0x04, 13, 0x6C, 0x11]) + bytes(11)
    stream = bytes([0x06, 1, 0x02])
    descriptor = bytes([0x03, 3 + len(decoder) + len(stream), 0, 1, 0]) + decoder + stream
    return sample_entry(b"mp4v", width, height, _full(b"esds", 0, 0, descriptor))


def _moov(track: Track, first_byte: int) -> bytes:
    made = track.from_us // SCALE + _EPOCH_S
    shown = max(0, track.until_us - track.from_us)
    whole = max(shown, track.decode_us[-1] - track.decode_us[0] + _last_us(track))
    mvhd = _full(
        b"mvhd", 1, 0, struct.pack(">QQIQ", made, made, SCALE, shown), struct.pack(">IHHII", 0x10000, 0x100, 0, 0, 0),
        _MATRIX, bytes(24), struct.pack(">I", 2),
    )  # fmt: skip
    tkhd = _full(
        b"tkhd", 1, 3, struct.pack(">QQIIQ", made, made, 1, 0, shown), bytes(16), _MATRIX,
        struct.pack(">II", track.width << 16, track.height << 16),
    )  # fmt: skip
    edit = _full(b"elst", 1, 0, struct.pack(">IQqHH", 1, shown, track.from_us - track.decode_us[0], 1, 0))
    mdhd = _full(b"mdhd", 1, 0, struct.pack(">QQIQHH", made, made, SCALE, whole, 0x55C4, 0))
    hdlr = _full(b"hdlr", 0, 0, struct.pack(">I4s", 0, b"vide"), bytes(12), b"recording\0")
    here = _box(b"dinf", _full(b"dref", 0, 0, struct.pack(">I", 1), _full(b"url ", 0, 1)))
    minf = _box(b"minf", _full(b"vmhd", 0, 1, bytes(8)), here, _stbl(track, first_byte))
    trak = _box(b"trak", tkhd, _box(b"edts", edit), _box(b"mdia", mdhd, hdlr, minf))
    return _box(b"moov", mvhd, trak)


def _stbl(track: Track, first_byte: int) -> bytes:
    count = len(track.sizes)
    steps = [later - earlier for earlier, later in zip(track.decode_us, track.decode_us[1:], strict=False)]
    offsets = [shown - decoded for shown, decoded in zip(track.shown_us, track.decode_us, strict=True)]
    boxes = [
        _full(b"stsd", 0, 0, struct.pack(">I", 1), track.entry),
        _full(b"stts", 0, 0, _runs([*steps, _last_us(track)], ">II")),
        _full(b"stsc", 0, 0, struct.pack(">IIII", 1, 1, count, 1)),
        _full(b"stsz", 0, 0, struct.pack(f">II{count}I", 0, count, *track.sizes)),
        _full(b"co64", 0, 0, struct.pack(">IQ", 1, first_byte)),
    ]
    if any(offsets):
        boxes.append(_full(b"ctts", 1, 0, _runs(offsets, ">Ii")))
    if not all(track.keys):
        keys = [number for number, is_key in enumerate(track.keys, start=1) if is_key]
        boxes.append(_full(b"stss", 0, 0, struct.pack(f">I{len(keys)}I", len(keys), *keys)))
    return _box(b"stbl", *boxes)


def _last_us(track: Track) -> int:
    """How long the last sample is shown."""
    return max(1, track.until_us - max(track.shown_us))


def _runs(values: Sequence[int], form: str) -> bytes:
    runs = [struct.pack(form, len(list(equal)), value) for value, equal in groupby(values)]
    return struct.pack(">I", len(runs)) + b"".join(runs)


def _box(name: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), name) + body


def _full(name: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    return _box(name, struct.pack(">I", version << 24 | flags), *parts)

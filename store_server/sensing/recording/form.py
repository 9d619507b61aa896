"""What is recorded: samples, each one picture as its camera coded it, and the form that all of a segment share."""

from dataclasses import dataclass

import msgspec

MJPEG = "mjpeg"


class Form(msgspec.Struct, frozen=True):
    """``entry``: the sample entry of ISO/IEC 14496-12 (8.5.2) that describes the samples in an MP4, box and all.

    ``hold_us``: so long a picture is shown if no other follows; after that nothing was recorded.
    """

    codec: str
    width: int
    height: int
    entry: bytes
    hold_us: int


@dataclass(frozen=True, slots=True)
class Sample:
    """``at_us``: when it was taken, of the store's clock, ± ``error_us``; ``decode_us``: its place in the order of
    decoding, in the same time. ``is_key``: it needs no other to be decoded."""

    data: bytes
    at_us: int
    decode_us: int
    error_us: int
    is_key: bool = True

"""What the desk and a decoder say to each other: one JSON object a line."""

from typing import Literal

import msgspec

ToldState = Literal["opening", "up", "lost"]


class Open(msgspec.Struct, frozen=True, tag="open"):
    """Fetch ``url`` with the bearer ``token`` and put the pictures, at most ``width`` wide, into the ring at ``path``.
    ``stream`` is the desk's own number of it."""

    stream: int
    url: str
    token: str
    width: int
    path: str
    capacity: int


class Close(msgspec.Struct, frozen=True, tag="close"):
    stream: int


class Token(msgspec.Struct, frozen=True, tag="token"):
    """The bearer of all streams from now on."""

    token: str


class Told(msgspec.Struct, frozen=True):
    """How a stream does. ``is_signed_out``: the token was refused."""

    stream: int
    state: ToldState
    detail: str = ""
    is_signed_out: bool = False


Order = Open | Close | Token

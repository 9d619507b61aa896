"""What the desk and a decoder say to each other: one JSON object a line."""

from typing import Literal

import msgspec

from store_client.contract.cause import Cause

ToldState = Literal["opening", "up", "lost"]


class Open(msgspec.Struct, frozen=True, tag="open"):
    """Fetch ``url`` with the bearer ``token`` and put the pictures, at most ``width`` wide, into the ring at ``path``.
    ``stream`` is the desk's own number of it. ``every``, ``hold_us``: see Tune; ``is_past``, ``is_still``: see Turn;
    ``pin``: of the store's certificate, see Trust."""

    stream: int
    url: str
    token: str
    width: int
    path: str
    capacity: int
    every: int = 1
    hold_us: int = 0
    is_past: bool = False
    is_still: bool = False
    pin: str | None = None


class Close(msgspec.Struct, frozen=True, tag="close"):
    stream: int


class Tune(msgspec.Struct, frozen=True, tag="tune"):
    """Decode each ``every``-th picture alone, and show pictures ``hold_us`` after newer ones have come: what is known
    of people comes later than the pictures of them."""

    stream: int
    every: int
    hold_us: int


class Turn(msgspec.Struct, frozen=True, tag="turn"):
    """Fetch ``url`` from now on, and nothing of what was fetched before. ``is_past``: it is one picture, or a stream of
    what was recorded, and is not fetched again when it has ended. ``is_still``: it is one, fetched until it has come or
    there is none; what plays would begin too late."""

    stream: int
    url: str
    is_past: bool
    is_still: bool


class Token(msgspec.Struct, frozen=True, tag="token"):
    """The bearer of all streams from now on."""

    token: str


class Told(msgspec.Struct, frozen=True):
    """How a stream does. ``cause``, ``detail``: why it is lost, as a code and in English.
    ``is_signed_out``: the token was refused."""

    stream: int
    state: ToldState
    cause: Cause | None = None
    detail: str = ""
    is_signed_out: bool = False


Order = Open | Close | Turn | Tune | Token

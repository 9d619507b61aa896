"""What the store says of a recorded clip, and the small pictures for finding one's way in a recording."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import Message

from store_client.contract.moment import to_micros
from store_client.errors import BadAnswer
from store_client.pictures import Picture, captured_at, parts


@dataclass(frozen=True, slots=True)
class Clip:
    """``frames`` pictures in an MP4, the first taken at ``first_at``, the last at ``last_at`` (µs UTC of the store's
    clock, ± ``clock_error_us``). What was asked for is covered until ``until``: the rest is another clip."""

    frames: int
    first_at: int
    last_at: int
    until: int
    clock_error_us: int


def clip_of(headers: Mapping[str, str]) -> Clip:
    """``headers``: names in lower case. Raises BadAnswer."""
    try:
        last_at, until = (
            to_micros(datetime.fromisoformat(headers[name])) for name in ("x-captured-last", "x-covered-until")
        )
        frames, error_us = (int(headers[name]) for name in ("x-frames", "x-clock-error"))
    except (KeyError, ValueError, TypeError) as error:
        raise BadAnswer("a clip does not say which pictures it shows") from error
    return Clip(frames, captured_at(headers), last_at, until, error_us)


def pictures_of(headers: Mapping[str, str], body: bytes) -> list[Picture]:
    """The pictures of a whole multipart body. Raises BadAnswer."""
    content = Message()
    content["content-type"] = headers.get("content-type", "")
    boundary = content.get_param("boundary")
    if not isinstance(boundary, str):
        raise BadAnswer("pictures came without what parts them")
    return list(parts(io.BytesIO(body), boundary.encode("latin-1")))

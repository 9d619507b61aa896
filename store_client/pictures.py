"""A camera's live pictures: multipart JPEG (RFC 2046, 5.1.1), each part with the moment it was taken.

Needs no more than the standard library and the error tree, so that a decoder process starts fast and stays small.
"""

import ssl
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from http.client import (
    HTTPConnection,
    HTTPException,
    HTTPResponse,
    HTTPSConnection,
    IncompleteRead,
    RemoteDisconnected,
)
from socket import SHUT_RDWR, socket
from typing import Protocol, Self
from urllib.parse import quote, urlencode, urlsplit

from store_client.address import Address
from store_client.answers import refusal
from store_client.contract.moment import to_micros
from store_client.errors import BadAnswer, Closed, StoreError, TimedOut, Unreachable, Untrusted
from store_client.trust import PUBLIC, Trust

PATIENCE_S = 10.0
MAX_PICTURE = 8 << 20
_MAX_LINE = 4096
_MAX_HEADERS = 32
_MAX_PROBLEM = 64 << 10
_MOST_ERROR_US = 86_400_000_000
_JPEG_BEGINS = b"\xff\xd8"


@dataclass(frozen=True, slots=True)
class Picture:
    """``captured_at``: µs UTC when it was taken, ± ``clock_error_us``. ``is_clear``: faces are to be seen in it.
    ``before_at``, ``next_at``: of a recorded one, when those beside it were taken; None at the ends of a recording."""

    jpeg: bytes
    captured_at: int
    clock_error_us: int = 0
    is_clear: bool = False
    before_at: int | None = None
    next_at: int | None = None


class Readable(Protocol):
    """What a multipart body is read from. Both answer fewer bytes only at the end."""

    def readline(self, limit: int, /) -> bytes: ...

    def read(self, size: int, /) -> bytes: ...


def live_url(
    store: str, camera: str, width: int | None = None, *, every: int | None = None, faces: str | None = None
) -> str:
    """The address of a camera's stream. ``store``: the store's own address; ``width``: pixels, None for the camera's;
    ``every``: each so many-th picture alone; ``faces``: id of a grant to see them."""
    return _url(store, camera, "live", {"width": width, "every": every, "faces": faces})


def replay_url(
    store: str, camera: str, since: datetime, speed: float, *, width: int | None = None, faces: str | None = None
) -> str:
    """The address of a stream of what was recorded from ``since`` on. See ``live_url``."""
    query = {"from": _text(since), "speed": f"{speed:g}", "width": width, "faces": faces}
    return _url(store, camera, "replay", query)


def picture_url(store: str, camera: str, at: datetime, *, width: int | None = None, faces: str | None = None) -> str:
    """The address of the recorded picture that was shown at a moment. See ``live_url``."""
    return _url(store, camera, "picture", {"at": _text(at), "width": width, "faces": faces})


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _url(store: str, camera: str, what: str, query: Mapping[str, object]) -> str:
    asked = urlencode({name: value for name, value in query.items() if value is not None})
    return f"{store.rstrip('/')}/v1/cameras/{quote(camera, safe='')}/{what}" + (f"?{asked}" if asked else "")


class Pictures:
    """Iterates over a live stream, or over the one picture of a camera; opened when first read. ``close()`` ends it from
    any thread.

    Raises Unreachable when the stream breaks or ends, TimedOut when nothing came for ``patience`` seconds, BadAnswer
    when it is not a stream of pictures, Closed after ``close()``, and what the store refused.
    """

    def __init__(
        self,
        url: str,
        token: str | None = None,
        *,
        trust: Trust = PUBLIC,
        patience: float = PATIENCE_S,
    ) -> None:
        parts = urlsplit(url)
        self._address = Address.parse(f"{parts.scheme}://{parts.netloc}")
        self._target = parts.path + (f"?{parts.query}" if parts.query else "")
        self._token = token
        self._trust = trust
        self._patience = patience
        self._connection: HTTPConnection | None = None
        self._socket: socket | None = None
        self._is_closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[Picture]:
        try:
            with self._open() as response:
                if response.headers.get_content_type() == "image/jpeg":
                    names = {name.lower(): value for name, value in response.headers.items()}
                    jpeg = response.read(MAX_PICTURE)
                    if response.length:
                        raise Unreachable("the stream ended within a picture")
                    yield picture_of(names, jpeg)
                else:
                    yield from parts(response, _boundary(response))
            raise Unreachable(f"{self._address.netloc}: the stream ended")
        except Unreachable:
            if self._is_closed:
                raise Closed("the stream was closed") from None
            raise
        except (OSError, HTTPException) as error:
            raise self._error(error) from error
        finally:
            self._hang_up()

    def close(self) -> None:
        self._is_closed = True
        if self._socket is not None:
            with suppress(OSError):  # it may be down already
                socket.shutdown(self._socket, SHUT_RDWR)  # wakes who reads, and who reads closes

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def _open(self) -> HTTPResponse:
        if self._is_closed:
            raise Closed("it was closed before the stream began")
        host, port = self._address.host, self._address.port
        if self._address.is_secure:
            self._connection = HTTPSConnection(host, port, timeout=self._patience, context=self._trust.context())
        else:
            self._connection = HTTPConnection(host, port, timeout=self._patience)
        self._connection.connect()
        self._socket = self._connection.sock
        if self._is_closed:
            raise Closed("it was closed while the stream began")
        headers = {"Accept": "multipart/x-mixed-replace, image/jpeg, application/problem+json"}
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token}"
        self._connection.request("GET", self._target, headers=headers)
        response = self._connection.getresponse()
        if response.status != 200:
            names = {name.lower(): value for name, value in response.headers.items()}
            raise refusal(response.status, names, response.read(_MAX_PROBLEM))
        return response

    def _error(self, error: Exception) -> StoreError:
        if self._is_closed:
            return Closed("the stream was closed")
        if isinstance(error, TimeoutError):
            return TimedOut(f"no picture for {self._patience:g} s")
        if isinstance(error, HTTPException) and not isinstance(error, IncompleteRead | RemoteDisconnected):
            return BadAnswer(f"this is not HTTP: {error or type(error).__name__}")
        if isinstance(error, ssl.SSLCertVerificationError):
            return Untrusted(f"the certificate of {self._address.netloc} is not trusted: {error}")
        return Unreachable(f"{self._address.netloc}: {error}")


def parts(body: Readable, boundary: bytes) -> Iterator[Picture]:
    """Every picture of a multipart body, until its end. Raises BadAnswer at the first thing that is none."""
    delimiter = b"--" + boundary
    line = _line(body)
    while line is not None and line != delimiter + b"--":
        if line == delimiter:
            yield _part(body)
        elif line:
            raise BadAnswer("something other than a picture came between two pictures")
        line = _line(body)


def captured_at(headers: Mapping[str, str]) -> int:
    """µs UTC of ``x-captured-at`` (names in lower case). Raises BadAnswer if it is not there or not a moment."""
    text = headers.get("x-captured-at")
    if text is None:
        raise BadAnswer("a picture does not say when it was taken")
    return _moment(text)


def picture_of(headers: Mapping[str, str], jpeg: bytes) -> Picture:
    """``headers``: names in lower case. Raises BadAnswer."""
    error_us = headers.get("x-clock-error", "0")
    before, following = headers.get("x-captured-before"), headers.get("x-captured-next")
    return Picture(
        jpeg,
        captured_at(headers),
        clock_error_us=min(int(error_us), _MOST_ERROR_US) if error_us.isascii() and error_us.isdigit() else 0,
        is_clear=headers.get("x-faces") == "clear",
        before_at=None if before is None else _moment(before),
        next_at=None if following is None else _moment(following),
    )


def _moment(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadAnswer(f"a picture was taken at no moment: {text[:40]!r}") from error
    if moment.tzinfo is None:
        raise BadAnswer(f"a picture was taken at a moment of no zone: {text[:40]!r}")
    return to_micros(moment)


def _boundary(response: HTTPResponse) -> bytes:
    message = Message()
    message["content-type"] = response.headers.get("content-type", "")
    boundary = message.get_param("boundary")
    if message.get_content_maintype() != "multipart" or not isinstance(boundary, str):
        raise BadAnswer(f"pictures were asked for, {message['content-type'] or 'something nameless'} came", 200)
    return boundary.encode("latin-1")


def _line(body: Readable) -> bytes | None:
    """The next line without its end, None at the end of the body."""
    line = body.readline(_MAX_LINE + 2)
    if not line:
        return None
    if not line.endswith(b"\n"):
        raise BadAnswer("a line between pictures has no end")
    return line.rstrip(b"\r\n")


def _part(body: Readable) -> Picture:
    lines: list[bytes] = []
    while line := _line(body):
        if b":" not in line or len(lines) == _MAX_HEADERS:
            raise BadAnswer("the head of a picture is garbled")
        lines.append(line)
    pairs = (line.decode("latin-1").split(":", 1) for line in lines)
    headers = {name.strip().lower(): value.strip() for name, value in pairs}
    length = headers.get("content-length", "")
    if not (length.isascii() and length.isdigit()) or not 0 < int(length) <= MAX_PICTURE:
        raise BadAnswer(f"a picture of {length[:20] or 'unknown'} bytes")
    jpeg = body.read(int(length))
    if len(jpeg) < int(length):
        raise Unreachable("the stream ended within a picture")
    if not jpeg.startswith(_JPEG_BEGINS):
        raise BadAnswer("a picture is no JPEG")
    return picture_of(headers, jpeg)

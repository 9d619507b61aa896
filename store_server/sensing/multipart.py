"""Pictures out of a multipart stream (``multipart/x-mixed-replace``), however broken it comes."""

import asyncio
import base64
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from urllib.parse import urlsplit

from store_client.contract.cause import Cause, CauseCode
from store_client.contract.moment import to_micros
from store_server.address import credentials, masked
from store_server.cause import cause, said

MOST_BYTES = 8 << 20
MOST_HEADER = 16 << 10
CAPTURED_AT = "x-captured-at"
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")


class CameraLost(Exception):
    """The camera does not answer, stalls, or sends what is no picture; ``why`` says which."""

    def __init__(self, why: Cause) -> None:
        super().__init__(said(why))
        self.why = why


def lost(code: CauseCode, **facts: float | str) -> CameraLost:
    return CameraLost(cause(code, **facts))


@dataclass(frozen=True, slots=True)
class Part:
    """``jpeg`` is None for a part that is no picture; ``captured_at``: µs UTC as the camera says, if it does."""

    jpeg: bytes | None
    captured_at: int | None


async def pictures(url: str, stall_s: float) -> AsyncIterator[Part]:
    """The parts of the stream at ``url`` (http only), until it ends. Raises CameraLost, also after ``stall_s``."""
    address = urlsplit(url)
    if address.scheme != "http" or address.hostname is None:
        raise lost("wrong_address", address=masked(url))
    try:
        async with asyncio.timeout(stall_s):
            reader, writer = await asyncio.open_connection(address.hostname, address.port or 80, limit=MOST_BYTES)
    except ConnectionRefusedError as error:
        raise lost("nobody_listens") from error
    except (OSError, TimeoutError) as error:
        raise lost("no_answer", reason=_said(error)) from error
    try:
        target = (address.path or "/") + (f"?{address.query}" if address.query else "")
        host = address.netloc.rpartition("@")[2]
        # HTTP/1.0: the answer comes as it is, never in chunks.
        head = f"GET {target} HTTP/1.0\r\nHost: {host}\r\nAccept: multipart/x-mixed-replace\r\n"
        writer.write(f"{head}{_authorization(url)}\r\n".encode())
        stream = _Parts(reader, await _boundary(reader, stall_s))
        while True:
            async with asyncio.timeout(stall_s):
                part = await stream.next()
            yield part
    except TimeoutError as error:
        raise lost("silent", seconds=stall_s) from error
    except (asyncio.IncompleteReadError, OSError) as error:
        raise lost("stream_ended") from error
    except (asyncio.LimitOverrunError, ValueError) as error:
        raise lost("no_video", what="a part without end") from error
    finally:
        writer.close()


def _authorization(url: str) -> str:
    """RFC 7617. (A camera that wants a digest is added, and read by the library of those.)"""
    named = credentials(url)
    if named is None:
        return ""
    return f"Authorization: Basic {base64.b64encode(':'.join(named).encode()).decode()}\r\n"


async def _boundary(reader: asyncio.StreamReader, stall_s: float) -> bytes:
    async with asyncio.timeout(stall_s):
        head = await reader.readuntil(b"\r\n\r\n")
    status = _STATUS.match(head)
    if status is None:
        raise lost("no_video", what="no HTTP")
    if status[1] in (b"401", b"403"):
        raise lost("wrong_password")
    if status[1] != b"200":
        if status[1] == b"404":
            raise lost("not_found")
        raise lost("refuses_pictures", status=f"HTTP {status[1].decode()}")
    content = Message()
    content["Content-Type"] = _header(head, b"content-type") or "text/plain"
    boundary = content.get_param("boundary")
    if content.get_content_maintype() != "multipart" or not isinstance(boundary, str) or not boundary:
        raise lost("no_video", what=content.get_content_type())
    return b"--" + boundary.removeprefix("--").encode()


class _Parts:
    """The parts after an answer's head. What lies before a boundary is skipped: garbage costs what it hit, no more."""

    def __init__(self, reader: asyncio.StreamReader, boundary: bytes) -> None:
        self._reader = reader
        self._boundary = boundary
        self._is_at_boundary = False

    async def next(self) -> Part:
        if not self._is_at_boundary:
            await self._reader.readuntil(self._boundary)
        self._is_at_boundary = False
        if (await self._reader.readuntil(b"\n")).startswith(b"--"):
            raise lost("stream_ended")
        head = b""
        while (line := await self._reader.readuntil(b"\n")) not in (b"\r\n", b"\n"):
            head += line
            if len(head) > MOST_HEADER or b":" not in line:
                return Part(None, None)
        length = _header(head, b"content-length")
        if length is None:
            body = await self._reader.readuntil(self._boundary)
            self._is_at_boundary = True
            return Part(_jpeg(body.removesuffix(self._boundary).removesuffix(b"\r\n")), _captured_at(head))
        if not length.isascii() or not length.isdigit() or int(length) > MOST_BYTES:
            return Part(None, None)
        return Part(_jpeg(await self._reader.readexactly(int(length))), _captured_at(head))


def _header(head: bytes, name: bytes) -> str | None:
    for line in head.splitlines():
        key, colon, value = line.partition(b":")
        if colon and key.strip().lower() == name:
            return value.strip().decode("latin-1")
    return None


def _jpeg(body: bytes) -> bytes | None:
    """``body`` if it begins and ends as a JPEG does (some cameras pad the end)."""
    return body if body.startswith(b"\xff\xd8") and body.rstrip(b"\r\n\x00").endswith(b"\xff\xd9") else None


def _captured_at(head: bytes) -> int | None:
    text = _header(head, CAPTURED_AT.encode())
    try:
        moment = datetime.fromisoformat(text) if text is not None else None
    except ValueError:
        return None
    return None if moment is None or moment.tzinfo is None else to_micros(moment)


def _said(error: BaseException) -> str:
    return str(error) or type(error).__name__

"""Pictures as they are answered: one alone, or as parts of a stream, each with its moment and what became of faces."""

from collections.abc import AsyncGenerator, Awaitable, Callable

from litestar import Response
from litestar.response.streaming import ASGIStreamingResponse
from litestar.types import Receive, Send

from store_client.contract.moment import from_micros
from store_server.sensing.frame import Shown

JPEG = "image/jpeg"
CAPTURED_AT = "X-Captured-At"
CLOCK_ERROR = "X-Clock-Error"
FACES = "X-Faces"
BOUNDARY = "picture"
MULTIPART = f"multipart/x-mixed-replace; boundary={BOUNDARY}"


def text(at_us: int) -> str:
    """RFC 3339 UTC, always with its six digits of microseconds."""
    return from_micros(at_us).isoformat(timespec="microseconds").replace("+00:00", "Z")


def headers_of(picture: Shown) -> dict[str, str]:
    headers = {CAPTURED_AT: text(picture.at_us)}
    if picture.error_us is not None:
        headers[CLOCK_ERROR] = str(picture.error_us)
    headers[FACES] = "clear" if picture.is_clear else "blurred"
    if picture.before_us is not None:
        headers["X-Captured-Before"] = text(picture.before_us)
    if picture.next_us is not None:
        headers["X-Captured-Next"] = text(picture.next_us)
    return headers


def one(picture: Shown) -> Response[bytes]:
    return Response(picture.jpeg, media_type=JPEG, headers=headers_of(picture))


async def _parts(
    pictures: AsyncGenerator[Shown, None], goes_on: Callable[[], Awaitable[bool]]
) -> AsyncGenerator[bytes, None]:
    """A part for each picture, and the closing mark when there are no more or it does not go on."""
    async for picture in pictures:
        if not await goes_on():
            break
        head = f"--{BOUNDARY}\r\nContent-Type: {JPEG}\r\nContent-Length: {len(picture.jpeg)}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in headers_of(picture).items())
        yield head.encode() + b"\r\n" + picture.jpeg + b"\r\n"
    yield f"--{BOUNDARY}--\r\n".encode()


class Stream(ASGIStreamingResponse):
    """Pictures as long as it ``goes_on``, until there are no more or the client goes away; then who makes them is told that
    nobody looks."""

    def __init__(self, pictures: AsyncGenerator[Shown, None], goes_on: Callable[[], Awaitable[bool]]) -> None:
        super().__init__(iterator=_parts(pictures, goes_on), media_type=MULTIPART)
        self._pictures = pictures

    async def send_body(self, send: Send, receive: Receive) -> None:
        try:
            await super().send_body(send, receive)
        finally:
            await self._pictures.aclose()

"""Pictures of cameras, live and the newest."""

from collections.abc import AsyncGenerator, Callable
from typing import Any

from litestar import Response, get
from litestar.datastructures import State
from litestar.response.streaming import ASGIStreamingResponse
from litestar.types import Receive, Send

from store_client.contract.moment import from_micros, to_micros
from store_server.http.access import allows
from store_server.http.form import moment
from store_server.http.parameters import At, By, Given, InThreads, NameInPath, Width
from store_server.sensing.frame import Frame

TAGS = ["cameras"]
CAPTURED_AT = "X-Captured-At"
BOUNDARY = "picture"
MULTIPART = f"multipart/x-mixed-replace; boundary={BOUNDARY}"


def stamp(frame: Frame) -> str:
    """When it was taken: RFC 3339 UTC, always with its six digits of microseconds."""
    return from_micros(frame.captured_at).isoformat(timespec="microseconds").replace("+00:00", "Z")


async def parts(frames: AsyncGenerator[Frame, None], is_stopping: Callable[[], bool]) -> AsyncGenerator[bytes, None]:
    """A part for each picture, and the closing mark when the camera has no more or the store stops."""
    async for frame in frames:
        if is_stopping():
            break
        head = (
            f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(frame.jpeg)}\r\n"
            f"{CAPTURED_AT}: {stamp(frame)}\r\n\r\n"
        )
        yield head.encode() + frame.jpeg + b"\r\n"
    yield f"--{BOUNDARY}--\r\n".encode()


class LivePictures(ASGIStreamingResponse):
    """Pictures until the camera ends or the client goes away; then the camera is told that nobody looks."""

    def __init__(self, frames: AsyncGenerator[Frame, None], is_stopping: Callable[[], bool]) -> None:
        super().__init__(iterator=parts(frames, is_stopping), media_type=MULTIPART)
        self._frames = frames

    async def send_body(self, send: Send, receive: Receive) -> None:
        try:
            await super().send_body(send, receive)
        finally:
            await self._frames.aclose()


@get("/v1/cameras/{camera:str}/live", operation_id="watchCamera", tags=TAGS, opt=allows("floor"), media_type=MULTIPART)
async def watch_camera(services: Given, state: State, camera: NameInPath, width: Width = None) -> LivePictures:
    """Multipart JPEG from now on; each part says when it was taken in `X-Captured-At`."""
    frames = await services.cameras.live(camera, width)
    return LivePictures(frames, lambda: bool(state.is_stopping))


@get(
    "/v1/cameras/{camera:str}/picture",
    operation_id="getPicture",
    tags=TAGS,
    opt=allows("floor", "cases"),
    media_type="image/jpeg",
)
async def get_picture(
    services: Given, threads: InThreads, actor: By, camera: NameInPath, at: At = None, width: Width = None
) -> Response[bytes]:
    """The newest picture, or the recorded one that was shown at a moment, which is recorded in the audit log;
    `X-Captured-At` says when it was taken, `X-Clock-Error` how many microseconds that may be off."""
    then = moment("at", at)
    if then is None:
        frame = await services.cameras.picture(camera, width)
        headers: dict[str, Any] = {CAPTURED_AT: stamp(frame)}
    else:
        at_us = to_micros(then)
        recorded = await services.recordings.picture(camera, at_us, width)
        await threads(services.looks.pictures, actor, camera, at_us, at_us + 1)
        frame = Frame(recorded.jpeg, recorded.at_us)
        headers = {CAPTURED_AT: stamp(frame), "X-Clock-Error": str(recorded.error_us)}
    return Response(frame.jpeg, media_type="image/jpeg", headers=headers)


HANDLERS = [watch_camera, get_picture]

"""What the store recorded of its cameras: where there is any, clips, and small pictures to find one's way.

Every look is recorded in the audit log before anything is sent.
"""

from collections.abc import AsyncGenerator
from typing import Annotated

from litestar import get
from litestar.params import QueryParameter
from litestar.response.streaming import ASGIStreamingResponse

from store_client.contract.moment import from_micros
from store_client.contract.recording import Recording
from store_server.http.access import allows
from store_server.http.parameters import By, Given, InThreads, NameInPath, RequiredSince, RequiredUntil, Width
from store_server.http.routes.cameras import BOUNDARY, CAPTURED_AT, MULTIPART
from store_server.http.routes.sensors import span
from store_server.http.services import Recorded

TAGS = ["cameras"]
SIGHT = allows("floor", "cases")
MP4 = "video/mp4"
CLOCK_ERROR = "X-Clock-Error"


def text(at_us: int) -> str:
    """RFC 3339 UTC, always with its six digits of microseconds."""
    return from_micros(at_us).isoformat(timespec="microseconds").replace("+00:00", "Z")


async def parts(pictures: AsyncGenerator[Recorded, None]) -> AsyncGenerator[bytes, None]:
    async for picture in pictures:
        head = (
            f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture.jpeg)}\r\n"
            f"{CAPTURED_AT}: {text(picture.at_us)}\r\n{CLOCK_ERROR}: {picture.error_us}\r\n\r\n"
        )
        yield head.encode() + picture.jpeg + b"\r\n"
    yield f"--{BOUNDARY}--\r\n".encode()


@get("/v1/cameras/{camera:str}/recording", operation_id="getRecording", tags=TAGS, opt=SIGHT)
async def get_recording(services: Given, camera: NameInPath, since: RequiredSince, until: RequiredUntil) -> Recording:
    """From when to when there are pictures, and where the gaps are."""
    return await services.recordings.recording(camera, *span(since, until))


@get("/v1/cameras/{camera:str}/clip", operation_id="getClip", tags=TAGS, opt=SIGHT, media_type=MP4)
async def get_clip(
    services: Given, threads: InThreads, actor: By, camera: NameInPath, since: RequiredSince, until: RequiredUntil
) -> ASGIStreamingResponse:
    """The pictures taken in [from, to) as they were coded, at most an hour, as an MP4 that shows those and no other.

    `X-Captured-At` says when the first was taken, `X-Captured-Last` the last, `X-Clock-Error` how many microseconds
    both may be off, `X-Frames` how many they are. `X-Covered-Until` is earlier than `to` where the camera changed the
    form of its pictures: what follows is another clip.
    """
    since_us, until_us = span(since, until)
    cut = await services.recordings.clip(camera, since_us, until_us)
    await threads(services.looks.clip, actor, camera, since_us, until_us)
    headers = {
        "Content-Length": str(cut.length),
        "Content-Disposition": f'attachment; filename="clip-{since_us}.mp4"',
        CAPTURED_AT: text(cut.first_us),
        "X-Captured-Last": text(cut.last_us),
        "X-Covered-Until": text(cut.until_us),
        CLOCK_ERROR: str(cut.error_us),
        "X-Frames": str(cut.frames),
    }
    return ASGIStreamingResponse(iterator=cut.content(), media_type=MP4, headers=headers)


@get("/v1/cameras/{camera:str}/previews", operation_id="getPreviews", tags=TAGS, opt=SIGHT, media_type=MULTIPART)
async def get_previews(
    services: Given,
    threads: InThreads,
    actor: By,
    camera: NameInPath,
    since: RequiredSince,
    until: RequiredUntil,
    every: Annotated[float, QueryParameter(name="every", ge=0.1, le=86_400, description="seconds between pictures")],
    width: Width = None,
) -> ASGIStreamingResponse:
    """Small pictures over [from, to), as parts that say when each was taken; none where nothing was recorded. They are
    further apart than `every` where these would be more than 500."""
    since_us, until_us = span(since, until)
    pictures = await services.recordings.previews(camera, since_us, until_us, round(every * 1_000_000), width)
    await threads(services.looks.pictures, actor, camera, since_us, until_us)
    return ASGIStreamingResponse(iterator=parts(pictures), media_type=MULTIPART)


HANDLERS = [get_recording, get_clip, get_previews]

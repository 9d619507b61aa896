"""What the store recorded of its cameras: where there is any, played again, clips, and small pictures to find one's way.

Every look is recorded in the audit log before anything is sent.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, Any

from litestar import Request, get
from litestar.datastructures import State
from litestar.params import QueryParameter
from litestar.response.streaming import ASGIStreamingResponse

from store_client.contract.moment import to_micros
from store_client.contract.problem import FieldError
from store_client.contract.recording import Recording
from store_server.desk.actor import Actor
from store_server.http.access import allows
from store_server.http.clear import cleared
from store_server.http.form import moment
from store_server.http.lasting import lasting
from store_server.http.looked import told
from store_server.http.parameters import Faces, Given, InThreads, NameInPath, RequiredSince, RequiredUntil, Width
from store_server.http.pictures import CAPTURED_AT, CLOCK_ERROR, FACES, MULTIPART, Stream, text
from store_server.http.routes.sensors import span
from store_server.http.services import Services
from store_server.http.threads import Threads
from store_server.refusal import Refusal
from store_server.sensing.frame import Shown

TAGS = ["cameras"]
SIGHT = allows("floor", "cases")
MP4 = "video/mp4"


@get("/v1/cameras/{camera:str}/recording", operation_id="getRecording", tags=TAGS, opt=SIGHT)
async def get_recording(services: Given, camera: NameInPath, since: RequiredSince, until: RequiredUntil) -> Recording:
    """From when to when there are pictures, and where the gaps are."""
    return await services.recordings.recording(camera, *span(since, until))


@get("/v1/cameras/{camera:str}/clip", operation_id="getClip", tags=TAGS, opt=SIGHT, media_type=MP4)
async def get_clip(
    services: Given,
    threads: InThreads,
    request: Request[Any, Any, Any],
    camera: NameInPath,
    since: RequiredSince,
    until: RequiredUntil,
    faces: Faces = None,
) -> ASGIStreamingResponse:
    """The pictures taken in [from, to) as they were coded, at most an hour, as an MP4 that shows those and no other.

    They show faces, so that leave is needed (`faces-needed`). `X-Captured-At` says when the first was taken,
    `X-Captured-Last` the last, `X-Clock-Error` how many microseconds both may be off, `X-Frames` how many they are.
    `X-Covered-Until` is earlier than `to` where the camera changed the form of its pictures: what follows is another clip.
    """
    since_us, until_us = span(since, until)
    await threads(services.faces.require, faces, request.user)
    is_clear = await cleared(services.faces, threads, request.user, faces, f"camera:{camera}")
    cut = await services.recordings.clip(camera, since_us, until_us)
    await threads(services.looks.clip, request.user.actor, camera, since_us, until_us)
    await is_clear()
    headers = {
        "Content-Length": str(cut.length),
        "Content-Disposition": f'attachment; filename="clip-{since_us}.mp4"',
        CAPTURED_AT: text(cut.first_us),
        "X-Captured-Last": text(cut.last_us),
        "X-Covered-Until": text(cut.until_us),
        CLOCK_ERROR: str(cut.error_us),
        "X-Frames": str(cut.frames),
        FACES: "clear",
    }
    return ASGIStreamingResponse(iterator=cut.content(), media_type=MP4, headers=headers)


@get("/v1/cameras/{camera:str}/previews", operation_id="getPreviews", tags=TAGS, opt=SIGHT, media_type=MULTIPART)
async def get_previews(
    services: Given,
    threads: InThreads,
    request: Request[Any, Any, Any],
    state: State,
    camera: NameInPath,
    since: RequiredSince,
    until: RequiredUntil,
    every: Annotated[float, QueryParameter(name="every", ge=0.1, le=86_400, description="seconds between pictures")],
    width: Width = None,
    faces: Faces = None,
) -> Stream:
    """Small pictures over [from, to), as parts that say when each was taken; none where nothing was recorded. They are
    further apart than `every` where these would be more than 500."""
    since_us, until_us = span(since, until)
    is_clear = await cleared(services.faces, threads, request.user, faces, f"camera:{camera}")
    every_us = round(every * 1_000_000)
    pictures = await services.recordings.previews(camera, since_us, until_us, every_us, width, is_clear)
    await told(services.looks, threads, request.user.actor, camera, since_us, until_us)
    return Stream(pictures, lasting(state, services.sessions, threads, request.user))


@get("/v1/cameras/{camera:str}/replay", operation_id="replayCamera", tags=TAGS, opt=SIGHT, media_type=MULTIPART)
async def replay_camera(
    services: Given,
    threads: InThreads,
    request: Request[Any, Any, Any],
    state: State,
    camera: NameInPath,
    since: RequiredSince,
    speed: Annotated[float, QueryParameter(name="speed", ge=0.25, le=16, description="times as fast as it was")] = 1.0,
    width: Width = None,
    faces: Faces = None,
) -> Stream:
    """What was recorded from a moment on, as multipart JPEG in its own time or `speed` times as fast: at once the picture
    that was shown at that moment, then each when it is due, at most 15 a second, over gaps too, up to what is recorded
    by then."""
    begin = moment("from", since)
    if begin is None:
        raise Refusal("bad-request", "it begins at no time", [FieldError("from", "Missing")])
    is_clear = await cleared(services.faces, threads, request.user, faces, f"camera:{camera}")
    pictures = await services.recordings.replay(camera, to_micros(begin), speed, width, is_clear)
    shown = _told(pictures, services, threads, request.user.actor, camera)
    return Stream(shown, lasting(state, services.sessions, threads, request.user))


async def _told(
    pictures: AsyncGenerator[Shown, None], services: Services, threads: Threads, actor: Actor, camera: str
) -> AsyncGenerator[Shown, None]:
    """Each picture once the log knows that its minute is looked at."""
    async with aclosing(pictures):
        async for picture in pictures:
            await told(services.looks, threads, actor, camera, picture.at_us, picture.at_us + 1)
            yield picture


HANDLERS = [get_recording, get_clip, get_previews, replay_camera]

"""Pictures of cameras, live and the newest."""

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.params import QueryParameter

from store_client.contract.moment import to_micros
from store_server.http.access import allows
from store_server.http.clear import cleared
from store_server.http.form import moment
from store_server.http.lasting import lasting
from store_server.http.looked import told
from store_server.http.parameters import At, Faces, Given, InThreads, NameInPath, Width
from store_server.http.pictures import JPEG, MULTIPART, Stream, one

TAGS = ["cameras"]


@get("/v1/cameras/{camera:str}/live", operation_id="watchCamera", tags=TAGS, opt=allows("floor"), media_type=MULTIPART)
async def watch_camera(
    services: Given,
    threads: InThreads,
    request: Request[Any, Any, Any],
    state: State,
    camera: NameInPath,
    width: Width = None,
    every: Annotated[int, QueryParameter(name="every", ge=1, le=1_000, description="each so many-th picture")] = 1,
    faces: Faces = None,
) -> Stream:
    """Multipart JPEG from now on; each part says when it was taken in `X-Captured-At`, and in `X-Faces` whether faces
    are `clear` in it or `blurred`."""
    is_clear = await cleared(services.faces, threads, request.user, faces, f"camera:{camera}")
    pictures = await services.cameras.live(camera, width, every, is_clear)
    return Stream(pictures, lasting(state, services.sessions, threads, request.user))


@get(
    "/v1/cameras/{camera:str}/picture",
    operation_id="getPicture",
    tags=TAGS,
    opt=allows("floor", "cases"),
    media_type=JPEG,
)
async def get_picture(
    services: Given,
    threads: InThreads,
    request: Request[Any, Any, Any],
    camera: NameInPath,
    at: At = None,
    width: Width = None,
    faces: Faces = None,
) -> Response[bytes]:
    """The newest picture, or the recorded one that was shown at a moment, which is recorded in the audit log;
    `X-Captured-At` says when it was taken, `X-Clock-Error` how many microseconds that may be off, `X-Captured-Before`
    and `X-Captured-Next` when the recorded ones beside it were, `X-Faces` whether faces are `clear` or `blurred`."""
    then = moment("at", at)
    is_clear = await cleared(services.faces, threads, request.user, faces, f"camera:{camera}")
    if then is None:
        return one(await services.cameras.picture(camera, width, is_clear))
    at_us = to_micros(then)
    recorded = await services.recordings.picture(camera, at_us, width, is_clear)
    await told(services.looks, threads, request.user.actor, camera, at_us, at_us + 1)
    return one(recorded)


HANDLERS = [watch_camera, get_picture]

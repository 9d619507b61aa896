"""The evidence of a case: what it is, its exhibits one by one, and all of it as a signed file."""

from typing import Annotated, Any

from litestar import MediaType, Request, Response, get
from litestar.params import PathParameter

from store_client.contract.evidence import Evidence
from store_client.contract.pattern import END
from store_server.http.access import allows
from store_server.http.clear import cleared
from store_server.http.parameters import By, Faces, Given, IdInPath, InThreads
from store_server.http.pictures import FACES

TAGS = ["evidence"]
SIGHT = allows("cases", "approve")
BYTES = "application/octet-stream"
ZIP = "application/zip"
Sha256InPath = Annotated[str, PathParameter(pattern=r"^[0-9a-f]{64}" + END, description="SHA-256, hex")]


@get("/v1/cases/{case:str}/evidence", operation_id="getEvidence", tags=TAGS, opt=SIGHT)
async def get_evidence(services: Given, threads: InThreads, actor: By, case: IdInPath) -> Response[Evidence]:
    """The case's own copies, all but the bytes of its pictures. Recorded in the audit log."""
    encoded: Response[Any] = Response(await threads(services.evidence.get, case, actor), media_type=MediaType.JSON)
    return encoded


@get("/v1/cases/{case:str}/evidence/{sha256:str}", operation_id="getExhibit", tags=TAGS, opt=SIGHT, media_type=BYTES)
async def get_exhibit(
    services: Given,
    threads: InThreads,
    request: Request[Any, Any, Any],
    case: IdInPath,
    sha256: Sha256InPath,
    faces: Faces = None,
) -> Response[bytes]:
    """The bytes of one exhibit. Recorded in the audit log.

    Those of a picture show no faces without leave, and then are not what the hash is of: `X-Faces` says `blurred`, or
    `clear` for the original."""
    is_clear = await cleared(services.faces, threads, request.user, faces, f"case:{case}")
    exhibit = await threads(services.evidence.exhibit, case, sha256, request.user.actor)
    if exhibit.picture is None:
        return Response(exhibit.data, media_type=BYTES)
    if await is_clear():
        return Response(exhibit.data, media_type=BYTES, headers={FACES: "clear"})
    picture = exhibit.picture
    data = await services.veil.exhibit(picture.camera, exhibit.data, picture.at, exhibit.fixes)
    return Response(data, media_type=BYTES, headers={FACES: "blurred"})


@get("/v1/cases/{case:str}/file", operation_id="getCaseFile", tags=TAGS, opt=SIGHT, media_type=ZIP)
async def get_case_file(
    services: Given, threads: InThreads, request: Request[Any, Any, Any], case: IdInPath, faces: Faces = None
) -> Response[bytes]:
    """The case with its evidence as a signed archive, which `python -m store_server case verify` checks. Recorded in
    the audit log. It holds its pictures as they were taken, and clips of the disputed events as far as they are still
    recorded, so that leave is needed (`faces-needed`) where there are any."""
    is_clear = await cleared(services.faces, threads, request.user, faces, f"case:{case}")
    may_see = await is_clear()
    file = await threads(services.case_files.make, case, request.user.actor, has_leave=may_see)
    return Response(file, media_type=ZIP, headers={"Content-Disposition": f'attachment; filename="case-{case}.zip"'})


HANDLERS = [get_evidence, get_exhibit, get_case_file]

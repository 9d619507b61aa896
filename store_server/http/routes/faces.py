"""Leave to see faces."""

from typing import Any

from litestar import Request, post
from litestar.params import JSONBody

from store_client.contract.faces import FacesGrant, FacesRequest
from store_server.http.access import allows
from store_server.http.parameters import Given, InThreads, NameInPath

TAGS = ["cameras"]


@post("/v1/stores/{store:str}/faces", operation_id="grantFaces", tags=TAGS, opt=allows("faces"))
async def grant_faces(
    services: Given,
    threads: InThreads,
    request: Request[Any, Any, Any],
    store: NameInPath,
    data: JSONBody[FacesRequest],
) -> FacesGrant:
    """Lets this session see faces for some minutes, for a reason that goes into the audit log with every camera that is
    looked at. Needs one's own password."""
    return await threads(services.faces.grant, request.user, store, data)


HANDLERS = [grant_faces]

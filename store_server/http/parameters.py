"""Parameters that several routes share, each named as on the wire, and what every route is given."""

from typing import Annotated, Any

from litestar.di import NamedDependency
from litestar.params import PathParameter, QueryParameter, SkipValidation

from store_client.contract.pattern import END
from store_server.desk.actor import Actor
from store_server.desk.apps import App
from store_server.http.services import Services
from store_server.http.threads import Threads

Given = NamedDependency[SkipValidation[Services]]
InThreads = NamedDependency[SkipValidation[Threads]]
By = NamedDependency[SkipValidation[Actor]]
Through = NamedDependency[SkipValidation[App]]

_ID = r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}" + END
IdInPath = Annotated[str, PathParameter(pattern=_ID, description="UUIDv7")]
NameInPath = Annotated[str, PathParameter(pattern=r"^[^\x00-\x1f\x7f/]{1,64}" + END)]
GtinInPath = Annotated[str, PathParameter(pattern=r"^[0-9]{14}" + END, description="GTIN-14")]

InStore = Annotated[str, QueryParameter(name="store", min_length=1, max_length=64, description="id of the store")]
Cursor = Annotated[
    str | None, QueryParameter(name="cursor", max_length=1024, description="`next` of the page before this one")
]
Limit = Annotated[int, QueryParameter(name="limit", ge=1, le=500, description="most items of a page")]
Words = Annotated[str, QueryParameter(name="q", max_length=200, description="what to look for")]
Width = Annotated[
    int | None,
    QueryParameter(name="width", ge=16, le=7680, description="width of the picture in pixels; its own if left out"),
]

Faces = Annotated[
    str | None, QueryParameter(name="faces", pattern=_ID, description="id of leave to see faces (`/v1/stores/…/faces`)")
]

_TIME: dict[str, Any] = {"max_length": 40, "schema_extra": {"format": "date-time"}}
Since = Annotated[str | None, QueryParameter(name="from", description="from this time on (RFC 3339)", **_TIME)]
Until = Annotated[str | None, QueryParameter(name="to", description="before this time (RFC 3339)", **_TIME)]
RequiredSince = Annotated[str, QueryParameter(name="from", description="from this time on (RFC 3339)", **_TIME)]
RequiredUntil = Annotated[str, QueryParameter(name="to", description="before this time (RFC 3339)", **_TIME)]
At = Annotated[str | None, QueryParameter(name="at", description="as it was then (RFC 3339); now if left out", **_TIME)]

"""Trips: who is inside, who left, and what happened on the way."""

from typing import Annotated

from litestar import get
from litestar.params import QueryParameter

from store_client.contract.page import Page
from store_client.contract.trip import Inside, Trip, TripDetail, TripState
from store_server.http.access import allows
from store_server.http.parameters import (
    Cursor,
    Given,
    IdInPath,
    InStore,
    InThreads,
    Limit,
    NameInPath,
    RequiredSince,
    RequiredUntil,
    Words,
)
from store_server.http.routes.sensors import span

TAGS = ["trips"]


@get("/v1/trips", operation_id="listTrips", tags=TAGS, opt=allows("floor"))
async def list_trips(
    services: Given,
    threads: InThreads,
    store: InStore,
    being: Annotated[TripState | None, QueryParameter(name="state")] = None,
    q: Words = "",
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[Trip]:
    """Newest first. `q`: digits of a visit number, or a trip's id."""
    return await threads(services.trips.page, store, state=being, q=q, cursor=cursor, limit=limit)


@get("/v1/trips/{trip:str}", operation_id="getTrip", tags=TAGS, opt=allows("floor"))
async def get_trip(services: Given, threads: InThreads, trip: IdInPath) -> TripDetail:
    """Entry, exit, group, path and events in order."""
    return await threads(services.trips.get, trip)


@get("/v1/stores/{store:str}/inside", operation_id="getInside", tags=TAGS, opt=allows("floor"))
async def get_inside(
    services: Given, threads: InThreads, store: NameInPath, since: RequiredSince, until: RequiredUntil
) -> Inside:
    """Who was in the store in [from, to), at most an hour, and what they held from moment to moment, as everything
    known by now says."""
    return await threads(services.trips.inside, store, *span(since, until))


HANDLERS = [list_trips, get_trip, get_inside]

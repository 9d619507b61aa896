"""Trips: who is inside, who left, and what happened on the way."""

from typing import Annotated

from litestar import get
from litestar.params import QueryParameter

from store_client.contract.page import Page
from store_client.contract.trip import Trip, TripDetail, TripState
from store_server.http.access import allows
from store_server.http.parameters import Cursor, Given, IdInPath, InStore, InThreads, Limit, Words

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


HANDLERS = [list_trips, get_trip]

"""Kept readings of plates and positions."""

from typing import Annotated

from litestar import get
from litestar.params import QueryParameter

from store_client.contract.moment import to_micros
from store_client.contract.pattern import END
from store_client.contract.problem import FieldError
from store_client.contract.sensor import PositionHistory, WeightHistory
from store_server.http.access import allows
from store_server.http.form import moment
from store_server.http.parameters import Given, NameInPath, RequiredSince, RequiredUntil
from store_server.refusal import Refusal

TAGS = ["sensors"]
PLATES = r"^[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}(,[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}){0,71}" + END


def span(since: str, until: str) -> tuple[int, int]:
    """Both ends in µs. Raises Refusal("bad-request") if they are not times, or the second is not after the first."""
    first, last = moment("from", since), moment("to", until)
    if first is None or last is None or last <= first:
        raise Refusal("bad-request", "the span is empty", [FieldError("to", "Not after `from`")])
    return to_micros(first), to_micros(last)


@get("/v1/stores/{store:str}/weights", operation_id="getWeights", tags=TAGS, opt=allows("floor"))
async def get_weights(
    services: Given,
    store: NameInPath,
    plates: Annotated[
        str, QueryParameter(name="plates", pattern=PLATES, description="ids of at most 72 plates, by commas")
    ],
    since: RequiredSince,
    until: RequiredUntil,
    points: Annotated[int, QueryParameter(name="points", ge=1, le=20_000, description="most buckets a plate")] = 1_000,
) -> WeightHistory:
    """Least and greatest of each bucket, so that no extreme is lost."""
    chosen = list(dict.fromkeys(plates.split(",")))
    return await services.history.weights(store, chosen, *span(since, until), points)


@get("/v1/stores/{store:str}/positions", operation_id="getPositions", tags=TAGS, opt=allows("floor"))
async def get_positions(
    services: Given, store: NameInPath, since: RequiredSince, until: RequiredUntil
) -> PositionHistory:
    return await services.history.positions(store, *span(since, until))


HANDLERS = [get_weights, get_positions]

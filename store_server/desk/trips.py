"""Trips as the desk reads them."""

from store_client.contract.page import Page
from store_client.contract.trip import Trip, TripDetail, TripState
from store_server.storage.database import Database


class Trips:
    def __init__(self, database: Database) -> None:
        self._database = database

    def page(
        self, store: str, *, state: TripState | None = None, q: str = "", cursor: str | None = None, limit: int = 100
    ) -> Page[Trip]:
        """Newest first. ``q``: digits of a visit number, or a trip's id."""
        raise NotImplementedError

    def get(self, trip: str) -> TripDetail:
        raise NotImplementedError

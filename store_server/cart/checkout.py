"""Checkout: from who came, what moved and who left to carts and receipts."""

from collections.abc import Sequence

from store_client.contract.live import Event, Positions
from store_server.cart.visit import VisitClosed, VisitOpened
from store_server.fusion.finding import Finding
from store_server.storage.database import Database


class Checkout:
    """Called from one worker thread. Each call is one transaction; the events it returns were made durable first.

    The events carry no epoch and seq of their own: who publishes them stamps them.
    """

    def __init__(self, database: Database, store: str) -> None:
        self._database = database
        self._store = store

    def resume(self, now_us: int) -> list[Event]:
        """Takes up again the trips that were open when the program ended. Once, before anything else."""
        raise NotImplementedError

    def opened(self, visit: VisitOpened) -> list[Event]:
        raise NotImplementedError

    def closed(self, visit: VisitClosed) -> list[Event]:
        raise NotImplementedError

    def apply(self, findings: Sequence[Finding]) -> list[Event]:
        raise NotImplementedError

    def seen(self, positions: Positions) -> None:
        """Keeps the paths, thinned to a point a second; cheap, writes only now and then."""
        raise NotImplementedError

    def advance(self, now_us: int, watermark_us: int) -> list[Event]:
        """Issues the receipts that are due."""
        raise NotImplementedError

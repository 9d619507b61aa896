"""Which track is which trip: from the gate's scans and from where tracks appear and vanish. Pure."""

from collections.abc import Callable

from store_client.contract.device import GateScan, Tracks
from store_client.contract.live import Position
from store_client.contract.planogram import Planogram
from store_server.cart.visit import VisitClosed, VisitOpened


__all__ = ["VisitClosed", "VisitOpened", "Visits"]


class Visits:
    """A trip is one code at the gate; the tracks of a group that entered on one code share it."""

    def __init__(self, planogram: Planogram, *, new_id: Callable[[], str]) -> None:
        self._planogram = planogram
        self._new_id = new_id

    def scanned(self, scan: GateScan) -> list[VisitOpened | VisitClosed]:
        return []

    def tracked(self, tracks: Tracks) -> tuple[list[Position], list[VisitOpened | VisitClosed]]:
        """The people of ``tracks`` with their trips, and what follows from who is there and who no longer is."""
        return [Position(t.track, None, t.x, t.y, t.quality, t.hands) for t in tracks.tracks], []

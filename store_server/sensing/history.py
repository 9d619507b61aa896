"""Kept readings, thinned without losing an extreme."""

from collections.abc import Sequence

from store_client.contract.planogram import Planogram
from store_client.contract.sensor import PositionHistory, WeightHistory
from store_server.bus import Bus


class History:
    def __init__(self, bus: Bus, planogram: Planogram) -> None:
        self._bus = bus
        self._planogram = planogram

    async def weights(
        self, store: str, plates: Sequence[str], since_us: int, until_us: int, points: int
    ) -> WeightHistory:
        raise NotImplementedError

    async def positions(self, store: str, since_us: int, until_us: int) -> PositionHistory:
        raise NotImplementedError

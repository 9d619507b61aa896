"""Which gates stand open: a gate opens for whoever shows a code or walks out, and closes behind them. Pure."""

from collections.abc import Callable

from store_client.contract.device import GateScan
from store_client.contract.live import GateMoved, GateState

OPEN_US = 3_000_000
"""How long a gate stays open for one person: real ones tell of scans alone, and close by themselves."""
MOST_US = 5 * OPEN_US
"""However many pass."""


class Gates:
    """Times are µs of the store. The events carry no epoch and seq of their own: who publishes them stamps them."""

    def __init__(self, store: str, *, new_id: Callable[[], str]) -> None:
        self._store = store
        self._new_id = new_id
        self._open_until: dict[str, int] = {}

    def scanned(self, scan: GateScan, trip: str | None, now_us: int) -> GateMoved:
        """It opens, for each of a group so long."""
        until = max(now_us, self._open_until.get(scan.gate, 0)) + OPEN_US * max(scan.people, 1)
        self._open_until[scan.gate] = min(until, now_us + MOST_US)
        return self._moved(scan.gate, "opened", trip, now_us)

    def closing(self, now_us: int) -> list[GateMoved]:
        """Those that have closed since, also where the clock was set back."""
        closed = [gate for gate, until in self._open_until.items() if not now_us < until <= now_us + MOST_US]
        for gate in closed:
            del self._open_until[gate]
        return [self._moved(gate, "closed", None, now_us) for gate in closed]

    def _moved(self, gate: str, state: GateState, trip: str | None, now_us: int) -> GateMoved:
        return GateMoved(
            epoch="",
            seq=0,
            measured_at=now_us,
            sent_at=now_us,
            id=self._new_id(),
            store=self._store,
            gate=gate,
            state=state,
            trip=trip,
        )

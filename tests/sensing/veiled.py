"""A veil for stores in which nobody is known to be anywhere, and who may see everything."""

from collections.abc import Sequence

from store_client.contract.live import Positions
from store_server.clock import Clock
from store_server.sensing.veil import Veil
from store_server.sensing.whereabouts import Whereabouts


async def nobody(_since_us: int, _until_us: int) -> Sequence[Positions]:
    return []


async def always() -> bool:
    return True


async def never() -> bool:
    return False


def unknowing(clock: Clock) -> Veil:
    """Of cameras that were never calibrated."""
    return Veil(list, Whereabouts(nobody), clock.now_us)

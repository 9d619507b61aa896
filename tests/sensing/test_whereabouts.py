"""Where everybody was, of any moment."""

import asyncio
from collections.abc import Sequence

from store_client.contract.live import Position, Positions
from store_server.sensing.whereabouts import US, Whereabouts

BEGIN = 1_780_000_000 * US
HOUR_US = 3_600 * US


def at(us: int) -> Positions:
    return Positions(epoch="", seq=0, measured_at=us, sent_at=us, people=[Position("a", None, 1.0, 2.0, 0.9)])


async def nothing(_since_us: int, _until_us: int) -> Sequence[Positions]:
    return []


def test_those_of_after_the_clock_was_set_back_are_the_newest_at_once() -> None:
    whereabouts = Whereabouts(nothing)
    for second in range(10):
        whereabouts.seen(at(BEGIN + HOUR_US + second * US))
    for second in range(10):
        whereabouts.seen(at(BEGIN + second * US))
    assert whereabouts.newest_us == BEGIN + 9 * US
    fixes = asyncio.run(whereabouts.around(BEGIN + 5 * US))
    assert [(fix.at_us - BEGIN) // US for fix in fixes] == [2, 3, 4, 5, 6, 7, 8]

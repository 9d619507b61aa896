"""Where everybody was, of any moment."""

import asyncio
from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from store_client.contract.live import Hand, Position, Positions
from store_server.bus import NotKept
from store_server.sensing.faces import Fix, fix_of
from store_server.sensing.whereabouts import US, Whereabouts

BEGIN = 1_779_999_999 * US
"""Where a stretch begins."""
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


class Stream:
    """A message each half second, and the spans in seconds that were read of it."""

    def __init__(self) -> None:
        self.read: list[tuple[int, int]] = []
        self.is_gone = False

    async def __call__(self, since_us: int, until_us: int) -> Sequence[Positions]:
        self.read.append(((since_us - BEGIN) // US, (until_us - BEGIN) // US))
        await asyncio.sleep(0)
        if self.is_gone:
            raise NotKept("gone")
        return [at(us) for us in range(since_us, until_us, US // 2)]


def test_what_is_kept_packed_is_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """However often others are looked at between."""
    hand = Hand(1.5, 2.0, 0.4, 0.8)
    people = [Position("a", "trip", 1.0, 2.0, 0.9, (hand,)), Position("b", None, 3.0, -1.5, 0.5)]
    messages = [replace(at(BEGIN + second * US), people=people) for second in range(60)]

    async def read(since_us: int, until_us: int) -> Sequence[Positions]:
        return [one for one in reversed(messages) if since_us <= one.measured_at < until_us]

    async def test() -> None:
        whereabouts = Whereabouts(read)
        whereabouts.seen(at(BEGIN + HOUR_US))
        for second in (10, 50, 10):
            found = await whereabouts.around(BEGIN + second * US)
            assert found == [fix_of(one) for one in messages[second - 3 : second + 4]]
            assert found[0].people["a"].hands == (hand,)

    monkeypatch.setattr("store_server.sensing.whereabouts.MOST_OPEN", 2)
    asyncio.run(test())


def seen_at(fixes: Sequence[Fix]) -> tuple[float, float, int]:
    """Seconds of the first and the last, and how many they are."""
    return (fixes[0].at_us - BEGIN) / US, (fixes[-1].at_us - BEGIN) / US, len(fixes)


def test_a_wall_of_pictures_of_one_moment_reads_once_and_who_goes_on_reads_ahead() -> None:
    async def test() -> None:
        stream = Stream()
        whereabouts = Whereabouts(stream)
        whereabouts.seen(at(BEGIN + HOUR_US))
        wall = await asyncio.gather(*(whereabouts.around(BEGIN + 100 * US + camera) for camera in range(8)))
        assert [seen_at(fixes) for fixes in wall] == [(97.0, 103.0, 13)] + [(97.5, 103.0, 12)] * 7
        assert stream.read == [(96, 105)]
        for second in range(101, 110):
            assert seen_at(await whereabouts.around(BEGIN + second * US)) == (second - 3, second + 3, 13)
        assert stream.read == [(96, 105), (105, 114)]

    asyncio.run(test())


def test_what_is_read_is_whole_near_now_and_asked_for_again_where_it_was_not_kept() -> None:
    async def test() -> None:
        stream = Stream()
        whereabouts = Whereabouts(stream)
        whereabouts.seen(at(BEGIN + 104 * US))
        for _ in range(2):
            assert seen_at(await whereabouts.around(BEGIN + 100 * US)) == (97.0, 103.0, 13)
        assert stream.read == [(96, 105), (102, 105)], "the last of them is not over"
        stream.is_gone = True
        assert await whereabouts.around(BEGIN + 50 * US) == []
        stream.is_gone = False
        assert seen_at(await whereabouts.around(BEGIN + 50 * US)) == (47.0, 53.0, 13)

    asyncio.run(test())

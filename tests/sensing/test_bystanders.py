"""Who was about when something happened: as chosen plainly, one fix after the other."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from store_client.contract.decoding import from_msgpack
from store_client.contract.live import Hand, Position, Positions
from store_client.contract.sensor import PositionFix
from store_server.sensing.bystanders import FAR_STEP_US, HANDS_US, NEAR_M, POSITIONS_US, US, Bystanders
from store_server.sensing.fixes import Fixes, Gathering

METRES = st.integers(-8_000, 8_000).map(lambda millimetres: millimetres / 1_000 + 0.0001)
FIXES = st.builds(
    PositionFix,
    at=st.integers(0, 300).map(lambda tenth: tenth * US // 10),
    track=st.sampled_from("abcd"),
    trip=st.sampled_from([None, "one", "two"]),
    x=METRES,
    y=METRES,
    hands=st.sampled_from([(), (Hand(1.00001, 2.0, 0.5),)]),
)


def gathered(fixes: list[PositionFix]) -> Fixes:
    found = Gathering()
    for fix in fixes:
        person = Position(fix.track, fix.trip, fix.x, fix.y, 1.0, fix.hands)
        found.add(Positions(epoch="", seq=0, measured_at=fix.at, sent_at=0, people=[person]))
    return found.fixes()


def decoded(fixes: list[msgspec.Raw]) -> list[PositionFix]:
    return from_msgpack(msgspec.msgpack.encode(fixes), list[PositionFix])


def plainly(fixes: list[PositionFix], at_us: int, x: float, y: float) -> list[PositionFix]:
    ordered = sorted(fixes, key=lambda fix: fix.at)
    own = [fix for fix in ordered if at_us - POSITIONS_US <= fix.at < at_us + POSITIONS_US]
    near = {fix.track for fix in own if (fix.x - x) ** 2 + (fix.y - y) ** 2 <= NEAR_M**2}
    chosen, taken = [], set[tuple[str, int]]()
    for fix in ordered:
        step = fix.track, fix.at // FAR_STEP_US
        is_first = step not in taken
        taken.add(step)
        if fix in own and (is_first or fix.track in near):
            hands = fix.hands if abs(fix.at - at_us) <= HANDS_US else ()
            kept = tuple(Hand(round(hand.x, 3), hand.y, hand.z, hand.score) for hand in hands)
            chosen.append(PositionFix(fix.at, fix.track, fix.trip, round(fix.x, 3), round(fix.y, 3), kept))
    return chosen


@given(
    st.lists(FIXES, max_size=60, unique_by=lambda fix: (fix.at, fix.track)),
    st.lists(st.tuples(st.integers(0, 30 * US), METRES, METRES), min_size=1, max_size=3),
)
def test_each_event_has_those_who_were_about(fixes: list[PositionFix], events: list[tuple[int, float, float]]) -> None:
    bystanders = Bystanders(gathered(fixes))
    for at_us, x, y in events:
        chosen = decoded(bystanders.near_and_far(at_us, x, y))
        assert chosen == plainly(fixes, at_us, x, y)
        about = {fix.at for fix in fixes if at_us - POSITIONS_US <= fix.at < at_us + POSITIONS_US}
        assert bystanders.moments(at_us) == sorted(about)


def test_who_came_near_is_followed_closely_and_others_twice_a_second() -> None:
    fixes = [
        PositionFix(at, track, None, x, 0.0)
        for at in range(0, 2 * US, 100_000)
        for track, x in (("a", 1.23456), ("b", 50.0))
    ]
    chosen = decoded(Bystanders(gathered(fixes)).near_and_far(US, 0.0, 0.0))
    assert [sum(fix.track == track for fix in chosen) for track in "ab"] == [20, 4]
    assert chosen[0].x == 1.235

"""Tiles are demoted under load, the smallest first, and come back without flapping."""

from hypothesis import given
from hypothesis import strategies as st

from console.domain.demotion import HOLD_S, MARGIN, STILL, Demotion

AREAS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1_000, 500_000), min_size=1)
LOOK_S = 0.4


def cost(demotion: Demotion, areas: dict[str, int]) -> float:
    return sum(area / demotion.every[tile] for tile, area in areas.items())


@given(AREAS, st.floats(0.1, 20.0), st.floats(0.0, 0.5))
def test_a_machine_that_can_do_so_much_settles_and_stays(areas: dict[str, int], load: float, fixed: float) -> None:
    """``load``: of the whole wall; ``fixed``: what is there besides. Demoting alone helps, and nothing comes back that
    would be too much again."""
    demotion, whole = Demotion(), sum(areas.values())
    changes: list[float] = []
    now_s = 0.0
    for _ in range(800):
        demotion.every = demotion.every or dict.fromkeys(areas, 1)
        measured = fixed + load * cost(demotion, areas) / whole
        if demotion.judge(now_s, measured, areas):
            changes.append(now_s)
        now_s += LOOK_S
    assert fixed + load * cost(demotion, areas) / whole <= 1 or set(demotion.every.values()) == {STILL}
    late = [at for at in changes if at > 60 + HOLD_S * 5 * len(areas)]
    assert not late, "it goes on changing"


@given(AREAS, st.lists(st.floats(0.0, 5.0), max_size=120))
def test_whatever_is_measured_nothing_comes_back_within_the_hold(areas: dict[str, int], loads: list[float]) -> None:
    demotion = Demotion()
    changed_s, now_s = None, 0.0
    for load in loads:
        before = dict(demotion.every)
        is_changed = demotion.judge(now_s, load, areas)
        back = [tile for tile, every in demotion.every.items() if every < before.get(tile, 1)]
        if back:
            assert len(back) == 1
            assert load * MARGIN <= 1 or cost(demotion, areas) > 0
            assert changed_s is not None
            assert now_s - changed_s >= HOLD_S
        assert is_changed == (before != {} and demotion.every != before) or not before
        if is_changed:
            changed_s = now_s
        now_s += LOOK_S


def test_the_smallest_first_and_the_largest_back_first() -> None:
    areas = {"large": 400_000, "one": 40_000, "two": 40_000}
    demotion = Demotion()
    assert demotion.judge(0.0, 1.05, areas)
    assert demotion.every == {"large": 1, "one": 8, "two": 8}
    assert not demotion.judge(0.4, 1.5, areas), "the change must show first"
    assert demotion.judge(1.2, 1.5, areas)
    assert demotion.every == {"large": 2, "one": STILL, "two": STILL}
    assert not demotion.judge(4.0, 0.1, areas), "held"
    assert not demotion.judge(6.5, 0.6, areas), "that would be too much again"
    assert demotion.judge(6.6, 0.2, areas)
    assert demotion.every == {"large": 1, "one": STILL, "two": STILL}
    assert demotion.judge(11.7, 0.5, areas)
    assert demotion.every == {"large": 1, "one": 8, "two": STILL}


def test_equals_are_demoted_in_turn_the_last_on_the_wall_first() -> None:
    demotion = Demotion()
    demotion.judge(0.0, 1.1, dict.fromkeys("abcd", 1000))
    assert demotion.every == {"a": 1, "b": 1, "c": 2, "d": 2}
    demotion.judge(9.0, 0.5, dict.fromkeys("abc", 1000))
    assert "d" not in demotion.every

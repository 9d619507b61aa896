"""The order of one subject, whatever arrives in whatever order."""

from hypothesis import given, settings
from hypothesis import strategies as st

from store_client.live.order import WAITING, Order, Place


def place(seq: int, epoch: str = "a") -> Place:
    return Place(epoch, seq)


@settings(deadline=None)
@given(st.lists(st.integers(0, 30), max_size=80))
def test_whatever_comes_is_given_out_once_in_order_and_every_hole_is_told(seqs: list[int]) -> None:
    order: Order[int] = Order()
    given_out: list[tuple[int, int]] = []
    for seq in seqs:
        given_out += order.arrived(place(seq), seq) or []
    given_out += order.settle()
    numbers = [number for number, _ in given_out]
    assert numbers == sorted(set(numbers))
    if seqs:
        assert set(numbers) == {seq for seq in seqs if seq >= seqs[0]}
        assert sum(missed for _, missed in given_out) == numbers[-1] - numbers[0] + 1 - len(numbers)


@settings(deadline=None)
@given(st.integers(1, 200).flatmap(lambda count: st.tuples(st.just(count), st.sets(st.integers(1, count)))))
def test_replay_fills_every_hole(case: tuple[int, set[int]]) -> None:
    """Everything is kept; some of it does not arrive."""
    count, lost = case
    order: Order[int] = Order()
    given_out: list[tuple[int, int]] = []
    for seq in range(count + 1):
        if seq not in lost:
            given_out += order.arrived(place(seq), seq) or []
    given_out += order.replayed((place(seq), seq) for seq in range(count + 1))
    assert given_out == [(seq, 0) for seq in range(count + 1)]
    assert not order.is_waiting


def test_what_waits_is_bounded_and_forgotten_things_are_remembered_as_missing() -> None:
    order: Order[int] = Order()
    order.arrived(place(0), 0)
    for seq in range(2, WAITING + 3):
        assert order.arrived(place(seq), seq) == []
    assert order.is_waiting
    assert order.settle() == [], "they are read back, not kept"
    assert not order.is_waiting


def test_an_epoch_that_is_over_stays_over() -> None:
    order: Order[str] = Order()
    order.arrived(place(5), "a5")
    assert order.arrived(place(0, "b"), "b0") == []
    kept = [(place(6), "a6"), (place(0, "b"), "b0"), (place(1, "b"), "b1")]
    assert order.replayed(kept) == [("a6", 0), ("b0", 0), ("b1", 0)]
    assert order.arrived(place(7), "a7") is None
    assert order.arrived(place(2, "b"), "b2") == [("b2", 0)]

from dataclasses import asdict

from hypothesis import given
from hypothesis import strategies as st

from store_server.sensing.source import Source
from store_server.sensing.source_clock import US
from tests.sensing.site import BATCH_US, weights

BEGIN = 1_780_000_000 * US


def take(source: Source, numbers: list[int], epoch: str = "device") -> list[int]:
    """Sends batches of these numbers; returns those that were accepted."""
    accepted = []
    for number in numbers:
        message = weights(number, BEGIN + number * BATCH_US, epoch=epoch)
        if source.accept(message, message.sent_at + 1_000) is not None:
            accepted.append(number)
    return accepted


def counts(source: Source) -> dict[str, int]:
    return {name: count for name, count in asdict(source.counts).items() if count}


def test_repeated_late_and_missing_messages_are_told_apart() -> None:
    source = Source(oldest_us=60 * US)
    assert take(source, [0, 1, 1, 4, 2, 5, 5, 3]) == [0, 1, 4, 5]
    assert counts(source) == {"received": 4, "repeated": 2, "gaps": 2, "late": 2}


def test_a_new_epoch_counts_anew_and_the_old_one_is_late() -> None:
    source = Source(oldest_us=60 * US)
    assert take(source, [5, 6]) == [5, 6]
    assert take(source, [0 + 7, 8], epoch="second") == [7, 8]
    assert take(source, [9], epoch="device") == []
    assert counts(source) == {"received": 4, "late": 1}


def test_another_version_is_left_out() -> None:
    source = Source(oldest_us=60 * US)
    assert source.accept(weights(0, BEGIN, v=2), BEGIN) is None
    assert counts(source) == {"other_version": 1}


def test_impossible_times_are_left_out() -> None:
    source = Source(oldest_us=60 * US)
    impossible = [(-BATCH_US - 5, 0), (BEGIN, 2**62), (BEGIN, BEGIN + 3_600 * US), (BEGIN + 5 * US, BEGIN)]
    for number, (at, sent_at) in enumerate(impossible):
        assert source.accept(weights(number, at, sent_at=sent_at), BEGIN) is None
    assert counts(source) == {"received": 4, "misplaced": 4}


def test_a_clock_that_jumps_costs_a_few_messages_and_no_more() -> None:
    source = Source(oldest_us=60 * US)
    take(source, list(range(20)))
    for jump_us in (-10 * US, 10 * US):
        source = Source(oldest_us=60 * US)
        take(source, list(range(20)))
        placed = []
        for number in range(20, 40):
            arrived = BEGIN + (number + 1) * BATCH_US + 1_000
            message = weights(number, BEGIN + number * BATCH_US + jump_us)
            measured = source.accept(message, arrived)
            if measured is not None:
                placed.append(measured.at_us - arrived)
        assert len(placed) >= 17
        assert all(abs(off) < 20_000 for off in placed)
        assert source.clock.leaps == 1


def test_somebody_at_the_gate_counts_whatever_the_clock_says() -> None:
    source = Source(oldest_us=600 * US, is_precious=True)
    take(source, list(range(10)))
    message = weights(10, BEGIN + 10 * BATCH_US + 5 * US)
    assert source.accept(message, BEGIN + 11 * BATCH_US) is not None


def test_somebody_at_the_gate_counts_although_another_was_faster() -> None:
    source = Source(oldest_us=600 * US, is_precious=True)
    assert take(source, [0, 2, 1, 1, 2, 3]) == [0, 2, 1, 3]
    assert counts(source) == {"received": 4, "repeated": 2, "late": 1}


@given(numbers=st.lists(st.integers(0, 2**63) | st.integers(0, 30), max_size=40))
def test_somebody_at_the_gate_counts_at_most_once(numbers: list[int]) -> None:
    source = Source(oldest_us=600 * US, is_precious=True)
    accepted = [n for n in numbers if source.accept(weights(n, BEGIN), BEGIN + BATCH_US) is not None]
    assert len(set(accepted)) == len(accepted)
    assert source.counts.gaps >= 0


@given(numbers=st.lists(st.integers(0, 2**63), max_size=40))
def test_any_numbers_give_each_at_most_once(numbers: list[int]) -> None:
    source = Source(oldest_us=60 * US)
    accepted = [n for n in numbers if source.accept(weights(n, BEGIN), BEGIN + BATCH_US) is not None]
    assert len(set(accepted)) == len(accepted)
    assert accepted == sorted(accepted)

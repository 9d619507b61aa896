"""Partial refunds of whole receipts: any order and any split ends exactly, and never one minor unit above on the way."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import permutations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store_client.contract.case import DecidedLine
from store_client.contract.store import TaxMode
from store_server.cart.prices import NOTHING, Amount, price
from store_server.desk.outcome import Standing, outcome

MODES: tuple[TaxMode, ...] = ("included", "added")
GTIN = "09520000000011"


@dataclass
class Sold:
    """A receipt's line, and what went back of it. A failed refund gives back what it had taken."""

    line: int
    unit: int
    units: int
    rate: int
    amount: Amount
    back: list[tuple[int, Amount]] = field(default_factory=list)

    @property
    def gone(self) -> Amount:
        return sum((amount for _, amount in self.back), NOTHING)

    @property
    def standing(self) -> Standing:
        gone = sum(units for units, _ in self.back)
        return Standing(
            self.line,
            GTIN,
            self.units,
            self.units - gone,
            self.units - gone,
            self.unit,
            self.rate,
            self.amount,
            self.gone,
        )


def sell(lines: list[tuple[int, int, int]], mode: TaxMode) -> dict[int, Sold]:
    """Of (unit price, units, rate) each."""
    return {
        number: Sold(number, unit, units, rate, price(unit, units, rate, mode))
        for number, (unit, units, rate) in enumerate(lines, start=1)
    }


def give_back(receipt: dict[int, Sold], parts: list[tuple[int, int]], mode: TaxMode) -> int:
    """One decision over several lines, (line, units) each. Returns the minor units that go back."""
    standing = {number: line.standing for number, line in receipt.items()}
    lines = [DecidedLine(number, standing[number].quantity - units) for number, units in parts]
    done = outcome(standing, lines, [], 0, {}, mode)
    for changed in done.changed:
        assert changed.line is not None
        receipt[changed.line].back.append((-changed.quantity, -changed.amount))
        assert min(-changed.amount.net, -changed.amount.tax) >= 0
    assert done.returned == -done.amount.gross
    return done.returned


def never_above(receipt: dict[int, Sold]) -> None:
    """Of lines, of rates, and of all together: total and tax."""
    rates, gone = Counter[int](), Counter[int]()
    for line in receipt.values():
        assert line.gone.gross <= line.amount.gross
        assert line.gone.tax <= line.amount.tax
        rates[line.rate] += line.amount.tax
        gone[line.rate] += line.gone.tax
    assert all(gone[rate] <= rates[rate] for rate in rates)


def all_gone(receipt: dict[int, Sold]) -> bool:
    return all(line.gone == line.amount for line in receipt.values())


def splits(units: int) -> Iterator[tuple[int, ...]]:
    """Every way to write ``units`` as a sum, in every order."""
    if units == 0:
        yield ()
    for first in range(1, units + 1):
        for rest in splits(units - first):
            yield (first, *rest)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("rate", [0, 700, 825, 1900])
@pytest.mark.parametrize("unit", [1, 3, 99, 333, 1299])
def test_every_split_and_order_of_one_line(unit: int, rate: int, mode: TaxMode) -> None:
    for split in splits(7):
        receipt = sell([(unit, 7, rate)], mode)
        for units in split:
            give_back(receipt, [(1, units)], mode)
            never_above(receipt)
        assert all_gone(receipt)


@pytest.mark.parametrize("mode", MODES)
def test_every_order_over_the_lines_of_a_receipt(mode: TaxMode) -> None:
    steps = [(1, 1), (1, 2), (2, 1), (2, 1), (3, 3)]
    for order in set(permutations(steps)):
        receipt = sell([(199, 3, 700), (1, 2, 1900), (333, 3, 1900)], mode)
        total = sum(give_back(receipt, [step], mode) for step in order)
        assert all_gone(receipt)
        assert total == sum(line.amount.gross for line in receipt.values())


LINES = st.lists(st.tuples(st.integers(0, 100_000), st.integers(1, 30), st.integers(0, 10_000)), min_size=1, max_size=6)


@settings(deadline=None, max_examples=300)
@given(LINES, st.sampled_from(MODES), st.integers(0, 2**32))
def test_random_receipts_with_refunds_that_fail_in_between(
    lines: list[tuple[int, int, int]], mode: TaxMode, seed: int
) -> None:
    receipt, dice = sell(lines, mode), Random(seed)
    while standing := [line for line in receipt.values() if line.standing.quantity]:
        chosen = dice.sample(standing, dice.randint(1, len(standing)))
        parts = [(line.line, dice.randint(1, line.standing.quantity)) for line in chosen]
        give_back(receipt, parts, mode)
        never_above(receipt)
        if dice.random() < 0.2:  # it fails, or comes back: the whole decision is void
            for number, _ in parts:
                receipt[number].back.pop()
    assert all_gone(receipt)

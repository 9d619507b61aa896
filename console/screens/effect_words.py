"""The effect of a decision, as the widgets show it and as a letter tells it."""

from collections.abc import Iterable

from console.screens.letters import LetterLine
from console.screens.words import amount, limit_words
from console.state.book import Book
from store_client.contract.case import AddedLine, Case, DecidedLine
from store_client.contract.case import Effect as CaseEffect
from store_client.contract.product import Product
from widgets.effect_view import Effect, LimitEffect, StockEffect, TaxEffect


def shown_effect(effect: CaseEffect, products: Book[str, Product]) -> Effect:
    return Effect(
        net=amount(effect.net),
        taxes=tuple(TaxEffect(one.rate, amount(one.net), amount(one.tax)) for one in effect.tax),
        total=amount(effect.total),
        refund=amount(effect.refund),
        stock=tuple(StockEffect(_name(one.gtin, products), one.quantity) for one in effect.stock),
        needs_approval=effect.needs_approval,
        debit=None if effect.debit is None else amount(effect.debit),
        written_off=None if effect.written_off is None else amount(effect.written_off),
        limits=tuple(
            LimitEffect(limit_words()[one.scope], amount(one.used), amount(one.limit)) for one in effect.limits
        ),
    )


def letter_lines(
    case: Case, lines: Iterable[DecidedLine], added: Iterable[AddedLine], products: Book[str, Product]
) -> tuple[LetterLine, ...]:
    """What is decided otherwise than it was billed."""
    known = {line.line: line for line in case.lines}
    told = []
    for one in lines:
        line = known.get(one.line)
        if line is None or (one.decided_quantity == line.billed_quantity and one.replacement_gtin is None):
            continue
        other = "" if one.replacement_gtin is None else _name(one.replacement_gtin, products)
        told.append(LetterLine(line.name, line.billed_quantity, one.decided_quantity, other))
    told += [LetterLine(_name(extra.gtin, products), 0, extra.quantity) for extra in added]
    return tuple(told)


def _name(gtin: str, products: Book[str, Product]) -> str:
    product = products.get(gtin)
    return gtin if product is None else product.name

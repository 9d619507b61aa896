"""What a shopper holds, at the store's prices: pure."""

from collections.abc import Mapping

from store_client.contract.cart import Cart, CartLine
from store_client.contract.money import Money
from store_client.contract.product import Product
from store_client.contract.store import Store
from store_server.cart.fold import Held, HeldLine
from store_server.cart.prices import Amount, price


def bill(trip: str, version: int, held: Held, products: Mapping[str, Product], store: Store) -> Cart:
    """The cart with prices. What the store does not sell cannot be billed: it is left out and the cart is doubtful."""
    lines: list[CartLine] = []
    total = Amount(0, 0)
    for held_line in held.lines:
        product = products.get(held_line.gtin)
        if product is None:
            continue
        amount = price(product.price.minor, held_line.quantity, product.tax_rate, store.tax)
        total += amount
        lines.append(_line(held_line, product, amount))
    return Cart(
        trip=trip,
        store=store.id,
        version=version,
        lines=lines,
        total=Money(total.gross, store.currency),
        tax=Money(total.tax, store.currency),
        is_doubtful=held.is_doubtful or len(lines) < len(held.lines),
    )


def _line(held: HeldLine, product: Product, amount: Amount) -> CartLine:
    return CartLine(
        gtin=held.gtin,
        name=product.name,
        quantity=held.quantity,
        unit_price=product.price,
        amount=Money(amount.gross, product.price.currency),
        tax_rate=product.tax_rate,
        confidence=held.confidence,
        taken_at=held.taken_us,
        plates=list(held.plates),
        events=list(held.events),
        reasons=list(held.reasons),
    )

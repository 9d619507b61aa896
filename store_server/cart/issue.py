"""Issuing a receipt: the document, what may ever go back of it, the payment it asks for and the sale in the ledger."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

from store_client.contract.cart import Cart, CartLine
from store_client.contract.ids import new_id
from store_client.contract.store import Store
from store_server.cart.ledger import RECEIVABLE, SALES, post, tax_account
from store_server.cart.numbers import next_number
from store_server.cart.prices import Amount, price
from store_server.cart.words import words_of
from store_server.storage.movements import PaymentRow
from store_server.storage.receipts import AllowanceRow, ReceiptLineRow, ReceiptRow, ReceiptWordRow
from store_server.storage.trips import TripRow

_KEEP_WORD = text("INSERT INTO words (store, word) VALUES (:store, :word) ON CONFLICT DO NOTHING")


def issue(session: Session, store: Store, trip: TripRow, cart: Cart, now_us: int) -> ReceiptRow:
    """The receipt of ``trip`` for ``cart``, which has lines. One per trip for ever: a second breaks a constraint."""
    if trip.left_us is None or not cart.lines:
        raise ValueError(f"nothing to bill for trip {trip.id}")
    receipt = ReceiptRow(
        id=new_id(now_us // 1000),
        store=store.id,
        number=next_number(session, store.id, "receipt"),
        trip=trip.id,
        visit=trip.visit,
        issued_us=now_us,
        left_us=trip.left_us,
        currency=store.currency,
        units=sum(line.quantity for line in cart.lines),
        first_product=cart.lines[0].name,
        card=trip.card,
        last4=last_four(trip.card),
        is_doubtful=cart.is_doubtful,
    )
    lines = [_line(receipt.id, number, line, store) for number, line in enumerate(cart.lines, start=1)]
    receipt.net_minor = sum(line.net_minor for line in lines)
    receipt.tax_minor = sum(line.tax_minor for line in lines)
    receipt.total_minor = receipt.net_minor + receipt.tax_minor
    receipt.hash = content_hash(receipt, lines)
    session.add(receipt)
    session.flush()
    session.add_all(lines)
    session.add_all(_allowances(receipt, lines))
    session.add(_payment(receipt, trip.payment_token, now_us))
    _index(session, receipt, lines)
    _post_sale(session, receipt, lines)
    session.flush()
    return receipt


def content_hash(receipt: ReceiptRow, lines: Sequence[ReceiptLineRow]) -> str:
    """SHA-256 over the canonical JSON (keys sorted, no spaces) of the receipt's columns and its lines'."""
    content = _columns(receipt, without={"hash"})
    content["lines"] = [_columns(line, without={"receipt"}) for line in lines]
    return hashlib.sha256(msgspec.json.encode(content, order="sorted")).hexdigest()


def last_four(card: str) -> str:
    """The last four digits of what the gate says of the card, "" if it says none."""
    digits = "".join(character for character in card if character.isdigit())
    return digits[-4:] if len(digits) >= 4 else ""


def _columns(row: ReceiptRow | ReceiptLineRow, without: set[str]) -> dict[str, object]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns if column.key not in without}


def _line(receipt: str, number: int, line: CartLine, store: Store) -> ReceiptLineRow:
    amount = price(line.unit_price.minor, line.quantity, line.tax_rate, store.tax)
    return ReceiptLineRow(
        receipt=receipt,
        line=number,
        gtin=line.gtin,
        name=line.name,
        quantity=line.quantity,
        unit_price_minor=line.unit_price.minor,
        discount_minor=0,
        tax_rate=line.tax_rate,
        net_minor=amount.net,
        tax_minor=amount.tax,
        gross_minor=amount.gross,
        confidence=line.confidence,
        taken_us=line.taken_at,
        plates=msgspec.json.encode(line.plates).decode(),
        events=msgspec.json.encode(line.events).decode(),
        reasons=msgspec.json.encode(line.reasons).decode(),
    )


def _allowances(receipt: ReceiptRow, lines: Sequence[ReceiptLineRow]) -> list[AllowanceRow]:
    captured = {("total", 0): receipt.total_minor}
    rates = by_rate(lines)
    for line in lines:
        captured["line", line.line] = line.gross_minor
        captured["units", line.line] = line.quantity
    for rate, amount in rates.items():
        captured["rate", rate] = amount.gross
        captured["tax", rate] = amount.tax
    return [
        AllowanceRow(receipt=receipt.id, scope=scope, key=key, captured=most, reserved=0, settled=0)
        for (scope, key), most in captured.items()
    ]


def by_rate(lines: Sequence[ReceiptLineRow]) -> dict[int, Amount]:
    rates: defaultdict[int, Amount] = defaultdict(lambda: Amount(0, 0))
    for line in lines:
        rates[line.tax_rate] += Amount(line.net_minor, line.tax_minor)
    return dict(rates)


def _payment(receipt: ReceiptRow, payment_token: str, now_us: int) -> PaymentRow:
    """Nothing to pay is paid."""
    is_free = receipt.total_minor == 0
    return PaymentRow(
        id=new_id(now_us // 1000),
        receipt=receipt.id,
        store=receipt.store,
        payment_token=payment_token,
        amount_minor=receipt.total_minor,
        currency=receipt.currency,
        state="captured" if is_free else "pending",
        next_us=None if is_free else now_us,
    )


def _index(session: Session, receipt: ReceiptRow, lines: Sequence[ReceiptLineRow]) -> None:
    words = {word for line in lines for word in (*words_of(line.name), line.gtin)}
    for word in sorted(words):  # in one order: two receipts at once then wait for each other in turn
        session.execute(_KEEP_WORD, {"store": receipt.store, "word": word})
    session.add_all(
        ReceiptWordRow(store=receipt.store, word=word, issued_us=receipt.issued_us, receipt=receipt.id)
        for word in words
    )


def _post_sale(session: Session, receipt: ReceiptRow, lines: Sequence[ReceiptLineRow]) -> None:
    transfers = [(RECEIVABLE, SALES, receipt.net_minor)]
    transfers += [(RECEIVABLE, tax_account(rate), amount.tax) for rate, amount in by_rate(lines).items()]
    post(
        session,
        "sale",
        receipt.id,
        transfers,
        store=receipt.store,
        receipt=receipt.id,
        currency=receipt.currency,
        at_us=receipt.issued_us,
    )

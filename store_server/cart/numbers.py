"""Numbers by which people speak of visits, receipts and cases: 1, 2, 3 … for each store, none skipped."""

from typing import Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

_TAKE = text(
    "INSERT INTO counters (store, noun, last) VALUES (:store, :noun, 1) "
    "ON CONFLICT (store, noun) DO UPDATE SET last = counters.last + 1 RETURNING last"
)


def next_number(session: Session, store: str, noun: Literal["visit", "receipt", "case"]) -> int:
    """The next one. It is taken when the transaction commits; others wait for it until then."""
    return int(session.execute(_TAKE, {"store": store, "noun": noun}).scalar_one())

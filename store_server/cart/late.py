"""What the sensors say of a trip after its receipt was issued: a receipt never changes, so that somebody must look."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from store_client.contract.live import Event
from store_client.contract.store import Store
from store_server.cart.living import folded
from store_server.storage.receipts import ReceiptRow
from store_server.storage.trips import TripRow


@dataclass(frozen=True, slots=True)
class LateWord:
    """``held``: units by GTIN that ``receipt`` would bill if it were issued now; it may be what it does bill."""

    receipt: str
    held: dict[str, int]


Heed = Callable[[Session, Sequence[LateWord]], list[Event]]
"""Called in the transaction of the finding; returns what it did about them."""


def heed_nothing(_session: Session, _words: Sequence[LateWord]) -> list[Event]:
    """For who has nobody to look."""
    return []


def late_word(session: Session, store: Store, trip: TripRow) -> LateWord | None:
    """None without a receipt: an empty cart left nothing that could be disputed."""
    receipt = session.scalar(select(ReceiptRow.id).where(ReceiptRow.trip == trip.id))
    if receipt is None:
        return None
    return LateWord(receipt, {line.gtin: line.quantity for line in folded(session, store, trip).lines})

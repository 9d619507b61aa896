"""What happened on plates, as marks on their graph."""

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication

from console.state.book import Book
from store_client.contract.live import Event, Picked, PutBack
from store_client.contract.product import Product
from widgets.weight_graph import Mark


def handlings(events: Iterable[Event], plates: Iterable[str]) -> list[Picked | PutBack]:
    """Picks and put-backs on any of ``plates``, in the order of ``events``."""
    wanted = frozenset(plates)
    return [event for event in events if isinstance(event, Picked | PutBack) and wanted.intersection(event.plates)]


def marks(events: Iterable[Event], plates: Iterable[str], products: Book[str, Product]) -> list[Mark]:
    """One for each plate concerned; the key is the event's id."""
    wanted = tuple(plates)
    found = []
    for event in handlings(events, wanted):
        is_pick = isinstance(event, Picked)
        word = (
            QCoreApplication.translate("marks", "picked")
            if is_pick
            else QCoreApplication.translate("marks", "put back")
        )
        product = products.get(event.gtin)
        text = " ".join(filter(None, (word, str(event.quantity), "" if product is None else product.name)))
        for plate in wanted:
            if plate in event.plates:
                found.append(Mark(event.id, event.measured_at, "pick" if is_pick else "put_back", text, plate))
    return found

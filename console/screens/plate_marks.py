"""What happened on plates, as marks on their graph."""

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication

from console.domain.choice import Choice
from console.state.book import Book
from console.state.desk import Desk
from store_client.contract.live import Event, Picked, PutBack
from store_client.contract.product import Product
from widgets.graph_marks import Mark


def handlings(events: Iterable[Event], plates: Iterable[str]) -> list[Picked | PutBack]:
    """Picks and put-backs on any of ``plates``, in the order of ``events``."""
    wanted = frozenset(plates)
    return [event for event in events if isinstance(event, Picked | PutBack) and wanted.intersection(event.plates)]


def choice_of(desk: Desk, event_id: object) -> Choice | None:
    """Whose cart, which line of it and which plate a mark is about, at its moment; None where it is no longer known."""
    found = (event for event in desk.events.all if isinstance(event, Picked | PutBack) and event.id == event_id)
    event = next(found, None)
    if event is None:
        return None
    cart, plate = desk.carts.get(event.trip), next(iter(event.plates), None)
    lines = [] if cart is None else [event.id in line.events for line in cart.lines]
    line = lines.index(True) if True in lines else None
    return Choice(trip=event.trip, line=line, plate=plate, moment_us=event.measured_at)


def marks(events: Iterable[Event], plates: Iterable[str], products: Book[str, Product]) -> list[Mark]:
    """One for each event, also where it moved several of ``plates``; the key is the event's id."""
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
        found.append(Mark(event.id, event.measured_at, "pick" if is_pick else "put_back", text))
    return found

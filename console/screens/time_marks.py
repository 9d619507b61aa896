"""What happened, as marks on the time line."""

from collections.abc import Iterable

from console.screens.event_words import EventWords
from console.state.desk import Desk
from store_client.contract.live import (
    CaseOpened,
    DoorMoved,
    Entered,
    Event,
    GateMoved,
    HandedOver,
    Left,
    Picked,
    PutBack,
    ReceiptIssued,
    ReviewWanted,
)
from widgets.graph_marks import MarkKind
from widgets.time_track import BarMoment

_QUIET = frozenset({"opened", "closed"})
_MARKED = (
    Entered | Left | Picked | PutBack | HandedOver | ReceiptIssued | CaseOpened | ReviewWanted | GateMoved | DoorMoved
)


def time_marks(
    desk: Desk, events: Iterable[Event], titles: dict[str, str] | None = None, *, is_all: bool = True
) -> list[BarMoment]:
    """Those of the chosen shopper stand out, or are alone unless ``is_all``; a gate that only opened and closed is passed
    over. ``titles``: by event, those that were worded before, and then all: a thousand take a while."""
    titles = {} if titles is None else titles
    planogram, chosen = desk.planogram.value, desk.choice.value.trip
    gates = {} if planogram is None else {gate.id: gate.name for gate in planogram.gates}
    visits = {trip.id: trip.visit for scene in desk.scenes for trip in scene.trips.values.values()}
    words = EventWords(desk.products.values, visits, gates)
    found = []
    for event in events:
        if not isinstance(event, _MARKED) or (isinstance(event, GateMoved | DoorMoved) and event.state in _QUIET):
            continue
        trip = getattr(event, "trip", None)
        if not is_all and (chosen is None or trip != chosen):
            continue
        whose = f"{words.visit(trip)}: " if trip in visits else ""
        is_concerned = chosen is not None and trip == chosen
        title = titles.get(event.id)
        if title is None:
            title = titles[event.id] = words.title(event)
        found.append(BarMoment(event.id, event.measured_at, mark_kind(event), whose + title, is_concerned))
    return found


def mark_kind(event: Event) -> MarkKind:
    return "pick" if isinstance(event, Picked) else "put_back" if isinstance(event, PutBack) else "other"

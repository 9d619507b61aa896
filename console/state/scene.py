"""What the live screens show of the store: as it is now, or as it was at a moment."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from console.state.book import Book
from console.state.floor import Floor
from console.state.recent import RecentEvents
from console.state.weights import LiveWeights
from store_client.contract.cart import Cart
from store_client.contract.live import Device
from store_client.contract.trip import Trip
from widgets.until import Until


class Scene(QObject):
    """Two of them are enough to look back: the one that screens listen to, and one in which the present goes on
    meanwhile. The screens never learn which is which: it is the contents that are exchanged."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.devices: Book[str, Device] = Book(self)  # by id; a plate that is not named is ok
        self.floor = Floor(self)
        self.trips: Book[str, Trip] = Book(self)  # those inside, and those that left since the desk started
        self.carts: Book[str, Cart] = Book(self)  # by trip
        self.events = RecentEvents(self)
        self.weights = LiveWeights(self)

    def exchange(self, other: "Scene") -> None:
        """Each has what the other had. Those who listen to what is drawn from several books hear of the floor last."""
        self.devices.exchange(other.devices)
        self.trips.exchange(other.trips)
        self.carts.exchange(other.carts)
        self.events.exchange(other.events)
        self.weights.exchange(other.weights)
        self.floor.exchange(other.floor)

    def stand_as(self, other: "Scene", until_us: Callable[[], int]) -> None:
        """As ``other`` is at this moment, and it stands still; of the traces what lies after ``until_us`` is not seen."""
        self.devices.replace(other.devices.values)
        self.trips.replace(other.trips.values)
        self.carts.replace(other.carts.values)
        self.events.show(other.events.all)
        self.floor.stand_as(other.floor)
        known = {plate: other.weights.source(plate) for plate in self.weights.watched}
        self.weights.put_history(
            {plate: Until(source, until_us) for plate, source in known.items() if source is not None}
        )

    def clear(self) -> None:
        """Nothing is known any more of who is in the store."""
        self.trips.replace({})
        self.carts.replace({})
        self.events.clear()
        self.floor.clear()
        self.weights.clear()

"""Live weights: the last seconds of every plate, and the traces of the plates that are looked at."""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QObject, Signal

from console.state.ring import GondolaRing
from console.state.traces import PlateTrace
from store_client.contract.live import Weights
from store_client.contract.planogram import plate_indices
from widgets.trace import Source


class LiveWeights(QObject):
    """``changed`` carries the frozenset of gondolas with new samples, at most 30 times a second."""

    changed = Signal(object)
    traces_changed = Signal(object)
    """Carries the frozenset of watched plates whose ``source`` is another object now, or none any more."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rings: dict[int, GondolaRing] = {}
        self._traces: dict[str, PlateTrace] = {}

    def take(self, messages: Iterable[Weights]) -> None:
        touched = set()
        for message in messages:
            ring = self._rings.get(message.gondola)
            if ring is None or not ring.fits(message):
                ring = self._rings[message.gondola] = GondolaRing(message)
            ring.append(message)
            touched.add(message.gondola)
        self._follow(plate for plate in self._traces if plate_indices(plate)[0] in touched)
        if touched:
            self.changed.emit(frozenset(touched))

    def exchange(self, other: "LiveWeights") -> None:
        """Each has what the other had; both watch the plates that this one watched."""
        watched = self.watched
        self._rings, other._rings = other._rings, self._rings
        self._traces, other._traces = other._traces, self._traces
        for weights in (self, other):
            weights.watch(watched)
            weights.traces_changed.emit(frozenset(watched))
            weights.changed.emit(frozenset(weights._rings))

    def moved(self) -> None:
        """The moment up to which history is shown is another."""
        self.changed.emit(frozenset())

    def clear(self) -> None:
        self._rings.clear()
        self.watch(())

    @property
    def gondolas(self) -> tuple[int, ...]:
        return tuple(self._rings)

    def ring(self, gondola: int) -> GondolaRing | None:
        """None before the gondola was heard."""
        return self._rings.get(gondola)

    def grams(self, plate: str) -> float | None:
        """What the plate weighs now; None where it was not heard or reads nothing."""
        gondola, shelf, index = plate_indices(plate)
        ring = self._rings.get(gondola)
        if ring is None or not (shelf < ring.shelves and index < ring.plates):
            return None
        grams = float(ring.latest()[shelf, index])
        return grams if grams == grams else None  # NaN: no reading

    # ---- the plates that are looked at

    @property
    def watched(self) -> tuple[str, ...]:
        return tuple(self._traces)

    def watch(self, plates: Iterable[str]) -> None:
        """Keeps the traces of these plates and no others; those of before go on without a break."""
        wanted = tuple(plates)
        gone = frozenset(self._traces.keys() - set(wanted))
        new = [plate for plate in wanted if plate not in self._traces]
        for plate in gone:
            del self._traces[plate]
        for plate in new:
            _, shelf, index = plate_indices(plate)
            self._traces[plate] = PlateTrace(shelf, index)
        if gone:
            self.traces_changed.emit(gone)
        self._follow(new)

    def source(self, plate: str) -> Source | None:
        """What a graph draws for a watched plate; None before anything was read of it."""
        trace = self._traces.get(plate)
        return None if trace is None else trace.source

    def first_us(self, plate: str) -> int | None:
        """Since when the desk itself has the watched plate's readings; what is older is asked of the store."""
        trace = self._traces.get(plate)
        return None if trace is None else trace.first_us

    def put_history(self, history: Mapping[str, Source]) -> None:
        """What the store kept of watched plates; of others it is let go."""
        known = {plate: source for plate, source in history.items() if plate in self._traces}
        for plate, source in known.items():
            self._traces[plate].history = source
        if known:
            self.traces_changed.emit(frozenset(known))

    def _follow(self, plates: Iterable[str]) -> None:
        fresh = set()
        for plate in plates:
            ring = self._rings.get(plate_indices(plate)[0])
            trace = self._traces[plate]
            if ring is not None and trace.fits(ring) and trace.follow(ring):
                fresh.add(plate)
        if fresh:
            self.traces_changed.emit(frozenset(fresh))

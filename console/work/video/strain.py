"""How hard live pictures are for this machine: measured, not guessed."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from console.work.video.stream import OpenStream

BUSY = 0.85
"""Share of the time that a decoder may decode: beyond it pictures wait for each other."""
OVERTAKEN = 0.1
"""Share of the pictures that may be overtaken by newer ones before they are decoded."""
LATE_S = 0.025
"""How late the desk's turns may be, on the average."""
FEW = 8
"""Pictures of which no share is judged."""
EVENED = 0.5


@dataclass(slots=True)
class Strain:
    """1 is as much as can be borne: of the decoder that is worst off, or of the desk's event loop, whichever is more."""

    period_s: float
    _turned_s: float | None = None
    _late_s: list[float] = field(default_factory=list)
    _measured_s: float | None = None
    _counts: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    _load: float = 0.0

    def begin(self) -> None:
        """The turns begin anew."""
        self._turned_s = self._measured_s = None
        self._late_s.clear()

    def turned(self, now_s: float) -> None:
        """One turn of the timer that comes each ``period_s``."""
        if self._turned_s is not None:
            self._late_s.append(max(0.0, now_s - self._turned_s - self.period_s))
        self._turned_s = now_s

    def measure(self, now_s: float, streams: Iterable[OpenStream]) -> float:
        """Evened out, since the last time."""
        passed_s = 0.0 if self._measured_s is None else now_s - self._measured_s
        self._measured_s = now_s
        late = sum(self._late_s) / len(self._late_s) / LATE_S if self._late_s else 0.0
        self._late_s.clear()
        load = max(late, self._decoding(passed_s, streams))
        self._load += EVENED * (load - self._load)
        return self._load

    def _decoding(self, passed_s: float, streams: Iterable[OpenStream]) -> float:
        spent: dict[int, list[int]] = {}
        counts = {}
        for open_ in streams:
            now = open_.ring.came, open_.ring.dropped, open_.ring.busy_us
            counts[open_.number] = now
            before = self._counts.get(open_.number, now)
            sums = spent.setdefault(open_.decoder.pid, [0, 0, 0])
            for place in range(3):
                sums[place] += now[place] - before[place]
        self._counts = counts
        if passed_s <= 0:
            return 0.0
        return max(
            (
                max(busy_us / 1e6 / passed_s / BUSY, dropped / came / OVERTAKEN if came >= FEW else 0.0)
                for came, dropped, busy_us in spent.values()
            ),
            default=0.0,
        )

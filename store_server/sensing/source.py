"""One source of messages: what it sent, what is missing, and what its clock says."""

from dataclasses import dataclass, field

from store_client.contract.cause import Cause, CauseCode
from store_client.contract.live import VERSION, Message
from store_client.contract.possible import has_moments
from store_server.cause import cause
from store_server.sensing.source_clock import US, Moment, SourceClock

FUTURE_US = 1 * US
BACK_US = US // 4
SET_BACK_US = 1 * US
"""Messages come one after the other: what is so long before the last one is by a clock that was set back."""
LEAST_RESTART = 100_000
"""A number that is further ahead than this is a source that counts anew, not hours of lost messages."""
REMEMBERED = 256
"""Numbers missed that are remembered, to tell a late message from a repeated one."""


@dataclass(slots=True)
class Counts:
    """Messages by what became of them. ``gaps``: numbers that never came."""

    received: int = 0
    gaps: int = 0
    repeated: int = 0
    late: int = 0
    garbled: int = 0
    other_version: int = 0
    misplaced: int = 0

    @property
    def refused(self) -> int:
        return self.repeated + self.late + self.garbled + self.other_version + self.misplaced

    def told(self) -> list[Cause]:
        """What went wrong, for people; empty when nothing did."""
        named: dict[CauseCode, int] = {
            "lost": self.gaps,
            "repeated": self.repeated,
            "out_of_order": self.late,
            "unreadable": self.garbled,
            "other_version": self.other_version,
            "impossible_time": self.misplaced,
        }
        return [cause(code, count=count) for code, count in named.items() if count]


@dataclass(slots=True)
class Source:
    """``oldest_us``: how long after it was measured a message is still of use. All times are the store's, in µs.

    ``is_precious``: each message counts (somebody came or went), so that one whose clock is in doubt, or that another
    has overtaken on its way, is taken all the same.
    """

    oldest_us: int
    is_precious: bool = False
    counts: Counts = field(default_factory=Counts)
    clock: SourceClock = field(default_factory=SourceClock)
    last_seen: int | None = None
    measured_us: int | None = None
    rate_hz: float = 0.0
    _epoch: str = ""
    _past_epochs: list[str] = field(default_factory=list)
    _next: int | None = None
    _missing: dict[int, None] = field(default_factory=dict)
    _rated: int = 0
    _rated_at: int | None = None
    _leaps: int = 0

    def accept(self, message: Message, arrived_at: int) -> Moment | None:
        """When it was measured, or None if the message is to be dropped (and was counted as what it is)."""
        if message.v != VERSION:
            self.counts.other_version += 1
            return None
        if not self._is_next(message):
            return None
        self._look_back(arrived_at)
        self.last_seen = arrived_at
        self.counts.received += 1
        lag = message.sent_at - message.measured_at
        if not has_moments(message) or not -FUTURE_US <= lag <= self.oldest_us:
            self.counts.misplaced += 1
            return None
        is_placed = self.clock.heard(message.sent_at, arrived_at)
        measured = self.clock.to_store(message.measured_at)
        is_back = self.measured_us is not None and measured.at_us < self.measured_us - BACK_US
        if (not is_placed or (is_back and self.clock.leaps == self._leaps)) and not self.is_precious:
            self.counts.misplaced += 1
            return None
        self._leaps = self.clock.leaps
        self.measured_us = measured.at_us
        return measured

    def _look_back(self, now_us: int) -> None:
        """Whether the store's clock was set back since a message came: it is seen by the next one, or before that."""
        if self.last_seen is not None and now_us < self.last_seen - SET_BACK_US:
            self.clock.begin_anew()

    def _is_next(self, message: Message) -> bool:
        if message.epoch != self._epoch:
            if message.epoch in self._past_epochs:
                self.counts.late += 1
                return False
            self._past_epochs = [*self._past_epochs[-7:], self._epoch]
            self._epoch, self._next = message.epoch, None
            self._missing.clear()
            self.measured_us = None
        expected = message.seq if self._next is None else self._next
        if message.seq < expected:
            return self._is_late_of_use(message.seq)
        if message.seq > expected:
            if message.seq - expected > LEAST_RESTART:
                self._next = message.seq + 1
                return True
            self.counts.gaps += message.seq - expected
            for number in range(max(expected, message.seq - REMEMBERED), message.seq):
                self._missing[number] = None
            while len(self._missing) > REMEMBERED:
                del self._missing[next(iter(self._missing))]
        self._next = message.seq + 1
        return True

    def _is_late_of_use(self, number: int) -> bool:
        if number not in self._missing:
            self.counts.repeated += 1
            return False
        del self._missing[number]
        self.counts.late += 1
        if self.is_precious:
            self.counts.gaps -= 1
        return self.is_precious

    def rate(self, now_us: int) -> None:
        """Once a second: messages a second, smoothed over a few."""
        self._look_back(now_us)
        if self.last_seen is not None:
            self.last_seen = min(self.last_seen, now_us)
        if self._rated_at is None:
            self._rated, self._rated_at = self.counts.received, now_us
            return
        elapsed = (now_us - self._rated_at) / US
        if elapsed == 0:
            return
        if elapsed > 0:
            present = (self.counts.received - self._rated) / elapsed
            self.rate_hz = present if self.rate_hz == 0 else self.rate_hz + 0.3 * (present - self.rate_hz)
        self._rated, self._rated_at = self.counts.received, now_us

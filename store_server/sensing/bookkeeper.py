"""The one thread that decides who took what and writes it down, so that neither delays what is live."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial

from store_client.contract.live import Event, Positions, Weights
from store_server.cart.checkout import Checkout
from store_server.cart.visit import VisitClosed, VisitOpened
from store_server.clock import Clock
from store_server.fusion.fusion import Fusion
from store_server.refusal import Refusal

log = logging.getLogger(__name__)

Item = VisitOpened | VisitClosed | Weights | Positions
MOST_WAITING = 4_000
"""Sensor messages that may wait: half a minute of a large store. Visits always find room."""
TURN_S = 0.1
ADVANCE_S = 0.5
RETRY_S = 1.0


class Bookkeeper:
    """``tell`` is called in this thread with events, after they were made durable.

    ``dropped``: sensor messages there was no room for; ``faults``: steps that failed for a reason nobody thought of;
    ``trouble``: why nothing can be written now, empty while all is well. What could not be written is kept and tried
    again in its order, so that a full disk delays receipts and loses none.
    """

    def __init__(
        self, fusion: Fusion, checkout: Checkout, clock: Clock, tell: Callable[[Sequence[Event]], None]
    ) -> None:
        self.dropped = 0
        self.faults = 0
        self.trouble = ""
        self._fusion = fusion
        self._checkout = checkout
        self._clock = clock
        self._tell = tell
        self._items: deque[Item] = deque()
        self._put_s: float | None = None  # when the first of those items was
        self._worked_s: float | None = None  # and the first of those that are worked on
        self._has_work = threading.Condition()
        self._is_ending = False
        self._due: deque[Callable[[], list[Event]]] = deque()
        self._thread = threading.Thread(target=self._run, name="bookkeeper")

    def start(self) -> None:
        self._due.append(lambda: self._checkout.resume(self._clock.now_us()))
        self._thread.start()

    def put(self, items: Sequence[Item]) -> None:
        """From any thread."""
        with self._has_work:
            if items and not self._items:
                self._put_s = time.monotonic()
            for item in items:
                if len(self._items) >= MOST_WAITING and isinstance(item, Weights | Positions):
                    self.dropped += 1
                else:
                    self._items.append(item)
            self._has_work.notify()

    @property
    def waiting(self) -> int:
        return len(self._items) + len(self._due)

    @property
    def late_s(self) -> float:
        """How long the oldest waits that is not done."""
        oldest_s = self._worked_s or self._put_s
        return 0.0 if oldest_s is None else time.monotonic() - oldest_s

    def end(self) -> None:
        """Returns when what had arrived was worked on."""
        with self._has_work:
            self._is_ending = True
            self._has_work.notify()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        advance_at = retry_at = 0.0
        while True:
            with self._has_work:
                if not self._items and not self._is_ending:
                    self._has_work.wait(TURN_S)
                items, self._items = self._items, deque()
                self._worked_s, self._put_s = self._put_s, None
                is_last = self._is_ending
            for item in items:
                self._step(partial(self._take, item))
            self._step(self._decide)
            now = time.monotonic()
            if now >= advance_at and not self.trouble:
                # Both times as they are now: what is found later must be applied before it is called decided.
                advance = partial(self._checkout.advance, self._clock.now_us(), self._fusion.watermark_us)
                self._due.append(advance)
                advance_at = now + ADVANCE_S
            if (is_last or now >= retry_at) and not self._write():
                retry_at = now + RETRY_S
            if is_last:
                return

    def _take(self, item: Item) -> None:
        if isinstance(item, Weights):
            self._fusion.weights(item)
        elif isinstance(item, Positions):
            self._fusion.positions(item)
            if not self.trouble:
                self._due.append(partial(self._seen, item))
        elif isinstance(item, VisitOpened):
            self._due.append(partial(self._checkout.opened, item))
        else:
            self._due.append(partial(self._checkout.closed, item))

    def _seen(self, positions: Positions) -> list[Event]:
        self._checkout.seen(positions)
        return []

    def _decide(self) -> None:
        findings = self._fusion.findings(self._clock.now_us())
        if findings:
            self._due.append(partial(self._checkout.apply, findings))

    def _write(self) -> bool:
        """Does what is due, in order; False if the database refuses for now."""
        while self._due:
            try:
                self._step_due()
            except Refusal as refusal:
                if not self.trouble:
                    log.error("nothing can be written: %s", refusal.detail)
                self.trouble = refusal.detail
                return False
            self._due.popleft()
            if self.trouble:
                log.info("writing again")
                self.trouble = ""
        return True

    def _step_due(self) -> None:
        """The first of what is due. Raises Refusal("unavailable"): it stays due."""
        try:
            events = self._due[0]()
        except Refusal as refusal:
            if refusal.name == "unavailable":
                raise
            self.faults += 1
            log.error("a step of writing was refused and is left out: %s", refusal)
        except Exception:
            self.faults += 1
            log.exception("a step of writing failed and is left out")
        else:
            if events:
                self._tell(events)

    def _step(self, step: Callable[[], None]) -> None:
        """A fault of ours must not end the store: it is told (log and alert), and the next step goes on."""
        try:
            step()
        except Exception:
            self.faults += 1
            log.exception("a step of deciding failed and is left out")

"""Weight steps + positions + planogram → who took what, and how sure it is. Pure: no clock, no disk, no network."""

from collections import deque
from collections.abc import Callable, Sequence

import numpy as np

from store_client.contract.live import Positions, Weights
from store_client.contract.planogram import Planogram
from store_client.contract.product import Product
from store_server.fusion.crowd import Crowd, Near
from store_server.fusion.explanation import Witnessed
from store_server.fusion.finding import Finding
from store_server.fusion.handover import HandoverJudge
from store_server.fusion.judge import Judge
from store_server.fusion.layout import Layout
from store_server.fusion.ledger import Ledger
from store_server.fusion.meeting import Meeting, MeetingFinder
from store_server.fusion.movement import Movement, MovementFinder, Part
from store_server.fusion.steps import StepDetector

LOOK_BEFORE_US = 100_000
LOOK_AFTER_US = 350_000
"""Hands are looked at about the moment when a level changed: a fix shows its parts up to 0.38 s older than it says."""
LEAVE_US = 200_000
"""How much longer hands are watched leaving; a still plate has been watched for 0.4 s when its step is known."""
BLIND_US = 6_000_000
"""Positions that are later than this are not waited for: vision is gone."""
TIDY_US = 60_000_000
GONE_US = 600_000_000
"""A trip that has not been seen for so long holds nothing any more."""
MOST_LATE = 20
"""So many batches in turn that are older than one before them are not late: the clock of their source was set back."""
TOUCH_US = 10_000_000
"""Hands that stay together for longer hold nothing up: what is handed over so slowly comes late."""
SILENT_US = 10_000_000
"""A gondola that says nothing for so long holds nothing up."""


class Fusion:
    """Takes messages as they arrive (weights within milliseconds, positions seconds late) and decides when both are in.

    ``watermark_us``: everything measured before it has been decided and handed out by ``findings``. A finding may be
    revised later (same id, higher revision) when what follows throws new light on it.
    """

    def __init__(self, planogram: Planogram, products: Sequence[Product], *, new_id: Callable[[], str]) -> None:
        self._layout = Layout(planogram, products)
        self._ledger = Ledger()
        self._crowd = Crowd()
        self._judge = Judge(self._layout, self._ledger, new_id)
        self._handovers = HandoverJudge(self._ledger, self._crowd, new_id)
        self._meeting_finder = MeetingFinder(planogram.gondolas)
        self._meetings: list[Meeting] = []
        self._due: deque[Movement | Meeting] = deque()
        self._found: list[Finding] = []
        self._tidied_us = 0
        self._epochs: dict[int, str] = {}
        self._late: dict[int, int] = {}
        self._detectors: dict[int, StepDetector] = {}
        self._finders: dict[int, MovementFinder] = {}
        self._left: list[Movement] = []
        """Of sources that have started anew since."""
        self.watermark_us = 0

    def weights(self, message: Weights) -> None:
        """One gondola's batch, stamped in store time. Repeats and batches out of order are dropped.

        Raises ValueError if ``grams`` is not of ``shape``.
        """
        grams = np.frombuffer(message.grams, "<f4").reshape(message.shape)
        detector = self._detectors.get(message.gondola)
        is_late = detector is not None and message.first_at <= detector.last_us
        self._late[message.gondola] = self._late.get(message.gondola, 0) + 1 if is_late else 0
        # A source that was started anew has tared its plates anew: old levels say nothing of new ones.
        is_new = self._epochs.get(message.gondola) != message.epoch or self._late[message.gondola] > MOST_LATE
        if detector is None or is_new or (detector.shelves, detector.plates) != message.shape[1:]:
            if detector is not None and not is_late:
                self._left.extend(self._finders[message.gondola].take(detector.last_us, is_last=True))
            self._epochs[message.gondola] = message.epoch
            self._late[message.gondola] = 0
            detector = StepDetector(message.gondola, message.shape[1], message.shape[2])
            self._detectors[message.gondola] = detector
            self._finders[message.gondola] = MovementFinder(detector, self._layout)
        elif is_late:
            return
        self._finders[message.gondola].add(detector.feed(message.first_at, message.rate_hz, grams))

    def positions(self, message: Positions) -> None:
        """Everyone tracked at ``measured_at``, stamped in store time, with their trips."""
        self._crowd.add(message)
        self._meetings.extend(self._meeting_finder.watch(message))

    def findings(self, now_us: int) -> list[Finding]:
        """Those that can be decided by ``now_us`` (store time): new ones, and revisions of earlier ones."""
        if self.watermark_us > now_us:
            self._set_back(now_us)
        seen_us = min(self._crowd.seen_until_us, now_us) - LOOK_AFTER_US - LEAVE_US
        until_us = max(seen_us, now_us - BLIND_US)
        movements = [movement for movement in self._left if movement.end_us <= until_us]
        self._left = [movement for movement in self._left if movement.end_us > until_us]
        open_us = min([until_us, *(movement.start_us for movement in self._left)])
        for gondola, finder in self._finders.items():
            is_silent = self._detectors[gondola].last_us <= now_us - SILENT_US
            movements.extend(finder.take(until_us, is_last=is_silent))
            since = finder.open_since_us
            if since is not None and not is_silent:
                open_us = min(open_us, since)
        touching = self._meeting_finder.open_since_us
        if touching is not None and self._crowd.seen_until_us >= until_us:
            open_us = min(open_us, max(touching, until_us - TOUCH_US))
        ready = [meeting for meeting in self._meetings if meeting.at_us <= until_us]
        self._meetings = [meeting for meeting in self._meetings if meeting.at_us > until_us]
        found = self._decide(movements, ready)
        self.watermark_us = max(self.watermark_us, open_us)
        if now_us - self._tidied_us > TIDY_US:
            self._tidied_us = now_us
            self._ledger.close(self._crowd.inside(self._crowd.seen_until_us - GONE_US), until_us - GONE_US)
        return found

    def _set_back(self, now_us: int) -> None:
        """The store's own clock was: what it had stamped ahead of ``now_us`` would hide what comes, for as long."""
        self.watermark_us = 0
        self._tidied_us = min(self._tidied_us, now_us)
        self._crowd.forget_after(now_us)
        self._meeting_finder.begin_anew()
        self._meetings = [meeting for meeting in self._meetings if meeting.at_us <= now_us]
        self._left = [movement for movement in self._left if movement.end_us <= now_us]
        for gondola in [number for number, detector in self._detectors.items() if detector.last_us > now_us]:
            del self._detectors[gondola], self._finders[gondola]

    def _decide(self, movements: list[Movement], meetings: list[Meeting]) -> list[Finding]:
        """In the order in which things happened: what is handed over was taken before."""
        things: list[Movement | Meeting] = [*movements, *meetings]
        self._due.extend(sorted(things, key=lambda thing: thing.at_us))
        while self._due:  # what fails is gone from here, and the others are decided next time
            thing = self._due.popleft()
            if isinstance(thing, Meeting):
                self._found.extend(self._handovers.decide(thing))
            else:
                is_blind = not self._crowd.has_seen(thing.end_us - 1_000_000, thing.end_us + 1_000_000)
                self._found.extend(self._judge.decide(thing, self._watch, is_blind=is_blind))
        found, self._found = self._found, []
        return found

    def _watch(self, part: Part) -> Witnessed:
        if part.spot is None:
            return Witnessed()
        moments = (part.moved_us, *part.parts_us)
        then, *others = self._crowd.near(
            part.spot, [(at_us - LOOK_BEFORE_US, at_us + LOOK_AFTER_US) for at_us in moments]
        )
        best: dict[str, Near] = {}
        for near in (near for seen in (then, *others) for near in seen):
            if near.track not in best or best[near.track].support < near.support:
                best[near.track] = near
        return Witnessed(tuple(then), tuple(sorted(best.values(), key=lambda near: -near.support)))

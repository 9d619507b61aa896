"""The queue of cases, and the one that is open."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QObject, QTimer

from console.domain.commands.case import MoreCases, OpenCase, SearchCases
from console.domain.draft import Draft
from console.domain.listing import CaseQuery, Listing, Opened
from console.domain.problem import Problem
from console.storage.drafts import Drafts
from console.work.errand import Errands
from console.work.operation import Cancellation
from console.work.refunds import Refunds
from store_client.contract.case import Case, CaseCounts, CaseState, CaseSummary, Signals
from store_client.contract.page import Page

PAGE = 100
MOST = 500
"""As many cases as a store gives at once."""
NOT_DECIDED: tuple[CaseState, ...] = ("open", "claimed", "awaiting_approval")
REFRESH_DELAY_MS = 400


class Cases(QObject):
    def __init__(self, errands: Errands, refunds: Refunds, drafts: Drafts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._errands = errands
        self._desk = errands.desk
        self._refunds = refunds
        self._drafts = drafts
        self._most = 0  # cases that were asked for; 0 if it is those of the first page
        self._next: str | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REFRESH_DELAY_MS)
        self._timer.timeout.connect(self.refresh)

    def forget(self) -> None:
        """Another is signed in, or works at another store: what was found and opened is not theirs."""
        self._timer.stop()
        self._most, self._next = 0, None
        for topic in ("cases", "counts", "case", "reread", "signals"):
            self._errands.runner.cancel_topic(topic)
        self._close()
        self._desk.cases.set(Listing(CaseQuery()))
        self._desk.counts.set(None)

    # ---- the queue

    def search(self, command: SearchCases) -> None:
        before = self._desk.cases.value
        is_same = command.query == before.query
        if not is_same:  # what is shown until the answer is there has no more to it
            self._most, self._next, before = 0, None, replace(before, has_more=False)
        self._desk.cases.set(replace(before, query=command.query, is_loading=True, problem=None))
        self._load(command.query, max(self._most, len(before.items) if is_same else 0))
        self._reread_opened()

    def refresh(self) -> None:
        if not self._errands.can_ask:
            return  # they have left since it was wanted
        listing = self._desk.cases.value
        self._load(listing.query, max(self._most, len(listing.items)))
        self._reread_opened()

    def changed(self) -> None:
        """Something happened to one; several within a moment are one reason to ask."""
        if not self._timer.isActive():
            self._timer.start()

    def more(self, _command: MoreCases) -> None:
        """Of several states all are read again: who goes from one to another meanwhile must not fall between them."""
        listing = self._desk.cases.value
        if not listing.has_more or listing.is_loading:
            return
        self._desk.cases.set(replace(listing, is_loading=True))
        self._most = len(listing.items) + _page_size(listing.query)
        is_out_of_date = self._errands.runner.is_running("cases")
        self._load(listing.query, self._most, None if is_out_of_date else self._next)

    def _load(self, query: CaseQuery, most: int, cursor: str | None = None) -> None:
        """``most``: how many cases are wanted, and stay, however many pages they came in; a page at least. ``cursor``:
        those that come after what is shown; without it from the first on."""
        states = NOT_DECIDED if query.state is None else (query.state,)
        size = _page_size(query)
        door, store, user = self._errands.door, self._errands.store_id(), self._desk.session.value.user
        assignee = user.id if query.is_mine and user is not None else None

        def work(cancellation: Cancellation) -> _Found:
            def ask(state: CaseState, cursor: str | None, limit: int) -> Page[CaseSummary]:
                cancellation.check()
                return door.client.cases(
                    store,
                    state=state,
                    assignee=assignee,
                    channel=query.channel,
                    late=query.is_late or None,
                    approvable=query.is_approvable or None,
                    cursor=cursor,
                    limit=limit,
                )

            if cursor is None:
                return _find(ask, states, max(most, size))
            page = ask(states[0], cursor, size)
            return _Found(tuple(page.items), page.next, page.next is not None)

        def count(_: Cancellation) -> CaseCounts:
            return door.client.case_counts(store)

        success = partial(self._put, query, is_further=cursor is not None)
        self._errands.run("cases", self.tr("Reading the cases"), work, success, self._miss)
        self._errands.run("counts", self.tr("Counting the cases"), count, self._desk.counts.set, is_quiet=True)

    def _put(self, query: CaseQuery, found: "_Found", *, is_further: bool) -> None:
        before = self._desk.cases.value.items if is_further else ()
        self._next = found.next
        self._desk.cases.set(Listing(query, (*before, *found.items), has_more=found.has_more, is_known=True))

    def _reread_opened(self) -> None:
        """Another may have decided on the open case, or on its proposal, while it is looked at."""
        opened, door = self._desk.case.value, self._errands.door
        known = opened.value
        if known is None or opened.is_loading or known.state in ("decided", "closed"):
            return
        name = known.id

        def work(_: Cancellation) -> Case:
            return door.client.case(name)

        def put(found: Case) -> None:
            now = self._desk.case.value.value
            if now is not None and now.id == found.id and found.version >= now.version and found != now:
                self.show(found)

        self._errands.run("reread", self.tr("Opening the case"), work, put, is_quiet=True)

    def _miss(self, problem: Problem | None) -> None:
        self._desk.cases.set(replace(self._desk.cases.value, is_loading=False, problem=problem))

    # ---- the one that is open

    def open(self, command: OpenCase) -> None:
        case, opened = command.case, self._desk.case
        if case is None:
            self._close()
            return
        known = opened.value.value if opened.value.id == case else None
        if known is None:
            self._close()
        opened.set(Opened(case, known, is_loading=True))
        door, drafts, store = self._errands.door, self._drafts, self._errands.store_id()
        user = self._desk.session.value.user
        name = "" if user is None else user.id

        def work(_: Cancellation) -> tuple[Case, Draft | None]:
            found = door.client.case(case)
            with drafts.turn:
                return found, drafts.get(store, name, case)

        def put(found: tuple[Case, Draft | None]) -> None:
            if opened.value.id != case:
                return  # it was closed meanwhile
            self._desk.draft.set(found[1])
            shown = None if opened.value.is_loading else opened.value.value  # meanwhile
            if shown is None or found[0].version >= shown.version:
                self.show(found[0])

        def miss(problem: Problem | None) -> None:
            if not opened.value.is_loading or opened.value.id != case:
                return
            if known is None and problem is None:
                self._close()
            else:
                opened.set(Opened(case, known, problem=problem))

        self._errands.run("case", self.tr("Opening the case"), work, put, miss)

    def refresh_opened(self, case: str) -> None:
        """Asks again for the case if it is the one that is open, and somebody is still there."""
        if self._errands.can_ask and self._desk.case.value.id == case:
            self.open(OpenCase(case))

    def show(self, case: Case) -> None:
        """The case as the store just gave it, in the place of the one that is open."""
        self._desk.case.set(Opened(case.id, case))
        if self._desk.signals.value.id != case.id:
            self._load_signals(case.id)
        refund = None if case.decision is None else case.decision.refund
        if refund is None and case.proposal is not None:
            refund = case.proposal.decision.refund
        if refund is not None:
            self._refunds.follow(refund)

    def _load_signals(self, case: str) -> None:
        signals, door = self._desk.signals, self._errands.door
        signals.set(Opened(case, is_loading=True))

        def work(_: Cancellation) -> Signals:
            return door.client.case_signals(case)

        def put(found: Signals) -> None:
            signals.set(Opened(case, found))

        def miss(problem: Problem | None) -> None:
            if problem is not None:
                signals.set(Opened(case, problem=problem))

        self._errands.run("signals", self.tr("Looking for earlier cases"), work, put, miss, is_quiet=True)

    def _close(self) -> None:
        self._refunds.forget()
        self._desk.draft.set(None)
        self._desk.effect.set(Opened())
        self._desk.signals.set(Opened())
        self._desk.case_line.set(None)
        self._desk.case.set(Opened())


@dataclass(frozen=True, slots=True)
class _Found:
    """``next``: from where on there are more, where they are all of one state."""

    items: tuple[CaseSummary, ...]
    next: str | None
    has_more: bool


def _page_size(query: CaseQuery) -> int:
    return MOST if query.state is None else PAGE


def _find(
    ask: Callable[[CaseState, str | None, int], Page[CaseSummary]], states: Sequence[CaseState], most: int
) -> _Found:
    """The first ``most`` of all that are in ``states``: the store gives those of one state, what is due first first."""
    known: dict[str, CaseSummary] = {}  # one may change its state meanwhile
    rests = []
    again = [state for state in states if state == "open"] if len(states) > 1 else []  # who is given back goes there
    for state in (*states, *again):
        left, cursor = most, None
        while left > 0:
            page = ask(state, cursor, min(left, MOST))
            known |= {case.id: case for case in page.items}
            left, cursor = left - len(page.items), page.next
            if cursor is None:
                break
        rests.append(cursor)
    found = sorted(known.values(), key=lambda case: (case.due_at, case.id))
    is_all = not any(rests) and len(found) <= most
    return _Found(tuple(found[:most]), rests[0] if len(rests) == 1 else None, has_more=not is_all)

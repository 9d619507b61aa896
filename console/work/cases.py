"""The queue of cases, and the one that is open."""

from collections.abc import Callable
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
        self._left: tuple[_Left, ...] = ()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REFRESH_DELAY_MS)
        self._timer.timeout.connect(self.refresh)

    def forget(self) -> None:
        """Another is signed in, or works at another store: what was found and opened is not theirs."""
        self._timer.stop()
        self._left = ()
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
            self._left, before = (), replace(before, has_more=False)
        self._desk.cases.set(replace(before, query=command.query, is_loading=True, problem=None))
        self._load(command.query, shown=len(before.items) if is_same else 0)
        self._reread_opened()

    def refresh(self) -> None:
        if not self._errands.can_ask:
            return  # they have left since it was wanted
        listing = self._desk.cases.value
        self._load(listing.query, shown=len(listing.items))
        self._reread_opened()

    def changed(self) -> None:
        """Something happened to one; several within a moment are one reason to ask."""
        if not self._timer.isActive():
            self._timer.start()

    def more(self, _command: MoreCases) -> None:
        listing = self._desk.cases.value
        if self._left and not listing.is_loading:
            self._desk.cases.set(replace(listing, is_loading=True))
            self._load(listing.query, self._left)

    def _load(self, query: CaseQuery, left: "tuple[_Left, ...]" = (), shown: int = 0) -> None:
        """``left``: what comes after those that are shown; from the first on without it. ``shown``: how many cases are,
        and stay, however many pages they came in."""
        states = NOT_DECIDED if query.state is None else (query.state,)
        most = max(MOST if query.state is None else PAGE, shown)
        door, store, user = self._errands.door, self._errands.store_id(), self._desk.session.value.user
        assignee = user.id if query.is_mine and user is not None else None

        def work(cancellation: Cancellation) -> tuple[list[CaseSummary], tuple[_Left, ...]]:
            def ask(state: CaseState, cursor: str | None) -> Page[CaseSummary]:
                cancellation.check()
                return door.client.cases(
                    store,
                    state=state,
                    assignee=assignee,
                    channel=query.channel,
                    late=query.is_late or None,
                    approvable=query.is_approvable or None,
                    cursor=cursor,
                    limit=min(most, MOST),
                )

            return _find(ask, left or tuple(_Left(state) for state in states), most)

        def count(_: Cancellation) -> CaseCounts:
            return door.client.case_counts(store)

        success = partial(self._put, query, is_further=bool(left))
        self._errands.run("cases", self.tr("Reading the cases"), work, success, self._miss)
        self._errands.run("counts", self.tr("Counting the cases"), count, self._desk.counts.set, is_quiet=True)

    def _put(self, query: CaseQuery, found: "tuple[list[CaseSummary], tuple[_Left, ...]]", *, is_further: bool) -> None:
        before = self._desk.cases.value.items if is_further else ()
        items, self._left = (*before, *found[0]), found[1]
        self._desk.cases.set(Listing(query, items, has_more=bool(self._left), is_known=True))

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
            return door.client.case(case), drafts.get(store, name, case)

        def put(found: tuple[Case, Draft | None]) -> None:
            if opened.value.id == case:  # it was not closed meanwhile
                self._desk.draft.set(found[1])
                self.show(found[0])

        def miss(problem: Problem | None) -> None:
            if opened.value.id != case:
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
class _Left:
    """Cases of a state that are not shown yet: ``read``, and what the store has from ``cursor`` on; from the first on
    where that is None."""

    state: CaseState
    read: tuple[CaseSummary, ...] = ()
    cursor: str | None = None
    has_more: bool = True


def _find(
    ask: Callable[[CaseState, str | None], Page[CaseSummary]], left: tuple[_Left, ...], most: int
) -> tuple[list[CaseSummary], tuple[_Left, ...]]:
    """The next ``most`` of all that is left, and what is left after them: the store gives the cases of one state, those
    that are due first as the first."""
    after = []
    for one in left:
        while one.has_more and len(one.read) < most:
            page = ask(one.state, one.cursor)
            one = _Left(one.state, (*one.read, *page.items), page.next, page.next is not None)
        after.append(one)
    known = {case.id: case for one in after for case in one.read}  # one may have changed its state meanwhile
    found = sorted(known.values(), key=lambda case: (case.due_at, case.id))[:most]
    ids = {case.id for case in found}
    rests = [replace(one, read=tuple(case for case in one.read if case.id not in ids)) for one in after]
    return found, tuple(one for one in rests if one.read or one.has_more)

"""Lists and single things that the user asks for: receipts, cases, trips, refunds."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QTimer

from console.domain.commands import (
    Draft,
    Find,
    FollowRefund,
    LoadTrip,
    MoreCases,
    MoreReceipts,
    OpenCase,
    OpenReceipt,
    SearchCases,
    SearchReceipts,
)
from console.domain.listing import CaseQuery, Listing, Opened, ReceiptQuery
from console.domain.problem import Problem
from console.storage.drafts import Drafts
from console.work.errand import Errands
from console.work.operation import Cancellation
from store_client.client import StoreClient
from store_client.contract.case import Case, CaseState, CaseSummary
from store_client.contract.moment import from_micros
from store_client.contract.page import Page
from store_client.contract.receipt import Receipt, ReceiptSummary
from store_client.contract.refund import Refund
from store_client.contract.trip import TripDetail

PAGE = 100
FIND_DELAY_S = 0.15
"""After the last key: who types fast asks once."""
MOST_OPEN_CASES = 500
NOT_DECIDED: tuple[CaseState, ...] = ("open", "claimed", "awaiting_approval")
REFUND_ENDS = frozenset({"settled", "failed", "reversed"})
REFUND_PERIOD_MS = 1_000
REFRESH_DELAY_MS = 400


class Lists(QObject):
    """Each list is asked for anew when something happened that changes it; what is on screen stays until it is there."""

    def __init__(self, errands: Errands, drafts: Drafts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._errands = errands
        self._desk = errands.desk
        self._drafts = drafts
        self._receipts_cursor: str | None = None
        self._cases_cursor: str | None = None
        self._receipts_timer = self._one_shot(REFRESH_DELAY_MS, self.refresh_receipts)
        self._cases_timer = self._one_shot(REFRESH_DELAY_MS, self.refresh_cases)
        self._refund_timer = self._one_shot(REFUND_PERIOD_MS, self._ask_refund)

    def _one_shot(self, delay_ms: int, call: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(delay_ms)
        timer.timeout.connect(call)
        return timer

    # ---- receipts

    def search_receipts(self, command: SearchReceipts) -> None:
        self._desk.receipts.set(replace(self._desk.receipts.value, query=command.query, is_loading=True, problem=None))
        self._load_receipts(command.query)

    def refresh_receipts(self) -> None:
        """The first page of the same query again, if it is the one that is shown."""
        if len(self._desk.receipts.value.items) <= PAGE:
            self._load_receipts(self._desk.receipts.value.query)

    def receipts_changed(self) -> None:
        """The store issued one; several within a moment are one reason to ask."""
        if not self._receipts_timer.isActive():
            self._receipts_timer.start()

    def more_receipts(self, _command: MoreReceipts) -> None:
        listing = self._desk.receipts.value
        if self._receipts_cursor is not None and not listing.is_loading:
            self._desk.receipts.set(replace(listing, is_loading=True))
            self._load_receipts(listing.query, self._receipts_cursor)

    def _load_receipts(self, query: ReceiptQuery, cursor: str | None = None) -> None:
        client, store = self._errands.door, self._errands.store_id()

        def work(_: Cancellation) -> Page[ReceiptSummary]:
            return _find_receipts(client.client, store, query, cursor)

        success = partial(self._put_receipts, query, cursor)
        self._errands.run("receipts", self.tr("Looking for receipts"), work, success, self._miss_receipts)

    def _put_receipts(self, query: ReceiptQuery, cursor: str | None, page: Page[ReceiptSummary]) -> None:
        before = self._desk.receipts.value.items if cursor is not None else ()
        self._receipts_cursor = page.next
        items = (*before, *page.items)
        self._desk.receipts.set(Listing(query, items, has_more=page.next is not None, is_known=True))

    def _miss_receipts(self, problem: Problem | None) -> None:
        if problem is not None:
            self._desk.receipts.set(replace(self._desk.receipts.value, is_loading=False, problem=problem))

    def open_receipt(self, command: OpenReceipt) -> None:
        receipt, opened = command.receipt, self._desk.receipt
        if receipt is None:
            opened.set(Opened())
            return
        known = opened.value.value if opened.value.id == receipt else None
        opened.set(Opened(receipt, known, is_loading=True))
        door = self._errands.door

        def work(_: Cancellation) -> Receipt:
            return door.client.receipt(receipt)

        def put(found: Receipt) -> None:
            opened.set(Opened(receipt, found))

        def miss(problem: Problem | None) -> None:
            if problem is not None:
                opened.set(Opened(receipt, known, problem=problem))

        self._errands.run("receipt", self.tr("Opening the receipt"), work, put, miss)

    def find(self, command: Find) -> None:
        """For the palette, which works without an answer too."""
        door, store, query = self._errands.door, self._errands.store_id(), ReceiptQuery(text=command.text)

        def work(cancellation: Cancellation) -> Page[ReceiptSummary]:
            cancellation.wait(FIND_DELAY_S)
            return _find_receipts(door.client, store, query, None)

        def put(page: Page[ReceiptSummary]) -> None:
            self._desk.found.set(Listing(command.text, tuple(page.items), is_known=True))

        self._errands.run("find", self.tr("Looking for receipts"), work, put, is_quiet=True)

    # ---- trips

    def load_trip(self, command: LoadTrip) -> None:
        trip, opened = command.trip, self._desk.trip
        known = opened.value.value if opened.value.id == trip else None
        opened.set(Opened(trip, known, is_loading=True))
        door = self._errands.door

        def work(_: Cancellation) -> TripDetail:
            return door.client.trip(trip)

        def put(found: TripDetail) -> None:
            opened.set(Opened(trip, found))

        def miss(problem: Problem | None) -> None:
            if problem is not None:
                opened.set(Opened(trip, known, problem=problem))

        self._errands.run("trip", self.tr("Reading what happened on this visit"), work, put, miss)

    # ---- cases

    def search_cases(self, command: SearchCases) -> None:
        self._desk.cases.set(replace(self._desk.cases.value, query=command.query, is_loading=True, problem=None))
        self._load_cases(command.query)

    def refresh_cases(self) -> None:
        self._load_cases(self._desk.cases.value.query)

    def cases_changed(self) -> None:
        if not self._cases_timer.isActive():
            self._cases_timer.start()

    def more_cases(self, _command: MoreCases) -> None:
        listing = self._desk.cases.value
        if self._cases_cursor is not None and not listing.is_loading:
            self._desk.cases.set(replace(listing, is_loading=True))
            self._load_cases(listing.query, self._cases_cursor)

    def _load_cases(self, query: CaseQuery, cursor: str | None = None) -> None:
        door, store, user = self._errands.door, self._errands.store_id(), self._desk.session.value.user
        assignee = user.id if query.is_mine and user is not None else None

        def work(_: Cancellation) -> Page[CaseSummary]:
            return _find_cases(door.client, store, query.state, assignee, cursor)

        success = partial(self._put_cases, query, cursor)
        self._errands.run("cases", self.tr("Reading the cases"), work, success, self._miss_cases)

    def _put_cases(self, query: CaseQuery, cursor: str | None, page: Page[CaseSummary]) -> None:
        before = self._desk.cases.value.items if cursor is not None else ()
        self._cases_cursor = page.next
        items = (*before, *page.items)
        self._desk.cases.set(Listing(query, items, has_more=page.next is not None, is_known=True))

    def _miss_cases(self, problem: Problem | None) -> None:
        if problem is not None:
            self._desk.cases.set(replace(self._desk.cases.value, is_loading=False, problem=problem))

    def open_case(self, command: OpenCase) -> None:
        case, opened = command.case, self._desk.case
        if case is None:
            self._forget_case()
            return
        known = opened.value.value if opened.value.id == case else None
        if known is None:
            self._forget_case()
        opened.set(Opened(case, known, is_loading=True))
        door, drafts, store = self._errands.door, self._drafts, self._errands.store_id()

        def work(_: Cancellation) -> tuple[Case, Draft | None]:
            return door.client.case(case), drafts.get(store, case)

        def put(found: tuple[Case, Draft | None]) -> None:
            self._desk.draft.set(found[1])
            self.show_case(found[0])

        def miss(problem: Problem | None) -> None:
            if problem is not None:
                opened.set(Opened(case, known, problem=problem))

        self._errands.run("case", self.tr("Opening the case"), work, put, miss)

    def refresh_case(self, case: str) -> None:
        """Asks again for the case if it is the one that is open."""
        if self._desk.case.value.id == case:
            self.open_case(OpenCase(case))

    def show_case(self, case: Case) -> None:
        """The case as the store just gave it, in the place of the one that is open."""
        self._desk.case.set(Opened(case.id, case))
        if case.decision is not None and case.decision.refund is not None:
            self.follow_refund(FollowRefund(case.decision.refund))

    def _forget_case(self) -> None:
        self._refund_timer.stop()
        self._desk.draft.set(None)
        self._desk.effect.set(Opened())
        self._desk.refund.set(Opened())
        self._desk.case.set(Opened())

    # ---- refunds

    def follow_refund(self, command: FollowRefund) -> None:
        known = self._desk.refund.value
        if known.id != command.refund:
            self._desk.refund.set(Opened(command.refund, is_loading=True))
        self._ask_refund()

    def _ask_refund(self) -> None:
        refund = self._desk.refund.value.id
        if refund is None:
            return
        door = self._errands.door

        def work(_: Cancellation) -> Refund:
            return door.client.refund(refund)

        title = self.tr("Asking how the refund stands")
        self._errands.run("refund", title, work, self._put_refund, self._miss_refund, is_quiet=True)

    def _put_refund(self, refund: Refund) -> None:
        if self._desk.refund.value.id != refund.id:
            return
        self._desk.refund.set(Opened(refund.id, refund))
        if refund.state not in REFUND_ENDS:
            self._refund_timer.start()
        elif self._desk.receipt.value.id == refund.receipt:
            self.open_receipt(OpenReceipt(refund.receipt))

    def _miss_refund(self, problem: Problem | None) -> None:
        if problem is not None:
            self._desk.refund.set(replace(self._desk.refund.value, is_loading=False, problem=problem))
            self._refund_timer.start()


def _find_receipts(client: StoreClient, store: str, query: ReceiptQuery, cursor: str | None) -> Page[ReceiptSummary]:
    return client.receipts(
        store,
        since=None if query.since_us is None else from_micros(query.since_us),
        until=None if query.until_us is None else from_micros(query.until_us),
        q=query.text or None,
        min_minor=query.min_minor,
        max_minor=query.max_minor,
        last4=query.last4 or None,
        cursor=cursor,
        limit=PAGE,
    )


def _find_cases(
    client: StoreClient, store: str, state: CaseState | None, assignee: str | None, cursor: str | None
) -> Page[CaseSummary]:
    """A page of one state; of all that are not decided, as one page, where ``state`` is None."""
    if state is not None:
        return client.cases(store, state=state, assignee=assignee, cursor=cursor, limit=PAGE)
    found: list[CaseSummary] = []
    for one in NOT_DECIDED:
        found += client.cases(store, state=one, assignee=assignee, limit=MOST_OPEN_CASES).items
    return Page(sorted(found, key=lambda case: (case.due_at, case.id)))

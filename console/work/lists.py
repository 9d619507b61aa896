"""Lists and single things that the user asks for: receipts and trips."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QTimer

from console.domain.commands.receipt import Find, MoreReceipts, OpenReceipt, SearchReceipts
from console.domain.listing import Listing, Opened, ReceiptQuery
from console.domain.problem import Problem
from console.work.errand import Errands
from console.work.operation import Cancellation
from store_client.client import StoreClient
from store_client.contract.moment import from_micros
from store_client.contract.page import Page
from store_client.contract.receipt import Receipt, ReceiptSummary

PAGE = 100
FIND_DELAY_S = 0.15
"""After the last key: who types fast asks once."""
REFRESH_DELAY_MS = 400
FOLLOW_MS = 1_000
"""After which a receipt that is open is asked for again while its payment is on its way; and a list, which is asked for
half as often each time that nothing came of it."""
MOST_FOLLOW_MS = 30_000


class Lists(QObject):
    """Each list is asked for anew when something happened that changes it; what is on screen stays until it is there."""

    def __init__(self, errands: Errands, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._errands = errands
        self._desk = errands.desk
        self._receipts_cursor: str | None = None
        self._receipts_timer = QTimer(self)
        self._receipts_timer.setSingleShot(True)
        self._receipts_timer.setInterval(REFRESH_DELAY_MS)
        self._receipts_timer.timeout.connect(self.refresh_receipts)
        self._following = QTimer(self)
        self._following.setSingleShot(True)
        self._following.timeout.connect(self._read_again)
        self._following_list = QTimer(self)
        self._following_list.setSingleShot(True)
        self._following_list.timeout.connect(self._read_list_again)

    def forget(self) -> None:
        """Another is signed in, or works at another store: what was found and opened is not theirs."""
        self._receipts_timer.stop()
        self._following.stop()
        self._following_list.stop()
        self._receipts_cursor = None
        for topic in ("receipts", "receipt", "payment", "find"):
            self._errands.runner.cancel_topic(topic)
        self._desk.receipts.set(Listing(ReceiptQuery()))
        self._desk.found.set(Listing(""))
        self._desk.receipt.set(Opened())

    # ---- receipts

    def search_receipts(self, command: SearchReceipts) -> None:
        before = self._desk.receipts.value
        if command.query != before.query:  # what is shown until the answer is there has no more to it
            self._receipts_cursor, before = None, replace(before, has_more=False)
        self._desk.receipts.set(replace(before, query=command.query, is_loading=True, problem=None))
        self._load_receipts(command.query)

    def refresh_receipts(self) -> None:
        """The first page of the same query again, if it is the one that is shown."""
        if not self._errands.can_ask:
            return  # they have left since it was wanted
        listing = self._desk.receipts.value
        if listing.is_loading:
            self._receipts_timer.start()  # what is asked for now is not to be taken away again
        elif len(listing.items) <= PAGE:
            self._load_receipts(listing.query)

    def receipts_changed(self) -> None:
        """The store issued one; several within a moment are one reason to ask."""
        if not self._receipts_timer.isActive():
            self._receipts_timer.start()

    def more_receipts(self, _command: MoreReceipts) -> None:
        listing = self._desk.receipts.value
        if self._receipts_cursor is not None and not listing.is_loading:
            self._desk.receipts.set(replace(listing, is_loading=True))
            self._load_receipts(listing.query, self._receipts_cursor)

    def _load_receipts(self, query: ReceiptQuery, cursor: str | None = None, *, is_quiet: bool = False) -> None:
        client, store = self._errands.door, self._errands.store_id()

        def work(_: Cancellation) -> Page[ReceiptSummary]:
            return _find_receipts(client.client, store, query, cursor)

        success = partial(self._put_receipts, query, cursor)
        failure = self._miss_payments if is_quiet else self._miss_receipts
        self._errands.run("receipts", self.tr("Looking for receipts"), work, success, failure, is_quiet=is_quiet)

    def _put_receipts(self, query: ReceiptQuery, cursor: str | None, page: Page[ReceiptSummary]) -> None:
        before = self._desk.receipts.value.items if cursor is not None else ()
        self._receipts_cursor = page.next
        items = (*before, *page.items)
        is_other = items != self._desk.receipts.value.items
        self._desk.receipts.set(Listing(query, items, has_more=page.next is not None, is_known=True))
        self._follow_payments(FOLLOW_MS if is_other else 2 * self._following_list.interval())

    def _follow_payments(self, after_ms: int) -> None:
        """The store tells of a receipt when it is issued, and not when it is paid: the list is asked for again until the
        payments of all that it shows have ended."""
        self._following_list.stop()
        if any(receipt.payment in ("pending", "in_doubt") for receipt in self._desk.receipts.value.items):
            self._following_list.start(min(max(after_ms, FOLLOW_MS), MOST_FOLLOW_MS))

    def _read_list_again(self) -> None:
        listing = self._desk.receipts.value
        if len(listing.items) > PAGE:
            return  # as after a receipt was issued: who has scrolled on keeps what is there
        if listing.is_loading or not self._errands.can_ask:
            self._following_list.start(MOST_FOLLOW_MS)
        else:
            self._load_receipts(listing.query, is_quiet=True)

    def _miss_payments(self, _: Problem | None) -> None:
        self._follow_payments(MOST_FOLLOW_MS)

    def _miss_receipts(self, problem: Problem | None) -> None:
        self._desk.receipts.set(replace(self._desk.receipts.value, is_loading=False, problem=problem))
        self._follow_payments(MOST_FOLLOW_MS)

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
            if opened.value.is_loading and opened.value.id == receipt:  # neither closed nor changed meanwhile
                self._put_receipt(found)

        def miss(problem: Problem | None) -> None:
            if not opened.value.is_loading or opened.value.id != receipt:
                return
            is_shut = known is None and problem is None
            opened.set(Opened() if is_shut else Opened(receipt, known, problem=problem))
            if known is not None:
                self._follow(known)

        self._errands.run("receipt", self.tr("Opening the receipt"), work, put, miss)

    def show_receipt(self, receipt: Receipt) -> None:
        """As the store just gave it, in the place of the one that is open."""
        if self._desk.receipt.value.id == receipt.id:
            self._put_receipt(receipt)
        self.receipts_changed()

    def _put_receipt(self, receipt: Receipt) -> None:
        self._desk.receipt.set(Opened(receipt.id, receipt))
        self._follow(receipt)

    def _follow(self, receipt: Receipt) -> None:
        """Until its payment has ended, or waits for a person."""
        waits = any(doubt.kind == "payment" for doubt in receipt.doubts)
        if receipt.payment in ("pending", "in_doubt") and not waits:
            self._following.start(FOLLOW_MS)

    def _read_again(self) -> None:
        opened, door = self._desk.receipt.value, self._errands.door
        known = opened.value
        if known is None or opened.is_loading:
            return  # it was closed, or is being asked for
        if not self._errands.can_ask:  # once somebody is signed in again
            self._following.start(FOLLOW_MS)
            return

        def work(_: Cancellation) -> Receipt:
            return door.client.receipt(known.id)

        def put(found: Receipt) -> None:
            if self._desk.receipt.value is not opened:
                return  # it was closed, or corrected meanwhile: what was read is older
            if found == known:
                self._put_receipt(found)
            else:
                self.show_receipt(found)

        def miss(problem: Problem | None) -> None:
            if problem is not None and problem.severity == "warning":  # it passes; what is refused stays so
                self._following.start(FOLLOW_MS)

        title = self.tr("Opening the receipt")
        self._errands.run("payment", title, work, put, miss, is_quiet=True)

    def find(self, command: Find) -> None:
        """For the palette, which works without an answer too."""
        door, store, query = self._errands.door, self._errands.store_id(), ReceiptQuery(text=command.text)

        def work(cancellation: Cancellation) -> Page[ReceiptSummary]:
            cancellation.wait(FIND_DELAY_S)
            return _find_receipts(door.client, store, query, None)

        def put(page: Page[ReceiptSummary]) -> None:
            self._desk.found.set(Listing(command.text, tuple(page.items), is_known=True))

        self._errands.run("find", self.tr("Looking for receipts"), work, put, is_quiet=True)


def _find_receipts(client: StoreClient, store: str, query: ReceiptQuery, cursor: str | None) -> Page[ReceiptSummary]:
    return client.receipts(
        store,
        since=None if query.since_us is None else from_micros(query.since_us),
        q=query.text or None,
        min_minor=query.min_minor,
        max_minor=query.max_minor,
        last4=query.last4 or None,
        cursor=cursor,
        limit=PAGE,
    )

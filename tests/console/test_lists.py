"""Lists that come in pages: what comes next belongs to what is shown, and what was closed stays closed."""

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from console.domain.audit import AuditQuery
from console.domain.commands.audit import MoreAudit, SearchAudit
from console.domain.commands.case import MoreCases, OpenCase, SearchCases
from console.domain.commands.receipt import MoreReceipts, OpenReceipt, SearchReceipts
from console.domain.listing import CaseQuery, Opened, ReceiptQuery
from console.domain.session import SignedIn
from console.storage.drafts import Drafts
from console.storage.heads import Heads
from console.work.audit_log import AuditLogs
from console.work.cases import Cases
from console.work.door import Door
from console.work.errand import Errands
from console.work.lists import Lists
from console.work.refunds import Refunds
from console.work.runner import Runner
from store_client.contract.audit import AuditEntry
from store_client.contract.case import CaseSummary
from store_client.contract.moment import from_micros
from store_client.contract.page import Page
from store_client.contract.receipt import ReceiptSummary
from store_client.contract.refund import Refund
from store_client.contract.session import Session
from store_client.contract.store import Store
from tests.client.web import Handler, Web, good, held, problem, serving
from tests.console.plain_desk import CASE, RECEIPT, example, plain_desk

PATIENCE_MS = 30_000
KEPT = 250
ALL: dict[str, list[Any]] = {
    "/v1/receipts": [replace(example(ReceiptSummary), number=number) for number in range(KEPT)],
    "/v1/cases": [
        replace(example(CaseSummary), id=f"{CASE.id[:-3]}{number:03x}", number=number, state="open")
        for number in range(KEPT)
    ],
    "/v1/audit": [replace(example(AuditEntry), position=number + 1) for number in range(KEPT)],
}


def answer(handler: Handler) -> None:
    """In pages; a second search is refused."""
    parts = urlsplit(handler.path)
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    if parts.path == "/v1/session":
        good(example(Session))(handler)
    elif parts.path == f"/v1/receipts/{RECEIPT.id}":
        good(RECEIPT)(handler)
    elif parts.path not in ALL or {"second", "closed"} & set(asked.values()):
        problem(403, "not-permitted")(handler)
    else:
        kept = [one for one in ALL[parts.path] if "state" not in asked or one.state == asked["state"]]
        first = int(asked.get("cursor", 0))
        last = first + min(int(asked["limit"]), 500)
        good(Page(kept[first:last], str(last) if last < len(kept) else None))(handler)


def queue(states: Sequence[str]) -> list[CaseSummary]:
    """Numbered as they are due."""
    due, case = from_micros(1_700_000_000_000_000), example(CaseSummary)
    return [
        replace(case, id=f"{CASE.id[:-4]}{number:04x}", number=number, state=state, due_at=due + timedelta(number))
        for number, state in enumerate(states)
    ]


class Reader:
    def __init__(self, web: Web, qtbot: QtBot) -> None:
        web.otherwise = answer
        self.web = web
        self.desk, self.door = plain_desk(), Door(lambda _: None)
        self.door.open(web.url)
        self.door.client.sessions.sign_in("supervisor", "secret")
        self.runner = Runner(self.desk.tasks)
        errands = Errands(self.desk, self.door, self.runner)
        self.lists = Lists(errands)
        self.refunds = Refunds(errands, self.lists)
        self.cases = Cases(errands, self.refunds, cast(Drafts, None))
        self.audit = AuditLogs(errands, cast(Heads, None), lambda: "", lambda: 0)
        self._qtbot = qtbot

    def search(self, text: str, state: str) -> None:
        self.lists.search_receipts(SearchReceipts(ReceiptQuery(text)))
        self.cases.search(SearchCases(CaseQuery(state)))  # type: ignore[arg-type]
        self.audit.search(SearchAudit(AuditQuery(by=text)))
        self.wait()

    def more(self) -> None:
        self.lists.more_receipts(MoreReceipts())
        self.cases.more(MoreCases())
        self.audit.more(MoreAudit())
        self.wait()

    def wait(self) -> None:
        self._qtbot.waitUntil(lambda: not self.runner._running, timeout=PATIENCE_MS)

    def found(self) -> list[int]:
        desk = self.desk
        return [len(one.value.items) for one in (desk.receipts, desk.cases, desk.audit)]


@pytest.fixture
def reader(qtbot: QtBot) -> Iterator[Reader]:
    with serving() as web:
        reader = Reader(web, qtbot)
        yield reader
        reader.door.close()
        reader.runner.stop()


def test_after_a_search_that_failed_there_is_no_more_of_the_one_before(reader: Reader) -> None:
    reader.search("first", "open")
    reader.more()
    assert reader.found() == [200, 200, 200]
    reader.search("second", "closed")
    reader.more()
    assert reader.found() == [200, 200, 0], "what was found is not joined by what belongs to another search"
    assert not reader.desk.receipts.value.has_more
    assert not reader.desk.cases.value.has_more


def test_a_queue_stays_as_long_as_it_was_when_something_happens_to_a_case(reader: Reader) -> None:
    reader.search("first", "open")
    reader.more()
    for again in (reader.cases.refresh, lambda: reader.search("first", "open")):
        again()
        reader.wait()
        assert len(reader.desk.cases.value.items) == 200
    reader.more()
    assert [case.number for case in reader.desk.cases.value.items] == [*range(KEPT)]


def test_more_receipts_come_though_one_is_issued_meanwhile(reader: Reader, qtbot: QtBot) -> None:
    reader.search("first", "open")
    reader.lists.more_receipts(MoreReceipts())
    reader.lists.refresh_receipts()
    reader.wait()
    assert len(reader.desk.receipts.value.items) == 200, "who has scrolled to the end does not scroll again"


def test_of_a_queue_none_is_left_out_that_is_given_back_between_two_questions(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = queue(["claimed"] * 10)
    monkeypatch.setitem(ALL, "/v1/cases", cases)

    def give_back(handler: Handler) -> None:
        answer(handler)
        if "state=open" in handler.path:
            cases[3] = replace(cases[3], state="open")

    reader.web.otherwise = give_back
    reader.cases.search(SearchCases(CaseQuery()))
    reader.wait()
    assert [case.number for case in reader.desk.cases.value.items] == [*range(10)]


def test_of_a_long_queue_none_is_left_out(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = queue(("open", "open", "claimed", "open", "awaiting_approval", "claimed") * 300)
    monkeypatch.setitem(ALL, "/v1/cases", cases)
    reader.cases.search(SearchCases(CaseQuery()))
    reader.wait()
    listing = reader.desk.cases.value
    assert [case.number for case in listing.items] == [*range(len(listing.items))], "what is due first stands first"
    assert listing.has_more
    while reader.desk.cases.value.has_more:
        reader.cases.more(MoreCases())
        reader.wait()
    assert [case.number for case in reader.desk.cases.value.items] == [*range(len(cases))]
    reader.cases.refresh()
    reader.wait()
    assert len(reader.desk.cases.value.items) == len(cases), "it stays as long as it was"
    reader.cases.more(MoreCases())
    assert not reader.runner._running


def test_of_a_queue_none_is_left_out_that_changes_its_state_between_two_pages(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = queue(["open"] * 700)
    monkeypatch.setitem(ALL, "/v1/cases", cases)
    reader.cases.search(SearchCases(CaseQuery()))
    reader.wait()
    assert len(reader.desk.cases.value.items) == 500
    cases[600] = replace(cases[600], state="claimed")
    reader.cases.more(MoreCases())
    reader.wait()
    assert [case.number for case in reader.desk.cases.value.items] == [*range(700)]


def test_more_of_a_queue_comes_though_something_happens_to_a_case_meanwhile(reader: Reader) -> None:
    reader.search("first", "open")
    reader.cases.more(MoreCases())
    reader.cases.refresh()
    reader.wait()
    assert len(reader.desk.cases.value.items) == 200, "who has scrolled to the end does not scroll again"


@pytest.mark.parametrize("is_other_user", [True, False])
def test_what_is_answered_late_is_not_for_who_came_meanwhile(reader: Reader, is_other_user: bool) -> None:
    desk, user = reader.desk, reader.desk.session.value.user
    assert user is not None
    reader.audit.search(SearchAudit(AuditQuery()))
    if is_other_user:
        desk.session.set(SignedIn(replace(user, id="another")))
    else:
        desk.store.set(replace(example(Store), id="another"))
    before = desk.audit.value.items
    reader.wait()
    assert desk.audit.value.items == before
    assert not desk.audit.value.is_loading


def test_an_opened_receipt_is_followed_until_its_payment_has_ended(
    reader: Reader, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.work.lists.FOLLOW_MS", 0)
    states = ["pending", "in_doubt", "captured"]
    opened = reader.desk.receipt

    def pay(handler: Handler) -> None:
        state = states.pop(0) if handler.path.startswith(f"/v1/receipts/{RECEIPT.id}") else "captured"
        good(replace(RECEIPT, payment=state, doubts=[]))(handler)

    reader.web.otherwise = pay
    reader.lists.open_receipt(OpenReceipt(RECEIPT.id))
    qtbot.waitUntil(lambda: not states and not reader.runner.is_running("payment"), timeout=PATIENCE_MS)
    assert opened.value.value is not None
    assert opened.value.value.payment == "captured"
    assert not reader.lists._following.isActive()


@pytest.mark.parametrize("read", [lambda lists: lists.open_receipt(OpenReceipt(RECEIPT.id)), Lists._read_again])
def test_a_receipt_that_was_corrected_while_it_was_read_again_stays_as_corrected(
    read: Callable[[Lists], None], reader: Reader, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.work.lists.FOLLOW_MS", 0)
    before = replace(RECEIPT, payment="pending", doubts=[])
    corrected = replace(before, payment="captured", cases=[CASE.id])
    reader.lists._put_receipt(before)
    reader.lists._following.stop()
    let, asked = threading.Event(), len(reader.web.seen)
    reader.web.answers = [held(let, good(before))]
    read(reader.lists)
    qtbot.waitUntil(lambda: len(reader.web.seen) > asked, timeout=PATIENCE_MS)
    reader.lists.show_receipt(corrected)
    let.set()
    reader.wait()
    assert reader.desk.receipt.value == Opened(corrected.id, corrected)


@pytest.mark.parametrize("is_known", [True, False])
def test_a_receipt_that_was_corrected_while_it_was_opened_stays_though_that_failed(
    is_known: bool, reader: Reader, qtbot: QtBot
) -> None:
    before = replace(RECEIPT, payment="pending", doubts=[])
    corrected = replace(before, payment="captured", cases=[CASE.id])
    if is_known:
        reader.lists._put_receipt(before)
        reader.lists._following.stop()
    let, asked = threading.Event(), len(reader.web.seen)
    reader.web.answers = [held(let, problem(403, "not-permitted"))]
    reader.lists.open_receipt(OpenReceipt(RECEIPT.id))
    qtbot.waitUntil(lambda: len(reader.web.seen) > asked, timeout=PATIENCE_MS)
    reader.lists.show_receipt(corrected)
    let.set()
    reader.wait()
    assert reader.desk.receipt.value == Opened(RECEIPT.id, corrected)


@pytest.mark.parametrize(("payment", "goes_on"), [("captured", False), ("pending", True)])
def test_a_receipt_that_could_not_be_read_again_is_followed_if_its_payment_has_not_ended(
    payment: Any, goes_on: bool, reader: Reader
) -> None:
    reader.lists._put_receipt(replace(RECEIPT, payment=payment, doubts=[]))
    reader.lists._following.stop()
    reader.web.answers = [problem(403, "not-permitted")]
    reader.lists.open_receipt(OpenReceipt(RECEIPT.id))
    reader.wait()
    assert reader.desk.receipt.value.problem is not None
    assert reader.lists._following.isActive() == goes_on


def test_a_receipt_that_may_not_be_read_is_not_asked_for_again(reader: Reader) -> None:
    reader.lists._put_receipt(replace(RECEIPT, payment="pending", doubts=[]))
    reader.lists._following.stop()
    reader.web.answers = [problem(403, "not-permitted")]
    reader.lists._read_again()
    reader.wait()
    assert not reader.lists._following.isActive()


def test_a_case_that_was_changed_while_it_was_opened_stays_as_changed(reader: Reader, qtbot: QtBot) -> None:
    let, asked = threading.Event(), len(reader.web.seen)
    changed = replace(CASE, version=CASE.version + 1)
    reader.web.answers = [held(let, good(CASE))]
    reader.cases.open(OpenCase(CASE.id))
    qtbot.waitUntil(lambda: len(reader.web.seen) > asked, timeout=PATIENCE_MS)
    reader.cases.show(changed)
    let.set()
    reader.wait()
    assert reader.desk.case.value.value == changed


def test_a_list_is_followed_until_the_payments_of_all_that_it_shows_have_ended(
    reader: Reader, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a quiet day no other receipt is issued that would have it asked for again."""
    monkeypatch.setattr("console.work.lists.FOLLOW_MS", 0)
    monkeypatch.setattr("console.work.lists.MOST_FOLLOW_MS", 0)
    states = ["pending", "", "pending", "in_doubt", "captured"]

    def pay(handler: Handler) -> None:
        if state := states.pop(0):
            good(Page([replace(example(ReceiptSummary), payment=state)], None))(handler)
        else:
            problem(503, "unavailable")(handler)

    reader.web.otherwise = pay
    reader.lists.search_receipts(SearchReceipts(ReceiptQuery()))
    qtbot.waitUntil(lambda: not states and not reader.runner.is_running("receipts"), timeout=PATIENCE_MS)
    listing = reader.desk.receipts.value
    assert [one.payment for one in listing.items] == ["captured"]
    assert listing.problem is None, "what nobody asked for does not tell that it failed"
    assert not reader.lists._following_list.isActive()


def test_a_receipt_that_was_closed_while_it_was_opened_stays_closed(reader: Reader) -> None:
    for receipt in (RECEIPT.id, None):
        reader.lists.open_receipt(OpenReceipt(receipt))
    reader.wait()
    assert reader.desk.receipt.value == Opened()


def test_how_a_refund_stands_is_not_asked_while_nobody_is_signed_in(
    qtbot: QtBot, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answered(refund: str) -> Refund:
        asked.append(refund)
        return replace(example(Refund), id=refund)

    monkeypatch.setattr(reader.door.client, "refund", answered)
    before = reader.desk.session.value
    reader.desk.session.set(SignedIn())
    reader.refunds.follow("r1")
    reader.wait()
    assert not asked
    reader.desk.session.set(before)
    qtbot.waitUntil(lambda: bool(asked))

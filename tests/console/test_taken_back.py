"""What takes long: taken back it is not waited for any more, and what is asked for meanwhile does not cut it short."""

import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import cast

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.domain.audit import AuditQuery
from console.domain.commands.audit import SearchAudit
from console.domain.commands.case import OpenCase, SearchCases
from console.domain.commands.receipt import OpenReceipt, SearchReceipts
from console.domain.commands.replay import LookAtTimeline
from console.domain.listing import CaseQuery, Opened, ReceiptQuery
from console.storage.drafts import Drafts
from console.storage.heads import Heads
from console.work import timelines
from console.work.audit_log import AuditLogs
from console.work.cases import Cases
from console.work.door import Door
from console.work.errand import Errands
from console.work.lists import Lists
from console.work.live import LiveDesk
from console.work.refunds import Refunds
from console.work.runner import Runner
from console.work.timelines import Timelines
from store_client.client import StoreClient
from store_client.errors import Unreachable
from tests.console.plain_desk import CASE, RECEIPT, plain_desk
from tests.wire.examples import US


class SilentDoor(Door):
    """To a store that takes its time until ``gate`` is set."""

    def __init__(self) -> None:
        super().__init__(lambda _: None)
        self.gate = threading.Event()
        self.asked = 0

    @property
    def client(self) -> StoreClient:
        self.asked += 1
        self.gate.wait(60)
        raise Unreachable("it never answered")


@pytest.fixture
def errands(qtbot: QtBot) -> Iterator[Errands]:
    desk, door = plain_desk(), SilentDoor()
    runner = Runner(desk.tasks)
    yield Errands(desk, door, runner)
    door.gate.set()
    runner.stop()


def test_what_happened_is_read_to_the_end_though_pictures_are_asked_for_meanwhile(
    errands: Errands, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timelines, "SETTLE_MS", 0)
    reader, door = Timelines(errands, cast(LiveDesk, SimpleNamespace(feed=None))), cast(SilentDoor, errands.door)
    span = US - 60_000_000, US
    reader.look(LookAtTimeline(*span, has_events=True))
    reader.look(LookAtTimeline(*span))
    qtbot.waitUntil(lambda: door.asked == 1)
    reader.look(LookAtTimeline(*span))
    QApplication.processEvents()
    assert door.asked == 1
    reader.look(LookAtTimeline(span[0] - 1, span[1]))
    qtbot.waitUntil(lambda: door.asked == 2)


def take_back(errands: Errands, qtbot: QtBot, title: str) -> None:
    """In the top bar, where it is told."""
    tasks = errands.desk.tasks
    qtbot.waitUntil(lambda: any(task.title == title for task in tasks.value))
    errands.runner.cancel(next(task.id for task in tasks.value if task.title == title))


def test_a_search_that_was_taken_back_can_be_asked_for_again(errands: Errands, qtbot: QtBot) -> None:
    desk, lists = errands.desk, Lists(errands)
    cases = Cases(errands, Refunds(errands, lists), cast(Drafts, None))
    audit = AuditLogs(errands, cast(Heads, None), lambda: "", lambda: 0)
    for text in ("oat", "oat milk"):
        lists.search_receipts(SearchReceipts(ReceiptQuery(text)))
        cases.search(SearchCases(CaseQuery(is_mine=True)))
        audit.search(SearchAudit(AuditQuery(text)))

    def loading() -> list[bool]:
        return [one.value.is_loading for one in (desk.receipts, desk.cases, desk.audit)]

    assert loading() == [True, True, True], "the newer one has taken the other's place"
    for title in ("Looking for receipts", "Reading the cases", "Searching the audit log"):
        take_back(errands, qtbot, title)
    assert loading() == [False, False, False]


def test_what_was_not_opened_after_all_is_shut(errands: Errands, qtbot: QtBot) -> None:
    desk, lists = errands.desk, Lists(errands)
    cases = Cases(errands, Refunds(errands, lists), cast(Drafts, None))
    for is_known in (True, False):
        desk.receipt.set(Opened(RECEIPT.id, RECEIPT) if is_known else Opened())
        desk.case.set(Opened(CASE.id, CASE) if is_known else Opened())
        lists.open_receipt(OpenReceipt(RECEIPT.id))
        cases.open(OpenCase(CASE.id))
        assert (desk.receipt.value.is_loading, desk.case.value.is_loading) == (True, True)
        take_back(errands, qtbot, "Opening the receipt")
        take_back(errands, qtbot, "Opening the case")
        assert desk.receipt.value == (Opened(RECEIPT.id, RECEIPT) if is_known else Opened())
        assert desk.case.value == (Opened(CASE.id, CASE) if is_known else Opened())

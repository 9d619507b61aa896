"""What somebody found, opened and typed is gone when another comes, and there when they come back themselves."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from console.domain.choice import Choice
from console.domain.commands.access import ChooseStore, SignOut
from console.domain.commands.report import SaveReport
from console.domain.commands.showing import ShowScreen
from console.domain.listing import CaseQuery, Listing, Opened, ReceiptQuery
from console.domain.problem import Problem
from console.domain.session import SignedIn
from store_client.contract.case import CaseSummary
from store_client.contract.receipt import ReceiptSummary
from store_client.contract.session import Session
from tests.console.day import STORE, user
from tests.console.desk_process import RunningDesk
from tests.console.plain_desk import CASE, RECEIPT, TRIP, example

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
AGENT = replace(user("agent"), permissions=["cases"])


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[RunningDesk]:
    """Without a store to ask; ``ada`` is at work."""
    running = RunningDesk(tmp_path)
    running.desk.stores.set((STORE, replace(STORE, id="other")))
    sit_down(running, "ada")
    desk = running.desk
    desk.commands.emit(ShowScreen("receipts"))
    desk.receipts.set(Listing(ReceiptQuery(last4="4242"), (example(ReceiptSummary),), is_known=True))
    desk.receipt.set(Opened(RECEIPT.id, RECEIPT))
    desk.cases.set(Listing(CaseQuery(is_mine=True), (example(CaseSummary),), is_known=True))
    desk.case.set(Opened(CASE.id, CASE))
    desk.choice.set(Choice(trip=TRIP))
    QTest.keyClicks(typed(running), "4242")
    desk.problems.set((Problem("snapshot", "The picture of camera 3 is in a file."), Problem("video", "No decoder.")))
    yield running
    running.stop()


def sit_down(running: RunningDesk, name: str, store: str = STORE.id) -> None:
    running.desk.session.set(SignedIn(replace(AGENT, id=name, name=name)))
    running.desk.commands.emit(ChooseStore(store))
    QApplication.processEvents()


def typed(running: RunningDesk) -> QLineEdit:
    fields = running.app.inside.frame_of("receipts").findChildren(QLineEdit)
    return next(field for field in fields if field.accessibleName() == "Last four digits of the card")


def topics(running: RunningDesk) -> set[str]:
    """Of the banners."""
    return {problem.topic for problem in running.desk.problems.value}


def left(running: RunningDesk) -> list[object]:
    """What there still is of it."""
    desk = running.desk
    found = [typed(running).text(), desk.receipt.value.value, desk.case.value.value]
    return [one for one in (*found, *desk.receipts.value.items, *desk.cases.value.items, desk.choice.value.trip) if one]


def test_another_user_finds_nothing_of_it(desk: RunningDesk) -> None:
    QTest.keyClicks(typed(desk), "\b2")
    for timer in desk.app.inside.frame_of("receipts").findChildren(QTimer):
        if timer.isSingleShot() and timer.isActive():
            timer.start(0)  # typing has come to rest as they sign out
    desk.desk.commands.emit(SignOut())
    sit_down(desk, "bob")
    assert left(desk) == []
    assert desk.desk.receipts.value.query == ReceiptQuery()
    assert "snapshot" not in topics(desk)
    assert "video" in topics(desk)  # which is so for everybody


def test_who_has_no_store_is_not_let_in(desk: RunningDesk) -> None:
    desk.desk.commands.emit(SignOut())
    desk.app._sessions._begin(replace(example(Session), user=replace(AGENT, id="bob", name="bob")), [])
    QApplication.processEvents()
    session = desk.desk.session.value
    assert session.user is None
    assert "No store is open to you" in str(session.problem)


def test_at_another_store_nothing_of_it_is_there(desk: RunningDesk) -> None:
    sit_down(desk, "ada", "other")
    assert left(desk) == []


def test_who_comes_back_goes_on_where_they_were(desk: RunningDesk) -> None:
    desk.desk.commands.emit(SignOut())
    sit_down(desk, "ada")
    assert len(left(desk)) == 6
    assert {"snapshot", "video"} <= topics(desk)


@pytest.mark.parametrize(
    ("name", "store", "is_told"), [("bob", STORE.id, False), ("ada", "other", True), ("ada", STORE.id, True)]
)
def test_what_came_of_what_was_asked_is_told_to_nobody_else(
    desk: RunningDesk, qtbot: QtBot, tmp_path: Path, name: str, store: str, is_told: bool
) -> None:
    path = tmp_path / "report.txt"
    desk.desk.commands.emit(SaveReport(str(path)))
    sit_down(desk, name, store)
    qtbot.waitUntil(lambda: not desk.app.runner.is_running("report"))
    assert path.exists()
    assert ("report" in topics(desk)) == is_told

"""What all screens have in common: designed absences, staleness, actions."""

from dataclasses import replace

import msgspec
import pytest
from msgspec.structs import replace as replace_struct
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from console.domain.action import ACTIONS, Action
from console.domain.arrival import Arrival
from console.domain.choice import Choice
from console.domain.commands.access import SignInDemo
from console.domain.commands.traffic import Refresh
from console.domain.connection import Connection, Link
from console.domain.draft import Draft
from console.domain.evidence_index import EvidenceIndex
from console.domain.listing import CaseQuery, Listing, Opened
from console.domain.preferences import Preferences
from console.domain.screen_name import ScreenName
from console.domain.session import SignedIn
from console.screens.frame import ScreenFrame
from console.screens.table import SCREENS, Entry, entry
from console.state.pictures import CameraPicture
from console.wardrobe import Wardrobe, theme_of
from console.window.entry_page import EntryPage
from resources.theme import DARK
from store_client.contract.case import DecidedLine
from store_client.contract.session import Role
from tests.console.plain_desk import CASE, EVIDENCE, PLATE, TRIP, PlainDesk, plain_desk, proposed
from widgets.decision_table import DecisionTable
from widgets.stale_veil import StaleVeil
from widgets.state_view import StateView

LOOKING = [screen for screen in SCREENS if screen.name != "settings"]


def frame(qtbot: QtBot, desk: PlainDesk, screen: Entry) -> ScreenFrame:
    made = ScreenFrame(DARK, desk, screen)
    qtbot.addWidget(made)
    made.resize(1280, 720)
    made.show()
    made.activate()
    return made


def said(made: ScreenFrame) -> str:
    """By the state in the screen's place; "" while the screen itself is seen."""
    view = next(view for view in made.findChildren(StateView) if view.parent() is made)
    return f"{view.state()}: {view.accessibleName()}" if view.isVisible() else ""


@pytest.mark.parametrize("screen", LOOKING, ids=lambda screen: screen.name)
def test_nothing_known_is_loading_then_offline_then_there(qtbot: QtBot, screen: Entry) -> None:
    desk = PlainDesk()
    made = frame(qtbot, desk, screen)
    assert said(made).startswith("loading: Asking for ")
    desk.connection.set(Connection(http=Link("lost")))
    assert said(made).startswith("offline: The store does not answer.")
    next(view for view in made.findChildren(StateView) if view.parent() is made).acted.emit()
    assert desk.asked.last(Refresh) == Refresh()
    desk.fill()
    assert said(made) == ""
    assert made.is_ready


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("live_floor", "reviewer"),
        ("cameras", "auditor"),
        ("shelves", "reviewer"),
        ("cases", "staff"),
        ("receipts", "reviewer"),
    ],
)
def test_who_may_not_see_a_screen_is_told_and_nothing_is_asked(qtbot: QtBot, name: ScreenName, role: Role) -> None:
    desk = plain_desk(role)
    made = frame(qtbot, desk, entry(name))
    assert said(made) == "not_permitted: Your role does not see this. Ask a supervisor if you need it."
    assert made.screen_widget is None
    assert desk.asked.commands == []


def test_what_is_stale_stays_readable_and_grows_older(qtbot: QtBot) -> None:
    desk = plain_desk()
    made = frame(qtbot, desk, entry("receipts"))
    veil = made.findChildren(StaleVeil)[0]
    assert not veil.isVisible()
    up = desk.connection.value.http
    desk.connection.set(desk.connection.value.having("http", replace(up, state="lost", since_us=desk.clock.now_us())))
    assert veil.isVisible()
    assert made.is_ready
    desk.steady.s += 75
    made.refresh_age()
    assert "1 min" in veil.accessibleName()
    desk.connection.set(desk.connection.value.having("http", up))
    assert not veil.isVisible()


SECTIONS = {screen.title: screen for screen in SCREENS}
CLAIMED = frozenset({"release_case", "preview_decision", "decide_case", "swap_line", "add_product", "take_draft"})
OF_SCREENS = [action for action in ACTIONS if action.section in SECTIONS]


@pytest.mark.parametrize("action", OF_SCREENS, ids=lambda action: action.name)
def test_every_action_of_the_table_is_carried_out_by_its_screen(qtbot: QtBot, action: Action) -> None:
    desk = plain_desk()
    desk.choice.set(Choice(trip=TRIP, line=0, plate=PLATE, camera="c1"))
    made = frame(qtbot, desk, SECTIONS[action.section])
    if SECTIONS[action.section].name == "cases":
        desk.evidence.set(Opened(CASE.id, EvidenceIndex(EVIDENCE)))
    if action.name == "take_draft":
        desk.draft.set(Draft(CASE.id, (DecidedLine(1, 1),), lease=3))
    if action.name in CLAIMED:
        desk.claim()
    if action.name == "refuse_proposal":
        desk.case.set(Opened(CASE.id, proposed("anna")))
    if action.name in {"next_case", "previous_case"}:
        queue_up(desk, is_last=action.name == "previous_case")
    if action.name in {"preview_decision", "decide_case"}:
        decide_a_line(made)
    if action.name == "snapshot":
        show_a_picture(desk)
    assert made.act(action.name), action.name


def queue_up(desk: PlainDesk, *, is_last: bool) -> None:
    """Another case in the queue, after the one that is open or before it."""
    [first] = desk.cases.value.items
    other = replace_struct(first, id="other")
    desk.cases.set(Listing(CaseQuery(), (other, first) if is_last else (first, other), is_known=True))


def decide_a_line(made: ScreenFrame) -> None:
    QTest.keyClick(made.findChildren(DecisionTable)[0], Qt.Key.Key_0)


def show_a_picture(desk: PlainDesk) -> None:
    image = QImage(64, 36, QImage.Format.Format_RGB32)
    image.fill(0)
    desk.pictures.put([CameraPicture("c1", image, desk.clock.now_us(), 1)])


@pytest.mark.parametrize("percent", [100, 200])
def test_every_role_of_the_demo_can_be_read_and_entered(qtbot: QtBot, qapp: QApplication, percent: int) -> None:
    likes = msgspec.convert({"text_scale": percent}, Preferences)
    roles = ("staff", "reviewer", "agent", "supervisor", "admin", "auditor")
    desk = PlainDesk()
    desk.session.set(SignedIn(demo_roles=roles))
    wardrobe = Wardrobe(qapp, likes)
    page = EntryPage(theme_of(likes), desk)
    qtbot.addWidget(page)
    try:
        desk.arrival.set(Arrival("there"))
        page.resize(1280, 720)
        page.show()
        QCoreApplication.processEvents()
        buttons = [button for button in page.findChildren(QPushButton) if button.property("demo_role")]
        assert [button.property("demo_role") for button in buttons] == list(roles)
        for button in buttons:
            assert button.width() >= button.sizeHint().width()
            host = button.parentWidget()
            assert host is not None
            assert host.rect().contains(button.geometry())
        QTest.mouseClick(buttons[2], Qt.MouseButton.LeftButton)
        assert desk.asked.last(SignInDemo) == SignInDemo("agent")
    finally:
        wardrobe.take_off()

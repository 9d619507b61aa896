"""The evidence of a case on one cursor, by mouse and keys, with the widgets as they are."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from console.domain.commands.evidence import ExportCaseFile, FetchPictures, LoadEvidence
from console.domain.connection import Connection, Link
from console.domain.evidence_index import EvidenceIndex
from console.domain.listing import Opened
from console.domain.problem import Problem
from console.screens.evidence_panel import EvidencePanel
from resources.theme import LIGHT
from tests.console.desk_fixture import LivingDesk, living_desk
from tests.console.evidence_day import kept_evidence, lay_evidence
from widgets.event_list import EventList
from widgets.evidence_trace import EvidenceTrace
from widgets.picture_board import PictureBoard
from widgets.shelf_face import ShelfFace
from widgets.state_chip import StateChip
from widgets.state_view import StateView
from widgets.time_bar import TimeBar
from widgets.trail_map import TrailMap

Show = Callable[..., EvidencePanel]


@pytest.fixture
def desk() -> LivingDesk:
    return living_desk("agent")


@pytest.fixture
def show(qtbot: QtBot, desk: LivingDesk) -> Show:
    def made(width: int = 720, height: int = 590) -> EvidencePanel:
        panel = EvidencePanel(LIGHT, desk)
        qtbot.addWidget(panel)
        panel.resize(width, height)
        panel.show()
        return panel

    return made


def state(panel: EvidencePanel) -> str:
    return next(view for view in panel.findChildren(StateView)).state()


def times(panel: EvidencePanel) -> set[int]:
    """Where each part has its cursor."""
    bar, trace, floor = (panel.findChildren(part)[0] for part in (TimeBar, EvidenceTrace, TrailMap))
    return {bar._cursor_us, trace._cursor_us, floor._cursor_us}  # type: ignore[attr-defined]


def test_it_asks_for_the_evidence_of_the_case_that_is_opened(desk: LivingDesk, show: Show) -> None:
    panel = show()
    assert not desk.asked.of(LoadEvidence)
    desk.open_case()
    desk.open_case()
    case = desk.day.case()
    desk.case.set(Opened(case.id, replace(case, version=9)))  # the lease was renewed: nothing new to see
    assert desk.asked.of(LoadEvidence) == [LoadEvidence(case.id)]
    assert state(panel) == "loading"
    desk.evidence.set(Opened(case.id, problem=Problem("evidence", "No answer", advice="Wait")))
    assert state(panel) == "failed"
    again = next(button for button in panel.findChildren(QPushButton) if button.text() == "Try again")
    again.click()
    assert len(desk.asked.of(LoadEvidence)) == 2


def test_who_may_not_see_it_reads_so_and_asks_nothing(desk: LivingDesk, show: Show) -> None:
    desk.sign_in("auditor")
    desk.open_case()
    assert state(show()) == "not_permitted"
    assert not desk.asked.of(LoadEvidence)


def test_a_store_that_is_away_is_named(desk: LivingDesk, show: Show) -> None:
    desk.connection.set(Connection(Link("lost"), Link("lost"), Link("lost")))
    desk.open_case()
    assert state(show()) == "offline"


def test_all_parts_show_the_disputed_moment_first(desk: LivingDesk, show: Show) -> None:
    desk.open_case()
    panel = show()
    kept = kept_evidence()
    lay_evidence(desk, kept)
    pick = next(event for event in kept.evidence.events if event.id in desk.day.case().lines[0].events)
    assert desk.cursor.at_us == pick.measured_at
    assert times(panel) == {pick.measured_at}
    assert panel.findChildren(EventList)[0].chosen() == pick.id
    assert panel.shown() == {
        "evidence_events": 5,
        "evidence_pictures": 9,
        "evidence_traces": 2,
        "evidence_trails": len({fix.track for fix in kept.evidence.fixes}),
    }
    assert "99 %" in panel.findChildren(ShelfFace)[0].accessibleDescription()
    assert "0.05 s after" in panel.findChildren(PictureBoard)[0].accessibleDescription()
    for part in (panel, *panel.findChildren(QWidget)):
        if type(part).__module__.startswith("widgets.") and part.focusPolicy().value:
            assert part.accessibleName(), type(part).__name__


def test_dragging_any_part_moves_all(desk: LivingDesk, show: Show, qtbot: QtBot) -> None:
    desk.open_case()
    panel = show()
    lay_evidence(desk, kept_evidence())
    trace, bar = panel.findChildren(EvidenceTrace)[0], panel.findChildren(TimeBar)[0]
    before = desk.cursor.at_us
    QTest.mousePress(trace, Qt.MouseButton.LeftButton, pos=QPoint(trace.width() - 60, 60))
    assert desk.cursor.at_us > before
    assert times(panel) == {desk.cursor.at_us}
    assert desk.cursor.place.by == "trace"
    QTest.mousePress(bar, Qt.MouseButton.LeftButton, pos=QPoint(bar.width() - 20, 30))
    assert times(panel) == {desk.cursor.at_us}
    begin, end = trace.span()
    assert begin <= desk.cursor.at_us <= end  # the trace has followed
    desk.cursor.move_to(before, "a part of later")
    assert times(panel) == {before}


def test_choosing_a_line_jumps_to_what_it_was_billed_from(desk: LivingDesk, show: Show) -> None:
    desk.open_case()
    panel = show()
    kept = kept_evidence()
    lay_evidence(desk, kept)
    second = desk.day.case().lines[1]
    desk.case_line.set(second.line)
    event = next(one for one in kept.evidence.events if one.id in second.events)
    assert desk.cursor.at_us == event.measured_at
    assert [row.key for row in panel.findChildren(EventList)[0].rows() if not row.is_faded] == second.events
    board = panel.findChildren(PictureBoard)[0]
    assert board.accessibleDescription() == "no camera was read then"  # as the store says, where it kept none


def test_keys_step_from_picture_to_picture(desk: LivingDesk, show: Show) -> None:
    desk.open_case()
    panel = show()
    assert not panel.act("cursor_back")  # no evidence yet
    lay_evidence(desk, kept_evidence())
    seen = []
    for _ in range(2):
        assert panel.act("cursor_forward")
        seen.append(desk.cursor.at_us)
    assert panel.act("cursor_back")
    pictures = sorted(picture.at for picture in kept_evidence().evidence.pictures)
    assert set(seen) <= set(pictures)
    assert desk.cursor.at_us == seen[0]
    assert not panel.act("claim_case")


def test_pictures_are_fetched_those_of_the_moment_first(desk: LivingDesk, show: Show) -> None:
    desk.open_case()
    panel = show()
    kept = kept_evidence()
    desk.evidence.set(Opened(kept.evidence.case, EvidenceIndex(kept.evidence)))
    assert panel.shown()["evidence_pictures"] == 0
    wanted = desk.asked.last(FetchPictures)
    assert isinstance(wanted, FetchPictures)
    assert set(wanted.sha256) == set(kept.pictures)
    best = max(kept.evidence.pictures, key=lambda picture: picture.score).score
    assert next(one for one in kept.evidence.pictures if one.sha256 == wanted.sha256[0]).score == best


def test_the_camera_that_was_chosen_stays_large(desk: LivingDesk, show: Show) -> None:
    desk.open_case()
    panel = show()
    lay_evidence(desk, kept_evidence())
    board = panel.findChildren(PictureBoard)[0]
    QTest.keyClick(board, Qt.Key.Key_Right)
    chosen = board._chosen
    desk.cursor.move_to(desk.cursor.at_us + 700_000, "bar")
    assert board._chosen == chosen


def test_what_is_lacking_is_said(desk: LivingDesk, show: Show) -> None:
    desk.open_case()
    panel = show(1_000)
    lay_evidence(desk, kept_evidence())
    chip = next(chip for chip in panel.findChildren(StateChip) if chip.isVisible())
    assert chip.accessibleDescription() == "pictures: no camera was read then"


def test_the_parts_stand_where_there_is_room(desk: LivingDesk, show: Show, qtbot: QtBot) -> None:
    """Beside each other with tabs; all of them where the height allows; one below the other where the width does not."""
    desk.open_case()
    panel = show(720, 590)
    lay_evidence(desk, kept_evidence())
    events, shelf = panel.findChildren(EventList)[0], panel.findChildren(ShelfFace)[0]
    assert events.isVisible() != shelf.isVisible()
    assert panel.act("turn_evidence")
    assert shelf.isVisible()
    panel.resize(1_080, 950)
    assert events.isVisible()
    assert shelf.isVisible()
    qtbot.waitUntil(lambda: events.geometry().bottom() < shelf.geometry().top(), timeout=30_000)
    panel.resize(420, 590)
    pictures, floor = panel.findChildren(PictureBoard)[0], panel.findChildren(TrailMap)[0]
    qtbot.waitUntil(lambda: pictures.mapTo(panel, QPoint()).x() == floor.mapTo(panel, QPoint()).x(), timeout=30_000)


def test_the_case_file_is_asked_for_by_name(desk: LivingDesk, show: Show) -> None:
    desk.open_case()
    panel = show()
    lay_evidence(desk, kept_evidence())
    assert panel.act("export_case")
    (command,) = desk.asked.of(ExportCaseFile)
    assert isinstance(command, ExportCaseFile)
    assert command.path.endswith("case-demo-41")

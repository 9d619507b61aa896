"""An error report says what went wrong and where, of nobody, and is read before it is saved."""

import os
import sys
import threading
import tomllib
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest
from msgspec import structs
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from console.begin import Start
from console.domain.commands.report import MakeReport, SaveReport
from console.domain.listing import Opened
from console.domain.problem import Problem
from console.options import Options
from console.paths import find_paths
from console.screens.path_dialog import PathDialog
from console.shell import Shell
from console.version import VERSION
from console.window.inside import Inside
from console.window.main_window import MainWindow
from console.window.milestones import Milestones
from console.window.report_sheet import ReportSheet
from console.work.door import Door
from console.work.errand import Errands
from console.work.error_report import ErrorReports
from console.work.runner import Runner
from console.work.trouble import problem_of
from resources.theme import LIGHT
from store_client.contract.case import Approval, HistoryEntry
from store_client.errors import Unreachable
from store_server.version import VERSION as STORE_VERSION
from tests.console.plain_desk import CASE, plain_desk, proposed
from tests.resources.extraction import ROOT

if TYPE_CHECKING:
    from console.app import App

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def test_a_report_tells_of_the_machine_and_of_nobody(qtbot: QtBot, tmp_path: Path) -> None:
    paths = find_paths(tmp_path)
    paths.make()
    lines = [
        "2026-03-01 10:00:00,123 INFO console: milestone window after 0.571 s",
        "2026-03-01 10:00:01,123 WARNING console.problems: supervisor wrote 'I paid with 4111 1111 1111 1111'",
        '2026-03-01 10:00:02,123 INFO store: {"token": "abcdefgh12345678abcdefgh"} for ada@example.com',
    ]
    paths.log.write_text("\n".join(lines), encoding="utf-8")
    desk = plain_desk()
    user = desk.session.value.user
    assert user is not None
    desk.problems.say(Problem("case", f"Opening the case: {user.name} may not", detail="ValueError('Ada was here')"))
    runner = Runner(desk.tasks)
    reports = ErrorReports(Errands(desk, Door(lambda _: None), runner), paths)
    try:
        reports.make(MakeReport())
        qtbot.waitUntil(lambda: bool(desk.report.value))
        report = desk.report.value
        assert f"desk        {VERSION}" in report
        assert "link live   up, 3 ms" in report
        assert "banner      case: Opening the case: ••• may not" in report
        assert lines[0] in report
        for secret in ("4111", "abcdefgh", "example.com", "Ada", user.name):
            assert secret not in report.replace("role        supervisor", "")
        reports.save(SaveReport(str(tmp_path / "new folder" / "report.txt")))
        qtbot.waitUntil(lambda: any(problem.topic == "report" for problem in desk.problems.value))
        assert (tmp_path / "new folder" / "report.txt").read_text(encoding="utf-8") == report
    finally:
        runner.stop()


def test_a_report_names_nobody_whom_cases_name(qtbot: QtBot, tmp_path: Path) -> None:
    paths = find_paths(tmp_path)
    paths.make()
    desk = plain_desk()
    [summary] = desk.cases.value.items
    listed = structs.replace(summary, assignee="maria.k", proposed_by="piet")
    desk.cases.set(replace(desk.cases.value, items=(listed,)))
    at = CASE.opened_at
    desk.case.set(
        Opened(
            CASE.id,
            structs.replace(
                proposed("olga"),
                approvals=[Approval(at=at, by="yusuf", is_approved=False, note="no")],
                history=[HistoryEntry(at=at, by="henk", what="claimed")],
            ),
        )
    )
    names = ("maria.k", "piet", "olga", "yusuf", "henk")
    what = f"Deciding: this case waits until somebody other than {', '.join(names)} approves"
    desk.problems.say(Problem("case", what))
    paths.log.write_text(f"2026-03-01 10:00:00,123 WARNING console.problems: {what}", encoding="utf-8")
    runner = Runner(desk.tasks)
    try:
        ErrorReports(Errands(desk, Door(lambda _: None), runner), paths).make(MakeReport())
        qtbot.waitUntil(lambda: bool(desk.report.value))
        assert "this case waits until somebody other than •••" in desk.report.value
        for name in names:
            assert name not in desk.report.value
    finally:
        runner.stop()


def test_what_goes_while_it_is_counted_does_not_keep_a_report_from_being_made(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = find_paths(tmp_path)
    paths.make()
    paths.store.mkdir(exist_ok=True)
    (paths.store / "old.mp4").write_bytes(b"a recording")
    stat, seen = Path.stat, []

    def vanish(path: Path, **how: bool) -> os.stat_result:
        if path.name == "old.mp4":
            seen.append(path)
            if len(seen) > 1:
                raise FileNotFoundError(2, "its time was over", str(path))
        return stat(path, **how)

    monkeypatch.setattr(Path, "stat", vanish)
    desk = plain_desk()
    runner = Runner(desk.tasks)
    reports = ErrorReports(Errands(desk, Door(lambda _: None), runner), paths)
    try:
        reports.make(MakeReport())
        qtbot.waitUntil(lambda: bool(desk.report.value))
    finally:
        runner.stop()
    assert "store files 0 MiB" in desk.report.value


def test_a_failure_inside_the_program_offers_the_report_and_others_do_not(qtbot: QtBot) -> None:
    desk = plain_desk()
    window = MainWindow(LIGHT, desk)
    qtbot.addWidget(window)
    window.furnish(Inside(LIGHT, desk, window, "settings"))
    window.show()

    def offered() -> list[QPushButton]:
        found = window.findChildren(QPushButton)
        return [button for button in found if button.text() == "Show the report" and button.isVisible()]

    desk.problems.say(problem_of(Unreachable("away"), "case", "Opening the case"))
    assert not offered()
    desk.problems.say(problem_of(ZeroDivisionError("x"), "case", "Opening the case"))
    QTest.mouseClick(offered()[0], Qt.MouseButton.LeftButton)
    assert desk.asked.last(MakeReport) == MakeReport()
    desk.report.set("Floorwalker error report")
    [sheet] = window.findChildren(ReportSheet)
    assert sheet.findChildren(QPlainTextEdit)[0].toPlainText() == "Floorwalker error report"
    for _ in range(2):
        next(button for button in sheet.findChildren(QPushButton) if button.text() == "Save to a file…").click()
        [asked] = sheet.findChildren(PathDialog)
        with qtbot.waitSignal(asked.destroyed):
            asked.reject()
    sheet.reject()


def test_what_no_handler_expected_is_a_banner_and_no_traceback(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    desk = plain_desk()
    window = MainWindow(LIGHT, desk)
    qtbot.addWidget(window)
    shell = cast(Shell, SimpleNamespace(desk=desk, window=window, milestones=Milestones(desk, window)))
    start = Start(qapp, shell, Options(), find_paths(tmp_path), None)
    start._app = cast("App", SimpleNamespace(keep_window=lambda: None))  # a desk at work
    hooks = sys.excepthook, threading.excepthook
    try:
        threading.excepthook = start.meet_unexpected_in_thread
        worker = threading.Thread(target=lambda: 1 // 0)
        worker.start()
        worker.join()
        qtbot.waitUntil(lambda: bool(desk.problems.value))
        [problem] = desk.problems.value
        assert problem.has_report
        assert "ZeroDivision" not in str(problem)
        desk.problems.settle(problem.topic)
        start.meet_unexpected(ValueError, ValueError("x"), None)
        qtbot.waitUntil(lambda: bool(desk.problems.value))
    finally:
        sys.excepthook, threading.excepthook = hooks
    assert "Traceback" not in capfd.readouterr().err


def test_desk_and_store_are_of_the_version_that_is_built() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert VERSION == STORE_VERSION == project["version"]

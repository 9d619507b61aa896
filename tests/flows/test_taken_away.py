"""What people take away from the desk, checked as whoever gets it would: by a program, without the store."""

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from console.domain.commands.evidence import ExportCaseFile
from console.domain.commands.replay import ExportSpan, MarkSpan
from console.domain.commands.watching import ShowFaces
from console.screens.export_form import ExportForm
from store_client.client import StoreClient
from store_client.contract.export import ExportManifest
from store_server.sensing.export.check import check
from store_server.signing import kept_signer
from tests.conftest import StartStore
from tests.console.desk_process import RunningDesk
from tests.flows.test_evidence import opened, signed_in
from tests.store_process import StoreProcess

US = 1_000_000
PATIENCE_MS = 60_000


@pytest.fixture(scope="module")
def busy(start_store: StartStore) -> StoreProcess:
    return start_store("--scenario", "steady", "--seed", "11", "--speed", "4")


@pytest.fixture(scope="module")
def client(busy: StoreProcess) -> StoreClient:
    return signed_in(busy)


def verified(what: str, path: Path, key: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-m", "store_server", what, "verify", str(path), "--key", key],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stdout
    return ended.stdout


def test_a_case_and_a_span_taken_away_by_the_desk_are_as_the_store_made_them(
    busy: StoreProcess, client: StoreClient, qtbot: QtBot, tmp_path: Path
) -> None:
    key = kept_signer(busy.data).public
    case, _ = opened(client)
    running = RunningDesk(tmp_path / "desk", store=busy.http)
    try:
        desk = running.desk
        qtbot.waitUntil(lambda: not desk.session.value.is_busy, timeout=PATIENCE_MS)
        running.sign_in("agent", busy.demo["agent"])
        qtbot.waitUntil(lambda: bool(desk.cameras.value) and desk.clock.is_known, timeout=PATIENCE_MS)

        now_us = desk.clock.now_us()
        desk.commands.emit(MarkSpan(now_us - 30 * US, now_us - 10 * US))
        qtbot.waitUntil(lambda: desk.marked.value is not None, timeout=PATIENCE_MS)
        films = _exported(running, qtbot, tmp_path / "films", "the shopper asks for them", busy.demo["agent"])
        assert films.faces == "clear"
        assert {file.kind for file in films.files} == {"clip", "weights", "positions"}
        assert "faces clear" in verified("export", tmp_path / "films", key)
        desk.commands.emit(
            ExportSpan(
                tuple(c.id for c in desk.cameras.value), now_us - 30 * US, now_us - 10 * US, str(tmp_path / "gone")
            )
        )
        qtbot.waitUntil(lambda: any(problem.topic.startswith("export") and problem.severity == "error" for problem in desk.problems.value), timeout=PATIENCE_MS)  # fmt: skip
        assert not list(tmp_path.glob("gone*")), "without a reason there is no leave to see faces"

        desk.commands.emit(ShowFaces("the shopper's lawyer asks", busy.demo["agent"]))
        qtbot.waitUntil(lambda: desk.faces.value is not None, timeout=PATIENCE_MS)
        desk.commands.emit(ExportCaseFile(case.id, str(tmp_path / "case")))
        qtbot.waitUntil((tmp_path / "case.pdf").exists, timeout=PATIENCE_MS)
        assert f"valid: case {case.number} of store demo" in verified("case", tmp_path / "case.zip", key)
    finally:
        running.stop()
    told = signed_in(busy, "auditor").audit(subject="store:demo", limit=100).items
    assert [entry.action for entry in told if entry.action.startswith("export")] == ["export_signed", "exported"]


def _exported(running: RunningDesk, qtbot: QtBot, folder: Path, reason: str, password: str) -> ExportManifest:
    """By the form, as people fill it in."""
    form = ExportForm(running.shell.window.theme, running.desk, running.shell.window)
    assert running.desk.marked.value is not None
    form.begin(*running.desk.marked.value)
    for name, text in (
        ("Films show faces: why you need to see them", reason),
        ("Your password", password),
        ("New folder to write to", str(folder)),
    ):
        (line,) = [line for line in form.findChildren(QLineEdit) if line.accessibleName() == name]
        line.setText(text)
    QTest.keyClick(form, Qt.Key.Key_Return)
    qtbot.waitUntil(folder.exists, timeout=PATIENCE_MS)
    form.deleteLater()
    return check(folder).manifest

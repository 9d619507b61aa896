"""The embedded store, started on what another one has left behind."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.options import Embedded
from tests.console.desk_process import RunningDesk
from tests.store_process import StoreProcess

PATIENCE_MS = 60_000
SHARED = Path(os.environ.get("FLOORWALKER_SHARED", Path(__file__).resolve().parents[3] / "shared"))
RECORDING = SHARED / "data" / "nanostore"
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def after_the_demo(tmp_path: Path, qapp: QApplication) -> Iterator[RunningDesk]:
    """A desk on the recording, in the folder in which the demo was played before."""
    if not RECORDING.is_dir():
        pytest.skip(f"the real recording is not at {RECORDING} (FLOORWALKER_SHARED names another place)")
    store = StoreProcess(tmp_path / "store", "--scenario", "quiet")
    store.stop()
    desk = RunningDesk(tmp_path, embedded=Embedded(recording=RECORDING))
    yield desk
    desk.stop()


def test_a_recording_is_shown_where_the_demo_was_played_before(after_the_demo: RunningDesk, qtbot: QtBot) -> None:
    desk = after_the_demo.desk
    qtbot.waitUntil(lambda: desk.planogram.value is not None and bool(desk.weights.gondolas), timeout=PATIENCE_MS)
    assert [store.name for store in desk.stores.value] == ["Nanostore (recorded)"]

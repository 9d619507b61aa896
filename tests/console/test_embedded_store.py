"""The embedded store: started on what another one has left behind, and ended with its desk, however that ends."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.options import Embedded
from tests.console.desk_process import RunningDesk
from tests.store_process import ROOT, StoreProcess, wait_for

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


_DESK = """
import sys
from pathlib import Path
from console.embedded import EmbeddedStore, Ready
from console.options import Embedded
store = EmbeddedStore(Embedded(scenario="quiet"), Path(sys.argv[1]))
store.start()
assert isinstance(store.hear(), Ready)
print(store.pid, flush=True)
store.hear()
"""


def is_alive(process: psutil.Process) -> bool:
    return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)


def test_it_does_not_outlive_a_desk_that_is_killed(tmp_path: Path) -> None:
    desk = subprocess.Popen([sys.executable, "-c", _DESK, str(tmp_path)], stdout=subprocess.PIPE, cwd=ROOT)
    assert desk.stdout is not None
    with desk.stdout as line:
        store = psutil.Process(int(line.readline()))
    family = [store, *store.children(recursive=True)]
    assert len(family) >= 4  # the broker and its guard, the world
    desk.kill()
    desk.wait(60)
    again = StoreProcess(tmp_path, "--scenario", "quiet")  # at once: it waits for the other to end
    wait_for(lambda: not any(is_alive(process) for process in family), "the store and its children have ended")
    assert again.stop() == 0

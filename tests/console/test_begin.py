"""What keeps a desk from starting is said in one line, and exit code 2 follows."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QLockFile
from PySide6.QtWidgets import QApplication, QMessageBox

from console import begin
from console.__main__ import main
from console.embedded import EmbeddedStore
from console.options import Options
from console.paths import find_paths
from console.storage.database import Database
from tests.store_process import ROOT


def refusal(data: Path) -> str:
    """What the program says when it cannot work with ``data``."""
    done = subprocess.run(
        [sys.executable, "-m", "console", "--data", str(data), "--store", "http://127.0.0.1:9"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"},
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("console: ")
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_a_data_folder_in_use_is_refused(tmp_path: Path) -> None:
    lock = QLockFile(str(tmp_path / "desk.lock"))
    assert lock.tryLock(0)
    try:
        assert f"another desk uses the data folder {tmp_path}" in refusal(tmp_path)
    finally:
        lock.unlock()


@pytest.mark.parametrize("left", ["", "4711\nfloorwalker\nthe-old-till\n"])
def test_a_lock_that_nobody_holds_keeps_nobody_out(left: str, tmp_path: Path) -> None:
    """As a power cut leaves it, or a folder that was copied from another machine."""
    (tmp_path / "desk.lock").write_text(left, encoding="utf-8")
    (tmp_path / "desk.sqlite").write_bytes(b"not a database, but long enough to be read as one" * 100)
    assert "desk.sqlite" in refusal(tmp_path)


def test_a_bundle_says_in_a_window_why_it_does_not_start(
    tmp_path: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(QMessageBox, "critical", lambda _parent, _title, text: shown.append(text))
    lock = QLockFile(str(tmp_path / "desk.lock"))
    assert lock.tryLock(0)
    try:
        assert begin.run(Options(), find_paths(tmp_path), None) == 2
        assert begin.run(Options(is_self_check=True), find_paths(tmp_path), None) == 2  # nobody is there to close it
    finally:
        lock.unlock()
    assert shown == [f"another desk uses the data folder {tmp_path}"]


IN_GERMAN = """
import sys
from PySide6.QtWidgets import QMessageBox
from console.__main__ import main
sys.frozen = True
QMessageBox.critical = lambda _parent, _title, text: print(text)
sys.exit(main(["--data", *sys.argv[1:]]))
"""


@contextmanager
def used_by_another(data: Path) -> Iterator[None]:
    lock = QLockFile(str(data / "desk.lock"))
    assert lock.tryLock(0)
    yield
    lock.unlock()


@contextmanager
def made_later(data: Path) -> Iterator[None]:
    database = Database(data / "desk.sqlite")
    with database.transaction() as connection:
        connection.exec_driver_sql("PRAGMA user_version = 99")
    database.close()
    yield


@contextmanager
def made_by_nobody(data: Path) -> Iterator[None]:
    (data / "desk.sqlite").write_bytes(b"not a database, but long enough to be read as one" * 100)
    yield


@contextmanager
def without_a_recording(data: Path) -> Iterator[None]:
    (data / "recording").mkdir()
    yield


@pytest.mark.parametrize(
    ("spoilt", "in_german", "in_english"),
    [
        (used_by_another, "das Programm läuft schon und benutzt", "another desk uses the data folder {0}"),
        (made_later, "stammt von einer neueren Version", "{0}/desk.sqlite was made by a later version of the desk"),
        (made_by_nobody, "lassen sich nicht lesen", "what the desk keeps cannot be read or written: {0}/desk.sqlite"),
        (without_a_recording, "kann nicht starten: cannot read", "the embedded store cannot start: cannot read"),
    ],
)
def test_a_bundle_says_so_in_the_language_of_the_desk(
    spoilt: Callable[[Path], AbstractContextManager[None]], in_german: str, in_english: str, tmp_path: Path
) -> None:
    options = ("--demo", "--recording", str(tmp_path / "recording")) if spoilt is without_a_recording else ()
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANGUAGE"))}
    with spoilt(tmp_path):
        done = subprocess.run(
            [sys.executable, "-c", IN_GERMAN, str(tmp_path), *options],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
            cwd=ROOT,
            env={**variables, "LANG": "de_DE.UTF-8", "QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"},
        )
    assert done.returncode == 2, done.stderr
    assert in_german in done.stdout
    assert str(tmp_path) in done.stdout
    assert done.stderr.startswith(f"console: {in_english.format(tmp_path)}")


def test_a_bundle_says_in_a_window_that_its_folder_cannot_be_made(
    tmp_path: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(QMessageBox, "critical", lambda _parent, _title, text: shown.append(text))
    (tmp_path / "file").touch()
    assert main(["--data", str(tmp_path / "file" / "data")]) == 2
    assert main(["--self-check", "--data", str(tmp_path / "file" / "data")]) == 2  # nobody is there to close it
    [told] = shown
    assert str(tmp_path / "file" / "data") in told


def test_a_database_that_is_none_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    nonsense = b"not a database, but long enough to be read as one" * 100
    (tmp_path / "desk.sqlite").write_bytes(nonsense)
    assert "desk.sqlite" in refusal(tmp_path)
    assert (tmp_path / "desk.sqlite").read_bytes() == nonsense


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert "file" in refusal(tmp_path / "file" / "data")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process bound what its children write")
def test_a_data_folder_on_a_full_disk_is_refused(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))  # handed down to children
    try:
        said = refusal(tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert f"nothing can be written into the data folder {tmp_path}" in said


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_log_on_a_full_disk_is_no_reason_to_stop(tmp_path: Path) -> None:
    """The desk goes on, and says nothing of it on a terminal: there is nobody who could read a hundred tracebacks."""
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "console.log").symlink_to("/dev/full")
    (tmp_path / "desk.sqlite").write_bytes(b"not a database, but long enough to be read as one" * 100)
    assert "desk.sqlite" in refusal(tmp_path)


FAILS_LATER = """
class App:
    def __init__(self, *_):
        raise KeyError("nothing of that name")
"""


@pytest.mark.parametrize(
    ("part", "options", "code", "told"),
    [
        ("broken = undefined_name\n", ["--store", "http://127.0.0.1:9"], 2, "a part of the program is damaged"),
        (FAILS_LATER, ["--store", "http://127.0.0.1:9", "--self-check"], 1, "KeyError: 'nothing of that name'"),
    ],
)
def test_a_program_with_a_damaged_part_says_so_and_ends(
    part: str, options: list[str], code: int, told: str, tmp_path: Path
) -> None:
    (tmp_path / "console").mkdir()
    (tmp_path / "console" / "app.py").write_text(part, encoding="utf-8")
    started = (
        "import sys, threading, time, console, console.__main__, console.begin\n"
        "console.begin.log_uncaught = lambda *_: time.sleep(0.3)\n"  # as on a slow disk
        f"console.__path__.insert(0, {str(tmp_path / 'console')!r})\n"
        f"code = console.__main__.main(['--data', {str(tmp_path / 'data')!r}, *{options!r}])\n"
        "assert 'load' not in [thread.name for thread in threading.enumerate()]\n"  # it would tell a desk that is gone
        "sys.exit(code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", started],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"},
    )
    assert done.returncode == code
    assert told in done.stderr


def test_a_system_that_can_start_no_store_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def has_no_room(_store: EmbeddedStore) -> None:
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    monkeypatch.setattr(EmbeddedStore, "start", has_no_room)
    assert main(["--demo", "--data", str(tmp_path)]) == 2
    assert capsys.readouterr().err == "console: the embedded store cannot start: Cannot allocate memory\n"

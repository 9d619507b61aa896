"""The two commands: what they do on a machine that lacks something."""

import importlib.util
import os
import subprocess
import sys
import venv
from pathlib import Path
from types import ModuleType

import pytest

DEV = Path(__file__).parent.parent / "packaging" / "dev.py"


@pytest.fixture
def dev() -> ModuleType:
    spec = importlib.util.spec_from_file_location("floorwalker_dev", DEV)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run_dev(*words: str, **more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, str(DEV), *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, **more},
        timeout=60,
    )


@pytest.mark.parametrize("words", [(), ("sweep",)])
def test_says_how_it_is_used(words: tuple[str, ...]) -> None:
    done = run_dev(*words)
    assert done.returncode == 2
    assert "dev.py run" in done.stdout
    assert "dev.py test" in done.stdout


def test_names_each_missing_package_once(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "has_library", lambda name: name != "libEGL.so.1")
    monkeypatch.setattr(dev, "has_font", lambda: False)
    monkeypatch.setattr(dev.shutil, "which", lambda name: None)
    assert dev.missing_packages(needs_screen=True) == ["libegl1", "fonts-dejavu-core", "xvfb"]
    assert dev.missing_packages(needs_screen=False) == ["libegl1", "fonts-dejavu-core"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="apt-get is Linux")
def test_who_may_not_install_is_told_the_one_command(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev, "missing_packages", lambda needs_screen: ["libegl1", "xvfb"])
    monkeypatch.setattr(dev.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(dev.shutil, "which", lambda name: None if name == "sudo" else f"/usr/bin/{name}")
    assert dev.main(["run", "--self-check"]) == 2
    assert "sudo apt-get install -y --no-install-recommends libegl1 xvfb" in capsys.readouterr().err


def test_another_python_is_refused(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev.sys, "version_info", (3, 10, 1))
    assert dev.main(["test"]) == 2
    assert "Python 3.11, 3.12 or 3.13 is needed" in capsys.readouterr().err


def test_an_environment_killed_while_it_was_made_is_made_again(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    venv.create(tmp_path / "half", with_pip=False)
    monkeypatch.setattr(dev, "PYTHON", tmp_path / "half" / dev.PYTHON.relative_to(dev.VENV))
    assert dev.PYTHON.exists()
    assert not dev.has_pip()


def test_packages_go_into_the_environment_also_where_pip_installs_into_homes(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "lock").touch()
    for name, value in (("ROOT", tmp_path), ("LOCK", tmp_path / "lock"), ("STAMP", tmp_path / "stamp")):
        monkeypatch.setattr(dev, name, value)
    monkeypatch.setattr(dev, "PYTHON", Path(sys.executable))
    monkeypatch.setenv("PIP_USER", "1")
    dev.make_environment()
    assert (tmp_path / "stamp").read_text() == dev.lock_stamp()


def test_what_lies_where_the_user_stands_is_no_part_of_the_program(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "argparse.py").write_text("raise SystemExit(7)\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(dev.signal, "signal", lambda *_: None)
    assert dev.start_console([sys.executable, "-m", "console", "--help"]) == 0


def test_the_lock_names_no_place_and_has_a_hash_for_everything(dev: ModuleType) -> None:
    text = dev.LOCK.read_text(encoding="utf-8")
    assert "://" not in text
    packages = [line for line in text.splitlines() if "==" in line and not line.startswith(" ")]
    assert len(packages) > 50
    assert all(line.endswith("\\") for line in packages)

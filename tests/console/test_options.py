"""Options: what makes no sense is said in one line, before anything is started."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from console.options import BadOptions, Embedded, parse


def test_nothing_asked_for_leaves_all_open() -> None:
    options = parse([])
    assert options.store is None
    assert options.embedded is None
    assert not options.is_brief


def test_what_concerns_the_embedded_store_is_handed_on(tmp_path: Path) -> None:
    words = ["--recording", str(tmp_path), "--camera", "a=x.mp4", "--camera", "b=rtsp://h/1", "--seed", "7"]
    embedded = parse(words).embedded
    assert embedded is not None
    assert embedded.words() == [
        *("--recording", str(tmp_path), "--loop"),
        *("--camera", "a=x.mp4", "--camera", "b=rtsp://h/1", "--seed", "7"),
    ]


def test_what_is_at_home_is_found_where_the_shell_does_not_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    (tmp_path / "file").touch()
    options = parse(["--data=~/desk", "--picture=~/desk.png"])
    assert (options.data, options.picture) == (tmp_path / "desk", tmp_path / "desk.png")
    with pytest.raises(BadOptions, match="is not a folder"):
        parse(["--data=~/file"])


def test_a_tour_is_of_the_embedded_store_unless_one_is_named(tmp_path: Path) -> None:
    assert parse(["--tour", str(tmp_path / "out")]).embedded == Embedded()
    assert parse(["--self-check", "--store", "http://127.0.0.1:1"]).embedded is None


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--store", "ftp://x"], "not an address of a store"),
        (["--store", "http://store.example"], "must be reached by https"),
        (["--store", "http://127.0.0.1:1", "--demo"], "not allowed with"),
        (["--store", "http://127.0.0.1:1", "--scenario", "rush"], "--scenario is for the store that --demo starts"),
        (["--scenario", "party"], "invalid choice"),
        (["--scenario", "rush", "--recording", "."], "not allowed with"),
        (["--recording", "no/such/folder"], "there is no folder"),
        (["--speed", "0"], "not between"),
        (["--speed", "nan"], "not between"),
        (["--speed", "fast"], "invalid float"),
        (["--camera", "door"], "is not NAME=URL"),
        (["--camera", "a=1", "--camera", "a=2"], "given twice"),
        (["--tour", __file__], "is not a folder"),
        (["--data", __file__], "is not a folder"),
        (["--picture", "no/such/folder/desk.png"], "there is no folder"),
        (["--tour", "out", "--self-check"], "not allowed with"),
        (["--hover"], "unrecognized"),
        (["--scena", "rush"], "unrecognized"),
        (["--data", ""], "--data: it is empty"),
        (["--tour", ""], "--tour: it is empty"),
        (["--data=~nobody-of-that-name/desk"], "in the home of nobody"),
    ],
)
def test_nonsense_is_refused(words: list[str], reason: str) -> None:
    with pytest.raises(BadOptions, match=reason):
        parse(words)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--speed", "-1"], "--speed"),
        (["--camera", "aisle=no-such.mp4"], "no such file: 'no-such.mp4'"),  # said by the store, with its first breath
        (["--recording", "{empty}"], "planogram.json"),  # said by the devices, through the store
    ],
)
def test_the_program_says_it_in_one_line_and_exits_2(words: list[str], reason: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    words = [word.format(empty=tmp_path / "empty") for word in words]
    done = subprocess.run(
        [sys.executable, "-m", "console", "--demo", "--data", str(tmp_path / "data"), *words],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert reason in done.stderr

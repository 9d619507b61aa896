"""The process of the devices: what it is told, and what becomes of one that dies."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from store_server import devices
from store_server.broker import Access
from store_server.clock import Clock
from store_server.device_process import EXIT_AGAIN
from store_server.devices import DeviceProcess
from store_server.options import Unusable, parse
from tests.sensing.site import SITE
from tests.store_process import wait_for

Start = Callable[[str], DeviceProcess]


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts ``python -c``: ``site`` says the site, ``lives`` is a file with a letter for each start."""
    monkeypatch.setattr(devices, "RESTART_S", 0.0)
    (tmp_path / "site").write_bytes(msgspec.json.encode(SITE) + b"\n")
    started: list[DeviceProcess] = []

    def begin(then: str) -> DeviceProcess:
        code = f"""
import sys
lives = open({str(tmp_path / "lives")!r}, "a+"); lives.write("x"); lives.seek(0); life = len(lives.read()); lives.close()
site = lambda: print(open({str(tmp_path / "site")!r}).read(), end="", flush=True)
{then}
"""
        process = DeviceProcess("world", [sys.executable, "-I", "-S", "-c", code], {})
        started.append(process)
        return process

    yield begin
    for process in started:
        process.end()


def lives(folder: Path) -> int:
    return (folder / "lives").stat().st_size


def test_one_that_dies_is_started_again_and_told_to_go(start: Start, tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    process = start(f"""
site()
line = sys.stdin.readline()
open({str(heard)!r}, "a").write(line)
if life < 3:
    sys.exit(9)
sys.stdin.read()
""")
    assert process.site() == SITE
    process.go()
    wait_for(lambda: heard.exists() and heard.read_text(encoding="utf-8") == "go\n" * 3, "the third of them goes")


@pytest.mark.parametrize(("code", "expected"), [(9, 1 + devices.MOST_RESTARTS), (2, 1), (0, 1)])
def test_one_that_dies_at_once_or_has_ended_is_let_be(
    start: Start, tmp_path: Path, caplog: pytest.LogCaptureFixture, code: int, expected: int
) -> None:
    """2: it cannot be as asked; 0: a recording that is at its end."""
    caplog.set_level("INFO")
    process = start(f"site(); sys.stdin.readline(); sys.exit({code})")
    process.site()
    process.go()
    wait_for(lambda: "its devices fall silent" in caplog.text, "it is let be")
    assert lives(tmp_path) == expected


def test_one_that_waits_for_the_broker_is_tried_for_as_long_as_it_takes(start: Start, tmp_path: Path) -> None:
    """It died with the broker, which reads what it has kept for longer than the devices try to reach it."""
    heard = tmp_path / "heard"
    process = start(f"""
if 1 < life < 9:
    sys.exit({EXIT_AGAIN})
site()
line = sys.stdin.readline()
open({str(heard)!r}, "a").write(line)
if life < 9:
    sys.exit(9)
sys.stdin.read()
""")
    process.site()
    process.go()
    wait_for(lambda: heard.exists() and heard.read_text(encoding="utf-8") == "go\n" * 2, "it goes on in the end")


def test_one_that_cannot_begin_gives_its_reason(start: Start) -> None:
    with pytest.raises(Unusable, match="no such day"):
        start("sys.exit('no such day')").site()


def test_its_password_is_not_among_its_options(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    commands: list[list[str]] = []
    monkeypatch.setattr(devices, "Child", lambda _name, command, *_: commands.append(command))
    for words in ([], ["--recording", str(tmp_path)]):
        options = parse(["--data", str(tmp_path / "data"), *words])
        devices.start(options, "demo", Access("nats://127.0.0.1:4222", "device", "secret"), Clock())
    assert len(commands) == 2
    assert all("secret" not in word for command in commands for word in command)
    assert all(command.count("--started-at") == 1 for command in commands)

"""Tries a bundle as a shop would meet it: ``python packaging/smoke.py DIST``; one line of JSON, exit code 1 if not.

The archive (or where there is none the folder) is laid into a folder with spaces and letters beyond ASCII and made
read-only; the desk is started with no Python on the search path, a fresh home and on a virtual display: ``--self-check``,
``--tour``, whose pictures go into DIST/tour, and as people start it, to be asked to end when it is alive. Afterwards
nothing of it may run, and nothing may have been written beside it.
"""

import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

PATIENCE_S = 300.0
GONE_S = 10.0
PLACE = "Läden & Gänge – Kasse 1"
FEW_PICTURES = 20
MILESTONE = re.compile(r"milestone (\w+) after ([0-9.]+) s")


class Failed(Exception):
    """The bundle is not as it should be; the text says how."""


def laid_out(dist: Path, place: Path) -> Path:
    """The folder with the program in it, unpacked or copied to below ``place``."""
    archive = next(dist.glob("floorwalker-*.tar.xz"), None)
    if archive is None:
        return Path(shutil.copytree(dist / "floorwalker", place / "floorwalker", symlinks=True))
    with tarfile.open(archive) as tar:
        tar.extractall(place, filter="tar")
    return next(place.iterdir())


def set_writable(folder: Path, *, is_writable: bool) -> None:
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | stat.S_IWUSR if is_writable else mode & ~(stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))


def listing(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and time of each file: root may write where nobody may."""
    return {str(path): (path.lstat().st_size, path.lstat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


@contextmanager
def display() -> Iterator[dict[str, str]]:
    """A virtual screen, where there are such: the variables that lead to it."""
    if sys.platform != "linux":
        yield {}
        return
    reader, writer = os.pipe()
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"],
        pass_fds=(writer,),
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    try:
        with os.fdopen(reader) as answer:
            yield {"DISPLAY": f":{answer.readline().strip()}", "QT_QPA_PLATFORM": "xcb"}
    finally:
        screen.terminate()
        screen.wait()


def running(folder: Path) -> list[psutil.Process]:
    """What runs out of it."""
    return [one for one in psutil.process_iter(["exe", "cmdline"]) if str(folder) in (one.info["exe"] or "")]


def left_running(folder: Path) -> list[str]:
    """What still runs out of it after a while."""
    psutil.wait_procs(running(folder), GONE_S)
    return [" ".join(one.info["cmdline"] or [])[:200] for one in running(folder)]


def started(program: Path, environment: dict[str, str], *options: str) -> str:
    """Its standard output. Raises Failed unless it ends by itself with 0."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as told:
        process = subprocess.Popen([str(program), *options], env=environment, cwd="/", stdout=out, stderr=told)
        try:
            code = process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            code = None
        out.seek(0)
        told.seek(0)
        if code != 0:
            raise Failed(f"{' '.join(options)} ended with {code}: {told.read().decode(errors='replace')[-2000:]}")
        return out.read().decode()


def started_and_stopped(program: Path, environment: dict[str, str], log: Path) -> dict[str, float]:
    """Its milestones. Raises Failed unless live data comes, and it ends by itself with 0 when it is asked to."""
    process = subprocess.Popen([str(program), "--demo"], env=environment, cwd="/", stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + PATIENCE_S
        reached: dict[str, float] = {}
        while "live" not in reached and time.monotonic() < deadline and process.poll() is None:
            time.sleep(0.1)
            text = log.read_text(encoding="utf-8") if log.exists() else ""
            reached = {name: float(seconds) for name, seconds in MILESTONE.findall(text)}
        if "live" not in reached:
            raise Failed(f"no live data came; the desk got as far as {reached}")
        process.send_signal(signal.SIGTERM)
        code = process.wait(PATIENCE_S)
        if code != 0:
            raise Failed(f"asked to end, it ended with {code}")
        return reached
    finally:
        process.kill()
        process.wait()


def complaints_of_qt(log: Path) -> list[str]:
    """Such as of a style sheet that it cannot read: the desk works then, and is ugly."""
    lines = log.read_text(encoding="utf-8").splitlines()
    return sorted({line.partition(" WARNING ")[2] for line in lines if " WARNING qt" in line})


def try_out(dist: Path, place: Path) -> dict[str, object]:
    folder = laid_out(dist, place / PLACE)
    program = folder / ("floorwalker.exe" if sys.platform == "win32" else "floorwalker")
    set_writable(folder, is_writable=False)
    before = listing(folder)
    home, empty, tour = place / "home", place / "nothing", place / "tour"
    for made in (home, empty):
        made.mkdir()
    bare = {"HOME": str(home), "PATH": str(empty), "LANG": "C.UTF-8", "TMPDIR": str(place)}
    if sys.platform == "win32":
        bare |= {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP", "LOCALAPPDATA") if name in os.environ}
    began_s = time.monotonic()
    reached: dict[str, float] = {}
    try:
        with display() as screen:
            environment = {**bare, **screen}
            checked = json.loads(started(program, environment, "--self-check"))
            started(program, environment, "--tour", str(tour))
            if sys.platform == "linux":
                log = home / ".local" / "state" / "Floorwalker" / "log" / "console.log"
                reached = started_and_stopped(program, environment, log)
        shutil.copytree(tour, dist / "tour", dirs_exist_ok=True)
        toured = json.loads((tour / "tour.json").read_text(encoding="utf-8"))
        complaints = complaints_of_qt(tour / "console.log")
        left = left_running(folder)
        changed = sorted(set(before.items()) ^ set(listing(folder).items()))
    finally:
        set_writable(folder, is_writable=True)
    result: dict[str, object] = {
        "self_check": checked["ok"],
        "tour": toured["ok"],
        "pictures": len(list(tour.glob("*.png"))),
        "left_running": left,
        "written_beside_it": [name for (name, _) in changed],
        "complaints_of_qt": complaints,
        "first_window_s": reached.get("window"),
        "live_s": reached.get("live"),
        "seconds": round(time.monotonic() - began_s, 1),
        "load_average": [round(load, 1) for load in psutil.getloadavg()[:2]],
    }
    is_well = checked["ok"] and toured["ok"] and len(list(tour.glob("*.png"))) >= FEW_PICTURES
    if not is_well or left or changed or complaints:
        raise Failed(json.dumps(result))
    return result


def main(words: Sequence[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="floorwalker-smoke-") as place:
        try:
            result = try_out(Path(words[0]).absolute(), Path(place))
        except Failed as failure:
            sys.stderr.write(f"smoke: {failure}\n")
            return 1
    sys.stdout.write(json.dumps(result) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

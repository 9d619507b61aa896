#!/usr/bin/env python3
"""Sets Floorwalker up on a fresh machine, runs it and tests it; needs nothing but Python's standard library.

    python3 packaging/dev.py run [options for the console]    open the desk (on the embedded store if none is named)
    python3 packaging/dev.py test [options for pytest]         format, lint, types, imports, dead code, tests
    python3 packaging/dev.py bench [names] [--quick]           the figures, against what was promised and the last ones
    python3 packaging/dev.py bundle [--folder]                 what a shop installs, into dist/, and try it;
                                                               --folder: nothing to download, for a quick look

Exit codes: 0 done, 1 a check or the console failed, 2 this machine lacks something that could not be installed.
"""

import ctypes
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "packaging" / "requirements.lock"
VENV = ROOT / ".venv"
STAMP = VENV / "floorwalker.stamp"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
PICTURE = ROOT / "out" / "desk.png"
DIST = ROOT / "dist"

# What Qt's wheels expect of the system, by the Debian package that brings it (Ubuntu's names are the same).
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")


class Lacking(Exception):
    """This machine lacks something; the text says what to do about it."""


def say(text: str) -> None:
    print(f"dev: {text}", file=sys.stderr, flush=True)


def environment(**more: str) -> dict[str, str]:
    """Also where the machine says otherwise (many images do), what is compiled is kept: a store and a desk are a dozen
    processes, the tests some hundreds, and each would compile the program anew."""
    own = {"PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": ""}
    return {**os.environ, **own, **more}


# ---------------------------------------------------------------- setting up


def has_library(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def has_font() -> bool:
    folders = (Path(folder).expanduser() for folder in FONT_FOLDERS)
    return any(next(folder.rglob("*.[to]tf"), None) for folder in folders if folder.is_dir())


def missing_packages(needs_screen: bool) -> list[str]:
    """The Debian packages that bring what this Linux machine lacks."""
    packages = [package for library, package in QT_LIBRARIES.items() if not has_library(library)]
    if not has_font():
        packages.append("fonts-dejavu-core")
    if not STAMP.exists() and find_spec("ensurepip") is None:
        packages.append(f"python{sysconfig.get_python_version()}-venv")
    if needs_screen and shutil.which("Xvfb") is None:
        packages.append("xvfb")
    return packages


def apt_prefix() -> list[str] | None:
    """How to become root for apt-get: nothing as root, sudo where it answers, None where neither is to be had."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo is None:
        return None
    if sys.stdin is not None and sys.stdin.isatty():
        return [sudo]
    asked = subprocess.run([sudo, "-n", "true"], capture_output=True, check=False)
    return [sudo, "-n"] if asked.returncode == 0 else None


def install_packages(packages: Sequence[str]) -> None:
    """Installs Debian packages, or raises Lacking with the one command that would."""
    command = f"apt-get install -y --no-install-recommends {' '.join(packages)}"
    if shutil.which("apt-get") is None:
        raise Lacking(f"install what your system calls these Debian packages, then try again: {' '.join(packages)}")
    prefix = apt_prefix()
    if prefix is None:
        raise Lacking(f"some system packages are missing; run this once, then try again:\n    sudo {command}")
    say(f"installing {' '.join(packages)}")
    quiet = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    subprocess.run([*quiet, "update"], check=False, stdout=subprocess.DEVNULL)
    done = subprocess.run(
        [*quiet, *command.split()[1:]], check=False, stdout=subprocess.DEVNULL
    )  # errors are on stderr
    if done.returncode != 0:
        raise Lacking(f"apt-get could not install them; see above, then run:\n    {command}")


def lock_stamp() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor} {hashlib.sha256(LOCK.read_bytes()).hexdigest()}\n"


def has_pip() -> bool:
    """True for an environment that was made to its end; one that was killed while it was made has no pip yet."""
    if not PYTHON.exists():
        return False
    return subprocess.run([str(PYTHON), "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0


def make_environment() -> None:
    """Makes .venv and installs the lock into it. Every step may be repeated, so a killed one does no harm."""
    say(f"making {VENV.name} from {LOCK.relative_to(ROOT).as_posix()} (a few minutes, once)")
    if not has_pip() or (STAMP.exists() and not STAMP.read_text().startswith(lock_stamp().split()[0])):
        venv.create(VENV, with_pip=True, clear=True)
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    STAMP.unlink(missing_ok=True)
    command = [*pip, "--require-hashes", "-r", str(LOCK)]
    into_it = environment(PIP_USER="0")  # also where this machine has pip install into homes
    done = subprocess.run(command, check=False, stdout=sys.stderr, env=into_it)
    if done.returncode != 0:
        raise Lacking("pip could not install the packages of the lock; see above")
    STAMP.write_text(lock_stamp())


def set_up(needs_screen: bool) -> None:
    """Brings this machine to where the program runs; on a machine that is there already, only looks."""
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        raise Lacking(f"Python 3.11, 3.12 or 3.13 is needed; this is {sys.version.split()[0]} at {sys.executable}")
    if sys.platform.startswith("linux"):
        packages = missing_packages(needs_screen)
        if packages:
            install_packages(packages)
    if not STAMP.exists() or STAMP.read_text() != lock_stamp() or not PYTHON.exists():
        make_environment()


# ---------------------------------------------------------------- running


def has_screen() -> bool:
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or os.environ.get("QT_QPA_PLATFORM"))


def start_console(command: Sequence[str], **more: str) -> int:
    """Runs the console from where the user stands, so that paths mean what they say, but no file that lies there is taken
    for a module of the same name; returns its exit code.

    Ctrl-C reaches the console by itself; a SIGTERM to us is handed on.
    """
    process = subprocess.Popen(command, env=environment(PYTHONPATH=str(ROOT), PYTHONSAFEPATH="1", **more))
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


def run_on_virtual_screen(command: Sequence[str]) -> int:
    """Runs the console on an X display of its own and keeps a picture of its window in a file."""
    reader, writer = os.pipe()
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"],
        pass_fds=(writer,),
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for the console first; the display outlives it by a moment
    )
    os.close(writer)
    try:
        with os.fdopen(reader) as answer:
            display = answer.readline().strip()
        if not display:
            raise Lacking("Xvfb did not start; try it by hand to see why")
        PICTURE.parent.mkdir(exist_ok=True)
        say(f"no screen here: the desk is on a virtual display; look at {PICTURE} (kept fresh); Ctrl-C ends it")
        return start_console([*command, "--picture", str(PICTURE)], DISPLAY=f":{display}", QT_QPA_PLATFORM="xcb")
    finally:
        screen.terminate()
        screen.wait()


def run(options: Sequence[str]) -> int:
    """Opens the console; on the embedded store unless the options name another."""
    is_brief = any(option.split("=")[0] in {"--tour", "--self-check", "--help", "-h"} for option in options)
    set_up(needs_screen=not is_brief and not has_screen())
    named = any(option.split("=")[0] in {"--store", "--demo"} for option in options)
    command = [str(PYTHON), "-m", "console", *([] if named else ["--demo"]), *options]
    if has_screen():
        return start_console(command)
    if is_brief:
        return start_console(command, QT_QPA_PLATFORM="offscreen")
    return run_on_virtual_screen(command)


# ---------------------------------------------------------------- testing


def test(options: Sequence[str]) -> int:
    """Runs every check; the tests last, and only when the rest holds, so that pytest's summary closes the output."""
    set_up(needs_screen=True)
    scripts = PYTHON.parent
    checks = {
        "types": [str(PYTHON), "-m", "mypy"],
        "format": [str(scripts / "ruff"), "format", "--check", "."],
        "lint": [str(scripts / "ruff"), "check", "."],
        "import contracts": [str(scripts / "lint-imports")],
        "dead code": [str(PYTHON), "-m", "vulture"],
    }
    failed = []
    with ThreadPoolExecutor(2) as beside:  # the first takes as long as all others
        started = {name: beside.submit(run_check, command) for name, command in checks.items()}
        for name, check in started.items():
            say(name)
            ended = check.result()
            sys.stdout.buffer.write(ended.stdout)
            sys.stdout.buffer.flush()
            if ended.returncode != 0:
                failed.append(name)
    if failed:
        say(f"failed: {', '.join(failed)}; the tests were not run")
        return 1
    say("tests")
    quiet = environment(QT_QPA_PLATFORM="offscreen", PYTHONDEVMODE="")
    # Halves that are run side by side; modules stay together, since each starts its store once.
    workers = [] if any(option.startswith("-n") for option in options) else ["-n", "2", "--dist", "worksteal"]
    pytest = [str(PYTHON), "-m", "pytest", *workers, *options]
    return subprocess.run(pytest, cwd=ROOT, check=False, env=quiet).returncode


def run_check(command: Sequence[str]) -> "subprocess.CompletedProcess[bytes]":
    """With all that it says, of standard error too."""
    return subprocess.run(
        command, cwd=ROOT, check=False, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


# ---------------------------------------------------------------- measuring


def bench(options: Sequence[str]) -> int:
    """Runs the benchmarks; what they said is in out/bench.json and out/bench.md. See tests/benchmarks/__main__.py."""
    set_up(needs_screen=False)
    return subprocess.run([str(PYTHON), "-m", "tests.benchmarks", *options], cwd=ROOT, check=False).returncode


# ---------------------------------------------------------------- bundling


def bundle(options: Sequence[str]) -> int:
    """Builds what a shop installs into dist/ and tries it where there is no Python; see bundle.py and smoke.py."""
    set_up(needs_screen=True)
    if sys.platform.startswith("linux") and not (shutil.which("objdump") and shutil.which("cc")):
        install_packages(["binutils", "gcc", "libc6-dev"])
    built = subprocess.run([str(PYTHON), str(ROOT / "packaging" / "bundle.py"), str(DIST), *options], check=False)
    if built.returncode != 0:
        return 1
    smoke = [str(PYTHON), str(ROOT / "packaging" / "smoke.py"), str(DIST)]
    return subprocess.run(smoke, check=False, env=environment()).returncode


def main(words: Sequence[str]) -> int:
    commands = {"run": run, "test": test, "bench": bench, "bundle": bundle}
    if not words or words[0] not in commands:
        print(__doc__)
        return 0 if words and words[0] in {"-h", "--help"} else 2
    try:
        return commands[words[0]](words[1:])
    except Lacking as lacking:
        say(str(lacking))
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

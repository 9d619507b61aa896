"""A PostgreSQL of our own for the length of a test session: on a socket in a temporary folder, gone afterwards."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

PATIENCE = 60.0


def binaries() -> Path | None:
    """The folder of initdb and postgres, where Debian puts it or on the path."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "postgres").exists()), None)


@contextmanager
def running() -> Iterator[str]:
    """The address of an empty database on a running server. Skips where there is none."""
    folder = binaries()
    if folder is None:
        pytest.skip("PostgreSQL is not installed")
    data = Path(tempfile.mkdtemp(prefix="fw-pg-"))
    try:
        owner = _give(data)
        subprocess.run(
            [folder / "initdb", "-D", data / "db", "-U", "floorwalker", "-A", "trust", "--no-sync", "-E", "UTF8"],
            user=owner,
            cwd=data,
            check=True,
            capture_output=True,
            timeout=PATIENCE,
        )
        options = ["-c", "listen_addresses=", "-c", "fsync=off", "-c", f"unix_socket_directories={data}"]
        with (data / "log").open("wb") as log:
            server = subprocess.Popen(
                [folder / "postgres", "-D", data / "db", *options], user=owner, cwd=data, stdout=log, stderr=log
            )
        try:
            _wait(data, server)
            yield f"postgresql://floorwalker@/postgres?host={data}"
        finally:
            server.send_signal(signal.SIGQUIT)  # at once: nothing of it is kept
            server.wait(PATIENCE)
    finally:
        shutil.rmtree(data, ignore_errors=True)


def _give(folder: Path) -> str | None:
    """Root may not run PostgreSQL: the user who does instead, to whom ``folder`` is given."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            shutil.chown(folder, name)
        except LookupError:
            continue
        return name
    pytest.skip("PostgreSQL does not run as root, and there is no other user")


def _wait(folder: Path, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            psycopg.connect(f"host={folder} user=floorwalker dbname=postgres").close()
            return
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"PostgreSQL did not start: {(folder / 'log').read_text('utf-8', 'replace')}")
            time.sleep(0.05)

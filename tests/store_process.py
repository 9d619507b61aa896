"""A real store in a process of its own, for tests that need one whole."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
ROOT = Path(__file__).resolve().parent.parent
READY_S = 120.0
END_S = 60.0


class NotReady(Exception):
    """The store ended before it served. ``code``: its exit code; ``log``: its standard error."""

    def __init__(self, code: int | None, log: str) -> None:
        super().__init__(f"exit code {code}: {log}")
        self.code = code
        self.log = log


class StoreProcess:
    """``http`` and ``live``: where it answers; ``stores``: the ids of its stores; ``demo``: password by role.

    ``log`` is what it wrote to standard error so far.
    """

    def __init__(self, data: Path, *options: str) -> None:
        """Starts ``python -m store_server`` and waits for its ready line. Raises NotReady."""
        self.data = data
        self._log: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "store_server", "--data", str(data), *options],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONUTF8": "1"},
        )
        self._reader = threading.Thread(target=self._read_log, daemon=True)
        self._reader.start()
        hang = threading.Timer(READY_S, self.process.kill)
        hang.start()
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        hang.cancel()
        if not line:
            self._finish()
            raise NotReady(self.process.returncode, self.log)
        self.ready: dict[str, Any] = json.loads(line)
        self.http: str = self.ready["http"]
        self.live: str = self.ready["live"]
        self.stores: list[str] = self.ready["stores"]
        self.demo: dict[str, str] = self.ready.get("demo", {})

    @property
    def log(self) -> str:
        return "".join(self._log)

    def stop(self) -> int:
        """Asks it to end, as Ctrl-C does; returns its exit code (not 0 if it had to be killed). Again: the same."""
        if self.process.poll() is None:
            self.process.terminate()
        return self._finish()

    def kill(self) -> None:
        """Kills it as a power cut would: nothing of it gets to say a word."""
        self.process.kill()
        self._finish()

    def _finish(self) -> int:
        try:
            return self.process.wait(END_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()
        finally:
            self._reader.join(END_S)
            assert self.process.stdout is not None
            self.process.stdout.close()

    def _read_log(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as pipe:
            for line in pipe:
                self._log.append(line)


def wait_for(condition: Callable[[], T], what: str, patience_s: float = 60.0) -> T:
    """What ``condition`` returns as soon as it is true. Raises AssertionError with ``what`` if it never is."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {patience_s:g} s")

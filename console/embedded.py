"""The store that the desk starts for itself: a child process on the loopback that never outlives it."""

import logging
import os
import queue
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import msgspec

from console.options import Embedded
from store_client.contract.decoding import from_json
from store_client.contract.unreadable import UNREADABLE

STOP_PATIENCE_S = 15.0
LAST_WORDS_S = 2.0
NICENESS = 5
"""Somebody waits for the window; nobody, on this machine, for the store: where both want the processor, it comes second."""
UNUSABLE = 2
"""Exit code of a store that cannot start as asked."""
if sys.platform == "win32":
    _BELOW_NORMAL = subprocess.BELOW_NORMAL_PRIORITY_CLASS
else:
    _BELOW_NORMAL = 0
_ROOT = Path(__file__).resolve().parent.parent

_log = logging.getLogger(__name__)
_store_log = logging.getLogger("store")


class Ready(msgspec.Struct, frozen=True):
    """The one line that a store prints once it serves. ``demo``: a password for each role."""

    ready: bool
    http: str
    live: str
    stores: list[str]
    demo: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Ended:
    """It ended without having been asked to. ``last_words``: the last line of its log."""

    last_words: str
    code: int


class EmbeddedStore:
    """Started once, stopped once. It says Ready once it serves and Ended if it ends by itself: see ``hear``.

    The child ends in order when our end of the pipe to it closes, however we end.
    """

    def __init__(self, how: Embedded, data: Path) -> None:
        self._command = [sys.executable, "-m", "store_server", "--end-with-input", "--data", str(data), *how.words()]
        self._words: queue.SimpleQueue[Ready | Ended | None] = queue.SimpleQueue()
        self._process: subprocess.Popen[bytes] | None = None
        self._is_stopping = False
        self._last_words = ""

    @property
    def pid(self) -> int | None:
        """None before the start."""
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        """Raises OSError where the system cannot start another process."""
        paths = [str(_ROOT), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            process_group=0,  # Ctrl-C in a terminal is for the desk, which then ends the store in order
            creationflags=_BELOW_NORMAL,
        )
        if sys.platform != "win32":
            os.setpriority(os.PRIO_PROCESS, self._process.pid, NICENESS)  # and so of all that it starts
        self._log_reader = threading.Thread(target=self._read_log, name="embedded store log", daemon=True)
        self._log_reader.start()
        threading.Thread(target=self._read_lines, name="embedded store lines", daemon=True).start()

    def hear(self) -> Ready | Ended | None:
        """Waits for what it says next; None once it was stopped."""
        return self._words.get()

    def stop(self) -> None:
        """Returns when the store and its children are gone."""
        self._is_stopping = True
        self._words.put(None)
        process = self._process
        if process is None:
            return
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(STOP_PATIENCE_S)
        except subprocess.TimeoutExpired:
            _log.warning("the embedded store does not end; killing it")
            process.kill()
            process.wait()

    def _read_lines(self) -> None:
        process = self._process
        assert process is not None
        assert process.stdout is not None
        with process.stdout as pipe:
            for line in pipe:
                self._hear(line)
        process.wait()
        assert process.stdin is not None
        process.stdin.close()
        if not self._is_stopping:
            self._log_reader.join(LAST_WORDS_S)
            last_words = self._last_words or f"it ended with code {process.returncode}"
            self._words.put(Ended(last_words.removeprefix("store_server: "), process.returncode))

    def _hear(self, line: bytes) -> None:
        try:
            ready = from_json(line, Ready)
        except UNREADABLE:
            _log.warning("the embedded store said something that is not its ready line")
            return
        self._words.put(ready)

    def _read_log(self) -> None:
        assert self._process is not None
        assert self._process.stderr is not None
        with self._process.stderr as pipe:
            for line in pipe:
                text = line.decode("utf-8", errors="replace").rstrip()
                if text:
                    self._last_words = text
                    _store_log.info("%s", text)

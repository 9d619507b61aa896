"""A child process of the store: its first line is awaited, its log becomes ours, and it never outlives us.

Every child ends when its standard input closes, which the system does for us even after kill -9.
"""

import logging
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

log = logging.getLogger(__name__)
_ROOT = Path(__file__).resolve().parent.parent
if sys.platform == "win32":
    _OWN_GROUP = subprocess.CREATE_NEW_PROCESS_GROUP
else:
    _OWN_GROUP = 0


def environment(**more: str) -> dict[str, str]:
    """That of a child that runs a module of ours, from wherever the store was started."""
    paths = [str(_ROOT), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1", **more}


def module(name: str, *arguments: str) -> list[str]:
    """The command that runs a module of ours with the Python that runs us."""
    return [sys.executable, "-m", name, *arguments]


class Child:
    """``on_end`` is called in a thread with the exit code, unless ``end`` was asked for.

    ``variables`` are added to its environment; ``importance`` gives each line of its log a level of ours.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        on_end: Callable[[int], None] | None = None,
        variables: Mapping[str, str] | None = None,
        importance: Callable[[str], int] = lambda _line: logging.INFO,
    ) -> None:
        self.name = name
        self.last_words = ""
        self._on_end = on_end
        self._importance = importance
        self._is_ending = False
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        # A group of its own: Ctrl-C in a terminal reaches us alone, and we end our children in order. No session of its own:
        # Linux may share the processor out between sessions, and a handful of ours would leave the desk a handful's part.
        self._process = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(**(variables or {})),
            process_group=0,
            creationflags=_OWN_GROUP,
        )
        self._threads = [
            threading.Thread(target=run, name=f"{name} {run.__name__}", daemon=True)
            for run in (self._read_lines, self._read_log)
        ]
        for thread in self._threads:
            thread.start()
        threading.Thread(target=self._await_end, name=f"{name} end", daemon=True).start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def first_line(self, patience_s: float) -> str | None:
        """The next line of its standard output; None if it ended without one. Raises TimeoutError."""
        try:
            return self._lines.get(timeout=patience_s)
        except queue.Empty:
            raise TimeoutError(f"{self.name} said nothing for {patience_s:g} s") from None

    def say(self, line: str) -> None:
        """Writes a line to its standard input; nothing happens if it has ended."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()
        except (OSError, ValueError):  # Windows says of a broken pipe that the argument is wrong
            log.debug("%s has ended and hears nothing", self.name)

    def exit_code(self, patience_s: float | None) -> int | None:
        """Waits for its end, None: for ever; None if it runs on."""
        try:
            return self._process.wait(patience_s)
        except subprocess.TimeoutExpired:
            return None

    def end(self, patience_s: float = 3.0) -> None:
        """Closes its standard input, then insists; returns when it is gone."""
        self._is_ending = True
        self._close_input()
        if self.exit_code(patience_s) is None:
            log.warning("%s does not end: asking it to terminate", self.name)
            self._process.terminate()
            if self.exit_code(1.0) is None:
                self._process.kill()
                self._process.wait()
        for thread in self._threads:
            thread.join(1.0)

    def hang_up(self) -> None:
        """Closes its standard input: it ends when it likes, and ``on_end`` is told as if it had died."""
        self._close_input()

    def _close_input(self) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.close()
        except OSError:
            log.debug("%s had ended before", self.name)

    def _read_lines(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as pipe:
            for line in pipe:
                self._lines.put(line.decode(errors="replace").rstrip("\r\n"))
        self._lines.put(None)

    def _read_log(self) -> None:
        assert self._process.stderr is not None
        with self._process.stderr as pipe:
            for line in pipe:
                text = line.decode(errors="replace").rstrip()
                if text:
                    self.last_words = text
                    log.log(self._importance(text), "%s: %s", self.name, text)

    def _await_end(self) -> None:
        code = self._process.wait()
        for thread in self._threads:
            thread.join(1.0)
        self._close_input()
        if not self._is_ending and self._on_end is not None:
            self._on_end(code)

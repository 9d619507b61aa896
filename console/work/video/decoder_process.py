"""A decoder as the desk sees it: orders go in, words about streams come out, its end is told."""

import logging
import os
import subprocess
import sys
import threading
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal

from console.work.video.memory import MOST_PIXELS
from console.work.video.words import Order, Told
from store_client.contract.decoding import from_json

_MALLOC = {"MALLOC_MMAP_THRESHOLD_": str(64 << 20), "MALLOC_TRIM_THRESHOLD_": str(128 << 20)}
"""glibc's: what a picture took is kept for the next one. Given back and asked for again each time, it is a third of all that
decoding costs."""
_ROOT = Path(__file__).resolve().parents[3]
_OF_LIBJPEG = (
    b"Corrupt JPEG",
    b"Premature end of JPEG",
    b"Invalid SOS",
    b"Invalid progressive",
    b"Inconsistent progression",
)
_log = logging.getLogger(__name__)


class DecoderProcess(QObject):
    """``told`` carries a Told; ``ended`` carries the process itself, unless it was asked to stop."""

    told = Signal(object)
    ended = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        """Starts it. Raises OSError where the system cannot."""
        super().__init__(parent)
        paths = [str(_ROOT), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
        self._is_stopping = False
        self._process = subprocess.Popen(
            [sys.executable, "-m", "console.work.video.decoder"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(paths),
                "PYTHONUTF8": "1",
                "OPENCV_IO_MAX_IMAGE_PIXELS": str(MOST_PIXELS),
                "OPENBLAS_NUM_THREADS": "1",  # each would take memory, and nothing here multiplies matrices
                **_MALLOC,
            },
            process_group=0,  # Ctrl-C in a terminal is for the desk, which then ends its decoders in order
        )
        self._threads = [
            threading.Thread(target=run, name=f"decoder {run.__name__}", daemon=True)
            for run in (self._listen, self._read_log)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def send(self, order: Order) -> None:
        """Goes nowhere if it has ended; ``ended`` says so."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(msgspec.json.encode(order) + b"\n")
            self._process.stdin.flush()
        except (OSError, ValueError) as error:
            _log.warning("decoder %s hears nothing: %s", self.pid, error)

    def kill(self) -> None:
        """Its end is told as that of any other, unless it was asked to stop."""
        self._process.kill()

    def stop(self) -> None:
        """Returns when it is gone."""
        self._is_stopping = True
        assert self._process.stdin is not None
        try:
            self._process.stdin.close()
        except OSError as error:
            _log.debug("decoder %s was gone before: %s", self.pid, error)
        try:
            self._process.wait(2.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for thread in self._threads:
            thread.join(2.0)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as pipe:
            for line in pipe:
                self.told.emit(from_json(line, Told))
        self._process.wait()
        if not self._is_stopping:
            self.ended.emit(self)

    def _read_log(self) -> None:
        """What libjpeg says of each garbled picture would fill the log; the tile says it."""
        assert self._process.stderr is not None
        with self._process.stderr as pipe:
            for line in pipe:
                level = logging.DEBUG if line.startswith(_OF_LIBJPEG) else logging.WARNING
                _log.log(level, "decoder %s: %s", self.pid, line.decode("utf-8", errors="replace").rstrip())

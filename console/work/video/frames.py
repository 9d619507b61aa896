"""Decoded pictures of one camera on their way from a decoder to the desk: a ring in shared memory.

A mapped file, not ``multiprocessing.shared_memory``: that one is unlinked, with a warning, by the resource tracker of
whichever process ends first (until Python 3.13). One side writes, the other reads, and neither ever waits: a picture
that is not read in time is written over.
"""

import logging
import mmap
import os
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import psutil
from numpy.typing import NDArray

_log = logging.getLogger(__name__)

_PREFIX = "floorwalker-"
SLOTS = 3
BYTES_PER_PIXEL = 4
_HEAD = 8
_SLOT_HEAD = 8
_HEAD_BYTES = 8 * (_HEAD + SLOTS * _SLOT_HEAD)
_LATEST, _DROPPED, _CAME, _GARBLED, _BUSY_US = range(5)
_BEGUN, _CAPTURED = 0, 1  # then width, height, width and height of the source, the clock's error, whether it is clear


@dataclass(frozen=True, slots=True)
class Frame:
    """``pixels``: BGRX rows without padding, valid until the ring is read again: copy, then ask ``is_whole``.
    ``captured_us`` ± ``clock_error_us``. ``source``: width and height in which it came, (0, 0) if it did not say."""

    seq: int
    captured_us: int
    width: int
    height: int
    pixels: memoryview
    source: tuple[int, int] = (0, 0)
    clock_error_us: int = 0
    is_clear: bool = False


class FrameRing:
    """Numbers stand in int64 cells at the head: the number of the newest whole picture, how many came, were dropped
    before decoding and were none, how long decoding took, and for each slot the number of the picture in it (written
    first) and what is known of it."""

    def __init__(self, path: Path, capacity: int, *, is_new: bool) -> None:
        """``capacity``: bytes of the largest picture. Raises OSError."""
        self.path = path
        self.capacity = capacity
        size = _HEAD_BYTES + SLOTS * capacity
        flags = os.O_RDWR | (os.O_CREAT | os.O_EXCL if is_new else 0) | getattr(os, "O_BINARY", 0)
        file = os.open(path, flags, 0o600)
        try:
            if is_new:
                _reserve(file, size)
            self._map = mmap.mmap(file, size)
        except OSError:
            if is_new:
                path.unlink()
            raise
        finally:
            os.close(file)
        self._view = memoryview(self._map)
        self._cells: NDArray[np.int64] = np.frombuffer(self._view, np.int64, _HEAD_BYTES // 8)

    @classmethod
    def make(cls, capacity: int) -> Self:
        """In memory where the system has a folder for that, else among the temporary files. Raises OSError where
        neither has room."""
        name = f"{_PREFIX}{os.getpid()}-{os.urandom(6).hex()}"
        *others, last = _folders()
        for folder in others:
            try:
                return cls(folder / name, capacity, is_new=True)
            except OSError as error:
                _log.warning("no room for pictures in %s: %s", folder, error)
        return cls(last / name, capacity, is_new=True)

    @classmethod
    def open(cls, path: Path, capacity: int) -> Self:
        return cls(path, capacity, is_new=False)

    def close(self, *, is_last: bool = False) -> None:
        """``is_last``: nobody else will open it; its file goes."""
        del self._cells
        self._view.release()
        self._map.close()
        if is_last:
            self.path.unlink(missing_ok=True)

    # ---- the decoder's side

    def begin(self, width: int, height: int) -> NDArray[np.uint8]:
        """Where the next picture is to be written: uint8 [height, width, 4]. Raises ValueError if it is too large."""
        length = width * height * BYTES_PER_PIXEL
        if length > self.capacity:
            raise ValueError(f"a picture of {width}×{height} in a ring for {self.capacity} bytes")
        seq = int(self._cells[_LATEST]) + 1
        self._slot(seq)[_BEGUN] = seq
        start = _HEAD_BYTES + seq % SLOTS * self.capacity
        pixels = np.frombuffer(self._view[start : start + length], np.uint8)
        return pixels.reshape(height, width, BYTES_PER_PIXEL)

    def commit(
        self,
        captured_us: int,
        width: int,
        height: int,
        *,
        source: tuple[int, int] = (0, 0),
        clock_error_us: int = 0,
        is_clear: bool = False,
    ) -> None:
        """See Frame."""
        seq = int(self._cells[_LATEST]) + 1
        self._slot(seq)[_CAPTURED:] = (captured_us, width, height, *source, clock_error_us, is_clear)
        self._cells[_LATEST] = seq

    def count_came(self) -> None:
        self._cells[_CAME] += 1

    def drop(self, pictures: int = 1) -> None:
        """Counts pictures that came and were overtaken by newer ones before they were decoded."""
        self._cells[_DROPPED] += pictures

    def garble(self) -> None:
        """Counts one that was no picture."""
        self._cells[_GARBLED] += 1

    def spend(self, busy_us: int) -> None:
        """Adds time for which this stream kept the decoder busy."""
        self._cells[_BUSY_US] += busy_us

    # ---- the desk's side

    @property
    def latest(self) -> int:
        """Number of the newest whole picture, 0 before the first."""
        return int(self._cells[_LATEST])

    @property
    def dropped(self) -> int:
        return int(self._cells[_DROPPED])

    @property
    def came(self) -> int:
        return int(self._cells[_CAME])

    @property
    def garbled(self) -> int:
        return int(self._cells[_GARBLED])

    @property
    def busy_us(self) -> int:
        return int(self._cells[_BUSY_US])

    def newest(self) -> Frame | None:
        """None before the first picture."""
        seq = self.latest
        if not seq:
            return None
        _, captured_us, width, height, source_width, source_height, clock_error_us, is_clear = self._slot(seq).tolist()
        start = _HEAD_BYTES + seq % SLOTS * self.capacity
        pixels = self._view[start : start + width * height * BYTES_PER_PIXEL]
        source = source_width, source_height
        return Frame(seq, captured_us, width, height, pixels, source, clock_error_us, bool(is_clear))

    def is_whole(self, frame: Frame) -> bool:
        """False if the decoder has begun to write over it meanwhile: what was copied is two pictures."""
        return int(self._slot(frame.seq)[_BEGUN]) == frame.seq

    def _slot(self, seq: int) -> NDArray[np.int64]:
        first = _HEAD + seq % SLOTS * _SLOT_HEAD
        return self._cells[first : first + _SLOT_HEAD]


def sweep() -> None:
    """Removes what desks that were killed have left behind."""
    for folder in _folders():
        for path in folder.glob(f"{_PREFIX}*-*"):
            owner = path.name.removeprefix(_PREFIX).partition("-")[0]
            if owner.isdecimal() and not psutil.pid_exists(int(owner)):
                with suppress(OSError):  # somebody else's
                    path.unlink()


def _folders() -> list[Path]:
    shared, temporary = Path("/dev/shm"), Path(tempfile.gettempdir())
    return [shared, temporary] if shared.is_dir() and os.access(shared, os.W_OK) else [temporary]


def _reserve(file: int, size: int) -> None:
    """Makes the file so large, for good where the system can: touching a page for which there is no room any more ends
    the process (SIGBUS)."""
    if sys.platform == "linux":
        os.posix_fallocate(file, 0, size)
    else:
        os.truncate(file, size)

"""The data folder: one store at a time, and files that only its owner reads."""

import os
import sys
import time
from pathlib import Path

from store_server.options import Unusable

FAREWELL_S = 5.0
"""So long a start waits for a store that is just ending, as that of a desk that was killed does."""

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class DataFolder:
    """Held for as long as the process lives: the lock ends with it, however it ends."""

    def __init__(self, path: Path) -> None:
        """Makes the folder and locks it. Raises Unusable if it cannot, or if another store works on it."""
        self.path = path.absolute()
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise Unusable(f"--data: {error.strerror}: {str(path)!r}") from error
        if not self._is_ours_within(FAREWELL_S):
            os.close(self._lock)
            raise Unusable(f"--data: another store is working on {str(path)!r}")

    def _is_ours_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while True:
            try:
                _take(self._lock)
            except OSError:
                if time.monotonic() > deadline:
                    return False
                time.sleep(0.1)
            else:
                return True

    def close(self) -> None:
        os.close(self._lock)


def write_private(path: Path, text: str) -> None:
    """Writes a file that only its owner may read, whole or not at all."""
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


if sys.platform == "win32":

    def _take(lock: int) -> None:
        msvcrt.locking(lock, msvcrt.LK_NBLCK, 1)

else:

    def _take(lock: int) -> None:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)

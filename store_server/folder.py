"""The data folder: one store at a time, and files that only its owner reads."""

import json
import logging
import os
import sys
import time
from pathlib import Path

from store_server.options import Unusable
from store_server.version import VERSION

FORM = 7
"""Of all that lies in the folder: database, streams, recordings, files. Raised with each migration, and with whatever
else an older program could not read or would harm: such a one refuses the folder before it, or its broker, touches it."""

FAREWELL_S = 5.0
"""So long a start waits for a store that is just ending, as that of a desk that was killed does."""

log = logging.getLogger(__name__)

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class DataFolder:
    """Held for as long as the process lives: the lock ends with it, however it ends."""

    def __init__(self, path: Path) -> None:
        """Makes the folder and locks it. Raises Unusable if it cannot, if another store works on it, or if a newer
        program has."""
        self.path = path.absolute()
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise Unusable(f"--data: {error.strerror}: {str(path)!r}") from error
        if not self._is_ours_within(FAREWELL_S):
            os.close(self._lock)
            raise Unusable(f"--data: another store is working on {str(path)!r}")
        try:
            self._take_over()
        except Unusable:
            self.close()
            raise

    def _take_over(self) -> None:
        stamp = self.path / "form.json"
        form, program = _stamped(stamp)
        if form > FORM:
            raise Unusable(
                f"--data: version {program} of this program has worked in {str(self.path)!r}, which is newer than this "
                f"one ({VERSION}): start that one, or restore a copy from before"
            )
        if (form, program) != (FORM, VERSION):
            try:
                write_private(stamp, json.dumps({"form": FORM, "program": VERSION}))
            except OSError as error:
                raise Unusable(f"--data: {error.strerror}: {str(self.path)!r}") from error

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


def _stamped(stamp: Path) -> tuple[int, str]:
    """Form and program that worked there last; (0, "") where that is not known, as before there were stamps."""
    try:
        found = json.loads(stamp.read_text(encoding="utf-8"))
        return int(found["form"]), str(found["program"])
    except FileNotFoundError:
        return 0, ""
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("which program worked here before is not known, for %s cannot be read: %s", stamp, error)
        return 0, ""


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

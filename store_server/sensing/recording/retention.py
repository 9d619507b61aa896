"""How long recordings stay: bounded by age, by bytes and by the room on the disk, except for what cases hold."""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from store_server.clock import Steadiness
from store_server.sensing.recording.archive import Archive, Segment
from store_server.sensing.recording.holds import Holds

MIB = 1 << 20
HOUR_US = 3_600_000_000
MARGIN = 1.1
"""There is room again when so many times the floor is free: what flickers is no news."""


def free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free


@dataclass(frozen=True, slots=True)
class Bounds:
    """``most_bytes``: of all that no case holds. ``floor``: bytes that must be free on the disk for recording to go on."""

    age_us: int
    most_bytes: int
    floor: int = 1024 * MIB


class Retention:
    """``trouble`` says why nothing can be recorded now; empty while it can. Used in one thread."""

    def __init__(
        self,
        archive: Archive,
        holds: Holds,
        bounds: Bounds,
        free: Callable[[Path], int] = free_bytes,
        *,
        speed: float = 1.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """``speed``: how fast the store's clock goes."""
        self.trouble = ""
        self._archive = archive
        self._holds = holds
        self._bounds = bounds
        self._free = free
        self._steadiness = Steadiness(speed=speed, monotonic=monotonic)

    def step(self, now_us: int, writing: frozenset[tuple[str, int]] = frozenset()) -> int:
        """Deletes what must go, the oldest first, and looks at the room that is left. How many went. ``writing``:
        segments that are being written, which stay."""
        is_steady = self._steadiness.holds(now_us, self._kept_before)
        if not self._holds.is_sure:
            self.look()
            return 0
        segments = self._archive.all()
        held = self._holds.held(segments)
        total = sum(segment.bytes for segment in segments if self._may_go(segment, held))
        stays_from_us = now_us - self._bounds.age_us if is_steady else 0
        gone = 0
        for segment in segments:
            is_old = segment.end_us < stays_from_us
            if not (is_old or total > self._bounds.most_bytes or self.is_short()):
                if segment.begin_us >= stays_from_us:
                    break
                continue
            if self._may_go(segment, held | writing) and self._archive.delete(segment):
                total -= segment.bytes
                gone += 1
        self.look()
        return gone

    def _kept_before(self, at_us: int) -> int | None:
        return max((segment.end_us for segment in self._archive.all() if segment.end_us < at_us), default=None)

    @property
    def _needed(self) -> float:
        return self._bounds.floor * (MARGIN if self.trouble else 1.0)

    def is_short(self) -> bool:
        """Whether less is free than must be."""
        return self._free(self._archive.folder) < self._needed

    @staticmethod
    def _may_go(segment: Segment, staying: frozenset[tuple[str, int]]) -> bool:
        return (segment.camera, segment.number) not in staying

    def look(self) -> None:
        """Whether there is room to write, in ``trouble``."""
        free = self._free(self._archive.folder)
        if free < self._needed:
            self.trouble = f"{free // MIB} MiB are free, {self._bounds.floor // MIB} are needed"
        else:
            self.trouble = ""

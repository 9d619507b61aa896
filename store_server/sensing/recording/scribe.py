"""The one thread that writes recordings: what is live never waits for a disk."""

import logging
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from store_server.sensing.recording.archive import Archive, OpenSegment
from store_server.sensing.recording.form import Form, Sample
from store_server.sensing.recording.retention import Retention

log = logging.getLogger(__name__)

SEGMENT_S = 60.0
SEGMENT_BYTES = 64 << 20
MOST_WAITING = 64 << 20
"""Bytes that may wait for the disk; what comes beyond is left out and counted, until half of them are written: one long
gap in place of many."""
KEEP_S = 1.0
SWEEP_TURNS = 10
"""Of looking at the disk, which is cheap, until all segments are gone through, unless there is no room."""
BACK_US = 250_000
"""A stamp so little before the last is jitter, and moved behind it; what goes back further begins a new segment."""


@dataclass(slots=True)
class Counts:
    """``left_out``: of those dropped, for which there was no room to wait, since the disk is too slow."""

    written: int = 0
    dropped: int = 0
    left_out: int = 0


@dataclass(slots=True)
class _Open:
    segment: OpenSegment
    form: Form
    begun: float
    last: Sample


@dataclass(frozen=True, slots=True)
class _Line:
    """What the thread is told: a sample, or (``sample`` None) that the camera has broken off."""

    camera: str
    form: Form | None
    sample: Sample | None


@dataclass(slots=True)
class _Waiting:
    """``behind``: cameras of which something was left out, and nothing was taken since."""

    lines: queue.SimpleQueue[_Line | None] = field(default_factory=queue.SimpleQueue)
    bytes: int = 0
    behind: set[str] = field(default_factory=set)
    guard: threading.Lock = field(default_factory=threading.Lock)


class Scribe:
    """``trouble`` says why nothing is recorded; empty while all is well."""

    def __init__(
        self,
        archive: Archive,
        retention: Retention,
        now_us: Callable[[], int],
        *,
        segment_s: float = SEGMENT_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """``segment_s``: of the machine's time, after which a new segment begins with the next key picture."""
        self.counts = Counts()
        self.trouble = ""
        self._archive = archive
        self._retention = retention
        self._now_us = now_us
        self._segment_s = segment_s
        self._monotonic = monotonic
        self._open: dict[str, _Open] = {}
        self._waiting = _Waiting()
        self._kept_at = 0.0
        self._turn = 0
        self._no_room = ""
        self._unwritten: dict[str, str] = {}
        self._thread = threading.Thread(target=self._run, name="recording")

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """Returns when all that was put is on the disk."""
        self._waiting.lines.put(None)
        if self._thread.ident is not None:
            self._thread.join()

    def put(self, camera: str, form: Form, sample: Sample) -> None:
        """To be written soon; never waits. Any thread."""
        waiting = self._waiting
        with waiting.guard:
            is_behind = camera in waiting.behind
            most = MOST_WAITING // 2 if is_behind else MOST_WAITING
            if waiting.bytes + len(sample.data) > most or (is_behind and not sample.is_key):
                self.counts.dropped += 1
                self.counts.left_out += 1
                if not is_behind:
                    waiting.behind.add(camera)
                    self.broke_off(camera)
                return
            waiting.behind.discard(camera)
            waiting.bytes += len(sample.data)
            waiting.lines.put(_Line(camera, form, sample))

    def broke_off(self, camera: str) -> None:
        """Nothing follows for now: the segment ends, and the gap is seen. Any thread."""
        self._waiting.lines.put(_Line(camera, None, None))

    def _run(self) -> None:
        while True:
            with suppress(queue.Empty):
                line = self._waiting.lines.get(timeout=KEEP_S)
                if line is None:
                    break
                self._take(line)
            if self._monotonic() - self._kept_at >= KEEP_S:
                self._kept_at = self._monotonic()
                self._keep()
        for camera in list(self._open):
            self._close(camera)

    def _take(self, line: _Line) -> None:
        if line.form is None or line.sample is None:
            self._close(line.camera)
            self._unwritten.pop(line.camera, None)
            self._tell()
            return
        with self._waiting.guard:
            self._waiting.bytes -= len(line.sample.data)
        if self._retention.trouble:
            self.counts.dropped += 1
            self._close(line.camera)
            return
        try:
            self._write(line.camera, line.form, line.sample)
        except OSError as error:
            self.counts.dropped += 1
            self._unwritten[line.camera] = f"{error.strerror or error}"
            self._close(line.camera)
        self._tell()

    def _write(self, camera: str, form: Form, sample: Sample) -> None:
        now = self._monotonic()
        present = self._open.get(camera)
        if present is not None:
            sample = _behind(present.last, sample)
            if self._is_over(present, form, sample, now):
                self._close(camera)
                present = None
        if present is None:
            if not sample.is_key:  # nothing can be seen before the next
                self.counts.dropped += 1
                return
            present = self._open[camera] = _Open(self._archive.begin(camera, form, sample.at_us), form, now, sample)
        present.segment.append(sample)
        present.last = sample
        self.counts.written += 1
        self._unwritten.pop(camera, None)

    def _is_over(self, present: _Open, form: Form, sample: Sample, now: float) -> bool:
        if form != present.form or sample.decode_us <= present.last.decode_us:
            return True
        if sample.decode_us - present.last.decode_us > form.hold_us:
            return True
        is_long = now - present.begun >= self._segment_s or present.segment.segment.bytes >= SEGMENT_BYTES
        return is_long and sample.is_key

    def _close(self, camera: str) -> None:
        present = self._open.pop(camera, None)
        if present is not None:
            try:
                present.segment.close()
            except OSError as error:
                self._unwritten[camera] = f"{error.strerror or error}"
                self._tell()

    def _keep(self) -> None:
        try:
            if self._turn % SWEEP_TURNS == 0 or self._retention.is_short():
                writing = frozenset((camera, present.segment.segment.number) for camera, present in self._open.items())
                self._retention.step(self._now_us(), writing)
            else:
                self._retention.look()
            self._turn += 1
            self._no_room = self._retention.trouble
        except OSError as error:  # the folder is away for now: what is written next will show
            self._no_room = f"{error.strerror or error}"
        self._tell()

    def _tell(self) -> None:
        """What cannot be written of a camera is trouble until something is, or nothing more comes of it."""
        trouble = self._no_room or next(iter(self._unwritten.values()), "")
        if trouble and not self.trouble:
            log.error("nothing is recorded: %s", trouble)
        elif self.trouble and not trouble:
            log.info("recording goes on")
        self.trouble = trouble


def _behind(last: Sample, sample: Sample) -> Sample:
    """The sample, moved right behind the last where it is a little before it."""
    if not last.decode_us - BACK_US <= sample.decode_us <= last.decode_us:
        return sample
    moved = last.decode_us + 1 - sample.decode_us
    return Sample(sample.data, sample.at_us + moved, sample.decode_us + moved, sample.error_us + moved, sample.is_key)

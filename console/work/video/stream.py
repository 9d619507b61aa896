"""One camera that is looked at, as the desk keeps it."""

from dataclasses import dataclass, field

from PySide6.QtGui import QImage

from console.domain.camera_view import Stream, StreamState, every_for
from console.domain.pace import Pace
from console.domain.stream_watch import StreamWatch
from console.state.pictures import CameraPicture
from console.work.video.decoder_process import DecoderProcess
from console.work.video.frames import BYTES_PER_PIXEL, FrameRing
from console.work.video.words import Tune, Turn

LATE_S = 2.0
"""A stream that brings nothing for so long is as good as lost."""
OPENING_S = 6.0
HOLD_STEP_MS = 150
"""Pictures are not held back anew for less: each time the tile stands still."""


@dataclass(slots=True)
class OpenStream:
    """``asked``: the width that is wanted; ``url``: where it was opened. ``late_ms``: how long after they were taken its
    pictures come, evened out; None before the first. ``hold_ms``: for how long they are held back then. ``is_past``: they
    were recorded; ``is_still``: and there is but one."""

    number: int
    camera: str
    asked: int
    url: str
    ring: FrameRing
    decoder: DecoderProcess
    since_s: float
    seen: int = 0
    drops: int = 0
    is_past: bool = False
    is_still: bool = False
    state: StreamState = "opening"
    detail: str = ""
    every: int = 1
    hold_ms: int = 0
    late_ms: float | None = None
    came_s: float = 0.0
    pace: Pace = field(default_factory=Pace)
    watch: StreamWatch = field(default_factory=StreamWatch)
    _came: int = 0
    _error_us: int = 0
    _is_clear: bool = False
    _settles_s: float = 0.0

    def fits(self, width: int | None) -> bool:
        """A stream is opened anew only for a tile that is a third larger or less than half as large."""
        return width is not None and width <= self.asked * 1.34 and width * 2 >= self.asked

    def copy(self) -> CameraPicture | None:
        """The newest picture as the desk's own; None if there is no new one, or the decoder wrote over it meanwhile."""
        frame = self.ring.newest() if self.ring.latest != self.seen else None
        if frame is None:
            return None
        row = frame.width * BYTES_PER_PIXEL
        image = QImage(frame.pixels, frame.width, frame.height, row, QImage.Format.Format_RGB32).copy()
        frame.pixels.release()
        if not self.ring.is_whole(frame):
            return None
        self.drops += max(0, frame.seq - self.seen - 1) if self.seen else 0
        self.seen, self._error_us, self._is_clear = frame.seq, frame.clock_error_us, frame.is_clear
        return CameraPicture(
            self.camera, image, frame.captured_us, frame.seq, frame.clock_error_us, frame.is_clear, frame.source
        )

    def shown(self, picture: CameraPicture, late_ms: float, now_s: float) -> None:
        """``late_ms``: how long after it was taken; negative by a clock that is ahead."""
        self.pace.came(now_s)
        if self.is_past:
            return  # when it comes says nothing of the camera
        came_ms = late_ms - self.hold_ms
        self.watch.saw(now_s, came_ms / 1e3, picture.source)
        if now_s >= self._settles_s:
            came_ms = max(0.0, came_ms)
            self.late_ms = came_ms if self.late_ms is None else 0.8 * self.late_ms + 0.2 * came_ms

    def look(self, now_s: float, silent: str) -> None:
        """Now and then. ``silent``: the words for a stream that brings nothing."""
        came = self.ring.came
        if came != self._came:
            self._came, self.came_s = came, now_s
        self.watch.counted(now_s, came, self.ring.garbled)
        patience_s = LATE_S if self.state == "up" else OPENING_S
        silent_s = now_s - max(self.came_s, self.since_s)
        if self.is_still and self.came_s >= self.since_s:
            return
        if self.state in ("up", "opening") and silent_s > patience_s:
            self.state, self.detail = "lost", silent
        elif self.state == "lost" and self.came_s > self.since_s and silent_s < LATE_S / 2:
            self.state, self.detail = "up", ""

    def turn(self, url: str, now_s: float, *, is_past: bool, is_still: bool) -> Turn:
        """What to tell the decoder so that it brings pictures of another time."""
        self.url, self.since_s, self.is_past, self.is_still = url, now_s, is_past, is_still
        self.state, self.detail, self.late_ms = "opening", "", None
        self.pace, self.watch = Pace(), StreamWatch()
        self._came = self.ring.came  # what came before and was not looked at yet is of the other time
        return Turn(self.number, url, is_past, is_still)

    def tune(self, every: int, behind_ms: int, rate: float, now_s: float) -> Tune | None:
        """What to tell the decoder so that each ``every``-th picture is decoded, and shown ``behind_ms`` after it was
        taken, not sooner; None if it is so already. ``rate``: seconds of the store in one of ours."""
        hold_ms = max(0, round(behind_ms - (self.late_ms or 0.0))) if behind_ms else 0
        if behind_ms and self.hold_ms and abs(hold_ms - self.hold_ms) < HOLD_STEP_MS:
            hold_ms = self.hold_ms
        if (every, hold_ms) == (self.every, self.hold_ms):
            return None
        if hold_ms != self.hold_ms:
            self._settles_s = now_s + max(hold_ms, self.hold_ms) / 1e3 + 1.0
            self.watch.ignore_lateness(self._settles_s)
        self.every, self.hold_ms = every, hold_ms
        return Tune(self.number, every, round(hold_ms * 1e3 * rate))

    def told(self, now_s: float) -> Stream:
        """As screens see it."""
        is_resized = self.watch.resized(now_s)
        return Stream(
            self.state,
            self.pace.rate_hz(now_s),
            self.drops + self.ring.dropped,
            self.detail,
            came_hz=self.watch.rate_hz(),
            asked_every=every_for(self.asked),
            every=self.every,
            behind_ms=self.hold_ms,
            garbled=self.watch.garbled(),
            resized=(*self.watch.was, *self.watch.size) if is_resized else None,
            leapt_s=self.watch.leapt_s(now_s),
            clock_error_ms=self._error_us / 1e3,
            is_clear=self._is_clear,
        )

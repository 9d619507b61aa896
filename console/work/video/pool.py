"""The cameras that screens look at: decoders are given streams, and their pictures are read at the screen's pace."""

import logging
import statistics
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from console.domain.camera_view import Stream, StreamState
from console.domain.commands import ScreenName, WatchCameras
from console.domain.connection import Link, LinkState
from console.domain.pace import Pace
from console.domain.problem import Problem
from console.state.desk import Desk
from console.state.pictures import CameraPicture
from console.work.door import Door
from console.work.video.decoder_process import DecoderProcess
from console.work.video.frames import BYTES_PER_PIXEL, FrameRing, sweep
from console.work.video.words import Close, Open, Token, Told
from store_client.contract.camera import Camera
from store_client.errors import StoreError

PERIOD_MS = 33
STREAMS_EACH = 8
"""Cameras that one decoder serves: a process takes 70 MiB before its first picture."""
LOOK_AFTER_MS = 400
LATE_S = 2.0
"""A stream that brings nothing for so long is as good as lost."""
OPENING_S = 6.0
MOST_RESTARTS, WITHIN_S = 5, 60.0
TOKEN_MS = 20_000

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Open:
    """One stream that is wanted."""

    number: int
    camera: str
    asked: int
    width: int
    ring: FrameRing
    decoder: DecoderProcess
    since_s: float
    seen: int = 0
    drops: int = 0
    state: StreamState = "opening"
    detail: str = ""
    pace: Pace = field(default_factory=Pace)
    late_ms: float | None = None
    """How long after they were taken its pictures come, evened out; None before the first."""

    def came(self, late_ms: float, now_s: float) -> None:
        self.pace.came(now_s)
        self.late_ms = late_ms if self.late_ms is None else 0.8 * self.late_ms + 0.2 * late_ms


class VideoPool(QObject):
    """``signed_out``: the store refused the bearer; whoever holds the session renews it."""

    signed_out = Signal()

    def __init__(self, desk: Desk, door: Door, steady: Callable[[], float], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._door = door
        self._steady = steady
        self._wanted: dict[ScreenName, WatchCameras] = {}
        self._streams: dict[str, _Open] = {}
        self._decoders: list[DecoderProcess] = []
        self._restarts: deque[float] = deque(maxlen=MOST_RESTARTS)
        self._numbers = 0
        self._timer = self._every(PERIOD_MS, self.pull)
        self._slow = self._every(LOOK_AFTER_MS, self._look_after)
        self._tokens = self._every(TOKEN_MS, self.renew_token)
        desk.cameras.changed.connect(self._settle)
        sweep()

    def _every(self, period_ms: int, call: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(period_ms)
        timer.timeout.connect(call)
        return timer

    @property
    def pids(self) -> list[int]:
        """Of the decoders."""
        return [decoder.pid for decoder in self._decoders]

    # ---- what is wanted

    def watch(self, command: WatchCameras) -> None:
        self._wanted[command.by] = command
        self._settle()

    def again(self) -> None:
        """The store is there again, perhaps elsewhere: every stream is opened anew."""
        for camera in list(self._streams):
            self._close(camera, is_gone=False)
        self._settle()

    def _settle(self, _: object = None) -> None:
        """Opens what is wanted and closes what is not."""
        wanted: dict[str, int] = {}
        for asked in self._wanted.values():
            for one in asked.wanted:
                wanted[one.camera] = max(one.width, wanted.get(one.camera, 0))
        for camera in [camera for camera, open_ in self._streams.items() if not _fits(open_, wanted.get(camera))]:
            self._close(camera, is_gone=camera not in wanted)
        for camera, width in wanted.items():
            if camera not in self._streams:
                self._open(camera, width)
        for timer in (self._timer, self._slow, self._tokens):
            if self._streams and not timer.isActive():
                timer.start()
            elif not self._streams:
                timer.stop()
        self._say()

    def stop(self) -> None:
        for camera in list(self._streams):
            self._close(camera, is_gone=True)
        for decoder in self._decoders:
            decoder.stop()
        self._decoders.clear()
        for timer in (self._timer, self._slow, self._tokens):
            timer.stop()

    def _open(self, camera: str, width: int) -> None:
        known = next((known for known in self._desk.cameras.value if known.id == camera), None)
        token = self._token()
        if known is None or token is None or self._door.url is None:
            return  # asked again when the cameras are known
        decoder = self._decoder()
        if decoder is None:
            return
        asked, width = width, min(width, known.width)
        capacity = _picture_bytes(known, width)
        self._numbers += 1
        try:
            ring = FrameRing.make(capacity)
        except OSError as error:
            what = self.tr("There is no memory for pictures: {0}").format(error.strerror)
            self._desk.problems.say(Problem("video", what, advice=self.tr("Close other programs, then try again.")))
            return
        open_ = _Open(self._numbers, camera, asked, width, ring, decoder, self._steady())
        self._streams[camera] = open_
        url = self._door.client.pictures_url(camera, width=width)
        decoder.send(Open(open_.number, url, token, width, str(ring.path), capacity))
        self._show(open_)

    def _close(self, camera: str, *, is_gone: bool) -> None:
        open_ = self._streams.pop(camera)
        open_.decoder.send(Close(open_.number))
        open_.ring.close(is_last=True)
        if is_gone:
            self._desk.pictures.forget({camera})

    # ---- decoders

    def _decoder(self) -> DecoderProcess | None:
        """The one with the fewest streams; another one where all have enough."""
        load = dict.fromkeys(self._decoders, 0)
        for open_ in self._streams.values():
            load[open_.decoder] = load.get(open_.decoder, 0) + 1
        free = [decoder for decoder in self._decoders if load[decoder] < STREAMS_EACH]
        if free:
            return min(free, key=lambda decoder: load[decoder])
        try:
            decoder = DecoderProcess(self)
        except OSError as error:
            what = self.tr("No decoder can be started: {0}").format(error)
            self._desk.problems.say(Problem("video", what, advice=self.tr("Close other programs, then try again.")))
            return None
        decoder.told.connect(self._hear)
        decoder.ended.connect(self._replace)
        self._decoders.append(decoder)
        return decoder

    def _replace(self, decoder: DecoderProcess) -> None:
        """A broken stream kills a decoder, not the desk: what it showed is given to another one."""
        if decoder not in self._decoders:
            return
        self._decoders.remove(decoder)
        decoder.stop()
        decoder.deleteLater()
        orphans = [open_ for open_ in self._streams.values() if open_.decoder is decoder]
        now_s = self._steady()
        if len(self._restarts) == MOST_RESTARTS and now_s - self._restarts[0] < WITHIN_S:
            what = self.tr("The decoder of the cameras ended {0} times within a minute.").format(MOST_RESTARTS)
            advice = self.tr("Leave the cameras and come back to try again.")
            self._desk.problems.say(Problem("video", what, self.tr("Everything else goes on."), advice))
            for open_ in orphans:
                open_.state, open_.detail = "lost", what
                self._show(open_)
            self._restarts.clear()
            return
        self._restarts.append(now_s)
        _log.warning("decoder %s ended; %d streams go to another", decoder.pid, len(orphans))
        for open_ in orphans:
            self._streams.pop(open_.camera)
            open_.ring.close(is_last=True)
            self._open(open_.camera, open_.asked)

    def renew_token(self) -> None:
        token = self._token()
        if token is not None:
            for decoder in self._decoders:
                decoder.send(Token(token))

    def _token(self) -> str | None:
        try:
            session = self._door.client.session
        except StoreError:
            return None
        return None if session is None else session.token

    # ---- what comes back

    def _hear(self, told: Told) -> None:
        for open_ in self._streams.values():
            if open_.number == told.stream:
                if told.state != "opening" or open_.state == "off":
                    open_.state, open_.detail = told.state, told.detail
                self._show(open_)
                if told.is_signed_out:
                    self.signed_out.emit()
        self._say()

    def pull(self) -> None:
        """One turn of the UI timer: the newest picture of each camera that has a new one."""
        now_s = self._steady()
        fresh = []
        for open_ in self._streams.values():
            if open_.ring.latest != open_.seen:
                picture = _copy(open_)
                if picture is not None:
                    fresh.append(picture)
                    clock = self._desk.clock
                    open_.came(clock.age_us(picture.captured_us) / 1e3 / clock.rate, now_s)
        self._desk.pictures.put(fresh)

    def _look_after(self) -> None:
        """Now and then: rates, and streams that have fallen silent."""
        now_s = self._steady()
        for open_ in self._streams.values():
            is_silent = open_.pace.is_silent(now_s)
            patience_s = LATE_S if open_.state == "up" else OPENING_S
            if open_.state in ("up", "opening") and is_silent and now_s - open_.since_s > patience_s:
                open_.state, open_.detail = "lost", self.tr("no picture comes")
            elif open_.state == "lost" and not is_silent:
                open_.state, open_.detail = "up", ""
            self._show(open_)
        self._say()

    def _show(self, open_: _Open) -> None:
        drops = open_.drops + open_.ring.dropped
        stream = Stream(open_.state, open_.pace.rate_hz(self._steady()), drops, open_.detail)
        self._desk.pictures.streams.put({open_.camera: stream})

    def _say(self) -> None:
        """The state of the video link: that of the best stream, since one lost camera is that camera's matter."""
        connection = self._desk.connection.value
        states = {open_.state for open_ in self._streams.values()}
        state: LinkState = "off"
        if states:
            state = "up" if "up" in states else "lost" if states == {"lost"} else "connecting"
        drops = sum(open_.drops + open_.ring.dropped for open_ in self._streams.values())
        before = connection.video
        since_us = self._desk.clock.now_us() if state != before.state and self._desk.clock.is_known else before.since_us
        link = Link(state, self._delay_ms(), drops, since_us)
        self._desk.connection.set(connection.having("video", link))

    def _delay_ms(self) -> float | None:
        """How late pictures come: of the stream in the middle, None while there are none."""
        late = [open_.late_ms for open_ in self._streams.values() if open_.state == "up" and open_.late_ms is not None]
        return round(statistics.median(late)) if late else None


def _fits(open_: _Open, width: int | None) -> bool:
    """A stream is opened anew only for a tile that is a third larger or less than half as large."""
    return width is not None and width <= open_.asked * 1.34 and width * 2 >= open_.asked


def _picture_bytes(camera: Camera, width: int) -> int:
    """Room for a picture ``width`` wide, and a little for another shape than announced."""
    height = width * camera.height / max(1, camera.width)
    return int(1.1 * width * height * BYTES_PER_PIXEL) + 4_096


def _copy(open_: _Open) -> CameraPicture | None:
    """The newest picture as the desk's own; None if the decoder wrote over it while it was copied."""
    frame = open_.ring.newest()
    if frame is None:
        return None
    row = frame.width * BYTES_PER_PIXEL
    image = QImage(frame.pixels, frame.width, frame.height, row, QImage.Format.Format_RGB32).copy()
    frame.pixels.release()
    if not open_.ring.is_whole(frame):
        return None
    open_.drops += max(0, frame.seq - open_.seen - 1) if open_.seen else 0
    open_.seen = frame.seq
    return CameraPicture(open_.camera, image, frame.captured_us, frame.seq)

"""The cameras that screens look at: decoders are given streams, and their pictures are read at the screen's pace."""

import logging
import statistics
from collections.abc import Callable

import msgspec
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from console.causes import why_words
from console.domain.camera_view import every_for
from console.domain.commands.watching import WatchCameras
from console.domain.connection import Link, LinkState
from console.domain.demotion import Demotion
from console.domain.problem import Problem
from console.domain.screen_name import ScreenName
from console.state.desk import Desk
from console.work.door import Door
from console.work.video.decoder_process import DecoderProcess
from console.work.video.decoders import MOST_RESTARTS, Decoders
from console.work.video.frames import BYTES_PER_PIXEL, FrameRing, sweep
from console.work.video.strain import Strain
from console.work.video.stream import OpenStream
from console.work.video.words import Close, Open, Token, Told
from store_client.contract.camera import Camera
from store_client.contract.faces import FacesGrant
from store_client.contract.moment import from_micros
from store_client.errors import StoreError

PERIOD_MS = 33
LOOK_AFTER_MS = 400
TOKEN_MS = 20_000

_log = logging.getLogger(__name__)


class VideoPool(QObject):
    """``signed_out``: the store refused the bearer; whoever holds the session renews it."""

    signed_out = Signal()

    def __init__(self, desk: Desk, door: Door, steady: Callable[[], float], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._door = door
        self._steady = steady
        self._wanted: dict[ScreenName, WatchCameras] = {}
        self._streams: dict[str, OpenStream] = {}
        self._decoders = Decoders(steady, self)
        self._decoders.told.connect(self._hear)
        self._decoders.ended.connect(self._replace)
        self._numbers = 0
        self._demotion = Demotion()
        self._strain = Strain(PERIOD_MS / 1e3)
        self._timer = self._every(PERIOD_MS, self.pull)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)  # how late it is tells how busy the desk is
        self._slow = self._every(LOOK_AFTER_MS, self._look_after)
        self._tokens = self._every(TOKEN_MS, self.renew_token)
        desk.cameras.changed.connect(self._settle)
        desk.faces.changed.connect(self._turn_faces)
        sweep()

    def _every(self, period_ms: int, call: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(period_ms)
        timer.timeout.connect(call)
        return timer

    @property
    def pids(self) -> list[int]:
        """Of the decoders that serve."""
        return self._decoders.pids

    @property
    def all_pids(self) -> list[int]:
        """The one to spare too."""
        return self._decoders.all_pids

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
        for camera in [camera for camera, open_ in self._streams.items() if not open_.fits(wanted.get(camera))]:
            self._close(camera, is_gone=camera not in wanted)
        for camera, width in wanted.items():
            if camera not in self._streams:
                self._open(camera, width)
        for timer in (self._timer, self._slow, self._tokens):
            if self._streams and not timer.isActive():
                timer.start()
                self._strain.begin()
            elif not self._streams:
                timer.stop()
        self._tune()
        self._say()

    def stop(self) -> None:
        for camera in list(self._streams):
            self._close(camera, is_gone=True)
        self._decoders.stop()
        for timer in (self._timer, self._slow, self._tokens):
            timer.stop()

    def _open(self, camera: str, asked: int) -> None:
        known = next((known for known in self._desk.cameras.value if known.id == camera), None)
        token = self._token()
        if known is None or token is None or self._door.url is None:
            return  # asked again when the cameras are known
        decoder = self._decoder()
        if decoder is None:
            return
        width = min(asked, known.width)
        capacity = _picture_bytes(known, width)
        self._numbers += 1
        try:
            ring = FrameRing.make(capacity)
        except OSError as error:
            what = self.tr("There is no memory for pictures: {0}").format(error.strerror)
            self._desk.problems.say(Problem("video", what, advice=self.tr("Close other programs, then try again.")))
            return
        url, then = self._url(camera, width), self._desk.replay.value
        open_ = OpenStream(self._numbers, camera, asked, url, ring, decoder, self._steady())
        open_.is_past, open_.is_still = then.is_on, then.is_on and not then.is_playing
        self._streams[camera] = open_
        order = Open(open_.number, url, token, width, str(ring.path), capacity, pin=self._door.trust.pin)
        decoder.send(msgspec.structs.replace(order, is_past=open_.is_past, is_still=open_.is_still))
        self._show(open_)

    def turn(self, camera: str | None = None) -> None:
        """What is shown is of another moment, or goes on in another way: so do the pictures; of ``camera`` alone where one
        is named. The picture of a moment that is on its way, or there, is not asked for again."""
        then, now_s = self._desk.replay.value, self._steady()
        widths = {camera.id: camera.width for camera in self._desk.cameras.value}
        turns = []
        for name, open_ in self._streams.items():
            if camera not in (None, name):
                continue
            url = self._url(name, min(open_.asked, widths.get(name, open_.asked)))
            is_still = then.is_on and not then.is_playing
            if is_still and open_.is_still and open_.url == url and open_.state in ("opening", "up"):
                continue
            turns.append((open_, open_.turn(url, now_s, is_past=then.is_on, is_still=is_still)))
        self._tune()  # first: what was held back for the live stream would be so for good of a still
        for open_, turn in turns:
            open_.decoder.send(turn)
            self._show(open_)

    def _turn_faces(self, grant: FacesGrant | None) -> None:
        """What shows faces does not stay until the next picture comes."""
        if grant is None:
            self._desk.pictures.forget_clear()
        self.turn()

    def _url(self, camera: str, width: int) -> str:
        """Of the pictures as they come; while then is shown, of the one that was shown then, or of those from then on."""
        client, then, grant, every = (
            self._door.client,
            self._desk.replay.value,
            self._desk.faces.value,
            every_for(width),
        )
        faces = None if grant is None else grant.id
        if not then.is_on:
            return client.pictures_url(camera, width=width, every=every if every > 1 else None, faces=faces)
        at = from_micros(self._desk.moment.at_us)
        if then.is_playing:
            return client.replay_url(camera, at, then.speed, width=width, faces=faces)
        return client.picture_url(camera, at, width=width, faces=faces)

    def _close(self, camera: str, *, is_gone: bool) -> None:
        open_ = self._streams.pop(camera)
        open_.decoder.send(Close(open_.number))
        open_.ring.close(is_last=True)
        if is_gone:
            self._desk.pictures.forget({camera})

    # ---- decoders

    def _decoder(self) -> DecoderProcess | None:
        """None where none can be started, which is said."""
        loads: dict[DecoderProcess, int] = {}
        for open_ in self._streams.values():
            loads[open_.decoder] = loads.get(open_.decoder, 0) + 1
        try:
            return self._decoders.one_for(loads)
        except OSError as error:
            what = self.tr("No decoder can be started: {0}").format(error)
            self._desk.problems.say(Problem("video", what, advice=self.tr("Close other programs, then try again.")))
            return None

    def _replace(self, decoder: DecoderProcess) -> None:
        """A broken stream kills a decoder, not the desk: what it showed is given to another one."""
        orphans = [open_ for open_ in self._streams.values() if open_.decoder is decoder]
        if self._decoders.has_failed:
            what = self.tr("The decoder of the cameras ended {0} times within a minute.").format(MOST_RESTARTS)
            advice = self.tr("Leave the cameras and come back to try again.")
            self._desk.problems.say(Problem("video", what, self.tr("Everything else goes on."), advice))
            for open_ in orphans:
                open_.state, open_.detail = "lost", what
                self._show(open_)
            self._decoders.forgive()
            return
        self._decoders.count_restart()
        _log.warning("decoder %s ended; %d streams go to another", decoder.pid, len(orphans))
        for open_ in orphans:
            self._streams.pop(open_.camera)
            open_.ring.close(is_last=True)
            self._open(open_.camera, open_.asked)
        self._tune()

    def renew_token(self) -> None:
        token = self._token()
        if token is not None:
            self._decoders.send_all(Token(token))

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
                    open_.state, open_.detail = told.state, why_words(told.cause, told.detail)
                self._show(open_)
                if told.is_signed_out:
                    self.signed_out.emit()
        self._say()

    def pull(self) -> None:
        """One turn of the UI timer: the newest picture of each camera that has a new one."""
        now_s, clock, shown_us = self._steady(), self._desk.clock, self._desk.shown_us()
        self._strain.turned(now_s)
        may_be_clear = self._desk.faces.value is not None
        fresh = []
        for open_ in self._streams.values():
            picture = open_.copy()
            if picture is not None and (may_be_clear or not picture.is_clear):  # or it came before faces were hidden
                fresh.append(picture)
                open_.shown(picture, (shown_us - picture.captured_us) / 1e3 / clock.rate, now_s)
        self._desk.pictures.put(fresh)

    def _look_after(self) -> None:
        """Now and then: rates, streams that have fallen silent, and what this machine cannot keep up with."""
        now_s = self._steady()
        for open_ in self._streams.values():
            open_.look(now_s, self.tr("no picture comes"))
        self._demotion.judge(now_s, self._strain.measure(now_s, self._streams.values()), self._areas())
        self._tune()
        for open_ in self._streams.values():
            self._show(open_)
        self._decoders.end_those_too_large()
        if any(open_.state == "up" for open_ in self._streams.values()):
            try:
                self._decoders.keep_spare()
            except OSError as error:
                _log.warning("no decoder to spare: %s", error)
        self._say()

    def _areas(self) -> dict[str, int]:
        shapes = {camera.id: camera.height / max(1, camera.width) for camera in self._desk.cameras.value}
        return {name: int(open_.asked**2 * shapes.get(name, 0.6)) for name, open_ in self._streams.items()}

    def _tune(self) -> None:
        """Lets the decoders follow what is wanted now, and what can be borne."""
        now_s = self._steady()
        behind = {
            one.camera: asked.behind_ms for asked in self._wanted.values() if asked.behind_ms for one in asked.wanted
        }
        for name, open_ in self._streams.items():
            every, behind_ms = self._demotion.every.get(name, 1), behind.get(name, 0)
            every, behind_ms = 1 if open_.is_still else every, 0 if open_.is_past else behind_ms
            tune = open_.tune(every, behind_ms, self._desk.clock.rate, now_s)
            if tune is not None:
                open_.decoder.send(tune)

    def _show(self, open_: OpenStream) -> None:
        self._desk.pictures.streams.put({open_.camera: open_.told(self._steady())})

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


def _picture_bytes(camera: Camera, width: int) -> int:
    """Room for a picture ``width`` wide, and a little for one that is hardly wider, or of another shape."""
    height = width * camera.height / max(1, camera.width)
    return int(1.25 * width * height * BYTES_PER_PIXEL) + 4_096

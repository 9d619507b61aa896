"""One added camera, read once for all who look, in whatever widths they want it, and for who records it as it comes.

The decoder (store_server.sensing.capture) is a child process: it begins with the first who looks, is told each time
what is wanted changes, and ends with the last.
"""

import asyncio
import logging
import struct
from collections import deque
from collections.abc import AsyncGenerator, Callable

import msgspec

from store_client.contract.cause import Cause
from store_client.contract.decoding import from_json
from store_server.address import masked
from store_server.cause import cause
from store_server.clock import Clock
from store_server.ending import ended
from store_server.piped import END_S, dismissed, started
from store_server.sensing.camera_clock import CameraClock, Stamp
from store_server.sensing.frame import Frame
from store_server.sensing.multipart import CameraLost, lost
from store_server.sensing.recording.form import Sample
from store_server.sensing.source_clock import Moment
from store_server.sensing.stream_state import StreamState

log = logging.getLogger(__name__)

HEAD = struct.Struct(">ccqqiII")
CODED, BROKEN = b"C", b"B"
STAMPS: dict[bytes, Stamp] = {b"W": "wall", b"C": "counted", b"N": "none"}
MOST_WAITING = 1_000
MOST_BYTES = 16 << 20
MOST_MOMENTS = 256
OPEN_S = 10.0


class Opened(msgspec.Struct, frozen=True):
    """What the decoder says of the video: see store_server.sensing.capture."""

    width: int
    height: int
    said_hz: float
    codec: str
    entry: bytes


class Wanted(msgspec.Struct, frozen=True):
    """What the decoder is asked for."""

    widths: list[int]
    is_recorded: bool


class NotAsItComes(CameraLost):
    """Its pictures are coded in a way that no MP4 holds."""


class Decoder:
    """A file, or what FFmpeg can open. ``opened`` is told the video's own size each time it was opened; ``state``: what
    is wrong although it comes."""

    def __init__(self, url: str, clock: Clock, taken: CameraClock, opened: Callable[[Opened], None]) -> None:
        self.state = StreamState()
        self._url = url
        self._clock = clock
        self._taken = taken
        self._opened = opened
        self._run: _Run | None = None

    async def frames(self, width: int, stall_s: float) -> AsyncGenerator[Frame, None]:
        """The newest pictures, of ``width`` or the camera's own if that is less. Raises CameraLost."""
        if self._run is None or self._run.is_over:
            self._run = _Run(self._url, self._clock, self._taken, self._opened, self.state, stall_s)
        run = self._run
        viewer = run.join(width)
        try:
            while True:
                yield await viewer.next()
        finally:
            await run.leave(viewer)

    async def coded(self, stall_s: float) -> AsyncGenerator[tuple[Opened, Sample], None]:
        """All pictures as the camera coded them, beginning with a key picture. Raises CameraLost,
        NotAsItComes."""
        if self._run is None or self._run.is_over:
            self._run = _Run(self._url, self._clock, self._taken, self._opened, self.state, stall_s)
        run = self._run
        listener = _Listener()
        run.listen(listener)
        try:
            while True:
                yield await listener.next()
        finally:
            await run.leave(listener)


class _Listener:
    """Who wants all coded pictures, and those that they have not taken yet: after too many, from a key picture on."""

    def __init__(self) -> None:
        self._coded: deque[tuple[Opened, Sample]] = deque()
        self._is_behind = True
        self._end: CameraLost | None = None
        self._news = asyncio.Event()

    def put(self, opened: Opened, sample: Sample) -> None:
        self._is_behind = len(self._coded) >= MOST_WAITING or (self._is_behind and not sample.is_key)
        if not self._is_behind:
            self._coded.append((opened, sample))
            self._news.set()

    def end(self, end: CameraLost) -> None:
        self._end = self._end or end
        self._news.set()

    async def next(self) -> tuple[Opened, Sample]:
        while not self._coded:
            if self._end is not None:
                raise self._end
            self._news.clear()
            await self._news.wait()
        return self._coded.popleft()


class _Viewer:
    """Somebody who looks, and the newest picture that they have not taken yet."""

    def __init__(self, width: int) -> None:
        self.width = width
        self._frame: Frame | None = None
        self._end: CameraLost | None = None
        self._news = asyncio.Event()

    def put(self, frame: Frame) -> None:
        self._frame = frame
        self._news.set()

    def end(self, end: CameraLost) -> None:
        self._end = end
        self._news.set()

    async def next(self) -> Frame:
        while self._frame is None:
            if self._end is not None:
                raise self._end
            self._news.clear()
            await self._news.wait()
        frame, self._frame = self._frame, None
        return frame


class _Run:
    """One child process, from its start to its end, which all of its viewers share. ``is_over``: join no more."""

    def __init__(
        self,
        url: str,
        clock: Clock,
        taken: CameraClock,
        opened: Callable[[Opened], None],
        state: StreamState,
        stall_s: float,
    ) -> None:
        self.is_over = False
        self._state = state
        self._url = url
        self._clock = clock
        self._taken = taken
        self._opened = opened
        self._stall_s = stall_s
        self._viewers: list[_Viewer] = []
        self._listeners: list[_Listener] = []
        self._moments: dict[tuple[Stamp, int, int], Moment] = {}
        self._about: Opened | None = None
        self._orders: asyncio.StreamWriter | None = None
        self._task = asyncio.create_task(self._work(), name="decoder")

    def join(self, width: int) -> _Viewer:
        viewer = _Viewer(width)
        self._viewers.append(viewer)
        self._order()
        return viewer

    def listen(self, listener: _Listener) -> None:
        self._listeners.append(listener)
        self._order()
        self._check(listener)

    def _check(self, listener: _Listener) -> None:
        if self._about is not None and not self._about.entry:
            listener.end(NotAsItComes(cause("no_video", what=self._about.codec)))

    async def leave(self, viewer: _Viewer | _Listener) -> None:
        """Returns when the child is gone, if nobody else looks."""
        if isinstance(viewer, _Viewer):
            self._viewers.remove(viewer)
        else:
            self._listeners.remove(viewer)
        if self._viewers or self._listeners:
            self._order()
        else:
            self.is_over = True
            await ended([self._task])

    def _order(self) -> None:
        """Tells the child what is wanted, as soon as it is there."""
        if self._orders is not None and not self._orders.is_closing():
            wanted = Wanted(sorted({viewer.width for viewer in self._viewers}), bool(self._listeners))
            self._orders.write(msgspec.json.encode(wanted) + b"\n")

    async def _work(self) -> None:
        why = cause("decoder_ended")
        try:
            await self._decode()
        except CameraLost as error:
            why = error.why
        except OSError as error:
            log.error("a decoder cannot be started: %s", error.strerror)
        finally:
            self.is_over = True
            for viewer in self._viewers:
                viewer.end(CameraLost(why))
            for listener in self._listeners:
                listener.end(CameraLost(why))

    async def _decode(self) -> None:
        child = await started("store_server.sensing.capture", most_bytes=MOST_BYTES, has_last_words=True)
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            # Its address goes by the pipe: one with a password in it must not be seen in a list of processes.
            child.stdin.write(msgspec.json.encode(self._url) + b"\n")
            self._orders = child.stdin
            self._order()
            async with asyncio.timeout(OPEN_S):
                line = await child.stdout.readline()
            if not line:
                raise CameraLost(await self._last_words(child))
            self._about = from_json(line, Opened)
            self._opened(self._about)
            self._state.begin(self._about.said_hz)
            self._taken.begins()
            for listener in self._listeners:
                self._check(listener)
            while True:
                async with asyncio.timeout(self._stall_s):
                    await self._hand_on(child.stdout)
        except TimeoutError as error:
            raise lost("silent", seconds=self._stall_s) from error
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise CameraLost(await self._last_words(child)) from error
        finally:
            await dismissed(child)

    async def _hand_on(self, records: asyncio.StreamReader) -> None:
        kind, stamp, stamp_us, came_us, lead_us, word, length = HEAD.unpack(await records.readexactly(HEAD.size))
        data = await records.readexactly(length)
        taken = self._moment(STAMPS[stamp], stamp_us, came_us)
        if kind == BROKEN:
            self._state.broke()
            return
        if kind == CODED:
            self._state.came()
            assert self._about is not None
            decode_us = taken.at_us - round(lead_us * self._clock.speed)
            sample = Sample(data, taken.at_us, decode_us, taken.error_us, bool(word))
            for listener in self._listeners:
                listener.put(self._about, sample)
            return
        for viewer in self._viewers:
            if viewer.width == word:
                viewer.put(Frame(data, taken.at_us, taken.error_us))

    async def _last_words(self, child: asyncio.subprocess.Process) -> Cause:
        """What it says of itself; of anything else, without the address, only the log is told."""
        assert child.stderr is not None
        try:
            async with asyncio.timeout(END_S):
                text = (await child.stderr.read()).decode(errors="replace").strip()
        except TimeoutError:
            text = ""
        last = text.splitlines()[-1] if text else ""
        try:
            return from_json(last, Cause)
        except msgspec.DecodeError:
            log.warning("a decoder ended: %s", masked(last))
            return cause("decoder_ended")

    def _moment(self, stamp: Stamp, stamp_us: int, came_us: int) -> Moment:
        """A picture comes coded and in every width: the camera's clock is told of it once."""
        picture = (stamp, stamp_us, came_us)
        if (known := self._moments.get(picture)) is not None:
            return known
        if stamp == "wall":
            stamp_us = self._clock.at(stamp_us)
        else:
            stamp_us = round(stamp_us * self._clock.speed)
        moment = self._taken.taken(stamp, stamp_us, self._clock.at(came_us)) if came_us else Moment(stamp_us, 0)
        self._moments[picture] = moment
        if len(self._moments) > MOST_MOMENTS:
            del self._moments[next(iter(self._moments))]
        return moment

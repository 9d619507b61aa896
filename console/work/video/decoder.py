"""The decoder: ``python -m console.work.video.decoder``, a child of the desk that serves several cameras.

Orders come as lines on standard input, how streams do goes out as lines on standard output, pictures go through shared
memory. It ends when its standard input closes, so it cannot outlive the desk. Of each camera a thread reads the
stream, and one thread decodes for all: always the newest picture, those that came before it are dropped and counted.
"""

import os
import queue
import sys
import threading
import time
import traceback
from pathlib import Path

import cv2
import msgspec
import numpy as np

from console.work.video.frames import BYTES_PER_PIXEL, FrameRing
from console.work.video.loss import cause_of
from console.work.video.memory import MOST_PIXELS, limit_own
from console.work.video.waiting import Waiting
from console.work.video.words import Close, Open, Order, Token, Told, ToldState, Tune, Turn
from store_client.contract.cause import Cause
from store_client.contract.decoding import from_json
from store_client.errors import NotFound, SignedOut, StoreError
from store_client.jpeg import size_of
from store_client.pictures import Picture, Pictures
from store_client.trust import Trust

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.2, 2.0
REDUCED = ((8, cv2.IMREAD_REDUCED_COLOR_8), (4, cv2.IMREAD_REDUCED_COLOR_4), (2, cv2.IMREAD_REDUCED_COLOR_2))
"""By how much a JPEG can be made smaller while it is decoded, which is cheaper the smaller it gets."""
NEARLY = 0.95
"""A picture that is hardly too wide is handed over as it is."""


class Stream(threading.Thread):
    """Reads one camera for as long as it is wanted, again and again if need be."""

    def __init__(self, order: Open, decoder: "Decoder") -> None:
        super().__init__(name=f"stream {order.stream}", daemon=True)
        self.order = order
        self.ring = FrameRing.open(Path(order.path), order.capacity)
        self.waiting = Waiting(order.every, order.hold_us)
        self.is_in_line = False
        self._decoder = decoder
        self._guard = threading.Lock()
        self._url, self._is_past, self._is_still = order.url, order.is_past, order.is_still
        self._is_ended = False
        self._turned = threading.Event()
        self._pictures: Pictures | None = None

    def turn(self, order: Turn) -> None:
        with self._guard:
            self._url, self._is_past, self._is_still = order.url, order.is_past, order.is_still
            self._turned.set()
            self._hang_up()

    def end(self) -> None:
        with self._guard:
            self._is_ended = True
            self._turned.set()
            self._hang_up()

    def run(self) -> None:
        pause_s = FIRST_PAUSE_S
        while (pictures := self._begin()) is not None:
            has_brought, may_come = self._read(pictures)
            if has_brought:
                pause_s = FIRST_PAUSE_S
            is_over = self._is_past and (has_brought or not (self._is_still and may_come))
            if self._turned.wait(None if is_over else pause_s):
                pause_s = FIRST_PAUSE_S
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    def _begin(self) -> Pictures | None:
        """What is to be read now; None at the end."""
        with self._guard:
            if self._is_ended:
                return None
            self._turned.clear()
            self.waiting.forget()
            self._pictures = Pictures(self._url, self._decoder.token, trust=Trust(pin=self.order.pin))
        self._tell("opening")
        return self._pictures

    def _hang_up(self) -> None:
        if self._pictures is not None:
            self._pictures.close()

    def _read(self, pictures: Pictures) -> tuple[bool, bool]:
        """Until the stream breaks. Whether it brought anything, and whether it may when it is asked again."""
        has_brought, may_come = False, True
        try:
            for picture in pictures:
                if self._turned.is_set():
                    break
                if not has_brought:
                    self._tell("up")
                    has_brought = True
                self.ring.count_came()
                overtaken = self.waiting.put(picture)
                if overtaken:
                    self.ring.drop(overtaken)
                self._decoder.line_up(self)
        except StoreError as error:
            is_over = self._is_past and has_brought
            if not self._turned.is_set() and not is_over:
                why = cause_of(error, has_brought=has_brought)
                self._tell("lost", why, str(error), is_signed_out=isinstance(error, SignedOut))
            may_come = not isinstance(error, NotFound)
        return has_brought, may_come

    def _tell(
        self, state: ToldState, why: Cause | None = None, detail: str = "", *, is_signed_out: bool = False
    ) -> None:
        self._decoder.tell(Told(self.order.stream, state, why, detail, is_signed_out))


class Decoder:
    """All streams of this process."""

    def __init__(self) -> None:
        self.token = ""
        self._streams: dict[int, Stream] = {}
        self._guard = threading.Lock()
        self._line: queue.SimpleQueue[Stream] = queue.SimpleQueue()
        self._voice = threading.Lock()

    def follow(self, order: Order) -> None:
        match order:
            case Open():
                self.token = order.token
                self._open(order)
            case Close():
                with self._guard:
                    gone = self._streams.pop(order.stream, None)
                if gone is not None:
                    gone.end()
            case Turn():
                with self._guard:
                    turned = self._streams.get(order.stream)
                if turned is not None:
                    turned.turn(order)
            case Tune():
                with self._guard:
                    tuned = self._streams.get(order.stream)
                if tuned is not None:
                    tuned.waiting.tune(order.every, order.hold_us)
            case Token():
                self.token = order.token

    def _open(self, order: Open) -> None:
        try:
            stream = Stream(order, self)
        except OSError as error:  # the desk has let go of it again before it was opened
            self.tell(Told(order.stream, "lost", detail=str(error)))
            return
        with self._guard:
            self._streams[order.stream] = stream
        stream.start()

    def line_up(self, stream: Stream) -> None:
        """A picture of ``stream`` may wait. Each stream stands in the line once, so that none is kept waiting by another."""
        if not stream.is_in_line:
            stream.is_in_line = True
            self._line.put(stream)

    def tell(self, told: Told) -> None:
        with self._voice:
            sys.stdout.buffer.write(msgspec.json.encode(told) + b"\n")
            sys.stdout.buffer.flush()

    def decode_forever(self) -> None:
        # Of this thread alone: Intel's way to resize, which may be off by one level of 255, takes half the time.
        cv2.ipp.setUseIPP_NotExact(True)
        while True:
            stream = self._line.get()
            stream.is_in_line = False  # first: what comes from here on is taken below, or lines up again
            picture = stream.waiting.take()
            if picture is not None:
                began = time.perf_counter_ns()
                decode(picture, stream.ring, stream.order.width)
                stream.ring.spend((time.perf_counter_ns() - began) // 1000)


def decode(picture: Picture, ring: FrameRing, width: int) -> None:
    """Puts a picture into the ring, hardly more than ``width`` wide; one that is no picture is counted as garbled."""
    source = size_of(picture.jpeg)
    if not 0 < source[0] * source[1] <= MOST_PIXELS or not _is_ended(picture.jpeg):
        ring.garble()
        return
    try:
        pixels = cv2.imdecode(np.frombuffer(picture.jpeg, np.uint8), _flag(source[0], width))
    except cv2.error:  # larger than may be, or than there is memory
        pixels = None
    if pixels is None:
        ring.garble()
        return
    rows, columns = pixels.shape[:2]
    room = (ring.capacity / (rows * columns * BYTES_PER_PIXEL)) ** 0.5
    shrink = min(1.0, width / columns, room)
    if shrink < (NEARLY if room >= 1.0 else 1.0):
        # To no less than a half (the rest was left out in decoding) two points each make one: linear is as good.
        way = cv2.INTER_LINEAR if shrink >= 0.5 else cv2.INTER_AREA
        columns, rows = max(1, int(columns * shrink)), max(1, int(rows * shrink))
        four = cv2.cvtColor(pixels, cv2.COLOR_BGR2BGRA)  # four bytes a point are resized faster than three
        cv2.resize(four, (columns, rows), dst=ring.begin(columns, rows), interpolation=way)
    else:
        cv2.cvtColor(pixels, cv2.COLOR_BGR2BGRA, dst=ring.begin(columns, rows))
    ring.commit(
        picture.captured_at,
        columns,
        rows,
        source=source,
        clock_error_us=picture.clock_error_us,
        is_clear=picture.is_clear,
    )


def _is_ended(jpeg: bytes) -> bool:
    """False for one that was cut off: its lower part would be shown grey. Some cameras fill up with zeros."""
    return jpeg[-64:].rstrip(b"\0\r\n").endswith(b"\xff\xd9")


def _flag(source: int, width: int) -> int:
    """How to decode a picture ``source`` wide that is shown ``width`` wide: the smallest that is still as wide."""
    return next((flag for by, flag in REDUCED if source >= by * width), cv2.IMREAD_COLOR)


def _end(failed: threading.ExceptHookArgs) -> None:
    """A thread that has failed, as for want of memory, would leave its streams standing still: the desk starts another
    process instead."""
    traceback.print_exception(failed.exc_type, failed.exc_value, failed.exc_traceback)
    os._exit(1)


def main() -> None:
    limit_own()
    cv2.setNumThreads(1)
    threading.excepthook = _end
    decoder = Decoder()
    threading.Thread(target=decoder.decode_forever, name="decode", daemon=True).start()
    for line in sys.stdin.buffer:
        decoder.follow(from_json(line, Order))
    os._exit(0)  # a thread that is decoding would be unwound through code that does not bear it


if __name__ == "__main__":
    main()

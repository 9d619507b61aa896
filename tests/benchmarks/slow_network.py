"""A network between two ends on the loopback that can be made slow, faltering, or away: bytes are handed on late, few at a
time, with pauses as long as lost packets make them, or not at all."""

import random
import socket
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass

CHUNK = 1 << 16
MOST_WAITING = 64
"""Chunks on the way in one direction, after which the sender waits."""


@dataclass(frozen=True, slots=True)
class Weather:
    """``late_s`` and up to ``jitter_s`` more for each chunk; ``bytes_s``: how many pass in a second, 0 for all; a chunk in
    ``pauses`` (share) waits ``pause_s`` more, and one in ``breaks`` ends its connection. ``is_cut``: nothing passes."""

    late_s: float = 0.0
    jitter_s: float = 0.0
    bytes_s: float = 0.0
    pauses: float = 0.0
    pause_s: float = 0.0
    breaks: float = 0.0
    is_cut: bool = False


FAIR = Weather()
SLOW = Weather(0.08, 0.04, 1_500_000.0)
FALTERING = Weather(0.03, 0.03, 3_000_000.0, 0.01, 1.5, 0.0005)
CUT = Weather(is_cut=True)


class Relay:
    """Listens on ``port`` of the loopback and hands on to ``target``, which may be another any time. ``weather``: of all
    connections, may be set any time; when it is cut those that there are end."""

    def __init__(self, target: int, seed: int) -> None:
        self.target = target
        self._dice = random.Random(seed)
        self._weather = FAIR
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        threading.Thread(target=self._accept, name="relay", daemon=True).start()

    @property
    def weather(self) -> Weather:
        return self._weather

    @weather.setter
    def weather(self, weather: Weather) -> None:
        self._weather = weather
        if weather.is_cut:
            self.hang_up()

    def hang_up(self) -> None:
        with self._guard:
            there = list(self._open)
        for one in there:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._server.close()
        self.hang_up()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            try:
                if self._weather.is_cut:
                    raise ConnectionRefusedError
                far = socket.create_connection(("127.0.0.1", self.target), 5.0)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            with self._guard:
                self._open.update((near, far))
            both = _Both(near, far, self)
            for way in ((near, far), (far, near)):
                threading.Thread(target=both.carry, args=way, daemon=True).start()

    def roll(self) -> float:
        return self._dice.random()

    def forget(self, *ends: socket.socket) -> None:
        with self._guard:
            self._open.difference_update(ends)


class _Both:
    """One connection: two directions, each with a thread that takes in and one that lets out."""

    def __init__(self, near: socket.socket, far: socket.socket, relay: Relay) -> None:
        self._ends = near, far
        self._relay = relay
        self._left = 2
        self._guard = threading.Lock()

    def carry(self, source: socket.socket, target: socket.socket) -> None:
        waiting: deque[tuple[float, bytes]] = deque()
        changed = threading.Condition()
        out = threading.Thread(target=self._let_out, args=(target, waiting, changed), daemon=True)
        out.start()
        due_s = 0.0
        try:
            while data := source.recv(CHUNK):
                weather = self._relay.weather
                if weather.breaks and self._relay.roll() < weather.breaks:
                    self._relay.forget(*self._ends)
                    self._end()
                    break
                due_s = max(due_s, time.monotonic() + weather.late_s + weather.jitter_s * self._relay.roll())
                if weather.pauses and self._relay.roll() < weather.pauses:
                    due_s += weather.pause_s
                if weather.bytes_s:
                    due_s += len(data) / weather.bytes_s
                with changed:
                    changed.wait_for(lambda: len(waiting) < MOST_WAITING)
                    waiting.append((due_s, data))
                    changed.notify_all()
        except OSError:
            pass  # one of the two has gone
        finally:
            with changed:
                waiting.append((due_s, b""))
                changed.notify_all()
            out.join()
            self._finish()

    def _let_out(
        self, target: socket.socket, waiting: "deque[tuple[float, bytes]]", changed: threading.Condition
    ) -> None:
        is_there = True
        while True:
            with changed:
                changed.wait_for(lambda: bool(waiting))
                due_s, data = waiting.popleft()
                changed.notify_all()
            if not data:
                with suppress(OSError):
                    target.shutdown(socket.SHUT_WR)
                return
            time.sleep(max(0.0, due_s - time.monotonic()))
            try:
                if is_there:
                    target.sendall(data)
            except OSError:
                is_there = False
                self._end()

    def _end(self) -> None:
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _finish(self) -> None:
        with self._guard:
            self._left -= 1
            if self._left:
                return
        self._relay.forget(*self._ends)
        for end in self._ends:
            end.close()

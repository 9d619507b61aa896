"""The truth written down, line by line, for a benchmark that asks for it; the store's own program never reads it.

Each line is an object of JSON with ``kind`` and ``at`` (µs of the store's clock, when it really was): ``picture``
(``camera``, ``sha256`` of the JPEG), ``weights`` (``sha256`` of the readings, ``at`` of the first of them), ``people``
(each as ``[number, x, y]``) and ``handling`` (``what``: see Handling).
"""

import hashlib
import threading
from pathlib import Path

import msgspec

from store_client.contract.live import Weights
from store_server.world.messages import DeviceMessage
from store_server.world.person import Person
from store_server.world.truth import Handling

PEOPLE_US = 100_000
VARIABLE = "STORE_WORLD_TRUTH"
"""The variable of the environment with the path of the file, for who starts a store and not the world itself."""


class Chronicle:
    """Called from threads. ``path`` None: nothing is written."""

    def __init__(self, path: Path | None) -> None:
        self._file = None if path is None else path.open("ab")
        self._guard = threading.Lock()
        self._people_us = 0
        self._handlings = 0

    def picture(self, camera: str, jpeg: bytes, at_us: int) -> None:
        if self._file is not None:
            self._write("picture", at_us, camera=camera, sha256=hashlib.sha256(jpeg).hexdigest())

    def sent(self, message: DeviceMessage) -> None:
        """As it is right, before anything happens to it."""
        if self._file is not None and isinstance(message, Weights):
            self._write("weights", message.first_at, sha256=hashlib.sha256(message.grams).hexdigest())

    def people(self, people: list[Person], at_us: int) -> None:
        if self._file is not None and at_us - self._people_us >= PEOPLE_US:
            self._people_us = at_us
            self._write("people", at_us, people=[[one.number, one.x, one.y] for one in people])

    def handled(self, handlings: list[Handling]) -> None:
        """All of them so far."""
        if self._file is not None:
            for handling in handlings[self._handlings :]:
                self._write("handling", handling.at_us, what=handling)
            self._handlings = len(handlings)

    def close(self) -> None:
        if self._file is not None:
            with self._guard:
                self._file.close()

    def _write(self, kind: str, at_us: int, **more: object) -> None:
        line = msgspec.json.encode({"kind": kind, "at": at_us, **more}) + b"\n"
        with self._guard:
            if self._file is not None and not self._file.closed:
                self._file.write(line)
                self._file.flush()

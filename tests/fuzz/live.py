"""Live messages as the desk hears them, and all that its state makes of them."""

import time

import msgspec

from console.state.desk import Desk
from console.work.live import LiveDesk
from store_client.contract.live import KINDS, Kind
from store_client.contract.session import LiveAccess
from store_client.live.item import LiveItem
from store_client.live.messages import Garbled, OtherVersion, read_head, read_message
from store_client.trust import PUBLIC
from tests.fuzz.mutation import DEEP, MSGPACK
from tests.fuzz.target import Target
from tests.wire.examples import LIVE

KIND_OF: dict[str, Kind] = {
    "Weights": "weights",
    "Positions": "positions",
    "Scan": "scans",
    "Health": "health",
    "AlertMessage": "alerts",
}
RENEWED = 2_000
"""After so many messages the desk is another: what one left behind is not to hold up the rest for ever."""


class Listener:
    def __init__(self) -> None:
        self._heard = 0
        self._renew()

    def _renew(self) -> None:
        desk = Desk(time.monotonic, lambda: time.time_ns() // 1000)
        self._live = LiveDesk(desk, _nobody, lambda: PUBLIC, time.monotonic, lambda: time.time_ns() // 1000)
        self._desk = desk

    def read(self, data: bytes) -> None:
        if not data:
            return
        kind = KINDS[data[0] % len(KINDS)]
        try:
            message = read_message(kind, data[1:], read_head(data[1:]))
        except (Garbled, OtherVersion):
            return
        self._live._take([LiveItem(kind, f"store.s1.{kind}", message, time.time_ns() // 1000)])
        self._heard += 1
        if self._heard % RENEWED == 0:
            self._renew()


def _nobody() -> LiveAccess:
    raise AssertionError("nothing is connected here")


def target() -> Target:
    seeds = []
    for example in LIVE:
        kind = KIND_OF.get(type(example).__name__, "events")
        seeds.append(bytes([KINDS.index(kind)]) + msgspec.msgpack.encode(example))
    return Target(Listener().read, [*seeds, b"\0" + DEEP[1]], MSGPACK)

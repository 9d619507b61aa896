"""What devices send to the store, up to what the store would publish of it."""

from collections.abc import Coroutine
from typing import Any, TypeVar

import msgspec

from store_client.contract.device import GateScan, Track, Tracks
from store_client.contract.ids import new_id
from store_client.contract.live import Message, Scan
from store_server.clock import Clock
from store_server.sensing.health import Health
from store_server.sensing.intake import Intake
from store_server.sensing.visits import Visits
from tests.fuzz.mutation import DEEP, MSGPACK
from tests.fuzz.target import Target
from tests.sensing.site import BATCH_US, PLANOGRAM, STORE, weights

M = TypeVar("M", bound=Message)
BEGIN = 1_780_000_000_000_000
SUBJECTS = ("plates.1", "plates.2", "tracks", "gates", "scans")
RENEWED = 2_000


class Wires:
    """Stands where the bus does: everything can be sent, if it can be encoded."""

    async def publish(self, name: str, message: M, now_us: int) -> M:
        message = msgspec.structs.replace(message, epoch="store", seq=0, sent_at=now_us)
        msgspec.msgpack.encode(message)
        return message


class Books:
    def put(self, items: list[object]) -> None:
        """Where the bookkeeper would take them."""


class Store:
    def __init__(self) -> None:
        self._heard, self._now = 0, BEGIN
        self._renew()

    def _renew(self) -> None:
        visits = Visits(PLANOGRAM, new_id=new_id)
        clock = Clock(wall=lambda: self._now)
        health = Health(PLANOGRAM, 1.0)
        self._intake = Intake(PLANOGRAM, Wires(), clock, health, visits, Books(), lambda _: None)  # type: ignore[arg-type]

    def read(self, data: bytes) -> None:
        if not data:
            return
        self._now += BATCH_US
        self._heard += 1
        if self._heard % RENEWED == 0:
            self._renew()
        name = SUBJECTS[data[0] % len(SUBJECTS)]
        intake = self._intake
        hear = {"tracks": intake.on_tracks, "gates": intake.on_gate, "scans": intake.on_scan}.get(
            name, intake.on_weights
        )
        told = data[1:] if data[0] // len(SUBJECTS) % 2 else self._as_next(data[1:])
        finish(hear(f"device.{STORE}.{name}", told))

    def _as_next(self, data: bytes) -> bytes:
        """Numbered and stamped as a device would: what has been told before is passed over, and reaches nothing."""
        try:
            told = msgspec.msgpack.decode(data)
            if not isinstance(told, dict):
                return data
            present = {"seq": self._heard, "measured_at": self._now - 1_500, "sent_at": self._now}
            told |= {name: value for name, value in present.items() if name in told}
            return msgspec.msgpack.encode(told)
        except (msgspec.MsgspecError, UnicodeError, RecursionError, OverflowError, TypeError):
            return data


def finish(work: Coroutine[Any, Any, None]) -> None:
    """Runs what has nothing to wait for."""
    try:
        work.send(None)
    except StopIteration:
        return
    work.close()
    raise AssertionError("it waits for something")


def target() -> Target:
    head: dict[str, Any] = {"epoch": "e", "seq": 0, "measured_at": BEGIN, "sent_at": BEGIN + 1_500}
    messages: list[tuple[int, Message]] = [
        (0, weights(0, BEGIN)),
        (1, weights(1, BEGIN + BATCH_US, gondola=2)),
        (2, Tracks(**head, tracks=[Track("t1", 1.5, 2.25, 0.9)])),
        (3, GateScan(**head, gate="g1", direction="entered", code="c", people=2, payment_token="t", card="Visa 4242")),
        (4, Scan(**head, store=STORE, device="cart-3", kind="smart_cart", gtin="09521234543213", quantity=1)),
    ]
    seeds = [bytes([place]) + msgspec.msgpack.encode(message) for place, message in messages]
    return Target(Store().read, [*seeds, b"\0" + DEEP[1]], MSGPACK)

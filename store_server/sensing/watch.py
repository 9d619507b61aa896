"""Once a second: how every device is, what needs a person, and whether what is live is kept."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from store_client.contract.ids import new_id
from store_client.contract.live import Alert, AlertMessage, Device, subject
from store_client.contract.live import Health as HealthMessage
from store_client.contract.planogram import Planogram
from store_server.bus import Bus, NotKept
from store_server.clock import Clock
from store_server.ending import ended
from store_server.refusal import Refusal
from store_server.sensing.alarms import Alarms
from store_server.sensing.bookkeeper import Bookkeeper
from store_server.sensing.conditions import Troubles, conditions
from store_server.sensing.health import Health

log = logging.getLogger(__name__)

PERIOD_S = 1.0
KEEPING_TURNS = 5
"""Every so many turns the message of health is sent so that the stream says whether it has it."""
HEALING_TURNS = 3
"""After every so many of those in a row that were not kept, the broker is asked to heal."""
RECENT_TURNS = 60


T = TypeVar("T", Device, Alert)


@dataclass(frozen=True, slots=True)
class Now(Generic[T]):
    """The newest of what is told once a second, for who asks over HTTP."""

    store: str
    newest: Callable[[], list[T]]

    def now(self, store: str) -> list[T]:
        """Raises Refusal("not-found") for another store."""
        if store != self.store:
            raise Refusal("not-found", f"there is no store {store!r} here")
        return self.newest()


class Watch:
    """What HTTP and the live subjects are told of devices and alerts."""

    def __init__(
        self,
        planogram: Planogram,
        bus: Bus,
        clock: Clock,
        health: Health,
        bookkeeper: Bookkeeper,
        cameras: Callable[[], Sequence[Device]],
        heal: Callable[[], None],
        recording: Callable[[], str] = str,
        left_out: Callable[[], int] = int,
    ) -> None:
        """``heal``: see Broker; called in a thread. ``recording``: why cameras are not recorded, empty if they are;
        ``left_out``: how many pictures were not, since the disk is too slow."""
        self._planogram = planogram
        self._store = planogram.store
        self._bus = bus
        self._clock = clock
        self._health = health
        self._bookkeeper = bookkeeper
        self._cameras = cameras
        self._heal = heal
        self._recording = recording
        self._left_out = left_out
        self._alarms = Alarms(self._store, lambda: new_id(clock.now_us() // 1_000), pace=max(1.0, clock.speed))
        self._devices: list[Device] = []
        self.devices = Now(self._store, lambda: list(self._devices))
        self.alerts = Now(self._store, self._alarms.now)
        self._keeping = ""
        self._not_kept = 0
        self._turn = 0
        self._counted: list[tuple[int, int, int]] = []
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="watch")

    async def stop(self) -> None:
        await ended([self._task])

    async def _run(self) -> None:
        while True:
            await self.turn()
            await asyncio.sleep(PERIOD_S)

    async def turn(self) -> None:
        now_us = self._clock.now_us()
        self._devices = self._health.devices(now_us, self._cameras())
        message = HealthMessage(
            epoch="", seq=0, measured_at=now_us, sent_at=0, store=self._store, devices=self._devices
        )
        name = subject(self._store, "health")
        if self._turn % KEEPING_TURNS == 0:
            await self._keep(name, message, now_us)
        else:
            await self._bus.publish(name, message, now_us)
        self._turn += 1
        found = conditions(self._devices, self._planogram, self._troubles())
        for change, alert in self._alarms.update(found, now_us):
            log.info("alert %s: %s", change, alert.title)
            told = AlertMessage(epoch="", seq=0, measured_at=now_us, sent_at=0, change=change, alert=alert)
            await self._bus.publish(subject(self._store, "alerts"), told, self._clock.now_us())

    async def _keep(self, name: str, message: HealthMessage, now_us: int) -> None:
        try:
            await self._bus.publish_kept(name, message, now_us)
            self._keeping, self._not_kept = "", 0
        except NotKept as error:
            self._keeping = str(error)
            self._not_kept += 1
            if self._not_kept % HEALING_TURNS == 0 and self._bus.is_connected:
                await asyncio.to_thread(self._heal)

    def _troubles(self) -> Troubles:
        """Drops and faults count for as long as one of them is less than a minute old."""
        present = (self._left_out(), self._bookkeeper.dropped, self._bookkeeper.faults)
        self._counted.append(present)
        self._counted = self._counted[-RECENT_TURNS:]
        left_out, dropped, faults = (now - then for now, then in zip(present, self._counted[0], strict=True))
        return Troubles(
            writing=self._bookkeeper.trouble,
            keeping=self._keeping,
            recording=self._recording(),
            left_out=left_out,
            dropped=dropped,
            late_s=self._bookkeeper.late_s,
            faults=faults,
        )

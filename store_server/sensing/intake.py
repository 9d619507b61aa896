"""Takes in what devices say, checks it, and hands it on: to the live subjects at once, to the bookkeeper in turn."""

import logging
from collections.abc import Callable
from typing import TypeVar

import msgspec

from store_client.contract.decoding import MsgpackDecoder, msgpack_decoder
from store_client.contract.device import GateScan, Tracks
from store_client.contract.ids import new_id
from store_client.contract.live import VERSION, GateMoved, Message, Positions, Scan, Weights, subject
from store_client.contract.planogram import Planogram
from store_client.contract.unreadable import UNREADABLE
from store_server.bus import Bus
from store_server.cart.visit import VisitClosed, VisitOpened
from store_server.clock import Clock
from store_server.sensing.bookkeeper import Bookkeeper
from store_server.sensing.gates import Gates
from store_server.sensing.health import Health
from store_server.sensing.levels import MINUTES, SECONDS, LevelBuilder
from store_server.sensing.readings import Grams, Malformed, grams, placed, possible
from store_server.sensing.source import Source
from store_server.sensing.source_clock import NETWORK, SourceClock
from store_server.sensing.visits import Visits

log = logging.getLogger(__name__)

M = TypeVar("M", bound=Message)
DAY_US = 86_400 * 1_000_000
RESOLUTIONS = (SECONDS, MINUTES)


class Intake:
    """``scans`` counts what smart carts and tills sent, device by device."""

    def __init__(
        self,
        planogram: Planogram,
        bus: Bus,
        clock: Clock,
        health: Health,
        visits: Visits,
        bookkeeper: Bookkeeper,
        seen: Callable[[Positions], None],
    ) -> None:
        """``seen`` is told where everybody is."""
        self.scans: dict[str, Source] = {}
        self._store = planogram.store
        self._bus = bus
        self._clock = clock
        self._pace = max(1.0, clock.speed)
        self._health = health
        self._visits = visits
        self._bookkeeper = bookkeeper
        self._seen = seen
        self._gates = Gates(planogram.store, new_id=lambda: new_id(clock.now_us() // 1_000))
        self._levels: dict[int, list[LevelBuilder]] = {}
        self._header = msgpack_decoder(Message)
        self._weights = msgpack_decoder(Weights)
        self._tracks = msgpack_decoder(Tracks)
        self._gate_scans = msgpack_decoder(GateScan)
        self._scans = msgpack_decoder(Scan)

    async def start(self) -> None:
        """From now on nothing that a device sends is missed. Raises NotKept if the broker is away."""
        devices = f"device.{self._store}"
        await self._bus.subscribe(f"{devices}.plates.*", self.on_weights)
        await self._bus.subscribe(f"{devices}.tracks", self.on_tracks)
        await self._bus.subscribe(f"{devices}.gates", self.on_gate)
        await self._bus.subscribe(f"{devices}.scans", self.on_scan)
        await self._bus.flush()

    async def on_weights(self, subject_: str, data: bytes) -> None:
        part = subject_.rpartition(".")[2]
        source = self._health.gondolas.get(int(part)) if part.isascii() and part.isdigit() else None
        if source is None:
            log.debug("weights of a gondola that the planogram does not know: %s", part)
            return
        message = self._decoded(self._weights, data, source)
        if message is None:
            return
        try:
            values = grams(message)
            if message.gondola != int(part):
                raise Malformed(f"gondola {message.gondola} on {subject_}")
        except Malformed as error:
            log.debug("weights left out: %s", error)
            source.counts.garbled += 1
            return
        measured = source.accept(message, self._clock.now_us())
        if measured is None:
            return
        values = possible(values)
        message = placed(message, values, measured.at_us)
        message = await self._bus.publish(
            subject(self._store, "weights", message.gondola), message, self._clock.now_us()
        )
        self._bookkeeper.put([message])
        end_us = message.first_at + round(len(values) * 1_000_000 / message.rate_hz)
        self._health.watch(message.gondola, message.shape[1:]).add(values, end_us)
        await self._keep_levels(message, values)

    async def _keep_levels(self, message: Weights, values: Grams) -> None:
        builders = self._levels.get(message.gondola)
        if builders is None or builders[0].shape != message.shape[1:]:
            builders = [LevelBuilder(resolution, message.gondola, message.shape[1:]) for resolution in RESOLUTIONS]
            self._levels[message.gondola] = builders
        for builder in builders:
            for levels in builder.add(values, message.first_at, message.rate_hz):
                name = builder.resolution.subject(self._store, message.gondola)
                await self._bus.publish(name, levels, self._clock.now_us())

    async def on_tracks(self, _subject: str, data: bytes) -> None:
        source = self._health.tracker
        message = self._decoded(self._tracks, data, source)
        measured = None if message is None else source.accept(message, self._clock.now_us())
        if message is None or measured is None:
            return
        message = msgspec.structs.replace(message, measured_at=measured.at_us)
        people, changes = self._visits.tracked(message)
        positions = Positions(epoch="", seq=0, measured_at=message.measured_at, sent_at=0, people=people)
        positions = await self._bus.publish(subject(self._store, "positions"), positions, self._clock.now_us())
        self._seen(positions)
        opened = [change for change in changes if isinstance(change, VisitOpened)]
        closed = [change for change in changes if isinstance(change, VisitClosed)]
        self._bookkeeper.put([*opened, positions, *closed])
        for moved in self._gates.closing(self._clock.now_us()):
            await self._tell(moved)

    async def on_gate(self, _subject: str, data: bytes) -> None:
        source = self._health.gate_messages
        message = self._decoded(self._gate_scans, data, source)
        if message is not None and message.gate not in self._health.gates:
            log.debug("a scan at a gate that the planogram does not know: %s", message.gate)
            source.counts.garbled += 1
            return
        measured = None if message is None else source.accept(message, self._clock.now_us())
        if message is None or measured is None:
            return
        self._health.gates[message.gate] = source.last_seen
        message = msgspec.structs.replace(message, measured_at=measured.at_us)
        changes = self._visits.scanned(message)
        self._bookkeeper.put(changes)
        trip = next((change.trip for change in changes), None)
        await self._tell(self._gates.scanned(message, trip, self._clock.now_us()))

    async def on_scan(self, _subject: str, data: bytes) -> None:
        try:
            message = self._scans.decode(data)
        except UNREADABLE:
            log.debug("a scan that cannot be read")
            return
        source = self.scans.setdefault(message.device, Source(DAY_US, clock=SourceClock(NETWORK.times(self._pace))))
        measured = source.accept(message, self._clock.now_us())
        if measured is None:
            return
        message = msgspec.structs.replace(message, measured_at=measured.at_us)
        await self._bus.publish(subject(self._store, "scans"), message, self._clock.now_us())

    async def _tell(self, moved: GateMoved) -> None:
        await self._bus.publish(subject(self._store, "events"), moved, self._clock.now_us())

    def _decoded(self, decoder: "MsgpackDecoder[M]", data: bytes, source: Source) -> M | None:
        """The message, or None if it cannot be read: of another version, or cut off, or something else."""
        try:
            return decoder.decode(data)
        except UNREADABLE:
            pass
        try:
            is_other = self._header.decode(data).v != VERSION
        except UNREADABLE:
            is_other = False
        if is_other:
            source.counts.other_version += 1
        else:
            source.counts.garbled += 1
        return None

"""How every device is, from what it sent: gondolas and their plates, gates, the tracker, cameras."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from store_client.contract.live import Device, DeviceKind, DeviceState
from store_client.contract.planogram import Planogram
from store_server.cause import all_said, cause, said
from store_server.sensing.alignment import UNKNOWN_TRACKER
from store_server.sensing.plates import PlateState, PlateWatch
from store_server.sensing.source import Source
from store_server.sensing.source_clock import NETWORK, SourceClock, Way

US = 1_000_000
TRACKER = "tracker"


@dataclass(frozen=True, slots=True)
class Silence:
    """After how many seconds without a message a device is late, and after how many it is lost."""

    late_s: float
    lost_s: float


GONDOLA = Silence(1.0, 3.0)
TRACKING = Silence(1.0, 3.0)
UNREPORTED = PlateState("unknown", cause("unreported"))
LAG_S = 5.0
"""Positions come 2.3 s after the fact; beyond this, decisions wait for them."""


class Health:
    """The devices of one store. ``speed``: of the store's clock, since silence is measured on the machine's."""

    def __init__(self, planogram: Planogram, speed: float) -> None:
        self._speed = max(1.0, speed)
        self.gondolas = {gondola.id: self._source(60) for gondola in planogram.gondolas}
        self.gates: dict[str, int | None] = {gate.id: None for gate in planogram.gates}
        self.gate_messages = self._source(600, is_precious=True)
        way = Way(0, max(UNKNOWN_TRACKER.most_us, NETWORK.times(self._speed).most_us))
        # It stamps when it said where somebody is: when that was seen is measured, and a wide guess until then.
        self.tracker = Source(60 * US, clock=SourceClock(way, is_presumed=False))
        self.watches: dict[int, PlateWatch] = {}
        self._planogram = planogram
        self._plates: dict[int, dict[str, tuple[int, int]]] = {gondola.id: {} for gondola in planogram.gondolas}
        for plate in planogram.plates:
            self._plates.setdefault(plate.gondola, {})[plate.id] = (plate.shelf, plate.index)
        self._names = {gondola.id: gondola.name for gondola in planogram.gondolas}

    def _source(self, oldest_s: int, *, is_precious: bool = False) -> Source:
        return Source(oldest_s * US, is_precious, clock=SourceClock(NETWORK.times(self._speed)))

    def watch(self, gondola: int, shape: tuple[int, int]) -> PlateWatch:
        """The watch on a gondola's plates; a new one if its messages have another shape than before."""
        known = self.watches.get(gondola)
        if known is None or known.shape != shape:
            known = self.watches[gondola] = PlateWatch(shape)
        return known

    def devices(self, now_us: int, cameras: Sequence[Device]) -> list[Device]:
        """Every gondola, camera, gate and the tracker, and those plates that are not ok."""
        sources = [*self.gondolas.values(), self.gate_messages, self.tracker]
        for source in sources:
            source.rate(now_us)
        gondolas = [
            self._device(f"gondola-{number}", "gondola", self._names[number], source, GONDOLA, now_us)
            for number, source in self.gondolas.items()
        ]
        plates = [
            Device(
                id=plate,
                kind="plate",
                name=f"Plate {plate}",
                state=state.state,
                detail=said(state.cause),
                causes=[state.cause],
            )
            for gondola in self.watches
            for plate, state in self.plates(gondola, now_us).items()
        ]
        return [*gondolas, self._tracker(now_us), *self._gates(), *cameras, *plates]

    def plates(self, gondola: int, now_us: int) -> dict[str, PlateState]:
        """The plates of a gondola that are not ok, of those the planogram names; none while all of it is silent."""
        source = self.gondolas[gondola]
        if source.last_seen is None or now_us - source.last_seen > GONDOLA.lost_s * US * self._speed:
            return {}
        measured = source.measured_us or now_us
        watch = self.watches[gondola]
        found = watch.states(measured)
        shelves, plates = watch.shape
        return {
            plate: found[shelf, index] if shelf < shelves and index < plates else UNREPORTED
            for plate, (shelf, index) in self._plates[gondola].items()
            if (shelf, index) in found or shelf >= shelves or index >= plates
        }

    def _device(
        self, device: str, kind: DeviceKind, name: str, source: Source, silence: Silence, now_us: int
    ) -> Device:
        causes = source.counts.told()
        return Device(
            id=device,
            kind=kind,
            name=name,
            state=self._state(source, silence, now_us),
            last_seen=source.last_seen,
            rate_hz=round(source.rate_hz, 2),
            gaps=source.counts.gaps,
            clock_offset_us=source.clock.offset_us,
            clock_error_us=source.clock.error_us,
            clock_drift_ppm=source.clock.drift_ppm,
            detail=all_said(causes),
            causes=causes,
        )

    def _state(self, source: Source, silence: Silence, now_us: int) -> DeviceState:
        if source.last_seen is None:
            return "unknown"
        quiet_s = (now_us - source.last_seen) / US / self._speed
        if quiet_s > silence.lost_s:
            return "lost"
        return "late" if quiet_s > silence.late_s else "ok"

    def _tracker(self, now_us: int) -> Device:
        device = self._device(TRACKER, "tracker", "People tracker", self.tracker, TRACKING, now_us)
        measured = self.tracker.measured_us
        if device.state == "ok" and measured is not None and (now_us - measured) / US > LAG_S * self._speed:
            behind = cause("behind", seconds=round((now_us - measured) / US, 1))
            return msgspec.structs.replace(device, state="late", detail=said(behind), causes=[behind])
        return device

    def _gates(self) -> list[Device]:
        """A gate speaks only when somebody passes: it is unknown until then, and silence means nothing."""
        causes = self.gate_messages.counts.told()
        return [
            Device(
                id=gate.id,
                kind="gate",
                name=gate.name,
                state="unknown" if self.gates[gate.id] is None else "ok",
                last_seen=self.gates[gate.id],
                clock_offset_us=self.gate_messages.clock.offset_us,
                clock_error_us=self.gate_messages.clock.error_us,
                clock_drift_ppm=self.gate_messages.clock.drift_ppm,
                detail=all_said(causes),
                causes=causes,
            )
            for gate in self._planogram.gates
        ]

"""The cameras of a store: which there are, what they show, and how they are."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial

import msgspec

from store_client.contract.camera import Camera
from store_client.contract.device import CameraSource, Site
from store_client.contract.live import Device, DeviceState
from store_server.cause import all_said, cause
from store_server.clock import Clock
from store_server.ending import ended
from store_server.options import AddedCamera
from store_server.refusal import Refusal
from store_server.sensing.camera_clock import CameraClock
from store_server.sensing.camera_reader import CameraReader
from store_server.sensing.decoder import Decoder, Opened
from store_server.sensing.frame import Frame
from store_server.sensing.picture_source import DecodedSource, HttpSource, PictureSource
from store_server.sensing.recording.form import Sample

log = logging.getLogger(__name__)

PROBE_S = 20.0
WIDTHS = (320, 640, 1280)
"""Of added cameras, beside their own."""
UNKNOWN_SIZE = (640, 360)
LATE_US = 5_000_000
"""A camera that broke off so recently is late: it is being called again."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture that is kept. ``at_us``: when it was taken, of the store's clock, ± ``error_us``."""

    camera: str
    name: str
    jpeg: bytes
    at_us: int
    error_us: int


@dataclass(slots=True)
class _Known:
    """A camera and its readers by width; ``decoder`` is that of one that is decoded here."""

    camera: Camera
    source: CameraSource | None
    clock: CameraClock
    decoder: Decoder | None = None
    readers: dict[int, CameraReader] = field(default_factory=dict)
    is_probed: bool = False


class Cameras:
    """Pictures are read only while somebody looks, and once in a while to see that there are any."""

    def __init__(self, site: Site, added: Sequence[AddedCamera], clock: Clock) -> None:
        self._store = site.store.id
        self._clock = clock
        sources = {source.id: source for source in site.sources}
        pace = max(1.0, clock.speed)
        self._known = {camera.id: _Known(camera, sources.get(camera.id), CameraClock(pace)) for camera in site.cameras}
        for camera in added:
            known = self._known[f"added-{camera.name}"] = _Known(self._added(camera), None, CameraClock(pace))
            known.decoder = Decoder(camera.url, clock, known.clock, partial(_sized, known))
        self._probing: asyncio.Task[None] | None = None
        self._listeners: list[Callable[[int, Shot], None]] = []

    def _added(self, camera: AddedCamera) -> Camera:
        width, height = UNKNOWN_SIZE
        return Camera(f"added-{camera.name}", self._store, camera.name, "added", width, height, [320, 640])

    def start(self) -> None:
        self._probing = asyncio.create_task(self._probe(), name="cameras")

    async def stop(self) -> None:
        await ended([self._probing])
        readers = [reader for known in self._known.values() for reader in known.readers.values()]
        await asyncio.gather(*(reader.stop() for reader in readers))

    def of(self, store: str) -> list[Camera]:
        """Raises Refusal("not-found") for another store."""
        if store != self._store:
            raise Refusal("not-found", f"there is no store {store!r} here")
        return [known.camera for known in self._known.values()]

    async def live(self, camera: str, width: int | None) -> AsyncGenerator[Frame, None]:
        """Pictures from now on, of the least width that is enough. Raises Refusal: "not-found", "unavailable"."""
        return await self._reader(camera, width).live()

    async def picture(self, camera: str, width: int | None) -> Frame:
        """The newest. Raises Refusal: "not-found", "unavailable"."""
        async with aclosing(await self.live(camera, width)) as frames:
            return await anext(frames)

    async def shot(self, camera: str, width: int) -> Shot:
        """One picture as it is now; nobody stays to look for it. Raises Refusal: "not-found", "unavailable"."""
        reader, known = self._reader(camera, width), self._known[camera]
        if known.decoder is None:
            frame = await reader.sample()
        else:  # starting its decoder takes longer than a second of decoding: looked through without a break
            frame = await self.picture(camera, width)
        return _shot(known.camera, frame)

    def listen(self, listener: Callable[[int, Shot], None]) -> None:
        """From now on, every picture that anybody is given is told, with the width in which the camera sent it."""
        self._listeners.append(listener)

    def unlisten(self, listener: Callable[[int, Shot], None]) -> None:
        self._listeners.remove(listener)

    def is_decoded(self, camera: str) -> bool:
        """Whether its pictures are decoded here, and come coded as well."""
        return self._known[camera].decoder is not None

    def coded(self, camera: str, stall_s: float) -> AsyncGenerator[tuple[Opened, Sample], None]:
        """All pictures of one that is decoded, as it coded them. Raises CameraLost."""
        decoder = self._known[camera].decoder
        assert decoder is not None
        return decoder.coded(stall_s)

    def clock(self, camera: str) -> CameraClock:
        return self._known[camera].clock

    def devices(self) -> list[Device]:
        return [self._device(known) for known in self._known.values()]

    def _reader(self, camera: str, width: int | None) -> CameraReader:
        known = self._known.get(camera)
        if known is None:
            raise Refusal("not-found", f"there is no camera {camera!r}")
        wide_enough = [own for own in sorted(known.camera.widths) if width is not None and own >= width]
        chosen = wide_enough[0] if wide_enough else max(known.camera.widths, default=0)
        if chosen not in known.readers:
            source = self._source(known, chosen)
            known.readers[chosen] = CameraReader(
                known.camera.name,
                source,
                self._clock.now_us,
                pace=max(1.0, self._clock.speed),
                heard=partial(self._heard, known, chosen),
            )
        return known.readers[chosen]

    def _heard(self, known: _Known, width: int, frame: Frame) -> None:
        for listener in self._listeners:
            listener(width, _shot(known.camera, frame))

    def _source(self, known: _Known, width: int) -> PictureSource:
        if known.decoder is not None:
            return DecodedSource(known.decoder, width)
        url = known.source.urls.get(width) if known.source is not None else None
        if url is None:
            raise Refusal("unavailable", f"camera {known.camera.name} has no pictures of this width")
        return HttpSource(url, self._clock, known.clock)

    async def _probe(self) -> None:
        """Looks at each camera that nobody looks at, one after the other."""
        while True:
            for camera, known in list(self._known.items()):
                if not any(reader.is_reading for reader in known.readers.values()):
                    try:
                        await self.picture(camera, min(known.camera.widths, default=None))
                    except Refusal as refusal:
                        log.debug("%s", refusal.detail)
                known.is_probed = True
            await asyncio.sleep(PROBE_S)

    def _device(self, known: _Known) -> Device:
        readers = list(known.readers.values())
        seen = max((reader for reader in readers if reader.last_seen), key=lambda r: r.last_seen or 0, default=None)
        # One width may have been tried while the camera was away, and another since it is back.
        seen_us = 0 if seen is None else seen.last_seen or 0
        trouble = next((reader.trouble for reader in readers if reader.trouble and reader.lost_at >= seen_us), None)
        garbage = sum(reader.recent_garbage() for reader in readers)
        causes = [trouble] if trouble else []
        if garbage:
            causes.append(cause("no_pictures_among", count=garbage))
        if known.decoder is not None and not trouble:
            causes += known.decoder.state.told()
        state: DeviceState = "unknown"
        if trouble:
            is_recent = seen is not None and self._clock.now_us() - (seen.last_seen or 0) < LATE_US * self._clock.speed
            state = "late" if is_recent or not known.is_probed else "lost"
        elif seen is not None:
            state = "ok"
        return Device(
            id=known.camera.id,
            kind="camera",
            name=known.camera.name,
            state=state,
            last_seen=None if seen is None else seen.last_seen,
            rate_hz=round(max((reader.rate_hz for reader in readers), default=0.0), 1),
            gaps=sum(reader.counts.breaks for reader in readers),
            clock_offset_us=0 if seen is None else known.clock.now.offset_us,
            clock_error_us=0 if seen is None else known.clock.now.error_us,
            clock_drift_ppm=0.0 if seen is None else known.clock.now.drift_ppm,
            detail=all_said(causes),
            causes=causes,
        )


def _shot(camera: Camera, frame: Frame) -> Shot:
    return Shot(camera.id, camera.name, frame.jpeg, frame.captured_at, frame.error_us)


def _sized(known: _Known, about: Opened) -> None:
    widths = [width for width in WIDTHS if width < about.width]
    known.camera = msgspec.structs.replace(
        known.camera, width=about.width, height=about.height, widths=[*widths, about.width]
    )

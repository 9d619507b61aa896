"""Makes exports: films as they were recorded or beside each other, weights, positions, and what signs them."""

import asyncio
import hashlib
import shutil
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal
from zoneinfo import ZoneInfo

from store_client.contract.camera import Camera
from store_client.contract.case_file import MANIFEST, SIGNATURE
from store_client.contract.cause import Cause, CauseCode
from store_client.contract.device import Site
from store_client.contract.evidence import SourceClock
from store_client.contract.export import (
    MOST_US,
    POSITIONS,
    WEIGHTS,
    ContentKind,
    ExportedCamera,
    ExportedFile,
    ExportManifest,
    signed_text,
)
from store_client.contract.live import Device
from store_client.contract.moment import from_micros
from store_server.cause import cause, refused, said
from store_server.ending import ended
from store_server.refusal import Refusal
from store_server.sealed import canonical, signature_of
from store_server.sensing.export.composing import Composing, about_bytes
from store_server.sensing.export.films import Films, names_of
from store_server.sensing.export.order import Order
from store_server.sensing.export.tables import History, Tables, Written
from store_server.sensing.export.tape import Tape
from store_server.sensing.recording.archive import Archive
from store_server.sensing.recording.cutting import Cut
from store_server.signing import Signer
from store_server.version import VERSION

MOST_AT_ONCE = 2
MOST_SIDE_BY_SIDE = 16
SIDE_BY_SIDE_US = 3_600_000_000
SIGN_OF_LIFE_S = 1.0
FLOOR = 1 << 30
"""Bytes that must stay free on the store's disk."""
_PART = 1 << 20

TableName = Literal["weights", "positions"]
_NOT_WHOLE: Mapping[TableName, CauseCode] = {"weights": "weights_not_whole", "positions": "positions_not_whole"}
_NOT_KEPT: Mapping[TableName, CauseCode] = {"weights": "weights_not_kept", "positions": "positions_not_kept"}
_KEPT_SINCE: Mapping[TableName, CauseCode] = {"weights": "weights_kept_since", "positions": "positions_kept_since"}


@dataclass(frozen=True, slots=True)
class Export:
    """``expected_bytes``: of its films. ``content``: the archive (see contract.export), to be closed by the caller."""

    expected_bytes: int
    content: AsyncGenerator[bytes, None]


class Exports:
    """Used on one event loop. ``folder`` holds what is being made, and is emptied here. Raises OSError."""

    def __init__(
        self,
        folder: Path,
        site: Site,
        archive: Archive,
        history: History,
        signer: Signer,
        cameras: Callable[[], Sequence[Camera]],
        devices: Callable[[], Sequence[Device]],
        now_us: Callable[[], int],
    ) -> None:
        shutil.rmtree(folder, ignore_errors=True)  # left by a store that was killed
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder
        self.site = site
        self.films = Films(archive)
        self.tables = Tables(site.store.id, site.store.time_zone, site.planogram, history)
        self.history = history
        self.signer = signer
        self.devices = devices
        self.now_us = now_us
        self._cameras = cameras
        self._under_way = 0

    async def begin(self, store: str, order: Order, signed: Callable[[str], Awaitable[None]]) -> Export:
        """``signed``: told the SHA-256 of the manifest before that is sent. Refusal: "not-found" for a store or camera that is not here, and where nothing was recorded at all;
        "bad-request" for more than half a day; "unavailable" while two are made, or where there is no room."""
        cameras = self._check(store, order)
        content = self._content(_Making(self, order, cameras, signed))
        await anext(content)  # it counts from here on, until it is made or left
        try:
            return Export(await self._expected(order, cameras), content)
        except BaseException:
            await content.aclose()
            raise

    async def _expected(self, order: Order, cameras: Sequence[Camera]) -> int:
        """About how many bytes its films will be. Raises Refusal: there are none, or no room."""
        expected = await asyncio.to_thread(
            lambda: sum(self.films.bytes(camera.id, order.since_us, order.until_us) for camera in cameras)
        )
        if not expected:
            raise refused("not-found", cause("nothing_recorded"))
        if order.kind == "side_by_side":  # all of it lies here before it is sent
            self.check_room(FLOOR + expected + about_bytes(len(cameras), order.since_us, order.until_us))
        else:
            self.check_room()
        return expected

    def check_room(self, needed: int = FLOOR) -> None:
        """Raises Refusal if less is free."""
        if shutil.disk_usage(self.folder).free < needed:
            raise refused("unavailable", cause("no_room", mebibytes=str(needed >> 20)))

    def _check(self, store: str, order: Order) -> list[Camera]:
        if store != self.site.store.id:
            raise Refusal("not-found", f"there is no store {store!r} here")
        known = {camera.id: camera for camera in self._cameras()}
        unknown = [camera for camera in order.cameras if camera not in known]
        if unknown:
            raise Refusal("not-found", f"there is no camera {unknown[0]!r}")
        most_us = MOST_US if order.kind == "clips" else SIDE_BY_SIDE_US
        if not 0 < order.until_us - order.since_us <= most_us:
            raise Refusal("bad-request", f"it lasts longer than nothing and at most {most_us // SIDE_BY_SIDE_US} h")
        if order.kind == "side_by_side" and len(order.cameras) > MOST_SIDE_BY_SIDE:
            raise Refusal("bad-request", f"beside each other are at most {MOST_SIDE_BY_SIDE} cameras")
        if self._under_way >= MOST_AT_ONCE:
            raise refused("unavailable", cause("exports_running", running=MOST_AT_ONCE))
        return [known[camera] for camera in dict.fromkeys(order.cameras)]

    async def _content(self, making: "_Making") -> AsyncGenerator[bytes, None]:
        """First of all nothing, when it has been counted."""
        self._under_way += 1
        try:
            yield b""
            async with aclosing(making.content()) as content:
                async for part in content:
                    yield part
        finally:
            self._under_way -= 1


class _Making:
    """One export, from its first byte to its last."""

    def __init__(
        self,
        exports: Exports,
        order: Order,
        cameras: Sequence[Camera],
        signed: Callable[[str], Awaitable[None]],
    ) -> None:
        self._signed = signed
        self._exports = exports
        self._order = order
        self._cameras = cameras
        self._films = exports.films
        self._tape = Tape(exports.now_us())
        self._files: list[ExportedFile] = []
        self._lacking: list[Cause] = []
        errors = {device.id: device.clock_error_us for device in exports.devices()}
        self._errors = errors
        self._tracker_us = max((d.clock_error_us for d in exports.devices() if d.kind == "tracker"), default=0)

    async def content(self) -> AsyncGenerator[bytes, None]:
        with ExitStack() as stack:
            weights, positions = (
                stack.enter_context(tempfile.TemporaryFile(dir=self._exports.folder)) for _ in range(2)
            )
            tables = asyncio.create_task(self._write_tables(weights, positions), name="tables of an export")
            try:
                films = self._clips() if self._order.kind == "clips" else self._side_by_side()
                async with aclosing(films) as parts:
                    async for part in parts:
                        yield part
                while not (await asyncio.wait([tables], timeout=SIGN_OF_LIFE_S))[0]:
                    yield self._tape.sign_of_life("tables")
                written = await tables
                async for part in self._table(WEIGHTS, "weights", weights, written[0]):
                    yield part
                async for part in self._table(POSITIONS, "positions", positions, written[1]):
                    yield part
            finally:
                await ended([tables])
        async for part in self._seal():
            yield part

    # ---- films

    async def _clips(self) -> AsyncGenerator[bytes, None]:
        names = names_of([(camera.id, camera.name) for camera in self._cameras])
        for camera in self._cameras:
            clips = self._films.clips(camera.id, self._order.since_us, self._order.until_us)
            number = 0
            while (cut := await asyncio.to_thread(next, clips, None)) is not None:
                number += 1
                name = f"{names[camera.id]}.mp4" if number == 1 else f"{names[camera.id]}.{number}.mp4"
                async for part in self._tape.file(name, cut.length, cut.content()):
                    yield part
                self._put(name, "clip", [camera.id], cut)
            if not number:
                self._lacking.append(cause("camera_not_recorded", camera=camera.name))

    def _put(self, name: str, kind: ContentKind, cameras: list[str], cut: Cut) -> None:
        sha256, size = self._tape.done
        self._files.append(
            ExportedFile(
                name=name,
                kind=kind,
                sha256=sha256,
                bytes=size,
                cameras=cameras,
                begins_at=cut.first_us,
                ends_at=cut.last_us,
                items=cut.frames,
                clock_error_us=cut.error_us,
            )
        )

    async def _side_by_side(self) -> AsyncGenerator[bytes, None]:
        folder, zone = self._exports.folder, self._exports.site.store.time_zone
        with tempfile.TemporaryFile(dir=folder) as pictures:
            tracked = None if self._order.is_clear else self._exports.history.tracked
            composing = Composing(folder, self._films, zone, pictures, tracked)
            async with aclosing(composing.made(self._cameras, self._order.since_us, self._order.until_us)) as made:
                async for share in made:
                    self._exports.check_room()
                    yield self._tape.sign_of_life(f"{share:.3f}")
            film = composing.film
            async for part in self._tape.file("side-by-side.mp4", film.length, film.content()):
                yield part
        sha256, size = self._tape.done
        self._files.append(
            ExportedFile(
                name="side-by-side.mp4",
                kind="side_by_side",
                sha256=sha256,
                bytes=size,
                cameras=[camera.id for camera in self._cameras],
                begins_at=film.begin_us,
                ends_at=film.end_us,
                items=film.frames,
                clock_error_us=film.error_us,
                step_us=film.step_us,
            )
        )

    # ---- tables

    async def _write_tables(self, weights: BinaryIO, positions: BinaryIO) -> tuple[Written, Written]:
        since_us, until_us, tables = self._order.since_us, self._order.until_us, self._exports.tables
        return (
            await self._written("weights", tables.weights(weights, since_us, until_us, self._errors)),
            await self._written("positions", tables.positions(positions, since_us, until_us, self._tracker_us)),
        )

    async def _written(self, what: TableName, parts: AsyncIterator[Written]) -> Written:
        """What there is; where the streams cannot be read, what there was until then."""
        written = Written()
        try:
            async for part in parts:
                written = written.and_then(part)
        except Refusal as refusal:
            self._lacking.append(cause(_NOT_WHOLE[what], reason=refusal.detail))
        kept_us = written.kept_from_us
        if kept_us is None:
            self._lacking.append(cause(_NOT_KEPT[what]))
        elif kept_us > self._order.since_us:
            self._lacking.append(cause(_KEPT_SINCE[what], since=self._on_the_wall(kept_us)))
        return written

    def _on_the_wall(self, at_us: int) -> str:
        """By the store's clock, with its offset from UTC: 2026-11-22 02:12:33+01:00."""
        zone = ZoneInfo(self._exports.site.store.time_zone)
        return from_micros(at_us).astimezone(zone).isoformat(sep=" ", timespec="seconds")

    async def _table(
        self, name: str, kind: ContentKind, file: BinaryIO, written: Written
    ) -> AsyncGenerator[bytes, None]:
        size = file.seek(0, 2)
        file.seek(0)
        async for part in self._tape.file(name, size, _parts(file)):
            yield part
        sha256, size = self._tape.done
        self._files.append(
            ExportedFile(
                name=name,
                kind=kind,
                sha256=sha256,
                bytes=size,
                cameras=[],
                begins_at=written.begin_us,
                ends_at=written.end_us,
                items=written.rows,
                clock_error_us=written.error_us,
                step_us=written.step_us,
            )
        )

    # ---- what signs it

    async def _seal(self) -> AsyncGenerator[bytes, None]:
        manifest = canonical(await asyncio.to_thread(self._manifest))
        await self._signed(hashlib.sha256(manifest).hexdigest())
        signature = signature_of(self._exports.signer, signed_text(manifest))
        for name, content in ((MANIFEST, manifest), (SIGNATURE, signature)):
            async for part in self._tape.file(name, len(content), iter([content])):
                yield part
        yield self._tape.end()

    def _manifest(self) -> ExportManifest:
        order, store = self._order, self._exports.site.store
        chosen = {camera.id for camera in self._cameras}
        return ExportManifest(
            store=store.id,
            name=store.name,
            time_zone=store.time_zone,
            begins_at=order.since_us,
            ends_at=order.until_us,
            kind=order.kind,
            faces="clear" if order.is_clear else "blurred",
            made_at=from_micros(self._exports.now_us()),
            made_by=order.by,
            software=VERSION,
            cameras=[
                ExportedCamera(
                    id=camera.id,
                    name=camera.name,
                    gaps=self._films.gaps(camera.id, order.since_us, order.until_us),
                )
                for camera in self._cameras
            ],
            clocks=[
                SourceClock(
                    device=device.id,
                    kind=device.kind,
                    offset_us=device.clock_offset_us,
                    error_us=device.clock_error_us,
                )
                for device in self._exports.devices()
                if device.id in chosen or device.kind in ("gondola", "tracker")
            ],
            files=self._files,
            lacking=[said(one) for one in self._lacking],
            causes=self._lacking,
        )


def _parts(file: BinaryIO) -> Iterator[bytes]:
    while part := file.read(_PART):
        yield part

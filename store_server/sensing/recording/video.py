"""All that records and shows what was recorded, put together."""

import asyncio
from pathlib import Path

from store_client.contract.store import Store
from store_server.clock import Clock
from store_server.sensing.cameras import Cameras
from store_server.sensing.recording.archive import Archive
from store_server.sensing.recording.darkroom import Darkroom
from store_server.sensing.recording.holds import Holds
from store_server.sensing.recording.recorder import Recorder
from store_server.sensing.recording.recordings import Recordings
from store_server.sensing.recording.retention import HOUR_US, MIB, Bounds, Retention
from store_server.sensing.recording.scribe import Scribe
from store_server.sensing.veil import Veil


class Video:
    """``recordings``: for who looks; ``holds``: for who needs something to stay; ``archive``: all of it. Raises OSError."""

    def __init__(self, folder: Path, store: Store, cameras: Cameras, veil: Veil, clock: Clock) -> None:
        policies = store.policies
        archive = self.archive = Archive(folder)
        self.holds = Holds(folder / "holds.json")
        bounds = Bounds(policies.retention_hours_video * HOUR_US, policies.retention_mib_video * MIB)
        self._scribe = Scribe(archive, Retention(archive, self.holds, bounds, speed=clock.speed), clock.now_us)
        self._recorder = Recorder(cameras, store.id, self._scribe, clock)
        self._darkroom = Darkroom()
        self.recordings = Recordings(
            archive, self._darkroom, veil, clock, lambda: frozenset(camera.id for camera in cameras.of(store.id))
        )

    def start(self) -> None:
        self._scribe.start()
        self._recorder.start()

    async def stop(self) -> None:
        await self._recorder.stop()
        await asyncio.to_thread(self._scribe.end)
        await self._darkroom.close()

    def trouble(self) -> str:
        """Why nothing is recorded; empty while all is well."""
        return self._scribe.trouble

    def left_out(self) -> int:
        """Of how many pictures the disk was too slow, since the start."""
        return self._scribe.counts.left_out

"""The sensors' side as HTTP asks it, answering from memory."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from store_client.contract.camera import Camera
from store_client.contract.cause import Cause
from store_client.contract.ids import new_id
from store_client.contract.live import Alert, Device
from store_client.contract.recording import RecordedSpan, Recording
from store_client.contract.sensor import PlateSeries, PositionFix, PositionHistory, WeightHistory
from store_server.refusal import Refusal
from store_server.sensing.export.order import Order
from store_server.sensing.frame import Clear, Shown
from tests.http.site import NOON, SITE, STORE

MINUTE_US = 60_000_000
NOISE = Cause("noise", {"grams": 9.5})
JPEG = b"\xff\xd8" + b"picture" * 100 + b"\xff\xd9"
BLURRED = b"\xff\xd8" + b"blurred" * 90 + b"\xff\xd9"


async def shown(at_us: int, is_clear: Clear, error_us: int | None = None) -> Shown:
    """Blurred or not, that is the question."""
    may_see = await is_clear()
    return Shown(JPEG if may_see else BLURRED, at_us, error_us, may_see)


class Sensed:
    """All Protocols of http.services at once; ``watching`` counts who looks at a camera."""

    def __init__(self) -> None:
        self.watching = 0
        self.frames = 0
        self.asked: list[tuple[object, ...]] = []
        self.is_lost = False

    async def weights(
        self, store: str, plates: Sequence[str], since_us: int, until_us: int, points: int
    ) -> WeightHistory:
        self.asked.append((store, tuple(plates), since_us, until_us, points))
        return WeightHistory(
            store, 1_000_000, NOON, [PlateSeries(plate, [since_us], [1.5], [None]) for plate in plates]
        )

    async def positions(self, store: str, since_us: int, until_us: int) -> PositionHistory:
        return PositionHistory(store, NOON, [PositionFix(since_us, "t1", None, 1.0, 2.0)])

    def of(self, store: str) -> list[Camera]:
        return SITE.cameras

    async def live(self, camera: str, width: int | None, every: int, is_clear: Clear) -> AsyncGenerator[Shown, None]:
        self._check(camera)
        return self._pictures(every, is_clear)

    async def _pictures(self, every: int, is_clear: Clear) -> AsyncGenerator[Shown, None]:
        self.watching += 1
        try:
            while not self.is_lost:
                self.frames += every
                yield await shown(NOON + self.frames * 100_000, is_clear)
                await asyncio.sleep(0.01)
        finally:
            self.watching -= 1

    async def picture(self, camera: str, width: int | None, is_clear: Clear) -> Shown:
        self._check(camera)
        return await shown(NOON, is_clear)

    async def exhibit(self, camera: str, jpeg: bytes, at_us: int, fixes: Sequence[PositionFix]) -> bytes:
        return BLURRED

    def _check(self, camera: str) -> None:
        if camera not in {known.id for known in SITE.cameras}:
            raise Refusal("not-found", "no such camera")
        if self.is_lost:
            raise Refusal("unavailable", "the camera is lost")


@dataclass(frozen=True)
class Clip:
    frames: int = 2
    first_us: int = NOON
    last_us: int = NOON + 40_000
    until_us: int = NOON + 60_000
    error_us: int = 1_500
    length: int = 6

    def content(self) -> Iterator[bytes]:
        yield from (b"abc", b"def")


class Recorded:
    """Has recorded the minute after noon, by one camera."""

    async def recording(self, camera: str, since_us: int, until_us: int) -> Recording:
        self._check(camera, NOON)
        return Recording(camera, NOON, NOON + MINUTE_US, [RecordedSpan(camera, NOON, NOON + MINUTE_US)])

    async def clip(self, camera: str, since_us: int, until_us: int) -> Clip:
        self._check(camera, since_us)
        return Clip()

    async def picture(self, camera: str, at_us: int, width: int | None, is_clear: Clear) -> Shown:
        self._check(camera, at_us)
        return replace(await shown(at_us - 1, is_clear, 1_500), before_us=at_us - 41, next_us=None)

    async def previews(
        self, camera: str, since_us: int, until_us: int, every_us: int, width: int | None, is_clear: Clear
    ) -> AsyncGenerator[Shown, None]:
        self._check(camera, NOON)
        return self._stills(range(since_us, until_us, max(every_us, (until_us - since_us) // 10)), is_clear)

    async def replay(
        self, camera: str, since_us: int, speed: float, width: int | None, is_clear: Clear
    ) -> AsyncGenerator[Shown, None]:
        self._check(camera, since_us)
        return self._stills(range(since_us, since_us + round(120_000_000 * speed), 30_000_000), is_clear)

    async def _stills(self, moments: range, is_clear: Clear) -> AsyncGenerator[Shown, None]:
        for at_us in moments:
            yield await shown(at_us, is_clear, 1_500)

    def _check(self, camera: str, at_us: int) -> None:
        if camera not in {known.id for known in SITE.cameras}:
            raise Refusal("not-found", "no such camera")
        if not NOON <= at_us < NOON + MINUTE_US:
            raise Refusal("not-found", "nothing was recorded then")


@dataclass(frozen=True)
class Export:
    content: AsyncGenerator[bytes, None]
    expected_bytes: int = 6


class Exports:
    """Knows the cameras of the site, and has recorded the minute after noon."""

    async def begin(self, store: str, order: Order, signed: Callable[[str], Awaitable[None]]) -> Export:
        if store != STORE or set(order.cameras) - {camera.id for camera in SITE.cameras}:
            raise Refusal("not-found", "there is no such camera here")
        if not NOON <= order.since_us < NOON + MINUTE_US:
            raise Refusal("not-found", "nothing of these cameras was recorded then")
        return Export(self._content(signed))

    async def _content(self, signed: Callable[[str], Awaitable[None]]) -> AsyncGenerator[bytes, None]:
        yield b"abc"
        await signed("ab" * 32)
        yield b"def"


class Devices:
    def now(self, store: str) -> list[Device]:
        return [
            Device(id="1.1.1", kind="plate", name="Plate", state="noisy", last_seen=NOON, rate_hz=60.0, causes=[NOISE])
        ]


class Alerts:
    def now(self, store: str) -> list[Alert]:
        return [
            Alert(
                id=new_id(),
                store=STORE,
                priority="low",
                kind="plate",
                device="1.1.1",
                title="Plate noisy",
                consequence="Doubtful lines",
                action="Clean it",
                raised_at=NOON,
                cause=NOISE,
            )
        ]

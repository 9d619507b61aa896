"""What the routes call: the services of the desk, and what the sensing side offers to those who look.

The Protocols are what HTTP asks of the sensors' side; the composition root builds both and hands them over as one
:class:`Services`.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from store_client.contract.camera import Camera
from store_client.contract.live import Alert, Device
from store_client.contract.recording import Recording
from store_client.contract.sensor import PositionFix, PositionHistory, WeightHistory
from store_client.contract.session import LiveAccess, User
from store_server.desk.apps import Apps
from store_server.desk.audit import Audit
from store_server.desk.carts import Carts
from store_server.desk.case_clips import Film
from store_server.desk.case_file import CaseFiles
from store_server.desk.cases import Cases
from store_server.desk.doubts import Doubts
from store_server.desk.evidence import CaseEvidence
from store_server.desk.faces import FaceGrants
from store_server.desk.looks import Looks
from store_server.desk.products import Products
from store_server.desk.receipts import Receipts
from store_server.desk.refunds import Refunds
from store_server.desk.sessions import Sessions
from store_server.desk.shopper import ShopperCases
from store_server.desk.stores import Stores
from store_server.desk.trips import Trips
from store_server.sensing.export.order import Order
from store_server.sensing.frame import Clear, Shown


class WeightsAndPositions(Protocol):
    """Kept readings. Times are µs UTC; both raise Refusal("not-found") for a store that is not here."""

    async def weights(
        self, store: str, plates: Sequence[str], since_us: int, until_us: int, points: int
    ) -> WeightHistory:
        """Least and greatest of each plate in at most ``points`` buckets of [since, until)."""
        ...

    async def positions(self, store: str, since_us: int, until_us: int) -> PositionHistory: ...


class Cameras(Protocol):
    """Pictures as they are now. ``width``: the width asked for in pixels, None for the camera's own; ``is_clear``:
    whether faces may be shown.

    Both raise Refusal("not-found") for a camera that is not here and Refusal("unavailable") for one that is lost,
    before anything is sent.
    """

    def of(self, store: str) -> list[Camera]: ...

    async def live(self, camera: str, width: int | None, every: int, is_clear: Clear) -> AsyncGenerator[Shown, None]:
        """Each ``every``-th picture from now on; closed (``aclose``) by the caller when nobody looks any more."""
        ...

    async def picture(self, camera: str, width: int | None, is_clear: Clear) -> Shown: ...


class Veil(Protocol):
    async def exhibit(self, camera: str, jpeg: bytes, at_us: int, fixes: Sequence[PositionFix]) -> bytes:
        """A picture with its heads covered. ``fixes``: where people were for some seconds around."""
        ...


class Clip(Film, Protocol):
    """An MP4; see sensing.recording.cutting.Cut."""

    @property
    def until_us(self) -> int: ...


class Recordings(Protocol):
    """What was recorded. Times are µs UTC. All raise Refusal("not-found") for a camera that is not here; ``clip``,
    ``picture`` and ``replay`` also where nothing was recorded, "bad-request" for too much, "unavailable" for what
    cannot be decoded."""

    async def recording(self, camera: str, since_us: int, until_us: int) -> Recording: ...

    async def clip(self, camera: str, since_us: int, until_us: int) -> Clip: ...

    async def picture(self, camera: str, at_us: int, width: int | None, is_clear: Clear) -> Shown: ...

    async def previews(
        self, camera: str, since_us: int, until_us: int, every_us: int, width: int | None, is_clear: Clear
    ) -> AsyncGenerator[Shown, None]: ...

    async def replay(
        self, camera: str, since_us: int, speed: float, width: int | None, is_clear: Clear
    ) -> AsyncGenerator[Shown, None]:
        """At once the picture shown at ``since_us``, then each when it is due."""
        ...


class Export(Protocol):
    """An archive that is ready to be made: see sensing.export.making.Export."""

    @property
    def expected_bytes(self) -> int: ...

    @property
    def content(self) -> AsyncGenerator[bytes, None]: ...


class Exports(Protocol):
    async def begin(self, store: str, order: Order, signed: Callable[[str], Awaitable[None]]) -> Export:
        """``signed``: told the SHA-256 of the manifest before that is sent. Raises Refusal: see sensing.export.making."""
        ...


class Devices(Protocol):
    def now(self, store: str) -> list[Device]: ...


class Alerts(Protocol):
    def now(self, store: str) -> list[Alert]:
        """What is raised and not cleared, newest first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """``live_access``: how a user reaches the live subjects, None for who may not see the floor."""

    sessions: Sessions
    stores: Stores
    products: Products
    trips: Trips
    carts: Carts
    receipts: Receipts
    cases: Cases
    evidence: CaseEvidence
    case_files: CaseFiles
    refunds: Refunds
    doubts: Doubts
    apps: Apps
    shopper: ShopperCases
    audit: Audit
    history: WeightsAndPositions
    cameras: Cameras
    recordings: Recordings
    looks: Looks
    exports: Exports
    faces: FaceGrants
    veil: Veil
    devices: Devices
    alerts: Alerts
    live_access: Callable[[User], LiveAccess | None]

"""The cameras of a store: who looks at which, and what they show."""

from collections.abc import AsyncGenerator, Sequence

from store_client.contract.camera import Camera
from store_client.contract.device import Site
from store_client.contract.live import Device
from store_server.clock import Clock
from store_server.options import AddedCamera
from store_server.refusal import Refusal
from store_server.sensing.frame import Frame


class Cameras:
    def __init__(self, site: Site, added: Sequence[AddedCamera], clock: Clock) -> None:
        self._site = site

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    def devices(self) -> list[Device]:
        return []

    def of(self, store: str) -> list[Camera]:
        return list(self._site.cameras)

    async def live(self, camera: str, width: int | None) -> AsyncGenerator[Frame, None]:
        raise Refusal("not-found", camera)

    async def picture(self, camera: str, width: int | None) -> Frame:
        raise Refusal("not-found", camera)

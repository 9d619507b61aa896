"""Covers heads in every picture that anybody is shown, once for all who look at it, in threads of its own."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import cv2

from store_client.contract.camera import Camera
from store_client.contract.planogram import Gondola
from store_client.contract.sensor import PositionFix
from store_server.giving_way import give_way
from store_server.refusal import Refusal
from store_server.sensing.cameras import Shot
from store_server.sensing.coarse import NoPicture, decoded, encoded, narrowed
from store_server.sensing.faces import fixes_of, people_at
from store_server.sensing.frame import Frame
from store_server.sensing.outlook import Outlook
from store_server.sensing.whereabouts import Whereabouts

log = logging.getLogger(__name__)

US = 1_000_000
THREADS = 2
MOST_KEPT = 64
"""Pictures that are kept covered, for who asks for the same."""
SETTLED_US = 300_000
"""Positions must go on for so long after a moment for it to be known where everybody was."""
FRESH_US = 5 * US
"""A recorded picture that is younger than this is covered as a live one, if its moment is not settled."""


class Veil:
    """Used on one event loop. ``cameras``: those that there are now, with their poses; ``now_us``: the store's clock;
    ``gondolas``: what people stand behind."""

    def __init__(
        self,
        cameras: Callable[[], list[Camera]],
        whereabouts: Whereabouts,
        now_us: Callable[[], int],
        gondolas: Sequence[Gondola] = (),
    ) -> None:
        self._cameras = cameras
        self._whereabouts = whereabouts
        self._now_us = now_us
        self._gondolas = gondolas
        self._outlooks: dict[str, Outlook] = {}
        self._made: OrderedDict[tuple[str, int, int | None, int], asyncio.Future[bytes]] = OrderedDict()
        self._is_learning = False
        cv2.setNumThreads(1)  # pictures are worked on beside each other, and not the parts of one
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="veil", initializer=give_way)

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    async def live(self, camera: str, frame: Frame, width: int | None) -> bytes:
        """A picture as it is now, for who shows it ``width`` wide. Raises Refusal("unavailable") for what cannot be
        decoded."""
        key = (camera, frame.captured_at, width, len(frame.jpeg))
        return await self._once(key, partial(self._live, camera, frame.jpeg, width))

    async def recorded(self, camera: str, jpeg: bytes, at_us: int, width: int | None, *, is_clear: bool) -> bytes:
        """A picture taken at ``at_us``, not wider than ``width``. Raises Refusal("unavailable")."""
        if is_clear:
            return jpeg if width is None else await self._work(partial(_narrowed, jpeg, width))
        newest_us = self._whereabouts.newest_us
        if (newest_us is None or newest_us < at_us + SETTLED_US) and self._now_us() - at_us < FRESH_US:
            return await self._work(self._live(camera, jpeg, width))
        people = people_at(await self._whereabouts.around(at_us), at_us)
        outlook = self._outlook(camera)
        key = (camera, at_us, width, len(jpeg))
        return await self._once(key, lambda: partial(outlook.recorded, jpeg, people, width))

    async def exhibit(self, camera: str, jpeg: bytes, at_us: int, fixes: Sequence[PositionFix]) -> bytes:
        """A picture that was kept with where people were then. Raises Refusal("unavailable")."""
        people = people_at(fixes_of(fixes), at_us)
        outlook = self._outlook(camera)
        return await self._once((camera, at_us, 0, len(jpeg)), lambda: partial(outlook.recorded, jpeg, people, None))

    def heard(self, _width: int, shot: Shot) -> None:
        """A picture that a camera gave to anybody: something to learn from, if there is time."""
        outlook = self._outlook(shot.camera)
        now_us = self._now_us()
        if self._is_learning or not outlook.wants(now_us):
            return
        self._is_learning = True
        fixes = self._whereabouts.now()
        learnt = asyncio.get_running_loop().run_in_executor(self._pool, outlook.look, shot.jpeg, now_us, fixes)
        learnt.add_done_callback(self._learnt)

    def _learnt(self, done: "asyncio.Future[None]") -> None:
        self._is_learning = False
        if not done.cancelled() and isinstance(error := done.exception(), NoPicture):
            log.debug("a picture that cannot be decoded: %s", error)

    def _live(self, camera: str, jpeg: bytes, width: int | None) -> Callable[[], bytes]:
        # When it came, and not its stamp: a camera's clock may be seconds off, and its picture never is.
        return partial(self._outlook(camera).live, jpeg, self._now_us(), self._whereabouts.now(), width)

    def _outlook(self, camera: str) -> Outlook:
        """A camera that was added later, or of another pose, begins anew."""
        known = next((one for one in self._cameras() if one.id == camera), None)
        if known is None:
            known = Camera(camera, "", camera, "added", 0, 0, [])  # one that is no more: nothing is known of it
        outlook = self._outlooks.get(camera)
        if outlook is None or outlook.camera.pose != known.pose:
            outlook = self._outlooks[camera] = Outlook(known, self._gondolas)
        return outlook

    async def _once(self, key: tuple[str, int, int | None, int], work: Callable[[], Callable[[], bytes]]) -> bytes:
        future = self._made.get(key)
        if future is None:
            future = self._made[key] = asyncio.get_running_loop().run_in_executor(self._pool, work())
            while len(self._made) > MOST_KEPT:
                self._made.popitem(last=False)
        try:
            return await asyncio.shield(future)
        except NoPicture as error:
            raise Refusal("unavailable", "the picture cannot be decoded") from error

    async def _work(self, work: Callable[[], bytes]) -> bytes:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        except NoPicture as error:
            raise Refusal("unavailable", "the picture cannot be decoded") from error


def _narrowed(jpeg: bytes, width: int) -> bytes:
    picture = decoded(jpeg)
    return jpeg if width >= picture.shape[1] else encoded(narrowed(picture, width))

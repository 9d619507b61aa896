"""Whether the faces in the pictures of an answer may be shown, asked anew for each of them."""

import asyncio

from store_server.desk.faces import FaceGrants
from store_server.desk.sessions import SignedIn
from store_server.http.threads import Threads
from store_server.sensing.frame import Clear

KNOWN_S = 1.0
"""So long an answer is good for the pictures of a stream that follow."""


async def cleared(grants: FaceGrants, threads: Threads, signed_in: SignedIn, faces: str | None, what: str) -> Clear:
    """``faces``: the grant that was shown, if one was; ``what``: what is looked at, such as ``camera:<id>``.

    Raises Refusal("faces-needed") if it does not hold now. Ends it later, the pictures that follow show no faces."""
    if faces is None:
        return _never
    await threads(grants.require, faces, signed_in)

    def is_clear() -> bool:
        if not grants.holds(faces, signed_in):
            return False
        grants.seen(faces, what)
        return True

    known: tuple[float, bool] = (-KNOWN_S, False)

    async def ask() -> bool:
        nonlocal known
        now = asyncio.get_running_loop().time()
        if now - known[0] >= KNOWN_S:
            known = now, await threads(is_clear)
        return known[1]

    return ask


async def _never() -> bool:
    return False

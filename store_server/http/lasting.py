"""How long a stream lasts that has no end of its own."""

import asyncio
from collections.abc import Awaitable, Callable

from litestar.datastructures import State

from store_server.desk.sessions import Sessions, SignedIn
from store_server.http.threads import Threads
from store_server.refusal import Refusal

RECHECK_S = 5.0
"""So often it is looked up whether the session has ended."""


def lasting(state: State, sessions: Sessions, threads: Threads, signed_in: SignedIn) -> Callable[[], Awaitable[bool]]:
    """Whether a stream goes on: until the store stops or the session that asked for it has ended."""
    loop = asyncio.get_running_loop()
    asked_s = loop.time()

    async def goes_on() -> bool:
        nonlocal asked_s
        if state.is_stopping:
            return False
        if loop.time() - asked_s < RECHECK_S:
            return True
        asked_s = loop.time()
        try:
            return not await threads(sessions.has_ended, signed_in)
        except Refusal:  # too much to do: it is looked up a little later
            return True

    return goes_on

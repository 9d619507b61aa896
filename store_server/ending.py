"""Ending tasks for certain."""

import asyncio
from collections.abc import Iterable
from typing import Any

AGAIN_S = 0.5


async def ended(tasks: Iterable[asyncio.Task[Any] | None]) -> None:
    """Cancels ``tasks`` until all have ended: a cancellation can be swallowed on its way, such as by asyncio.wait_for of
    Python 3.11, with which nats-py waits, when the answer comes in the same moment."""
    left = {task for task in tasks if task is not None and not task.done()}
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=AGAIN_S)

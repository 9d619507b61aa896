"""Calls of the desk, which wait for the database, made in a few threads so that the loop never does."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from store_server.refusal import Refusal

P = ParamSpec("P")
T = TypeVar("T")


class Threads:
    """At most ``workers`` calls at a time, and at most ``waiting`` more in line; the next is Refusal("unavailable")."""

    def __init__(self, workers: int = 8, waiting: int = 256) -> None:
        self._executor = ThreadPoolExecutor(workers, thread_name_prefix="desk")
        self._most = workers + waiting
        self._pending = 0

    async def __call__(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        if self._pending >= self._most:
            raise Refusal("unavailable", "The store has too much to do; try again in a moment.")
        self._pending += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, partial(call, *args, **kwargs))
        finally:
            self._pending -= 1

    def close(self) -> None:
        """Lets running calls end; those in line are dropped."""
        self._executor.shutdown(wait=True, cancel_futures=True)

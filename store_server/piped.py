"""A child process that an event loop talks to by pipes: started and ended in one way.

It runs a module of ours that ends when its standard input does, so it never outlives us (see child.py for children that
threads talk to).
"""

import asyncio
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress

from store_server.child import environment, module

END_S = 2.0


async def started(name: str, *, most_bytes: int = 1 << 16, has_last_words: bool = False) -> Process:
    """``most_bytes``: read ahead of who listens. ``has_last_words``: its standard error is kept. Raises OSError."""
    return await asyncio.create_subprocess_exec(
        *module(name),
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE if has_last_words else DEVNULL,
        env=environment(),
        process_group=0,
        limit=most_bytes,
    )


async def dismissed(child: Process) -> None:
    """Closes its standard input, then insists; returns when it is gone."""
    assert child.stdin is not None
    child.stdin.close()
    try:
        async with asyncio.timeout(END_S):
            await child.wait()
    except TimeoutError:
        with suppress(ProcessLookupError):
            child.kill()
        await child.wait()

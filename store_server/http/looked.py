"""Looks at what was recorded, told before it is shown."""

from store_server.desk.actor import Actor
from store_server.desk.looks import Looks
from store_server.http.threads import Threads


async def told(looks: Looks, threads: Threads, actor: Actor, camera: str, since_us: int, until_us: int) -> None:
    """Of pictures out of [since, until). Raises Refusal("unavailable") if the log cannot be written.

    Most of them are of a minute that is told already: that takes no thread, which at × 16 would be hundreds a second."""
    if not looks.are_told(actor, camera, since_us, until_us):
        await threads(looks.pictures, actor, camera, since_us, until_us)

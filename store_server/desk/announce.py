"""Telling the live subjects what the desk did, after it was committed."""

from collections.abc import Callable, Sequence

from store_client.contract.live import Event

Announce = Callable[[Sequence[Event]], None]
"""Called from any thread, after the commit. What it loses is healed by the next reading over HTTP."""


def announce_nothing(_events: Sequence[Event]) -> None:
    """For who has no live subjects."""

"""What is known of the past, so that one can find a moment in it."""

from dataclasses import dataclass

from store_client.contract.live import Event


@dataclass(frozen=True, slots=True)
class Timeline:
    """µs UTC. ``recorded``: stretches of which there are pictures of some camera, in order. ``seen``: the span of which
    ``events`` tell what happened, thinned where it was much (``is_thinned``)."""

    seen: tuple[int, int] = (0, 0)
    recorded: tuple[tuple[int, int], ...] = ()
    events: tuple[Event, ...] = ()
    is_thinned: bool = False

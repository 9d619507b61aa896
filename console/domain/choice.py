"""What is chosen at the desk: shared by all screens, so that each works from either end."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """``trip``: the chosen shopper's. ``line``: place of the chosen line in the trip's cart. ``plate``: its id.
    ``camera``: its id. ``moment_us``: store time of what was chosen, None for now. ``track``: a person without a
    trip."""

    trip: str | None = None
    track: str | None = None
    line: int | None = None
    plate: str | None = None
    camera: str | None = None
    moment_us: int | None = None

"""How the desk stands with its store: one link each for requests, live data and pictures."""

from dataclasses import dataclass, field, replace
from typing import Literal

LinkState = Literal["off", "connecting", "up", "lost"]
LinkName = Literal["http", "live", "video"]
LINKS: tuple[LinkName, ...] = ("http", "live", "video")


@dataclass(frozen=True, slots=True)
class Link:
    """``delay_ms``: None until measured. ``drops``: what was lost since the start. ``since_us``: store time at which
    the state began, None until the store's time is known. ``off``: nobody needs the link now."""

    state: LinkState = "off"
    delay_ms: float | None = None
    drops: int = 0
    since_us: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Connection:
    http: Link = field(default_factory=Link)
    live: Link = field(default_factory=Link)
    video: Link = field(default_factory=Link)

    def of(self, name: LinkName) -> Link:
        return {"http": self.http, "live": self.live, "video": self.video}[name]

    def having(self, name: LinkName, link: Link) -> "Connection":
        match name:
            case "http":
                return replace(self, http=link)
            case "live":
                return replace(self, live=link)
            case "video":
                return replace(self, video=link)

    @property
    def is_stale(self) -> bool:
        """True while what is on screen may no longer be so."""
        return self.http.state == "lost" or self.live.state == "lost"

    @property
    def stale_since_us(self) -> int | None:
        """Store time since which it is stale, None while it is not (or nobody knows since when)."""
        known = [link.since_us for link in (self.http, self.live) if link.state == "lost" and link.since_us is not None]
        return min(known, default=None)

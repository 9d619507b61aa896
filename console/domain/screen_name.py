"""Which screens there are."""

from typing import Literal

ScreenName = Literal["live_floor", "cameras", "shelves", "receipts", "cases", "audit", "settings"]

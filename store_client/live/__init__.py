"""Live data of a store: messages in order, gaps counted and healed, and never more of them than memory allows."""

from store_client.live.feed import LiveFeed, LiveState
from store_client.live.item import LiveItem
from store_client.live.statistics import KindStatistics

__all__ = ["KindStatistics", "LiveFeed", "LiveItem", "LiveState"]

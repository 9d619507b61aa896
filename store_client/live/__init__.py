"""Live data of a store: messages in order, gaps counted and healed, and never more of them than memory allows."""

from store_client.live.feed import LiveFeed, LiveState
from store_client.live.item import KeptMessage, LiveItem
from store_client.live.statistics import KindStatistics

__all__ = ["KeptMessage", "KindStatistics", "LiveFeed", "LiveItem", "LiveState"]

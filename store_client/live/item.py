"""One live message as a reader gets it."""

from dataclasses import dataclass

from store_client.contract.live import Kind
from store_client.live.messages import LiveMessage, read_head, read_message


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """One message that the store keeps, not decoded yet: of a long span most are never looked at. ``event``: the kind of
    event it tells of, "" for what is no event."""

    kind: Kind
    measured_at: int
    data: bytes
    event: str = ""

    def message(self) -> LiveMessage:
        """Raises Garbled, OtherVersion."""
        return read_message(self.kind, self.data, read_head(self.data))


@dataclass(frozen=True, slots=True)
class LiveItem:
    """``missed``: messages of this subject, just before this one, that are gone for good.

    ``received_at``: µs UTC when it came here; ``is_replayed``: it came from what the store keeps, not as it happened.
    """

    kind: Kind
    subject: str
    message: LiveMessage
    received_at: int
    is_replayed: bool = False
    missed: int = 0

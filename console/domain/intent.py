"""What the user wants done at the store, as it is kept on disk before anything is sent."""

from dataclasses import dataclass
from typing import Literal

IntentKind = Literal["change_cart", "open_case", "claim_case", "decide_case"]
IntentState = Literal["pending", "done", "refused"]


@dataclass(frozen=True, slots=True)
class Intent:
    """``key``: the idempotency key under which it is sent, however often. ``target``: the trip, receipt or case it is
    about. ``body``: JSON of the request. ``version``: the case's version it was decided on, 0 where there is none."""

    key: str
    kind: IntentKind
    store: str
    user: str
    target: str
    body: bytes
    version: int
    made_us: int

    def is_same(self, other: "Intent") -> bool:
        """True if both ask for the same thing: then the key of the earlier one is used."""
        mine = (self.kind, self.store, self.user, self.target, self.body, self.version)
        return mine == (other.kind, other.store, other.user, other.target, other.body, other.version)

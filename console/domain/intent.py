"""What the user wants done at the store, as it is kept on disk before anything is sent."""

from dataclasses import dataclass
from typing import Literal

IntentKind = Literal[
    "change_cart",
    "open_case",
    "claim_case",
    "decide_case",
    "approve_case",
    "ask_refund",
    "resolve_refund",
    "resolve_doubt",
]
IntentState = Literal["pending", "done", "refused", "withdrawn"]
IntentPhase = Literal["waiting", "sending", "in_doubt", "wants_password", "refused"]
"""``waiting``: never sent, the store is away; ``in_doubt``: sent, and nobody knows yet what became of it."""

HELD: frozenset[IntentKind] = frozenset({"decide_case", "approve_case", "resolve_refund", "resolve_doubt"})
"""What a refusal of stays in the outbox until somebody has taken note of it."""

WANTS_PASSWORD = "step-up-needed"
"""As the detail of an intent: the store does it once its user has typed the password again."""


@dataclass(frozen=True, slots=True)
class Intent:
    """``key``: the idempotency key under which it is sent, however often. ``target``: the trip, receipt, case, refund
    or doubt it is about. ``body``: JSON of the request. ``version``: the case's version it was decided on, 0 where there is
    none."""

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


@dataclass(frozen=True, slots=True)
class Kept:
    """An intent as it lies in the outbox. ``tries``: how often it was sent; ``detail``: what the last answer said;
    ``label``: what it is about, for people ("Case 41")."""

    intent: Intent
    state: IntentState
    tries: int = 0
    detail: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One intent as the desk shows it."""

    kept: Kept
    phase: IntentPhase

    @property
    def key(self) -> str:
        return self.kept.intent.key


def phase_of(kept: Kept, *, is_sending: bool) -> IntentPhase:
    """How an intent stands that has no answer, or one that nobody has seen yet."""
    if kept.state == "refused":
        return "refused"
    if is_sending:
        return "sending"
    if kept.detail == WANTS_PASSWORD:
        return "wants_password"
    return "in_doubt" if kept.tries else "waiting"

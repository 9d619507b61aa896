"""Sessions: who is signed in, and what they may do."""

from typing import Annotated, Literal

import msgspec

from store_client.contract.moment import Moment
from store_client.contract.money import Money

Role = Literal["staff", "reviewer", "agent", "supervisor", "admin", "auditor"]
Permission = Literal[
    "floor",  # live floor, cameras (blurred), shelves
    "cart",  # change a living cart, open a gate
    "review",
    "cases",  # cases, refunds up to the limit
    "approve",  # above the limit, never one's own
    "faces",
    "manage",  # users, stores, devices, retention
    "audit",
]
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    "staff": frozenset({"floor", "cart"}),
    "reviewer": frozenset({"review"}),
    "agent": frozenset({"floor", "cases", "faces"}),
    "supervisor": frozenset({"floor", "cart", "review", "cases", "approve", "faces", "audit"}),
    "admin": frozenset({"floor", "manage", "audit"}),
    "auditor": frozenset({"audit"}),
}
Password = Annotated[str, msgspec.Meta(min_length=1, max_length=1024)]


class SignInRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    user: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    password: Password


class RefreshRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    refresh_token: Annotated[str, msgspec.Meta(min_length=1, max_length=512)]


class StepUpRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    password: Password


class User(msgspec.Struct, frozen=True):
    """``refund_limit``: the most this user may refund without another's approval."""

    id: str
    name: str
    role: Role
    permissions: list[Permission]
    refund_limit: Money


class LiveAccess(msgspec.Struct, frozen=True):
    """How to reach the live subjects: a NATS address and a user who may only read ``stores``."""

    url: str
    user: str
    password: str
    stores: list[str]


class Session(msgspec.Struct, frozen=True):
    """``live`` is None for who may not see the floor. Tokens are opaque; the access token lives ≤ 15 minutes."""

    token: str
    expires_at: Moment
    refresh_token: str
    user: User
    live: LiveAccess | None = None
    stepped_up_until: Moment | None = None

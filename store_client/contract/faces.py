"""Clear faces: pictures are given with heads made unrecognisable, but to who was granted to see them as they are."""

from typing import Annotated

import msgspec

from store_client.contract.ids import Id
from store_client.contract.moment import Moment
from store_client.contract.session import Password


class FacesRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``reason``: why, kept in the audit log with who asked; ``password``: the asker's own, shown for this alone;
    ``case``: for whose sake, if it is one."""

    reason: Annotated[str, msgspec.Meta(min_length=3, max_length=200, pattern=r"\S")]
    password: Password
    case: Id | None = None


class FacesGrant(msgspec.Struct, frozen=True):
    """``id`` is shown (as ``faces``) with each request for pictures, in the session that it was given to and no other,
    until ``expires_at`` or the session's end."""

    id: Id
    user: str
    expires_at: Moment

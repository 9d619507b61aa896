"""What went wrong, as RFC 9457 says it. ``type`` is stable; texts may change."""

import msgspec

from store_client.contract.cause import Cause


class FieldError(msgspec.Struct, frozen=True):
    """One field that was refused. ``field``: a path such as ``lines[0].claimed_quantity``."""

    field: str
    detail: str


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """``type``: a URN ``urn:floorwalker:problem:<name>`` (names below) or ``about:blank``.
    ``cause``: what ``detail`` says, for desks that have words of their own for it."""

    title: str
    status: int
    type: str = "about:blank"
    detail: str = ""
    instance: str = ""
    errors: list[FieldError] = []
    cause: Cause | None = None


PREFIX = "urn:floorwalker:problem:"
NAMES = (
    "bad-request",  # 400 the body or a parameter is not of its form; errors[] names each
    "signed-out",  # 401 no token, a wrong or an ended one
    "wrong-password",  # 401
    "locked",  # 423 too many wrong passwords
    "step-up-needed",  # 403 a fresh password first
    "faces-needed",  # 403 it shows faces: a grant first
    "not-permitted",  # 403
    "not-found",  # 404
    "conflict",  # 409 the state of the thing does not allow it
    "still-running",  # 409 the same idempotency key is being worked on
    "stale",  # 412 If-Match is not the present version
    "too-large",  # 413
    "key-reused",  # 422 the same idempotency key with another body
    "not-covered",  # 422 more than what is refundable
    "lease-lost",  # 409 another holds the case
    "precondition-needed",  # 428 If-Match or Idempotency-Key is missing
    "slow-down",  # 429 with Retry-After
    "internal",  # 500
    "unavailable",  # 503
)

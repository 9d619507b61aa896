"""Identifiers: UUIDv7 text, so that they sort by the time they were made (RFC 9562, 5.7)."""

import secrets
import time
import uuid
from typing import Annotated

import msgspec

from store_client.contract.pattern import END

Id = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}" + END, description="UUIDv7"
    ),
]


def new_id(now_ms: int | None = None) -> str:
    """A new UUIDv7. ``now_ms``: milliseconds since 1970; the machine's clock if left out."""
    stamp = time.time_ns() // 1_000_000 if now_ms is None else now_ms
    bits = (stamp & (1 << 48) - 1) << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=bits))

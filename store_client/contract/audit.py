"""The audit log: a chain in which each entry's hash covers the one before, under signed heads.

``hash`` = SHA-256(previous hash ‖ content), both as 32 raw bytes; the first entry's previous hash is 32 zero bytes;
``content`` = SHA-256 of the entry's canonical JSON. So a desk can follow the chain from a head that it has seen to the
present one without being shown a single entry (``AuditLinks``).
"""

import hashlib
import json
from datetime import UTC
from typing import Annotated

import msgspec

from store_client.contract.evidence import Sha256
from store_client.contract.moment import Moment
from store_client.contract.pattern import END

Ed25519Key = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}" + END, description="Ed25519 public key, hex")]
Ed25519Signature = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{128}" + END, description="Ed25519 signature, hex")]


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """``position`` counts from 1. ``by``: a user's name, "store", or the name that was tried. ``action``: signed_in,
    refused, decided, approved, evidence_seen …; ``subject``: what it was done to, such as ``case:<id>``; ``detail``:
    JSON object as text."""

    position: int
    at: Moment
    by: str
    action: str
    subject: str
    detail: str
    hash: Sha256


class AuditHead(msgspec.Struct, frozen=True, kw_only=True):
    """The chain after ``count`` entries, signed by the store's ``key`` over ``floorwalker-audit-head:<log>:<count>:<hash>``.

    ``log``: name of the chain, made with its first entry: two stores cannot be taken for each other.
    """

    log: str
    count: int
    hash: Sha256
    key: Ed25519Key
    signature: Ed25519Signature


class AuditLinks(msgspec.Struct, frozen=True, kw_only=True):
    """The ``content`` hashes of the entries after ``after``, in order, at most 1,000 of them."""

    after: int
    contents: list[Sha256]


class SeenHeads(msgspec.Struct, frozen=True):
    """The heads of a store's log that a desk was shown, oldest first, as it writes them into a file.

    ``store``: the store's address, or "embedded".
    """

    store: str
    heads: list[AuditHead]


NO_HASH = "0" * 64
"""What stands before the first entry; the hash of a chain without entries."""


def content_of(entry: AuditEntry) -> Sha256:
    """SHA-256 of the entry's canonical JSON: all but ``hash``, keys sorted, no blanks, UTF-8, ``at`` to the µs."""
    told = {
        "action": entry.action,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "by": entry.by,
        "detail": entry.detail,
        "position": entry.position,
        "subject": entry.subject,
    }
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def linked(previous: Sha256, content: Sha256) -> Sha256:
    """The hash of the entry with ``content`` that follows the one with hash ``previous``."""
    return hashlib.sha256(bytes.fromhex(previous) + bytes.fromhex(content)).hexdigest()


def signed_text(log: str, count: int, hash: Sha256) -> bytes:  # noqa: A002  the field's own name
    """What the store signs of a head."""
    return f"floorwalker-audit-head:{log}:{count}:{hash}".encode()

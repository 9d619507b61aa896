"""The audit log: a chain in which each entry's hash covers the one before, under signed heads.

``hash`` = SHA-256(previous hash ‖ content), both as 32 raw bytes; the first entry's previous hash is 32 zero bytes;
``content`` = SHA-256 of the entry's canonical JSON. So a desk can follow the chain from a head that it has seen to the
present one without being shown a single entry (``AuditLinks``).
"""

from typing import Annotated

import msgspec

from store_client.contract.evidence import Sha256
from store_client.contract.moment import Moment

Ed25519Key = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$", description="Ed25519 public key, hex")]
Ed25519Signature = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{128}$", description="Ed25519 signature, hex")]


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

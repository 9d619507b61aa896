"""The case file: a case with all its evidence, signed by its store, to be checked by anybody without it.

A ZIP archive without compression whose every byte follows from its content: ``manifest.json``, ``signature.json``,
``case.json`` (CaseRecord), then the exhibits in the order of their names, then the clips in the manifest's.
``python -m store_server case verify FILE`` checks one.
"""

from typing import Literal

import msgspec

from store_client.contract.audit import Ed25519Key, Ed25519Signature
from store_client.contract.case import Case
from store_client.contract.cause import Cause
from store_client.contract.evidence import Exhibit, Sha256
from store_client.contract.ids import Id
from store_client.contract.moment import Moment
from store_client.contract.receipt import Receipt
from store_client.contract.refund import Debit, Refund

MANIFEST, SIGNATURE, RECORD = "manifest.json", "signature.json", "case.json"
_SIGNED = b"floorwalker-case-file:"


class CaseRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The facts, what was decided and by whom, and what became of the money, as they were when the file was made."""

    case: Case
    receipt: Receipt
    refunds: list[Refund]
    debits: list[Debit]


class CaseClip(msgspec.Struct, frozen=True, kw_only=True):
    """What a camera recorded round disputed events, as it was coded: an MP4 called ``name`` in the file. The first of its
    ``frames`` was taken at ``first_at``, the last at ``last_at`` (µs UTC, ± ``clock_error_us`` at worst)."""

    name: str
    camera: str
    camera_name: str
    first_at: int
    last_at: int
    clock_error_us: int
    frames: int
    sha256: Sha256
    bytes: int


class LackingClip(msgspec.Struct, frozen=True, kw_only=True):
    """A span (µs UTC) of which the file would hold a clip, and why it does not: ``detail`` says in English what
    ``cause`` is, which older files do not have."""

    camera: str
    camera_name: str
    begins_at: int
    ends_at: int
    detail: str
    cause: Cause | None = None


class FileManifest(msgspec.Struct, frozen=True, kw_only=True):
    """What the file holds, and nothing else may be in it. ``evidence``: contract.evidence.Evidence.manifest, which the
    store's audit log tells of since the case opened; ``record``: SHA-256 of ``case.json``; ``model``: which fusion
    decided what was taken. ``clips``: cut when the file was made, from what was still recorded then."""

    case: Id
    number: int
    store: str
    made_at: Moment
    made_by: str
    model: str
    evidence: Sha256
    exhibits: list[Exhibit]
    record: Sha256
    clips: list[CaseClip] = []
    lacking_clips: list[LackingClip] = []
    format: Literal["floorwalker-case-file-1"] = "floorwalker-case-file-1"


class FileSignature(msgspec.Struct, frozen=True):
    """``signature``: Ed25519, by the store's ``key``, of ``signed_text`` of the manifest's bytes."""

    key: Ed25519Key
    signature: Ed25519Signature


def signed_text(manifest: bytes) -> bytes:
    """What a store signs: no other thing that it signs begins so."""
    return _SIGNED + manifest

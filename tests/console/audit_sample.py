"""An audit log as a store would show it: a day at the desk, chained and signed."""

import json
from collections.abc import Sequence
from functools import cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from console.domain.audit import AuditLog, KeptHead, Verdict
from store_client.contract.audit import NO_HASH, AuditEntry, AuditHead, content_of, linked, signed_text
from store_client.contract.moment import from_micros

LOG = "0198c0de-0000-7000-8000-00000000a0d1"
SECOND_US = 1_000_000
_CASE, _REFUND = "case:0198c0de-0000-7000-8000-0000000008f2", "0198c0de-0000-7000-8000-0000000009a1"
TOLD: tuple[tuple[str, str, str, dict[str, object]], ...] = (
    ("store", "log_begun", f"log:{LOG}", {}),
    ("store", "started", "store:demo", {}),
    ("agent", "signed_in", "session:0198c0de-0000-7000-8000-000000000001", {}),
    ("eve", "sign_in_refused", "user:eve", {"why": "wrong-password"}),
    ("agent", "opened", _CASE, {"detail": "agent"}),
    ("agent", "claimed", _CASE, {}),
    ("agent", "evidence_seen", _CASE, {}),
    ("agent", "decided", _CASE, {"detail": "not_taken"}),
    ("store", "refund_submitting", _CASE, {"refund": _REFUND, "minor": 1299, "currency": "EUR"}),
    ("store", "refund_settled", _CASE, {"refund": _REFUND, "minor": 1299, "currency": "EUR"}),
    ("staff", "request_refused", _CASE, {"what": "claimCase", "why": "not-permitted"}),
    ("staff", "cart_changed", "trip:0198c0de-0000-7000-8000-000000000077", {"quantity": -1, "reason": "put back"}),
    ("agent", "signed_out", "session:0198c0de-0000-7000-8000-000000000001", {}),
)


@cache
def entries(now_us: int) -> tuple[AuditEntry, ...]:
    """Newest first; the newest was made half a minute before ``now_us``."""
    made: list[AuditEntry] = []
    previous = NO_HASH
    for position, (by, action, subject, detail) in enumerate(TOLD, 1):
        entry = AuditEntry(
            position=position,
            at=from_micros(now_us - (len(TOLD) - position + 1) * 30 * SECOND_US),
            by=by,
            action=action,
            subject=subject,
            detail=json.dumps(detail, separators=(",", ":"), sort_keys=True),
            hash="",
        )
        previous = linked(previous, content_of(entry))
        made.append(replace(entry, hash=previous))
    return tuple(reversed(made))


def head_of(newest_first: Sequence[AuditEntry], count: int, key: Ed25519PrivateKey | None = None) -> AuditHead:
    """The head after ``count`` of the entries, signed."""
    signer = key or Ed25519PrivateKey.from_private_bytes(b"\7" * 32)
    found = next(entry for entry in newest_first if entry.position == count)
    return AuditHead(
        log=LOG,
        count=count,
        hash=found.hash,
        key=signer.public_key().public_bytes_raw().hex(),
        signature=signer.sign(signed_text(LOG, count, found.hash)).hex(),
    )


def audit_log(now_us: int, verdict: Verdict = "whole") -> AuditLog:
    """As the desk knows it after a sign-in; what it saw before was eight entries, a day ago."""
    told = entries(now_us)
    before = KeptHead(head_of(told, 8), now_us - 86_400 * SECOND_US, "first")
    shown = head_of(told, 5) if verdict == "truncated" else head_of(told, len(TOLD))
    return AuditLog(KeptHead(shown, now_us, verdict), before)

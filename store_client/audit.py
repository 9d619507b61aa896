"""Whether a store's audit log is still the one that this desk has seen: nothing cut off, rewritten, or put beside it.

The desk keeps the last head that it saw. From its hash it reckons the links that the store says lead on to the head of
now (see ``contract.audit``); nobody can name links that lead from what was to anything but what followed it.
"""

from collections.abc import Callable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from store_client.client import StoreClient
from store_client.contract.audit import NO_HASH, AuditHead, linked, signed_text
from store_client.errors import NotFound
from store_client.trail import Trail


def is_signed(head: AuditHead) -> bool:
    """Whether the head's signature is that of its key."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(head.key))
        key.verify(bytes.fromhex(head.signature), signed_text(head.log, head.count, head.hash))
    except (InvalidSignature, ValueError):
        return False
    return True


def follow(client: StoreClient, seen: AuditHead | None, check: Callable[[], None] = lambda: None) -> Trail:
    """Follows the store's log from the head that was ``seen`` last to that of now.

    ``check`` is called now and then, and may raise to end it. Raises StoreError.
    """
    try:
        head = client.audit_head()
    except NotFound:
        if seen is None:
            raise
        return Trail("truncated", AuditHead(log=seen.log, count=0, hash=NO_HASH, key=seen.key, signature="0" * 128))
    if not is_signed(head):
        return Trail("unsigned", head)
    if seen is None:
        return Trail("first", head)
    if head.log != seen.log:
        return Trail("another_log", head)
    if head.key != seen.key:
        return Trail("another_key", head)
    if head.count < seen.count:
        return Trail("truncated", head)
    then = client.audit_head(seen.count)
    if (then.log, then.count, then.hash) != (seen.log, seen.count, seen.hash) or not is_signed(then):
        return Trail("rewritten", head, then)
    return Trail("whole" if _leads(client, seen, head, check) else "forked", head)


def _leads(client: StoreClient, seen: AuditHead, head: AuditHead, check: Callable[[], None]) -> bool:
    """Whether the links that the store names lead from one head to the other."""
    count, reached = seen.count, seen.hash
    while count < head.count:
        check()
        links = client.audit_links(count)
        contents = links.contents[: head.count - count]
        if links.after != count or not contents:
            return False
        for content in contents:
            reached = linked(reached, content)
        count += len(contents)
    return reached == head.hash

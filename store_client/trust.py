"""Whose certificate is believed: the one rule for requests, live data and pictures alike.

Public authorities are those of the system and of certifi, since some systems keep none. A store whose certificate nobody
has signed is believed by its fingerprint, as a person has agreed to it: then that very certificate and no other, whatever
name or authority another carries.
"""

import hashlib
import hmac
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import certifi


@dataclass(frozen=True, slots=True)
class Trust:
    """``authority``: file of certificates to believe instead of the public ones. ``pin``: SHA-256 of the one certificate
    to believe, 64 hexadecimal digits; it takes the place of everything else."""

    authority: Path | None = None
    pin: str | None = None

    def context(self) -> ssl.SSLContext:
        """For one connection or many. Raises OSError where ``authority`` cannot be read."""
        if self.pin is not None:
            return _pinned(self.pin)
        if self.authority is not None:
            return ssl.create_default_context(cafile=str(self.authority))
        context = ssl.create_default_context()
        context.load_verify_locations(certifi.where())
        return context


PUBLIC = Trust()


def fingerprint(certificate: bytes) -> str:
    """SHA-256 of a certificate in its binary form (DER), as 64 hexadecimal digits."""
    return hashlib.sha256(certificate).hexdigest()


def _pinned(pin: str) -> ssl.SSLContext:
    """The check belongs to the handshake itself, so that nothing is ever sent before it, by whichever library."""

    def check(shown: bytes | None) -> None:
        if shown is None or not hmac.compare_digest(fingerprint(shown), pin):
            raise ssl.SSLCertVerificationError("it is another certificate than the one that was agreed to")

    class PinnedSocket(ssl.SSLSocket):
        def do_handshake(self, *args: Any, **named: Any) -> None:
            super().do_handshake(*args, **named)
            check(self.getpeercert(binary_form=True))

    class PinnedObject(ssl.SSLObject):
        def do_handshake(self) -> None:
            super().do_handshake()
            check(self.getpeercert(binary_form=True))

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.sslsocket_class = PinnedSocket
    context.sslobject_class = PinnedObject
    return context

"""The greetings of TLS, and nothing else: which certificate a store shows before anything is sent to it."""

import socket
import ssl

from cryptography import x509
from cryptography.x509.oid import NameOID

from store_client.address import Address
from store_client.certificate import Certificate
from store_client.errors import BadAnswer, TimedOut, Unreachable
from store_client.trust import Trust, fingerprint

PATIENCE_S = 5.0


def shown_by(address: Address, trust: Trust, *, timeout: float = PATIENCE_S) -> Certificate:
    """What the store at ``address`` shows; nothing is sent to it but the greetings of TLS. ``timeout``: seconds.

    Raises Unreachable, TimedOut, BadAnswer where there is no TLS or no certificate.
    """
    try:
        return read(_greet(address, trust.context(), timeout))
    except ssl.SSLCertVerificationError as error:
        doubt = error.verify_message if hasattr(error, "verify_message") else str(error)
    anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anybody.check_hostname = False
    anybody.verify_mode = ssl.CERT_NONE
    return read(_greet(address, anybody, timeout), doubt=doubt or "nobody known has signed it")


def read(shown: bytes, *, doubt: str = "") -> Certificate:
    """``shown``: in its binary form (DER). Raises BadAnswer."""
    try:
        found = x509.load_der_x509_certificate(shown)
        return Certificate(
            _name(found.subject),
            _name(found.issuer),
            _hosts(found),
            found.not_valid_before_utc,
            found.not_valid_after_utc,
            fingerprint(shown),
            is_trusted=not doubt,
            doubt=doubt,
        )
    except ValueError as error:
        raise BadAnswer(f"its certificate cannot be read: {error}") from error


def _greet(address: Address, context: ssl.SSLContext, timeout: float) -> bytes:
    try:
        with (
            socket.create_connection((address.host, address.port), timeout) as line,
            context.wrap_socket(line, server_hostname=address.host) as secured,
        ):
            shown = secured.getpeercert(binary_form=True)
    except ssl.SSLCertVerificationError:
        raise
    except TimeoutError as error:
        raise TimedOut(f"{address.netloc} was too slow") from error
    except ssl.SSLError as error:
        raise BadAnswer(f"{address.netloc} does not speak TLS ({error.reason or error})") from error
    except OSError as error:
        raise Unreachable(f"{address.netloc}: {error.strerror or error}") from error
    if shown is None:
        raise BadAnswer(f"{address.netloc} shows no certificate")
    return shown


def _name(name: x509.Name) -> str:
    """The common name and the organisation, whichever there are; all of it where there is neither."""
    known = [*name.get_attributes_for_oid(NameOID.COMMON_NAME), *name.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)]
    texts = [one.value if isinstance(one.value, str) else one.value.decode("utf-8", "replace") for one in known]
    return ", ".join(texts) or name.rfc4514_string()


def _hosts(found: x509.Certificate) -> tuple[str, ...]:
    try:
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    addresses = [str(address) for address in names.get_values_for_type(x509.IPAddress)]
    return (*names.get_values_for_type(x509.DNSName), *addresses)

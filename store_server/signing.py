"""The store's own signature: Ed25519 (RFC 8032) over heads of the audit log and over case files."""

import logging
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from store_server.folder import write_private
from store_server.options import Unusable

log = logging.getLogger(__name__)

KEY_FILE = "signing-key.pem"


class Signer:
    """``public``: the key by which anybody can check a signature, 64 hex digits. The private one never leaves it."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public = key.public_key().public_bytes_raw().hex()

    def sign(self, data: bytes) -> str:
        """128 hex digits. The same data always gets the same signature."""
        return self._key.sign(data).hex()


def kept_signer(folder: Path) -> Signer:
    """The signer of the store whose data folder this is; its key is made at the first start, for its owner alone.

    Raises Unusable for a key that cannot be read or kept: a new one in its place would look like another store's.
    """
    path = folder / KEY_FILE
    try:
        return Signer(_read(path.read_bytes()))
    except FileNotFoundError:
        log.info("a new signing key is made in %s", path)
    except OSError as error:
        raise Unusable(f"the signing key cannot be read: {error.strerror}: {str(path)!r}") from error
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Unusable(f"no Ed25519 key in PEM: {str(path)!r}") from error
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        write_private(path, pem.decode("ascii"))
    except OSError as error:
        raise Unusable(f"the signing key cannot be kept: {error.strerror}: {str(path)!r}") from error
    return Signer(key)


def verify(key: str, data: bytes, signature: str) -> bool:
    """Whether ``signature`` (hex) is that of ``data`` under the public ``key`` (hex). False for what is no such thing."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), data)
    except (InvalidSignature, ValueError):
        return False
    return True


def _read(pem: bytes) -> Ed25519PrivateKey:
    key = load_pem_private_key(pem, password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError("a key of another kind")
    return key

"""The store's signature: a key of its own that survives, and nothing else that passes for it."""

import stat
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from store_server.options import Unusable
from store_server.signing import KEY_FILE, kept_signer, verify


def test_the_key_outlives_the_start_and_is_its_owners_alone(tmp_path: Path) -> None:
    first = kept_signer(tmp_path)
    again = kept_signer(tmp_path)
    assert again.public == first.public
    assert len(first.public) == 64
    assert verify(first.public, b"told", again.sign(b"told"))
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600


def test_two_stores_have_two_keys(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    ours, theirs = kept_signer(tmp_path), kept_signer(tmp_path / "other")
    assert not verify(ours.public, b"told", theirs.sign(b"told"))


@pytest.mark.parametrize("content", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_damaged_key_is_told_and_never_replaced(tmp_path: Path, content: bytes) -> None:
    (tmp_path / KEY_FILE).write_bytes(content)
    with pytest.raises(Unusable, match="no Ed25519 key"):
        kept_signer(tmp_path)
    assert (tmp_path / KEY_FILE).read_bytes() == content


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    key = Ed448PrivateKey.generate()
    (tmp_path / KEY_FILE).write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(Unusable, match="no Ed25519 key"):
        kept_signer(tmp_path)


def test_a_key_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).mkdir()
    with pytest.raises(Unusable, match="signing key cannot be read"):
        kept_signer(tmp_path)


@given(data=st.binary(max_size=200), bit=st.integers(0, 511), text=st.text(max_size=130))
def test_whatever_was_changed_is_no_signature(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, bit: int, text: str
) -> None:
    signer = kept_signer(tmp_path_factory.getbasetemp())
    signature = signer.sign(data)
    assert verify(signer.public, data, signature)
    flipped = bytearray(bytes.fromhex(signature))
    flipped[bit // 8] ^= 1 << bit % 8
    assert not verify(signer.public, data, flipped.hex())
    assert not verify(signer.public, data + b"x", signature)
    assert not verify(signer.public, data, text)
    assert not verify(text, data, signature)

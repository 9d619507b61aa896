"""A store far away: reached by TLS, and only if its certificate is trusted."""

import datetime
import ipaddress
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from store_client.errors import Closed, Unreachable
from store_client.pictures import Pictures, live_url
from store_client.transport import Call, Transport
from tests.client.waiting import wait_until
from tests.client.web import Web, good, serving, silence

pytest.importorskip("cryptography", reason="makes the certificate; comes with keyring on Linux")
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1 that signs itself, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a store")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "store.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    return file


@pytest.fixture
def web(certificate: Path) -> Iterator[Web]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with serving(context) as made:
        yield made


def test_a_trusted_store_is_asked(web: Web, certificate: Path) -> None:
    web.answers = [good({"a": 1})]
    assert web.url.startswith("https")
    assert Transport(web.url, authority=certificate).send(Call("GET", "/v1/x")).body == b'{"a":1}'


def test_a_store_that_is_not_trusted_is_never_asked(web: Web) -> None:
    with pytest.raises(Unreachable, match="not trusted"):
        Transport(web.url, attempts=1).send(Call("GET", "/v1/x"), bearer="secret")
    with pytest.raises(Unreachable, match="CERTIFICATE"):
        list(Pictures(live_url(web.url, "c1"), "secret"))
    assert web.seen == []


def test_closing_ends_a_call_under_tls(web: Web, certificate: Path) -> None:
    web.otherwise = silence
    transport = Transport(web.url, authority=certificate)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(transport.send, Call("GET", "/v1/x"))
        wait_until(lambda: len(web.seen) == 1)
        transport.close()
        assert isinstance(asked.exception(10), Closed)

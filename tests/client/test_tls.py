"""A store far away: reached by TLS, and only if its certificate is trusted."""

import asyncio
import datetime
import ipaddress
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from store_client.address import Address
from store_client.errors import BadAnswer, Closed, Untrusted
from store_client.greeting import shown_by
from store_client.pictures import Pictures, live_url
from store_client.transport import Call, Transport
from store_client.trust import PUBLIC, Trust, fingerprint
from tests.client.waiting import wait_until
from tests.client.web import Web, good, serving, silence

pytest.importorskip("cryptography", reason="makes the certificate; comes with keyring on Linux")
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def make_certificate(file: Path, *, ends_in: datetime.timedelta = datetime.timedelta(days=1)) -> Path:
    """A certificate of 127.0.0.1 that signs itself, and its key, in one file. ``ends_in``: from now, may be over."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a store")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=2))
        .not_valid_after(now + ends_in)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    return file


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls") / "store.pem")


def pin_of(certificate: Path) -> str:
    return fingerprint(ssl.PEM_cert_to_DER_cert(certificate.read_text(encoding="ascii").partition("-----BEGIN PR")[0]))


@pytest.fixture
def web(certificate: Path) -> Iterator[Web]:
    with serving(serving_context(certificate)) as made:
        yield made


def serving_context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_a_trusted_store_is_asked(web: Web, certificate: Path) -> None:
    web.answers = [good({"a": 1})]
    assert web.url.startswith("https")
    assert Transport(web.url, trust=Trust(authority=certificate)).send(Call("GET", "/v1/x")).body == b'{"a":1}'


def test_a_store_that_is_not_trusted_is_never_asked(web: Web) -> None:
    with pytest.raises(Untrusted, match="not trusted"):
        Transport(web.url).send(Call("GET", "/v1/x"), bearer="secret")
    with pytest.raises(Untrusted, match="CERTIFICATE"):
        list(Pictures(live_url(web.url, "c1"), "secret"))
    assert web.seen == []


def test_closing_ends_a_call_under_tls(web: Web, certificate: Path) -> None:
    web.otherwise = silence
    transport = Transport(web.url, trust=Trust(authority=certificate))
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(transport.send, Call("GET", "/v1/x"))
        wait_until(lambda: len(web.seen) == 1)
        transport.close()
        assert isinstance(asked.exception(10), Closed)


def test_whom_other_programs_of_the_machine_are_to_believe_does_not_concern_the_desk(
    web: Web, certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As some installers leave it: the name of a file of authorities, which may be gone by now."""
    monkeypatch.setattr("store_client.transport.is_loopback", lambda _: False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "gone.pem"))
    web.otherwise = good({"a": 1})
    assert Transport(web.url, trust=Trust(authority=certificate)).send(Call("GET", "/v1/x")).body == b'{"a":1}'
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with pytest.raises(Untrusted):
        Transport(web.url).send(Call("GET", "/v1/x"))


def test_a_certificate_is_shown_before_anything_is_sent(web: Web, certificate: Path) -> None:
    address = Address.parse(web.url)
    shown = shown_by(address, PUBLIC)
    assert (shown.holder, shown.issuer, shown.hosts) == ("a store", "a store", ("127.0.0.1",))
    assert shown.begins < datetime.datetime.now(datetime.UTC) < shown.ends
    assert shown.sha256 == pin_of(certificate)
    assert not shown.is_trusted
    assert "self-signed" in shown.doubt
    assert shown_by(address, Trust(pin=shown.sha256)).is_trusted
    assert not shown_by(address, Trust(pin="0" * 64)).is_trusted
    assert web.seen == []


def test_what_speaks_no_tls_shows_no_certificate() -> None:
    with serving() as plain, pytest.raises(BadAnswer, match="does not speak TLS"):
        shown_by(Address.parse(plain.url.replace("http:", "https:")), PUBLIC)


def test_a_pinned_certificate_is_believed_and_no_other_even_of_the_same_name(
    web: Web, certificate: Path, tmp_path: Path
) -> None:
    """By each of the three ways to a store; another is refused before a token is sent."""
    web.otherwise = good({"a": 1})
    right, wrong = Trust(pin=pin_of(certificate)), Trust(pin=pin_of(make_certificate(tmp_path / "other.pem")))

    async def greet(trust: Trust) -> None:
        address = Address.parse(web.url)
        _, writer = await asyncio.open_connection(address.host, address.port, ssl=trust.context())
        writer.close()
        await writer.wait_closed()

    assert Transport(web.url, trust=right).send(Call("GET", "/v1/x"), bearer="secret").body == b'{"a":1}'
    with pytest.raises(BadAnswer, match="pictures were asked for"):
        list(Pictures(live_url(web.url, "c1"), "secret", trust=right))
    asyncio.run(greet(right))
    seen = len(web.seen)
    with pytest.raises(Untrusted, match="not trusted"):
        Transport(web.url, trust=wrong).send(Call("GET", "/v1/x"), bearer="secret")
    with pytest.raises(Untrusted, match="another certificate than the one that was agreed to"):
        list(Pictures(live_url(web.url, "c1"), "secret", trust=wrong))
    with pytest.raises(ssl.SSLCertVerificationError):
        asyncio.run(greet(wrong))
    assert len(web.seen) == seen

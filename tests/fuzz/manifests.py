"""What stores have signed: exports and case files as somebody hands them over, manifests as they are within."""

import contextlib
import hashlib

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from store_client.contract import case_file, export
from store_client.contract.evidence import Exhibit
from store_client.errors import StoreError
from store_client.export import receive
from store_server.archive import packed
from store_server.desk import case_check
from store_server.desk.exhibit import Index
from store_server.sealed import NotValid, signature_of
from store_server.sensing.export import check as export_check
from store_server.signing import Signer
from tests.client.test_export import manifest, tar
from tests.fuzz.mutation import DEEP, JSON
from tests.fuzz.target import Target, scratch
from tests.wire.examples import EXAMPLES

FILM = b"a film" * 20
SIGNER = Signer(Ed25519PrivateKey.from_private_bytes(bytes(32)))


def received() -> Target:
    """An export as it comes to a desk."""
    folder = scratch()

    def read(data: bytes) -> None:
        try:
            receive(iter([data[:700], data[700:]] if data else []), len(data), folder / "export", lambda _: None)
        except (StoreError, OSError):
            return
        for file in (folder / "export").iterdir():
            file.unlink()
        (folder / "export").rmdir()

    said = {"film.mp4": FILM, case_file.MANIFEST: manifest(**{"film.mp4": FILM}), "signature.json": b"{}"}
    return Target(read, [tar(said), tar({"a.mp4": b""})], longest=16_384)


def exports() -> Target:
    """A first byte below 128: what follows is a manifest, which is signed here; else all of an archive."""
    path = scratch() / "export.tar"

    def read(data: bytes) -> None:
        if not data:
            return
        if data[0] < 128:
            said = data[1:]
            signature = signature_of(SIGNER, export.signed_text(said))
            path.write_bytes(tar({"film.mp4": FILM, case_file.MANIFEST: said, case_file.SIGNATURE: signature}))
        else:
            path.write_bytes(data[1:])
        with contextlib.suppress(NotValid):
            export_check.check(path)

    sound = manifest(**{"film.mp4": FILM})
    signature = signature_of(SIGNER, export.signed_text(sound))
    whole = tar({"film.mp4": FILM, case_file.MANIFEST: sound, case_file.SIGNATURE: signature})
    return Target(read, [b"\0" + sound, b"\0" + DEEP[0], b"\xff" + whole], JSON, longest=16_384)


def cases() -> Target:
    """A first byte below 64: what follows is the manifest; below 96 the record, below 128 the index, all of them signed
    here; else all of the file."""
    path = scratch() / "case.zip"
    record = msgspec.json.encode(EXAMPLES["CaseRecord"])
    sample = EXAMPLES["FileManifest"]
    assert isinstance(sample, case_file.FileManifest)
    index = msgspec.json.encode(
        Index(
            case=sample.case,
            trip=sample.case,
            copied_at=sample.made_at,
            begins_at=1,
            ends_at=2,
            pictures=[],
            lacking=[],
        )
    )

    def made(said: bytes | None, record: bytes, index: bytes) -> bytes:
        if said is None:
            entry = Exhibit(
                name="exhibits/index.json", kind="index", sha256=hashlib.sha256(index).hexdigest(), bytes=len(index)
            )
            hashed = hashlib.sha256(record).hexdigest()
            said = msgspec.json.encode(msgspec.structs.replace(sample, exhibits=[entry], record=hashed))
        signature = signature_of(SIGNER, case_file.signed_text(said))
        files = [(case_file.MANIFEST, said), (case_file.SIGNATURE, signature), (case_file.RECORD, record)]
        return b"".join(packed([*files, ("exhibits/index.json", index)]))

    def read(data: bytes) -> None:
        if not data:
            return
        own = data[1:]
        match data[0] // 32:
            case 0 | 1:
                path.write_bytes(made(own, record, index))
            case 2:
                path.write_bytes(made(None, own, index))
            case 3:
                path.write_bytes(made(None, record, own))
            case _:
                path.write_bytes(own)
        with contextlib.suppress(NotValid):
            case_check.check(path)

    said = msgspec.json.encode(sample)
    seeds = [b"\x00" + said, b"\x40" + record, b"\x60" + index, b"\xff" + made(None, record, index), b"\0" + DEEP[0]]
    return Target(read, seeds, JSON, longest=16_384)

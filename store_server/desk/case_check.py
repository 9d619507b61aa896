"""Checks a case file without the store that made it."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from store_client.contract.case_file import (
    MANIFEST,
    RECORD,
    SIGNATURE,
    CaseRecord,
    FileManifest,
    signed_text,
)
from store_server.archive import NotAnArchive, unpacked
from store_server.desk.exhibit import Index, file_of, manifest_of
from store_server.sealed import NotValid, decoded, signer_of


class Checked(msgspec.Struct, frozen=True):
    """What was found in order: the manifest, and by whose key it is signed."""

    manifest: FileManifest
    key: str


def check(path: Path, key: str | None = None) -> Checked:
    """``key``: the public key (hex) that it must be signed with; any if None. Raises NotValid, OSError."""
    try:
        files = unpacked(path)
        manifest, signer = _signed(files, key)
        record = decoded(RECORD, _expected(files, RECORD, manifest.record), CaseRecord)
        index: Index | None = None
        for exhibit in manifest.exhibits:
            content = _expected(files, exhibit.name, exhibit.sha256)
            if exhibit.bytes != len(content):
                raise NotValid(f"{exhibit.name} is not as long as the manifest says")
            if exhibit.name == file_of("index"):
                index = decoded(exhibit.name, content, Index)
        for clip in manifest.clips:
            if clip.bytes != len(_expected(files, clip.name, clip.sha256)):
                raise NotValid(f"{clip.name} is not as long as the manifest says")
        extra = next(files, None)
    except NotAnArchive as reason:
        raise NotValid(str(reason)) from reason
    if extra is not None:
        raise NotValid(f"{extra[0]} is in it, of which the manifest says nothing")
    _agree(manifest, record, index)
    return Checked(manifest, signer)


def _signed(files: Iterator[tuple[str, bytes]], key: str | None) -> tuple[FileManifest, str]:
    """The manifest, once it is known to be signed, and the key. Nothing is read from it before that."""
    content = _content(files, MANIFEST)
    signer = signer_of(_content(files, SIGNATURE), SIGNATURE, signed_text(content), key)
    return decoded(MANIFEST, content, FileManifest), signer


def _content(files: Iterator[tuple[str, bytes]], name: str) -> bytes:
    found, content = next(files, ("", b""))
    if found != name:
        raise NotValid(f"{name} is missing, or {found} is in its place" if found else f"{name} is missing")
    return content


def _expected(files: Iterator[tuple[str, bytes]], name: str, sha256: str) -> bytes:
    content = _content(files, name)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise NotValid(f"{name} was changed: its SHA-256 is not that of the manifest")
    return content


def _agree(manifest: FileManifest, record: CaseRecord, index: Index | None) -> None:
    """Signed things may still not belong together: parts of two files of one store."""
    pictures = {exhibit.sha256 for exhibit in manifest.exhibits if exhibit.kind == "picture"}
    if (record.case.id, record.case.number) != (manifest.case, manifest.number):
        raise NotValid("its case is not that of the manifest")
    if record.receipt.id != record.case.receipt:
        raise NotValid("its receipt is not that of the case")
    if manifest_of(manifest.exhibits) != manifest.evidence:
        raise NotValid("its list of exhibits is not that of the evidence")
    if index is None or index.case != manifest.case:
        raise NotValid("its evidence is not that of the case")
    if {picture.sha256 for picture in index.pictures} != pictures:
        raise NotValid("its pictures are not those of the evidence")

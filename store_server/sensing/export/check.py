"""Checks an export without the store that made it: the folder, or the archive as it was sent."""

import hashlib
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from store_client.contract.case_file import MANIFEST, SIGNATURE
from store_client.contract.export import ExportManifest, signed_text
from store_server.sealed import NotValid, decoded, signer_of

MOST_SAID = 16 << 20
"""Of the manifest and of the signature."""
_PART = 1 << 20


class Checked(msgspec.Struct, frozen=True):
    """What was found in order: the manifest, and by whose key it is signed."""

    manifest: ExportManifest
    key: str


def check(path: Path, key: str | None = None) -> Checked:
    """``path``: the folder, a file in it, or a tar archive. ``key``: the public key (hex) that it must be signed with;
    any if None. Raises NotValid, OSError."""
    if path.is_file() and path.name in (MANIFEST, SIGNATURE):
        path = path.parent
    try:
        found, said = _read(_folder(path) if path.is_dir() else _archive(path))
    except (tarfile.TarError, ValueError, ArithmeticError) as error:  # tarfile lets the latter two out of some heads
        raise NotValid(f"it is neither a folder nor a whole tar archive: {error}") from error
    for name in (MANIFEST, SIGNATURE):
        if name not in said:
            raise NotValid(f"{name} is missing")
    signer = signer_of(said[SIGNATURE], SIGNATURE, signed_text(said[MANIFEST]), key)
    manifest = decoded(MANIFEST, said[MANIFEST], ExportManifest)
    _agree(manifest, found)
    return Checked(manifest, signer)


def _read(files: Iterator[tuple[str, BinaryIO]]) -> tuple[dict[str, tuple[str, int]], dict[str, bytes]]:
    """SHA-256 and length of each file, and what the manifest and its signature are."""
    found: dict[str, tuple[str, int]] = {}
    said: dict[str, bytes] = {}
    for name, file in files:
        if name in found or name in said:
            raise NotValid(f"it holds {name} twice")
        if name in (MANIFEST, SIGNATURE):
            said[name] = file.read(MOST_SAID)
        else:
            found[name] = _hashed(file)
    return found, said


def _agree(manifest: ExportManifest, found: dict[str, tuple[str, int]]) -> None:
    for file in manifest.files:
        if file.name not in found:
            raise NotValid(f"{file.name} is missing")
        sha256, size = found.pop(file.name)
        if size != file.bytes:
            raise NotValid(f"{file.name} is not as long as the manifest says")
        if sha256 != file.sha256:
            raise NotValid(f"{file.name} was changed: its SHA-256 is not that of the manifest")
    if found:
        raise NotValid(f"{min(found)} is in it, of which the manifest says nothing")


def _folder(path: Path) -> Iterator[tuple[str, BinaryIO]]:
    for entry in sorted(path.iterdir()):
        if entry.is_symlink() or not entry.is_file():
            raise NotValid(f"{entry.name} is no file")
        with entry.open("rb") as file:
            yield entry.name, file


def _archive(path: Path) -> Iterator[tuple[str, BinaryIO]]:
    with tarfile.open(path, "r:") as archive:
        for member in archive:
            file = archive.extractfile(member) if member.isreg() else None
            if file is None:
                raise NotValid(f"{member.name} is no file")
            yield member.name, cast(BinaryIO, file)


def _hashed(file: BinaryIO) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while part := file.read(_PART):
        digest.update(part)
        size += len(part)
    return digest.hexdigest(), size

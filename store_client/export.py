"""Receives an export: unpacks it as it comes into a folder that is there whole or not at all."""

import hashlib
import os
import re
import secrets
import shutil
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from store_client.contract.case_file import MANIFEST, SIGNATURE
from store_client.contract.decoding import from_json
from store_client.contract.export import ExportManifest
from store_client.contract.problem import Problem
from store_client.contract.unreadable import UNREADABLE
from store_client.errors import BadAnswer, Failed

MOST_SAID = 16 << 20
"""Of the manifest, and of what is said beside the files."""
_BLOCK = 512
_PART = 1 << 20
_NAME = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
_SIZE = re.compile(rb"\d+ size=(\d+)\n")
_COMMENT = re.compile(rb"\d+ comment=(0(?:\.\d+)?|1(?:\.0+)?)\n")
MADE = 0.9
"""Of the work, where a film must be made before it can be sent: the rest is sending it."""

Told = Callable[[float], None]


@dataclass(slots=True)
class _Progress:
    """``told`` is called with how much of the work is done, 0 to 1, every now and then; it may raise, which ends it."""

    told: Told
    expected: int
    received: int = 0
    made: float = 0.0
    shown: float = field(default=-1.0)

    def tell(self) -> None:
        share = min(1.0, self.received / max(1, self.expected))
        if self.made:
            share = MADE * self.made + (1 - MADE) * share
        self.shown = max(self.shown, min(share, 1.0))
        self.told(self.shown)


def receive(parts: Iterator[bytes], expected: int, folder: Path, told: Told) -> ExportManifest:
    """Writes the archive that comes in ``parts``, about ``expected`` bytes, to ``folder``, which must not be there yet.

    Raises Failed where it ends early, BadAnswer for what is no export or not what its manifest says, OSError, and what
    ``told`` and ``parts`` raise; then nothing is left."""
    if folder.exists():
        raise FileExistsError(17, f"{folder} is there already")
    folder.parent.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(folder.parent).free < expected:
        raise OSError(28, f"There is no room for {expected >> 20} MiB in {folder.parent}")
    part = folder.with_name(f"{folder.name}.{secrets.token_hex(4)}.part")  # another export may be on its way there
    part.mkdir()
    try:
        manifest = _unpack(_Stream(parts), part, _Progress(told, expected))
        part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return manifest


class _Stream:
    """Exactly as many bytes as are asked for."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts
        self._left = memoryview(b"")

    def some(self, most: int) -> memoryview:
        """One to ``most`` bytes. Raises Failed at the end."""
        while not self._left:
            part = next(self._parts, None)
            if part is None:
                raise Failed(Problem("the store could not make all of the export", 500))
            self._left = memoryview(part)
        taken, self._left = self._left[:most], self._left[most:]
        return taken

    def exactly(self, count: int) -> bytes:
        data = bytearray()
        while len(data) < count:
            data += self.some(count - len(data))
        return bytes(data)


def _unpack(stream: _Stream, folder: Path, progress: _Progress) -> ExportManifest:
    found: dict[str, tuple[str, int]] = {}
    size: int | None = None
    while any(block := stream.exactly(_BLOCK)):
        try:
            head = tarfile.TarInfo.frombuf(block, "utf-8", "strict")
        except (tarfile.TarError, UnicodeDecodeError) as error:
            raise BadAnswer(f"the export is no archive: {error}") from error
        if head.type in (tarfile.XHDTYPE, tarfile.XGLTYPE):
            said = _said(stream, head.size)
            larger, made = _SIZE.search(said), _COMMENT.search(said)
            size = int(larger[1]) if larger is not None else size
            progress.made = float(made[1]) if made is not None else progress.made
            progress.tell()
            continue
        if head.type != tarfile.REGTYPE or not _NAME.fullmatch(head.name) or head.name in found:
            raise BadAnswer(f"the export holds what it must not: {head.name!r}")
        length = head.size if size is None else size
        found[head.name] = _write(stream, length, folder / head.name, progress), length
        stream.exactly(-length % _BLOCK)
        size = None
    return _checked(folder, found)


def _said(stream: _Stream, size: int) -> bytes:
    if size > MOST_SAID:
        raise BadAnswer("the export says too much beside its files")
    return stream.exactly(size + -size % _BLOCK)[:size]


def _write(stream: _Stream, length: int, path: Path, progress: _Progress) -> str:
    digest, left = hashlib.sha256(), length
    with path.open("wb") as file:
        while left:
            data = stream.some(min(left, _PART))
            digest.update(data)
            file.write(data)
            left -= len(data)
            progress.received += len(data)
            progress.tell()
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _checked(folder: Path, found: dict[str, tuple[str, int]]) -> ExportManifest:
    """The manifest, if the files are those that it names. (Whose signature it is, whoever opens the export asks.)"""
    if MANIFEST not in found or SIGNATURE not in found or found[MANIFEST][1] > MOST_SAID:
        raise BadAnswer("the export is not signed")
    try:
        manifest = from_json((folder / MANIFEST).read_bytes(), ExportManifest)
    except UNREADABLE as error:
        raise BadAnswer(f"the export's manifest cannot be read: {error}") from error
    named = {file.name: (file.sha256, file.bytes) for file in manifest.files}
    if named != {name: what for name, what in found.items() if name not in (MANIFEST, SIGNATURE)}:
        raise BadAnswer("the export is not what its manifest says")
    return manifest

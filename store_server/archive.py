"""ZIP archives (PKWARE APPNOTE 6.3) that hold files as they are: every byte of one follows from its files.

So whoever reads one needs no trust: nothing is unpacked larger than it is, no name leads elsewhere, and nothing can lie
hidden between the files or after them.
"""

import re
import struct
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

MOST_FILES = 20_000
MOST_BYTES = 256 << 20
"""Of one file."""
_NAME = re.compile(r"[a-z0-9]+(?:[/._-][a-z0-9]+)*")
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_LOCAL_MARK, _CENTRAL_MARK, _END_MARK = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_VERSION, _STORED = 20, 0
_TIME, _DATE = 0, 33
"""The first moment that the form knows: a file of an archive has no time of its own."""


class NotAnArchive(Exception):
    """The file is not what ``packed`` makes. One sentence that says why."""


def packed(files: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """The archive of ``files`` (name, content) in their order. Raises ValueError for what does not fit in one."""
    central, offset, count = b"", 0, 0
    for name, content in files:
        if not _NAME.fullmatch(name) or len(content) > MOST_BYTES or count >= MOST_FILES:
            raise ValueError(f"no file of an archive: {name!r}, {len(content)} bytes")
        head = _head(name, content)
        central += _entry(name, content, offset)
        offset += len(head) + len(content)
        count += 1
        if offset >= 0xFFFFFFFF:
            raise ValueError("more than an archive can hold")
        yield head
        yield content
    yield central + _END.pack(_END_MARK, 0, 0, count, count, len(central), offset, 0)


def unpacked(path: Path) -> Iterator[tuple[str, bytes]]:
    """The files of an archive in their order. Raises NotAnArchive as soon as a byte is not as ``packed`` writes it, and
    OSError. What was given out before counts only when all has been read."""
    length = path.stat().st_size
    with path.open("rb") as file:
        central, offset, names = b"", 0, set[str]()
        while (mark := file.read(len(_LOCAL_MARK))) == _LOCAL_MARK:
            name, content = _next(file, mark, length)
            if name in names or len(names) >= MOST_FILES:
                raise NotAnArchive(f"it holds {name} twice" if name in names else "it holds too many files")
            names.add(name)
            central += _entry(name, content, offset)
            offset = file.tell()
            yield name, content
        if mark not in (_CENTRAL_MARK, _END_MARK):
            raise NotAnArchive(
                "it is no ZIP archive" if not names else "it is cut off, or something lies between files"
            )
        end = central + _END.pack(_END_MARK, 0, 0, len(names), len(names), len(central), offset, 0)
        if mark + file.read(len(end)) != end:
            raise NotAnArchive("its list of files is cut off, or not that of its files, or something follows it")


def _head(name: str, content: bytes) -> bytes:
    size = len(content)
    numbers = (_VERSION, 0, _STORED, _TIME, _DATE, zlib.crc32(content), size, size, len(name), 0)
    return _LOCAL.pack(_LOCAL_MARK, *numbers) + name.encode("ascii")


def _entry(name: str, content: bytes, offset: int) -> bytes:
    size = len(content)
    numbers = (_VERSION, _VERSION, 0, _STORED, _TIME, _DATE, zlib.crc32(content), size, size, len(name))
    return _CENTRAL.pack(_CENTRAL_MARK, *numbers, 0, 0, 0, 0, 0, offset) + name.encode("ascii")


def _next(file: BinaryIO, mark: bytes, length: int) -> tuple[str, bytes]:
    rest = file.read(_LOCAL.size - len(mark))
    if len(rest) < _LOCAL.size - len(mark):
        raise NotAnArchive("it is cut off")
    _, _, flags, method, _, _, _, _, size, name_length, _ = _LOCAL.unpack(mark + rest)
    raw = file.read(name_length)
    name = raw.decode("ascii", "replace")
    if flags & 1:
        raise NotAnArchive(f"{name!r} is encrypted")
    if method != _STORED:
        raise NotAnArchive(f"{name!r} is compressed: a case file never is")
    if not _NAME.fullmatch(name):
        raise NotAnArchive(f"{name!r} is no name of a file in it")
    if size > MOST_BYTES:
        raise NotAnArchive(f"{name} is said to be of {size >> 20} MiB")
    if size > length - file.tell():
        raise NotAnArchive("it is cut off")
    content = file.read(size)
    if mark + rest + raw != _head(name, content):
        raise NotAnArchive(f"{name} is damaged, or was packed by another program")
    return name, content

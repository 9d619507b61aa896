"""A segment: about a minute of one camera, as two files that only ever grow.

``.frames`` holds the samples one after another. ``.index`` holds a head (the form), then one record of 48 bytes for
each sample, which is written after it, straight to the system and with a checksum. So a process that is killed loses
what it was writing, and nothing that a record stands for; a machine that loses its power loses what the system had not
written yet, and what is torn is told by its checksum.
"""

import os
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import msgspec

from store_client.contract.unreadable import UNREADABLE
from store_server.sensing.recording.form import Form, Sample

MAGIC = b"FWREC001"
_HEAD = struct.Struct("<8sII")
_RECORD = struct.Struct("<qqQIIII")
_CHECK = struct.Struct("<I")
RECORD_BYTES = 48
_PADDING = bytes(RECORD_BYTES - _RECORD.size - _CHECK.size)
_KEY = 1


class Broken(Exception):
    """An index whose head cannot be read, or samples that are not what the index says."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One sample as the index knows it: ``offset`` and ``size`` in the frames, ``crc`` of its bytes."""

    at_us: int
    decode_us: int
    offset: int
    size: int
    error_us: int
    is_key: bool
    crc: int


def _packed(entry: Entry) -> bytes:
    flags = _KEY if entry.is_key else 0
    body = _RECORD.pack(entry.at_us, entry.decode_us, entry.offset, entry.size, entry.error_us, flags, entry.crc)
    return body + _CHECK.pack(zlib.crc32(body)) + _PADDING


def _unpacked(record: bytes) -> Entry | None:
    """None for what was torn."""
    body = record[: _RECORD.size]
    if len(record) < RECORD_BYTES or _CHECK.unpack_from(record, _RECORD.size)[0] != zlib.crc32(body):
        return None
    at_us, decode_us, offset, size, error_us, flags, crc = _RECORD.unpack(body)
    return Entry(at_us, decode_us, offset, size, error_us, bool(flags & _KEY), crc)


class SegmentWriter:
    """Writes one segment. Raises OSError where the disk takes no more; then the segment ends before that sample."""

    def __init__(self, frames: Path, index: Path, form: Form) -> None:
        self.entries = 0
        self.bytes = 0
        self._frames = frames.open("xb", buffering=0)
        try:
            self._index = index.open("xb", buffering=0)
        except OSError:
            self._frames.close()
            raise
        head = msgspec.msgpack.encode(form)
        self._write(self._index.fileno(), _HEAD.pack(MAGIC, len(head), zlib.crc32(head)) + head)
        self._indexed = _HEAD.size + len(head)

    def append(self, sample: Sample) -> None:
        entry = Entry(
            sample.at_us,
            sample.decode_us,
            self.bytes,
            len(sample.data),
            min(sample.error_us, 0xFFFFFFFF),
            sample.is_key,
            zlib.crc32(sample.data),
        )
        try:
            self._write(self._frames.fileno(), sample.data)
            self._write(self._index.fileno(), _packed(entry))
        except OSError:
            self._frames.truncate(self.bytes)
            self._index.truncate(self._indexed)
            raise
        self.bytes += len(sample.data)
        self._indexed += RECORD_BYTES
        self.entries += 1

    def close(self) -> None:
        """Both files are on the disk then, the samples before what stands for them."""
        try:
            for file in (self._frames, self._index):
                os.fsync(file.fileno())
        finally:
            self._frames.close()
            self._index.close()

    @staticmethod
    def _write(descriptor: int, data: bytes) -> None:
        left = memoryview(data)
        while left:
            left = left[os.write(descriptor, left) :]


def read_index(path: Path) -> tuple[Form, list[Entry]]:
    """What the index holds up to the first record that is not whole. Raises Broken, OSError."""
    data = path.read_bytes()
    if len(data) < _HEAD.size:
        raise Broken("it has no head")
    magic, size, check = _HEAD.unpack_from(data)
    head = data[_HEAD.size : _HEAD.size + size]
    if magic != MAGIC or zlib.crc32(head) != check:
        raise Broken("its head is damaged")
    try:
        form = msgspec.msgpack.decode(head, type=Form)
    except UNREADABLE as error:
        raise Broken("its head says nothing that is known here") from error
    entries: list[Entry] = []
    end = 0
    for start in range(_HEAD.size + size, len(data), RECORD_BYTES):
        entry = _unpacked(data[start : start + RECORD_BYTES])
        if entry is None or entry.offset != end:  # samples lie one after another
            break
        entries.append(entry)
        end += entry.size
    return form, entries


def mend(frames: Path, index: Path) -> tuple[Form, list[Entry]]:
    """Cuts off what was being written when a process ended. Raises Broken if nothing is left, OSError."""
    form, entries = read_index(index)
    there = frames.stat().st_size
    while entries and entries[-1].offset + entries[-1].size > there:
        entries.pop()
    with frames.open("rb") as file:
        while entries and not _is_whole(file.fileno(), entries[-1]):
            entries.pop()
    if not entries:
        raise Broken("it holds no sample")
    os.truncate(frames, entries[-1].offset + entries[-1].size)
    os.truncate(index, index.stat().st_size - _surplus(index, len(entries)))
    return form, entries


def _surplus(index: Path, entries: int) -> int:
    with index.open("rb") as file:
        size = _HEAD.unpack(file.read(_HEAD.size))[1]
    return int(index.stat().st_size - _HEAD.size - size - entries * RECORD_BYTES)


def _is_whole(descriptor: int, entry: Entry) -> bool:
    os.lseek(descriptor, entry.offset, os.SEEK_SET)
    data = b""
    while len(data) < entry.size and (part := os.read(descriptor, entry.size - len(data))):
        data += part
    return zlib.crc32(data) == entry.crc


def read_sample(frames: Path, entry: Entry) -> bytes:
    """Raises Broken if the bytes are not those that were written, OSError."""
    with frames.open("rb") as file:
        if entry.offset + entry.size > os.fstat(file.fileno()).st_size:
            raise Broken("a sample is not on the disk")
        file.seek(entry.offset)
        data = file.read(entry.size)
    if zlib.crc32(data) != entry.crc:
        raise Broken("a sample is damaged on the disk")
    return data

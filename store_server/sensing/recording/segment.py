"""A segment: about a minute of one camera, as two files that only ever grow.

``.frames`` holds the samples one after another. ``.index`` holds a head (the form), then one record of 48 bytes for
each sample, which is written after it, straight to the system and with a checksum. So a process that is killed loses
what it was writing, and nothing that a record stands for; a machine that loses its power loses what the system had not
written yet, and what is torn is told by its checksum.
"""

import os
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

import msgspec

from store_client.contract.decoding import from_msgpack
from store_client.contract.unreadable import UNREADABLE
from store_server.sensing.recording.form import Form, Sample

MAGIC = b"FWREC001"
_HEAD = struct.Struct("<8sII")
_BODY = struct.Struct("<qqQIIII")
_RECORD = struct.Struct("<qqQIIIII4x")
"""The body, its checksum, and what fills it up."""
RECORD_BYTES = _RECORD.size
_KEY = 1


class Broken(Exception):
    """An index whose head cannot be read, or samples that are not what the index says."""


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One sample as the index knows it: ``offset`` and ``size`` in the frames, ``crc`` of its bytes. Hundreds are made where
    somebody looks back at another minute."""

    at_us: int
    decode_us: int
    offset: int
    size: int
    error_us: int
    is_key: bool
    crc: int

    @property
    def end(self) -> int:
        """Where the next one's bytes begin."""
        return self.offset + self.size


def _packed(entry: Entry) -> bytes:
    flags = _KEY if entry.is_key else 0
    body = (entry.at_us, entry.decode_us, entry.offset, entry.size, entry.error_us, flags, entry.crc)
    return _RECORD.pack(*body, zlib.crc32(_BODY.pack(*body)))


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


def read_index(path: Path, known: Sequence[Entry] = ()) -> tuple[Form, list[Entry]]:
    """What the index holds after what is ``known`` of it, up to the first record that is not whole. Raises Broken, OSError."""
    data = memoryview(path.read_bytes())
    if len(data) < _HEAD.size:
        raise Broken("it has no head")
    magic, size, check = _HEAD.unpack_from(data)
    head = data[_HEAD.size : _HEAD.size + size]
    if magic != MAGIC or zlib.crc32(head) != check:
        raise Broken("its head is damaged")
    try:
        form = from_msgpack(head, Form)
    except UNREADABLE as error:
        raise Broken("its head says nothing that is known here") from error
    records = data[_HEAD.size + size + len(known) * RECORD_BYTES :]
    whole = records[: len(records) // RECORD_BYTES * RECORD_BYTES]
    entries: list[Entry] = []
    end = end_of(known)
    for start, record in zip(range(0, len(whole), RECORD_BYTES), _RECORD.iter_unpack(whole), strict=True):
        at_us, decode_us, offset, length, error_us, flags, crc, check = record
        if check != zlib.crc32(whole[start : start + _BODY.size]) or offset != end:  # samples lie one after another
            break
        entries.append(Entry(at_us, decode_us, offset, length, error_us, bool(flags & _KEY), crc))
        end += length
    return form, entries


def end_of(entries: Sequence[Entry]) -> int:
    """Bytes of all samples up to the last of these, which follow each other from the first on."""
    return entries[-1].end if entries else 0


def mend(frames: Path, index: Path) -> tuple[Form, list[Entry]]:
    """Cuts off what was being written when a process ended. Raises Broken if nothing is left, OSError."""
    form, entries = read_index(index)
    there = frames.stat().st_size
    while end_of(entries) > there:
        entries.pop()
    with frames.open("rb") as file:
        while entries and not _is_whole(file.fileno(), entries[-1]):
            entries.pop()
    if not entries:
        raise Broken("it holds no sample")
    os.truncate(frames, end_of(entries))
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
        if entry.end > os.fstat(file.fileno()).st_size:
            raise Broken("a sample is not on the disk")
        file.seek(entry.offset)
        data = file.read(entry.size)
    if zlib.crc32(data) != entry.crc:
        raise Broken("a sample is damaged on the disk")
    return data

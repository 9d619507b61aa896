"""Recordings: those of real stores that are played, and what the store itself has recorded, as a disk gives it back."""

import contextlib
import json
import struct
import zlib

import msgspec

from store_server.recorded.lines import Unreadable
from store_server.recorded.recording import PLANOGRAM, PLATES, PRODUCTS, TARGETS, read_recording
from store_server.sensing.recording.form import Form
from store_server.sensing.recording.segment import RECORD_BYTES, Broken, mend, read_index, read_sample
from tests.fuzz.mutation import DEEP, JSON
from tests.fuzz.target import Target, scratch
from tests.recorded.conftest import batch, lines

FILES = (PLANOGRAM, PRODUCTS, PLATES, TARGETS)


def recorded() -> Target:
    """One line of one of the files of a small recording is another."""
    folder, sound = scratch(), {name: "\n".join(map(json.dumps, own)).encode() for name, own in lines().items()}
    sound[PLATES] = "\n".join(json.dumps(batch(number)) for number in range(3)).encode()
    sound[TARGETS] = b"\n".join(sound[TARGETS].splitlines()[:5])
    for name, text in sound.items():
        (folder / name).write_bytes(text)

    def read(data: bytes) -> None:
        if not data:
            return
        name = FILES[data[0] % len(FILES)]
        rest = sound[name].split(b"\n", 1)[1]
        with (folder / name).open("wb") as file:
            file.write(data[1:] + b"\n" + (rest if data[0] < 128 else b""))
        try:
            read_recording(folder, "s1", lambda _: None)
        except Unreadable:
            pass
        finally:
            (folder / name).write_bytes(sound[name])

    seeds = []
    for place, name in enumerate(FILES):
        for base in (0, 128):
            seeds.append(bytes([base + place]) + sound[name].split(b"\n", 1)[0])
    return Target(read, [*seeds, b"\2" + DEEP[0]], JSON)


def segments() -> Target:
    """The index and the frames of one camera's minute. Checksums are made to fit what is under them, or hardly any input
    would come past them; a first byte above 127 leaves them as they are."""
    folder = scratch()
    frames, index = folder / "a.frames", folder / "a.index"

    def read(data: bytes) -> None:
        if len(data) < 3:
            return
        size = int.from_bytes(data[1:3], "little") % 512
        head, rest = data[3 : 3 + size], data[3 + size :]
        is_sound = data[0] < 128
        crc = zlib.crc32(head) if is_sound else 0
        bodies = [rest[at : at + 40] for at in range(0, min(len(rest), 40 * 8), 40)]
        records = b"".join(
            body + struct.pack("<I", zlib.crc32(body) if is_sound else 0) + bytes(RECORD_BYTES - 44) for body in bodies
        )
        index.write_bytes(struct.pack("<8sII", b"FWREC001", len(head), crc) + head + records)
        frames.write_bytes(rest)
        try:
            _, entries = read_index(index)
            for entry in entries:
                with contextlib.suppress(Broken):
                    read_sample(frames, entry)
            mend(frames, index)
        except Broken:
            pass

    form = msgspec.msgpack.encode(Form("mjpeg", 640, 360, b"entry", 500_000))
    records = [struct.pack("<qqQIIII", at, at, at, 1, 900, 1, zlib.crc32(b"\0")) for at in range(4)]
    return Target(read, [b"\0" + struct.pack("<H", len(form)) + form + b"".join(records)])

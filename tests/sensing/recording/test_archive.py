"""What is on the disk: whole after kill -9, read while it is written, and damaged without harm."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from store_server.child import environment
from store_server.sensing.recording.archive import Archive
from store_server.sensing.recording.cutting import Cutting
from store_server.sensing.recording.segment import RECORD_BYTES
from tests.sensing.recording.film import JPEG_FORM, NOON, PERIOD_US, number_in, pictures

WRITER = """
import sys
from pathlib import Path
from store_server.sensing.recording.archive import Archive
from tests.sensing.recording.film import JPEG_FORM, NOON, PERIOD_US, pictures
archive = Archive(Path(sys.argv[1]))
segment = archive.begin("cam", JPEG_FORM, NOON)
for number in range(100_000):
    [sample] = pictures(1, NOON + number * PERIOD_US, number)
    segment.append(sample)
    print(number, flush=True)
"""


def record(archive: Archive, count: int, *, is_closed: bool = True) -> None:
    segment = archive.begin("cam", JPEG_FORM, NOON)
    for sample in pictures(count):
        segment.append(sample)
    if is_closed:
        segment.close()
    else:
        segment._writer.close()  # as when the process ends: nobody names it


def moments(archive: Archive) -> list[int]:
    return [entry.at_us for segment in archive.segments("cam") for entry in archive.read(segment)[1]]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")
@pytest.mark.parametrize("seen", [1, 113])
def test_a_killed_process_loses_no_sample_that_was_written(tmp_path: Path, seen: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, env=environment(), text=True
    ) as writer:
        assert writer.stdout is not None
        for _ in range(seen):
            last = int(writer.stdout.readline())
        writer.send_signal(signal.SIGKILL)
        last = max([last, *(int(line) for line in writer.stdout if line.endswith("\n"))])
    archive = Archive(tmp_path)
    kept = moments(archive)
    assert kept == [NOON + n * PERIOD_US for n in range(len(kept))]
    assert len(kept) > last
    cut = Cutting(archive).cut("cam", NOON, NOON + len(kept) * PERIOD_US)
    assert sum(map(len, cut.content())) == cut.length
    assert [segment.index.name for segment in Archive(tmp_path).segments("cam")] == [
        segment.index.name for segment in archive.segments("cam")
    ], "mended once and for all"


@pytest.mark.parametrize("lost", range(1, 2 * RECORD_BYTES, 7))
def test_a_torn_index_ends_with_its_last_whole_record(tmp_path: Path, lost: int) -> None:
    record(Archive(tmp_path), 5, is_closed=False)
    (index,) = tmp_path.glob("cam/*.index")
    os.truncate(index, index.stat().st_size - lost)
    assert len(moments(Archive(tmp_path))) == 5 - -(-lost // RECORD_BYTES)


def test_torn_frames_end_with_the_last_whole_sample(tmp_path: Path) -> None:
    record(Archive(tmp_path), 5, is_closed=False)
    (frames,) = tmp_path.glob("cam/*.frames")
    data = bytearray(frames.read_bytes())
    data[-10:] = bytes(10)  # as after a power cut: long enough, and never written
    frames.write_bytes(data)
    assert len(moments(Archive(tmp_path))) == 4
    os.truncate(frames, 0)


@pytest.mark.parametrize("garbage", [b"", b"FWREC001", b"garbage" * 100])
def test_what_is_no_index_is_left_alone(tmp_path: Path, garbage: bytes) -> None:
    record(Archive(tmp_path), 5)
    place = tmp_path / "cam"
    (place / f"{1:020d}.index").write_bytes(garbage)
    (place / f"{1:020d}.frames").write_bytes(b"")
    (place / "notes.txt").write_text("mine", encoding="utf-8")
    (place / f"{2:020d}-1-2-3-4.index").write_bytes(garbage)  # its frames are gone
    assert len(moments(Archive(tmp_path))) == 5


def test_a_damaged_segment_is_as_if_it_had_not_been_recorded(tmp_path: Path) -> None:
    record(Archive(tmp_path), 5)
    (index,) = tmp_path.glob("cam/*.index")
    index.write_bytes(b"garbage" * 100)
    assert Cutting(Archive(tmp_path)).keys("cam", [NOON]) == []


def test_it_is_read_while_it_is_written_and_closed(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    segment = archive.begin("cam", JPEG_FORM, NOON)
    samples = pictures(4)
    for sample in samples[:3]:
        segment.append(sample)
    (before,) = archive.segments("cam")
    assert Cutting(archive).cut("cam", NOON, NOON + 1_000_000).frames == 3
    segment.append(samples[3])
    segment.close()
    assert len(archive.read(before)[1]) == 4, "under its new name"
    assert (
        number_in(
            b"".join(Cutting(archive).cut("cam", NOON + 3 * PERIOD_US, NOON + 1_000_000).content())[
                -len(samples[3].data) :
            ]
        )
        == 3
    )


def test_a_segment_without_a_sample_leaves_nothing(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.begin("a/b", JPEG_FORM, NOON).close()
    assert archive.segments("a/b") == []
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []

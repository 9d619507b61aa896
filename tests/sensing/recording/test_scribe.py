"""What the thread that writes does when the disk will not: it tells, and goes on as soon as it can."""

import errno
from collections.abc import Iterator
from pathlib import Path

import pytest

from store_server.sensing.recording import scribe as writing
from store_server.sensing.recording.archive import Archive, OpenSegment
from store_server.sensing.recording.form import Form, Sample
from store_server.sensing.recording.holds import Holds
from store_server.sensing.recording.retention import HOUR_US, Bounds, Retention
from store_server.sensing.recording.scribe import Scribe
from tests.sensing.recording.film import JPEG_FORM, NOON
from tests.sensing.recording.test_retention import clock
from tests.store_process import wait_for


class Disk:
    """Has room enough, and can be looked at unless a test says why not."""

    def __init__(self) -> None:
        self.error = 0
        self.looks = 0

    def free(self, _: Path) -> int:
        self.looks += 1
        if self.error:
            raise OSError(self.error, "it cannot be looked at")
        return 1 << 50


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path)


@pytest.fixture
def scribe(archive: Archive, disk: Disk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scribe]:
    """To be started by the test."""
    monkeypatch.setattr(writing, "KEEP_S", 0.01)
    holds = Holds(archive.folder / "holds.json")
    keeper = Retention(archive, holds, Bounds(HOUR_US, 1 << 30, 0), disk.free)
    scribe = Scribe(archive, keeper, lambda: NOON, monotonic=clock())
    yield scribe
    scribe.end()


def put(scribe: Scribe, number: int, camera: str = "cam", *, is_key: bool = True) -> None:
    at_us = NOON + number * 40_000
    scribe.put(camera, JPEG_FORM, Sample(b"x" * 100, at_us, at_us, 0, is_key))


def test_a_disk_that_cannot_be_looked_at_is_told_and_recording_goes_on(scribe: Scribe, disk: Disk) -> None:
    scribe.start()
    put(scribe, 0)
    wait_for(lambda: scribe.counts.written == 1, "the first")
    disk.error = errno.ESTALE
    wait_for(lambda: scribe.trouble == "it cannot be looked at", "it is told")
    disk.error = 0
    wait_for(lambda: not scribe.trouble, "it passes")
    put(scribe, 1)
    wait_for(lambda: scribe.counts.written == 2, "the second")


def test_what_cannot_be_written_is_told_until_it_can(
    scribe: Scribe, archive: Archive, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = archive.begin

    def begun(camera: str, form: Form, at_us: int) -> OpenSegment:
        if camera == "cam":
            raise OSError(errno.EDQUOT, "the quota is used up")
        return begin(camera, form, at_us)

    monkeypatch.setattr(archive, "begin", begun)
    scribe.start()
    put(scribe, 0)
    wait_for(lambda: scribe.trouble == "the quota is used up", "it is told")
    looks = disk.looks
    put(scribe, 0, "other")
    wait_for(lambda: scribe.counts.written == 1 and disk.looks > looks + 2, "the disk was looked at, and has room")
    assert scribe.trouble == "the quota is used up", "nothing of this camera was written yet"
    monkeypatch.setattr(archive, "begin", begin)
    put(scribe, 1)
    wait_for(lambda: scribe.counts.written == 2, "there is quota again")
    wait_for(lambda: not scribe.trouble, "which is told")


def test_a_camera_that_is_away_is_not_waited_for(
    scribe: Scribe, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def begun(camera: str, form: Form, at_us: int) -> OpenSegment:
        raise OSError(errno.EDQUOT, "the quota is used up")

    monkeypatch.setattr(archive, "begin", begun)
    scribe.start()
    put(scribe, 0)
    wait_for(lambda: scribe.trouble, "it is told")
    scribe.broke_off("cam")
    wait_for(lambda: not scribe.trouble, "nothing is to be written")


def test_after_what_was_left_out_comes_a_gap_until_a_picture_that_needs_no_other(
    scribe: Scribe, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "MOST_WAITING", 350)
    for number in range(4):  # of which the disk takes none yet
        put(scribe, number, is_key=number == 0)
    scribe.start()
    wait_for(lambda: scribe.counts.written == 3, "what could wait")
    put(scribe, 4, is_key=False)
    put(scribe, 5)
    put(scribe, 6, is_key=False)
    wait_for(lambda: scribe.counts.written == 5, "what came after the gap")
    recorded = [[(entry.at_us - NOON) // 40_000 for entry in archive.read(s)[1]] for s in archive.segments("cam")]
    assert recorded == [[0, 1, 2], [5, 6]]
    assert (scribe.counts.dropped, scribe.counts.left_out) == (2, 2)

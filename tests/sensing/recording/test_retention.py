"""What goes and what stays: by age, by bytes, by the room on the disk; and never what a case holds."""

from collections.abc import Callable
from pathlib import Path

import pytest

from store_client.contract.recording import RecordedSpan
from store_server.sensing.recording.archive import Archive
from store_server.sensing.recording.form import Sample
from store_server.sensing.recording.holds import EVERY, Holds
from store_server.sensing.recording.retention import HOUR_US, Bounds, Retention
from store_server.sensing.recording.scribe import Scribe
from tests.sensing.recording.film import JPEG_FORM, NOON
from tests.store_process import wait_for

MINUTE_US = 60_000_000
KIB = 1 << 10


class Disk:
    """As full as a test says; what is deleted makes room."""

    def __init__(self, folder: Path, size: int = 10_000 * KIB) -> None:
        self.folder = folder
        self.size = size
        self.other = 0

    def free(self, _: Path) -> int:
        return self.size - self.other - sum(path.stat().st_size for path in self.folder.rglob("*.frames"))


class Elapsed:
    """A clock that goes on when a test says so."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Ten minutes of two cameras, 1 KiB a minute of each."""
    archive = Archive(tmp_path / "recordings")
    for camera in ("a", "b"):
        for minute in range(10):
            segment = archive.begin(camera, JPEG_FORM, NOON + minute * MINUTE_US)
            for second in range(0, 60, 15):
                at_us = NOON + minute * MINUTE_US + second * 1_000_000
                segment.append(Sample(bytes(KIB // 4), at_us, at_us, 0))
            segment.close()
    return archive


def retention(archive: Archive, *, hours: float = 1, most: int = 1_000 * KIB, floor: int = KIB) -> Retention:
    disk = Disk(archive.folder)
    holds = Holds(archive.folder / "holds.json")
    return Retention(archive, holds, Bounds(round(hours * HOUR_US), most, floor), disk.free)


def minutes(archive: Archive, camera: str) -> str:
    there = {(segment.begin_us - NOON) // MINUTE_US for segment in archive.segments(camera)}
    return "".join(str(minute) if minute in there else "." for minute in range(10))


def test_what_is_too_old_goes(archive: Archive) -> None:
    assert retention(archive).step(NOON + 10 * MINUTE_US) == 0
    assert retention(archive).step(NOON + HOUR_US + 3 * MINUTE_US) == 6
    assert minutes(archive, "a") == minutes(archive, "b") == "...3456789"
    assert minutes(Archive(archive.folder), "a") == "...3456789", "on the disk as well"


def test_pictures_that_no_index_tells_of_go_when_they_are_too_old(archive: Archive) -> None:
    gone, *_ = archive.segments("a")
    gone.index.unlink()
    damaged = archive.begin("b", JPEG_FORM, NOON + 5 * MINUTE_US + 1)
    damaged.append(Sample(bytes(KIB), NOON, NOON, 0))
    damaged._writer.close()  # as when the process ends: nobody names it
    damaged.segment.index.write_bytes(bytes(200))
    later = Archive(archive.folder)
    assert (minutes(later, "a"), minutes(later, "b")) == (".123456789", "0123456789")
    assert retention(later).step(NOON + HOUR_US) == 0
    assert retention(later).step(NOON + HOUR_US + MINUTE_US) == 2
    assert not gone.frames.exists()
    assert retention(later).step(NOON + HOUR_US + 10 * MINUTE_US) == 19
    assert [path for path in archive.folder.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("speed", [1.0, 30.0])
def test_nothing_goes_by_its_age_while_the_clock_has_just_leapt(archive: Archive, speed: float) -> None:
    elapsed, holds, disk = Elapsed(), Holds(archive.folder / "holds.json"), Disk(archive.folder)
    bounds = Bounds(HOUR_US, 1_000 * KIB, KIB)
    keeper = Retention(archive, holds, bounds, disk.free, speed=speed, monotonic=elapsed)

    def step(seconds: float, leap_us: int = 0) -> int:
        elapsed.seconds += seconds
        return keeper.step(NOON + leap_us + round(elapsed.seconds * speed * 1_000_000))

    assert [step(10), step(10, 96 * HOUR_US), step(10, 96 * HOUR_US)] == [0, 0, 0]
    assert [step(10), step(10)] == [0, 0], "it was set right again"
    assert minutes(archive, "a") == minutes(archive, "b") == "0123456789"
    assert step(3_580) == 0
    assert step(7_200) == 20, "it has gone steadily for an hour"


def test_nothing_goes_by_its_age_after_a_start_with_a_clock_far_ahead(archive: Archive) -> None:
    """As of a machine whose battery is dead. What was recorded by it since says nothing for it."""
    elapsed, holds, disk = Elapsed(), Holds(archive.folder / "holds.json"), Disk(archive.folder)
    far_us = NOON + 64 * 365 * 24 * HOUR_US

    def started() -> Retention:
        return Retention(archive, holds, Bounds(HOUR_US, 1_000 * KIB, KIB), disk.free, monotonic=elapsed)

    keeper = started()
    assert keeper.step(far_us) == 0
    segment = archive.begin("a", JPEG_FORM, far_us)
    segment.append(Sample(bytes(KIB), far_us, far_us, 0))
    segment.close()
    keeper = started()
    assert keeper.step(far_us + MINUTE_US) == 0
    assert minutes(archive, "a") == minutes(archive, "b") == "0123456789"
    elapsed.seconds += 3_600
    assert keeper.step(far_us + MINUTE_US + HOUR_US) == 21, "it has gone steadily for an hour"


def test_the_oldest_goes_when_it_is_too_much(archive: Archive) -> None:
    assert retention(archive, most=5 * KIB).step(NOON) == 15
    assert minutes(archive, "a")[:7] == minutes(archive, "b")[:7] == "......."
    assert sum(segment.bytes for segment in archive.all()) == 5 * KIB


def test_what_cases_hold_leaves_room_for_what_comes_next(archive: Archive) -> None:
    Holds(archive.folder / "holds.json").hold("case", [RecordedSpan(EVERY, NOON, NOON + 7 * MINUTE_US)])
    assert retention(archive, most=3 * KIB).step(NOON) == 1
    assert (minutes(archive, "a"), minutes(archive, "b")) == ("01234567.9", "0123456789")


def test_what_a_case_holds_stays_until_it_lets_go(archive: Archive) -> None:
    holds = Holds(archive.folder / "holds.json")
    holds.hold("case", [RecordedSpan("a", NOON + 2 * MINUTE_US + 1, NOON + 3 * MINUTE_US)])
    holds.hold("other", [RecordedSpan(EVERY, NOON + 7 * MINUTE_US, NOON + 7 * MINUTE_US + 1)])
    late = NOON + 2 * HOUR_US
    assert retention(archive).step(late) == 20 - 4
    assert (minutes(archive, "a"), minutes(archive, "b")) == ("..23...7..", ".......7..")
    again = Holds(archive.folder / "holds.json")
    assert again.cases() == {"case", "other"}
    again.release("case")
    again.release("never held")
    assert retention(archive).step(late) == 2
    again.release("other")
    assert retention(archive).step(late) == 2


def test_nothing_goes_while_it_is_not_known_what_is_held(archive: Archive) -> None:
    (archive.folder / "holds.json").write_text("garbage", encoding="utf-8")
    holds = Holds(archive.folder / "holds.json")
    keeper = Retention(archive, holds, Bounds(HOUR_US, 0, 0), Disk(archive.folder).free)
    assert keeper.step(NOON + 2 * HOUR_US) == 0
    holds.hold("case", [RecordedSpan("a", NOON, NOON)])
    holds.settle()
    assert keeper.step(NOON + 2 * HOUR_US) == 19
    assert Holds(archive.folder / "holds.json").is_sure


def test_what_somebody_reads_and_what_is_written_stays(archive: Archive) -> None:
    first, *_ = archive.segments("a")
    last = archive.segments("b")[-1]
    with archive.pinned([first]):
        assert retention(archive).step(NOON + 2 * HOUR_US, frozenset({("b", last.number)})) == 18
    assert retention(archive).step(NOON + 2 * HOUR_US) == 2


def test_a_full_disk_makes_room_then_stops_and_goes_on(archive: Archive) -> None:
    disk, holds = Disk(archive.folder), Holds(archive.folder / "holds.json")
    keeper = Retention(archive, holds, Bounds(HOUR_US, 1_000 * KIB, 100 * KIB), disk.free)
    holds.hold("case", [RecordedSpan("a", NOON, NOON + 4 * MINUTE_US)])
    disk.other = disk.size - 110 * KIB
    assert keeper.step(NOON) == 10
    assert (minutes(archive, "a"), keeper.trouble) == ("01234...89", "")
    disk.other += 10 * KIB
    assert keeper.step(NOON) == 5, "all but what is held"
    assert minutes(archive, "a") == "01234....."
    assert keeper.trouble == "0 MiB are free, 0 are needed"
    disk.other -= 10 * KIB
    keeper.step(NOON)
    assert keeper.trouble, "a little more than the floor is not room yet"
    disk.other = 0
    keeper.step(NOON)
    assert keeper.trouble == ""


def test_nothing_is_written_while_there_is_no_room(tmp_path: Path) -> None:
    archive, disk = Archive(tmp_path), Disk(tmp_path)
    keeper = Retention(archive, Holds(tmp_path / "holds.json"), Bounds(HOUR_US, 1_000 * KIB, KIB), disk.free)
    scribe = Scribe(archive, keeper, lambda: NOON, monotonic=clock())
    scribe.start()

    def put(second: int) -> None:
        at_us = NOON + second * 1_000_000
        scribe.put("a", JPEG_FORM, Sample(b"x" * 100, at_us, at_us, 0))

    try:
        put(0)
        wait_for(lambda: scribe.counts.written == 1, "the first")
        disk.other = disk.size
        wait_for(lambda: scribe.trouble, "it is told")
        put(1)
        wait_for(lambda: scribe.counts.dropped == 1, "the second")
        disk.other = 0
        wait_for(lambda: not scribe.trouble, "there is room")
        put(2)
        wait_for(lambda: scribe.counts.written == 2, "the third")
    finally:
        scribe.end()


def clock(step: float = 2.0) -> Callable[[], float]:
    """A clock that goes on whenever it is asked, so that nobody waits a second."""
    seconds = [0.0]

    def monotonic() -> float:
        seconds[0] += step
        return seconds[0]

    return monotonic

"""Clips, frame by frame: what is cut is what was taken, each picture at its moment, whatever the camera's coding."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store_server.refusal import Refusal
from store_server.sensing.recording.archive import Archive, Segment
from store_server.sensing.recording.cutting import Cutting, still
from store_server.sensing.recording.develop import developed
from store_server.sensing.recording.form import Form, Sample
from store_server.sensing.recording.segment import Entry
from tests.sensing.recording.film import (
    HOLD_US,
    JPEG_FORM,
    NOON,
    PERIOD_US,
    h264,
    number_in,
    pictures,
    seen,
    write_h264,
)

COUNT = 100


def record(archive: Archive, form: Form, samples: list[Sample], pieces: int = 3) -> None:
    """In segments that begin with key pictures."""
    keys = [i for i, sample in enumerate(samples) if sample.is_key]
    begins = sorted({keys[len(keys) * piece // pieces] for piece in range(pieces)})
    for begin, end in zip(begins, [*begins[1:], len(samples)], strict=True):
        segment = archive.begin("cam", form, samples[begin].at_us)
        for sample in samples[begin:end]:
            segment.append(sample)
        segment.close()


@pytest.fixture(scope="module", params=["jpeg", "h264"])
def cutting(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Cutting:
    folder = tmp_path_factory.mktemp(request.param)
    archive = Archive(folder / "recordings")
    if request.param == "jpeg":
        record(archive, JPEG_FORM, pictures(COUNT))
    else:
        write_h264(folder / "film.mp4", COUNT)
        record(archive, *h264(folder / "film.mp4"))
    return Cutting(archive)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(begin=st.integers(-50_000, COUNT * PERIOD_US - 1), length=st.integers(1, 2_500_000))
def test_a_clip_shows_exactly_the_pictures_taken_in_its_span(cutting: Cutting, begin: int, length: int) -> None:
    wanted = [n for n in range(COUNT) if begin <= n * PERIOD_US < begin + length]
    if not wanted:
        with pytest.raises(Refusal, match="nothing was recorded then"):
            cutting.cut("cam", NOON + begin, NOON + begin + length)
        return
    cut = cutting.cut("cam", NOON + begin, NOON + begin + length)
    mp4 = b"".join(cut.content())
    assert len(mp4) == cut.length
    assert seen(mp4, cut.first_us) == [(NOON + n * PERIOD_US, n) for n in wanted]
    assert (cut.frames, cut.last_us, cut.error_us) == (len(wanted), NOON + wanted[-1] * PERIOD_US, 1_000)


@pytest.mark.parametrize(
    "at_us", [0, 1, 39_999, 40_000, 1_999_999, 2_360_000, COUNT * PERIOD_US + HOLD_US - PERIOD_US - 1]
)
def test_the_picture_shown_at_a_moment(cutting: Cutting, at_us: int) -> None:
    samples = cutting.shown("cam", NOON + at_us)
    number = min(at_us // PERIOD_US, COUNT - 1)
    assert samples[-1].entry.at_us == NOON + number * PERIOD_US
    assert number_in(*developed(still(samples), 0, [0])) == number


@pytest.mark.parametrize("at_us", [-1, COUNT * PERIOD_US + HOLD_US - PERIOD_US])
def test_nothing_is_shown_before_the_first_picture_and_long_after_the_last(cutting: Cutting, at_us: int) -> None:
    with pytest.raises(Refusal, match="nothing was recorded then"):
        cutting.shown("cam", NOON + at_us)
    with pytest.raises(Refusal, match="nothing of this camera"):
        cutting.shown("another", NOON)


def test_pictures_for_scrubbing_are_key_pictures_that_were_taken_by_then(cutting: Cutting) -> None:
    moments = range(NOON - 1_000_000, NOON + COUNT * PERIOD_US + HOLD_US, 500_000)
    keys = cutting.keys("cam", moments)
    assert all(key.entry.is_key for key in keys)
    assert len({key.entry.at_us for key in keys}) == len(keys) >= 4
    assert cutting.keys("cam", range(0)) == []


def test_a_clip_is_longer_than_nothing_and_not_than_an_hour(cutting: Cutting) -> None:
    for until_us in (NOON, NOON + 3_600_000_001):
        with pytest.raises(Refusal) as refused:
            cutting.cut("cam", NOON, until_us)
        assert refused.value.name == "bad-request"


def test_a_clip_ends_where_the_form_of_the_pictures_changes(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    record(archive, JPEG_FORM, pictures(10), 1)
    other = Form("mjpeg", 128, 32, JPEG_FORM.entry, HOLD_US)
    record(archive, other, pictures(10, NOON + 10 * PERIOD_US, 10), 1)
    cutting = Cutting(archive)
    cut = cutting.cut("cam", NOON, NOON + 20 * PERIOD_US)
    assert (cut.frames, cut.until_us) == (10, NOON + 10 * PERIOD_US)
    rest = cutting.cut("cam", cut.until_us, NOON + 20 * PERIOD_US)
    assert (rest.frames, rest.first_us, rest.until_us) == (10, NOON + 10 * PERIOD_US, NOON + 20 * PERIOD_US)


def test_of_a_segment_that_is_being_written_only_what_was_added_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each picture asks for its samples three times: a minute was read anew for each, by all cameras of a wall."""
    archive, samples, read = Archive(tmp_path), pictures(5), list[int]()
    segment, cutting, read_index = archive.begin("cam", JPEG_FORM, NOON), Cutting(archive), archive.read

    def counted(segment: Segment, known: Sequence[Entry] = ()) -> tuple[Form, list[Entry]]:
        form, entries = read_index(segment, known)
        read.append(len(entries))
        return form, entries

    monkeypatch.setattr(archive, "read", counted)
    for added in (samples[:3], samples[3:]):
        for sample in added:
            segment.append(sample)
        last_us = added[-1].at_us
        assert cutting.shown("cam", last_us)[-1].entry.at_us == last_us
        assert cutting.beside("cam", last_us) == (last_us - PERIOD_US, None)
    segment.close()
    assert cutting.reach("cam") == (NOON, samples[-1].at_us)
    assert number_in(still_jpeg(cutting, NOON + 2 * PERIOD_US)) == 2
    assert read == [3, 2]


def test_after_a_clock_was_set_back_what_was_written_later_counts(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    record(archive, JPEG_FORM, pictures(50), 1)
    record(archive, JPEG_FORM, pictures(50, NOON + 25 * PERIOD_US, 100), 1)
    cutting = Cutting(archive)
    cut = cutting.cut("cam", NOON, NOON + 100 * PERIOD_US)
    numbers = [number for _, number in seen(b"".join(cut.content()), cut.first_us)]
    assert numbers == [*range(25), *range(100, 150)]
    assert number_in(still_jpeg(cutting, NOON + 30 * PERIOD_US)) == 105


def still_jpeg(cutting: Cutting, at_us: int) -> bytes:
    (jpeg,) = developed(still(cutting.shown("cam", at_us)), 0, [0])
    return jpeg


def test_gaps_are_told(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    later = NOON + 60_000_000
    record(archive, JPEG_FORM, pictures(50), 2)
    record(archive, JPEG_FORM, pictures(25, later), 1)
    cutting = Cutting(archive)
    first, last = NOON + 49 * PERIOD_US + HOLD_US, later + 24 * PERIOD_US + HOLD_US
    assert cutting.spans("cam", 0, 2 * NOON) == [(NOON, first), (later, last)]
    assert cutting.spans("cam", NOON + 5, later + 5) == [(NOON + 5, first), (later, later + 5)]
    assert cutting.spans("cam", first, later) == []
    assert cutting.reach("cam") == (NOON, later + 24 * PERIOD_US)
    assert cutting.reach("another") is None

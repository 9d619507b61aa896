"""Playing what was recorded: at once, in its own time, over gaps, up to what there is."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from pathlib import Path

import pytest

from store_server.clock import Clock, wall_us
from store_server.refusal import Refusal
from store_server.sensing.frame import Shown
from store_server.sensing.recording.archive import Archive
from store_server.sensing.recording.darkroom import Darkroom
from store_server.sensing.recording.form import Sample
from store_server.sensing.recording.recordings import Recordings
from tests.sensing.recording.film import JPEG_FORM, NOON, h264, jpeg, number_in, write_h264
from tests.sensing.veiled import always, never, unknowing

PERIOD_US = 80_000
COUNT = 60
GAP_US = 3_000_000
US = 1_000_000
Test = Callable[[Recordings], Awaitable[None]]


def kept(folder: Path) -> Archive:
    """Five seconds, a gap, and five seconds more, each picture with its number."""
    archive = Archive(folder)
    for part in (0, 1):
        begin_us = NOON + part * (COUNT * PERIOD_US + GAP_US)
        segment = archive.begin("cam", JPEG_FORM, begin_us)
        for number in range(COUNT):
            at_us = begin_us + number * PERIOD_US
            segment.append(Sample(jpeg(part * COUNT + number), at_us, at_us, 1_000))
        segment.close()
    return archive


def run(archive: Archive, test: Test, wall: Callable[[], int] = wall_us) -> None:
    async def whole() -> None:
        clock, darkroom = Clock(wall=wall), Darkroom()
        veil = unknowing(clock)
        try:
            async with asyncio.timeout(60):
                await test(Recordings(archive, darkroom, veil, clock, lambda: ["cam"]))
        finally:
            veil.close()
            await darkroom.close()

    asyncio.run(whole())


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return kept(tmp_path_factory.mktemp("recordings"))


async def played(
    recordings: Recordings, since_us: int, speed: float, seconds: float, least: int = 1
) -> list[tuple[float, Shown]]:
    """What came, and how many seconds after it was asked for; for longer where a busy machine gave fewer than ``least``."""
    loop, found = asyncio.get_running_loop(), []
    began = loop.time()
    async with aclosing(await recordings.replay("cam", since_us, speed, None, always)) as pictures:
        async for picture in pictures:
            found.append((loop.time() - began, picture))
            if loop.time() - began > seconds and len(found) >= least:
                break
    return found


def test_the_first_picture_comes_at_once_and_the_others_when_they_are_due(archive: Archive) -> None:
    async def test(recordings: Recordings) -> None:
        since_us = NOON + 10 * PERIOD_US + 1_000
        found = await played(recordings, since_us, 2.0, 1.0, least=4)
        assert found[0][1].at_us == NOON + 10 * PERIOD_US
        assert number_in(found[0][1].jpeg) == 10
        for passed, picture in found[1:]:
            due = (picture.at_us - since_us) / 2 / 1e6
            assert passed >= due - 0.005, "nothing is shown before its time"
        moments = [picture.at_us for _, picture in found]
        assert moments == sorted(set(moments))
        assert len(found) >= 4
        assert {(picture.error_us, picture.is_clear) for _, picture in found} == {(1_000, True)}

    run(archive, test)


def test_what_is_fast_is_thinned_and_gaps_are_waited_through_until_the_end(archive: Archive) -> None:
    async def test(recordings: Recordings) -> None:
        found = await played(recordings, NOON, 16.0, 30.0)
        moments = [picture.at_us for _, picture in found]
        last_us = NOON + 2 * COUNT * PERIOD_US + GAP_US - PERIOD_US
        assert moments[-1] == last_us
        assert len(found) < 40, "at most 15 a second"
        second = next(at for at, picture in found if picture.at_us >= NOON + COUNT * PERIOD_US + GAP_US)
        assert second >= (COUNT * PERIOD_US + GAP_US) / 16 / 1e6 - 0.01

    run(archive, test)


def test_in_a_gap_the_last_picture_before_it_is_shown(archive: Archive) -> None:
    async def test(recordings: Recordings) -> None:
        gap_us = NOON + COUNT * PERIOD_US + GAP_US - 400_000
        found = await played(recordings, gap_us, 4.0, 0.3, least=2)
        assert found[0][1].at_us == NOON + (COUNT - 1) * PERIOD_US
        assert found[1][1].at_us >= NOON + COUNT * PERIOD_US + GAP_US
        for since_us, first in ((NOON - 100_000, NOON), (NOON + 10**9, moments_end())):
            assert (await played(recordings, since_us, 1.0, 0.2))[0][1].at_us == first

    run(archive, test)


@pytest.mark.parametrize("set_by_s", [-3_600, 3_600])
def test_a_replay_goes_on_as_fast_where_the_clock_is_set(archive: Archive, set_by_s: int) -> None:
    set_by_us = 0

    async def test(recordings: Recordings) -> None:
        nonlocal set_by_us
        shown = list[int]()
        async with aclosing(await recordings.replay("cam", NOON, 4.0, None, always)) as pictures:
            async for picture in pictures:
                shown.append((picture.at_us - NOON) // PERIOD_US)
                if len(shown) == 3:
                    set_by_us = set_by_s * US
                elif len(shown) == 8:
                    break
        assert shown[-1] < COUNT, "what comes next, and not what was an hour later"

    run(archive, test, lambda: wall_us() + set_by_us)


def moments_end() -> int:
    return NOON + 2 * COUNT * PERIOD_US + GAP_US - PERIOD_US


def test_pictures_know_those_beside_them(archive: Archive) -> None:
    async def test(recordings: Recordings) -> None:
        for number, beside in ((0, (None, 1)), (5, (4, 6)), (COUNT - 1, (COUNT - 2, None))):
            picture = await recordings.picture("cam", NOON + number * PERIOD_US, None, always)
            before, following = (None if one is None else NOON + one * PERIOD_US for one in beside)
            if number == COUNT - 1:
                following = NOON + COUNT * PERIOD_US + GAP_US
            assert (picture.before_us, picture.next_us) == (before, following)
        with pytest.raises(Refusal, match="not-found"):
            await recordings.replay("none", NOON, 1.0, None, always)

    run(archive, test)


def test_without_leave_a_camera_that_was_never_calibrated_is_coarse(archive: Archive) -> None:
    async def test(recordings: Recordings) -> None:
        async with aclosing(await recordings.replay("cam", NOON, 1.0, None, never)) as pictures:
            first = await anext(pictures)
        assert not first.is_clear
        assert first.jpeg != jpeg(0)

    run(archive, test)


def test_coded_video_is_decoded_ahead(tmp_path: Path) -> None:
    write_h264(tmp_path / "film.mp4", 75)
    archive = Archive(tmp_path / "recordings")
    form, samples = h264(tmp_path / "film.mp4")
    segment = archive.begin("cam", form, NOON)
    for sample in samples:
        segment.append(sample)
    segment.close()

    async def test(recordings: Recordings) -> None:
        found = await played(recordings, NOON + 400_000, 1.0, 1.2, least=4)
        assert len(found) >= 4
        for _, picture in found:
            assert number_in(picture.jpeg) == (picture.at_us - NOON) // 40_000

    run(archive, test)

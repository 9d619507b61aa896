"""What the evidence says of a moment, from the evidence of tests.console.evidence_day."""

import pytest
from msgspec.structs import replace

from console.domain.evidence_index import ClockError, EvidenceIndex
from store_client.contract.evidence import SourceClock
from store_client.contract.live import Picked
from store_client.contract.sensor import PositionFix
from tests.console.day import the_day
from tests.console.evidence_day import kept_evidence


@pytest.fixture(scope="module")
def index() -> EvidenceIndex:
    return EvidenceIndex(kept_evidence().evidence)


def test_the_nearest_event_is_the_one_that_is_shown(index: EvidenceIndex) -> None:
    first, second = index.handled
    middle = (first.measured_at + second.measured_at) // 2
    assert index.handled_at(middle - 10_000) is first
    assert index.handled_at(middle + 10_000) is second
    assert index.handled_at(0) is first
    assert index.handled_at(2**60) is second
    assert [type(event).__name__ for event in index.events] == ["Entered", "Picked", "Picked", "Left", "ReceiptIssued"]


def test_a_line_knows_its_events_also_where_the_store_does_not_name_them(index: EvidenceIndex) -> None:
    line = the_day().case().lines[0]
    assert [event.id for event in index.of_line(line)] == line.events
    assert index.of_line(replace(line, events=[])) == index.of_line(line)
    picks = [event for event in index.handled if isinstance(event, Picked)]
    doubtful = replace(picks[0], probability=0.4)
    assert index.chief([picks[1], doubtful]) is doubtful
    assert index.chief([]) is None


def test_pictures_come_nearest_to_the_cursor_and_best_first(index: EvidenceIndex) -> None:
    event = index.handled[0]
    at_us = event.measured_at + 900_000
    pictures = index.pictures_at(at_us, event.id)
    assert [picture.score for picture in pictures] == sorted((picture.score for picture in pictures), reverse=True)
    assert len({picture.camera for picture in pictures}) == len(pictures) == 3
    for picture in pictures:
        others = [one for one in index.evidence.pictures if one.camera == picture.camera]
        assert abs(picture.at - at_us) == min(abs(one.at - at_us) for one in others)
    assert not index.pictures_at(at_us, index.handled[1].id)
    assert index.wanted_pictures(event.id)[0] in {one.sha256 for one in index.evidence.pictures if one.score > 0.8}


def test_readings_that_two_events_share_are_told_once(index: EvidenceIndex) -> None:
    trace = index.evidence.traces[0]
    part = replace(trace, grams=trace.grams[: len(trace.grams) // 2])
    twice = EvidenceIndex(replace(index.evidence, traces=[*index.evidence.traces, part]))
    assert twice.traces[trace.plate] == index.traces[trace.plate]


def test_trails_are_in_order_whatever_order_they_were_told_in(index: EvidenceIndex) -> None:
    def fix(at: int, track: str, trip: str | None, x: float) -> PositionFix:
        return PositionFix(at, track, trip, x, -x)

    told = [
        fix(20, "b", None, 1),
        fix(10, "a", "t1", 2),
        fix(10, "b", "t2", 3),
        fix(20, "a", None, 4),
        fix(10, "b", None, 5),
    ]
    found = EvidenceIndex(replace(index.evidence, fixes=told)).tracks
    assert [(one.track, one.trip, one.at_us.tolist(), one.xy.tolist()) for one in found] == [
        ("b", "t2", [10, 20], [[5, -5], [1, -1]]),
        ("a", "t1", [10, 20], [[2, -2], [4, -4]]),
    ]
    assert EvidenceIndex(replace(index.evidence, fixes=[])).tracks == ()


def test_the_least_sure_clock_is_named(index: EvidenceIndex) -> None:
    event = index.handled[0]
    picture = index.pictures_at(event.measured_at, event.id)[0]
    assert index.clock_error(event, picture) == ClockError(21_000, "tracker", "tracker")
    sure = EvidenceIndex(replace(index.evidence, clocks=index.evidence.clocks[1:]))
    assert sure.clock_error(event, picture) == ClockError(18_000, "camera", picture.camera_name)
    assert sure.clock_error(event, None) == ClockError(4_000, "gondola", f"gondola-{event.plates[0][0]}")  # type: ignore[union-attr]
    late = SourceClock(device="gondola-77", kind="gondola", offset_us=0, error_us=900_000)
    other = EvidenceIndex(replace(index.evidence, clocks=[late]))
    assert other.clock_error(event, None) is None  # of a gondola that nobody looks at


def test_what_is_lacking_is_known_of_its_event_and_of_the_whole_trip(index: EvidenceIndex) -> None:
    (lacking,) = index.evidence.lacking
    assert index.lacking(lacking.event, "picture") == (lacking,)
    assert not index.lacking(index.handled[0].id, "picture")
    whole = EvidenceIndex(replace(index.evidence, lacking=[replace(lacking, event=None)]))
    assert len(whole.lacking(index.handled[0].id, "picture")) == 1


def test_the_cursor_stops_at_events_and_pictures(index: EvidenceIndex) -> None:
    stops = index.stops()
    assert len(stops) == len(index.events) + len(index.evidence.pictures)
    covered = index.covered()
    first = index.handled[0].measured_at
    assert any(begin <= first <= end for begin, end in covered)

"""The widgets of evidence with sample data: one pick of a minute ago, seen by everything that saw it."""

import numpy as np

from resources.theme import Theme
from widgets.event_list import EventList, ListedEvent
from widgets.evidence_trace import EvidenceTrace
from widgets.graph_marks import MarkKind
from widgets.picture_board import PictureBoard, Shot
from widgets.samples.data import PRODUCTS, T0, ZONE, sample_picture, sample_plan
from widgets.samples.sample import Sample
from widgets.shelf_face import Face, FaceCell, FaceMark, ShelfFace
from widgets.time_bar import BarMoment, TimeBar
from widgets.time_line import TimeLine
from widgets.trace_lane import FittedStep, PlateLane, Stretch
from widgets.trail import Trail
from widgets.trail_map import TrailMap

AT = T0 + 61_400_000
"""When it was taken."""


def sample_bar(theme: Theme) -> TimeBar:
    bar = TimeBar(theme)
    bar.set_time_zone(ZONE)
    bar.set_span(T0, T0 + 180_000_000)
    events: list[tuple[float, MarkKind]] = [
        (8, "other"),
        (25, "pick"),
        (61.4, "pick"),
        (88, "put_back"),
        (120, "pick"),
        (171, "other"),
    ]
    bar.set_moments(
        [
            BarMoment(place, T0 + round(second * 1e6), kind, f"Event {place}", place == 2)
            for place, (second, kind) in enumerate(events)
        ]
    )
    around = [T0 + round(second * 1e6) for second, kind in events if kind != "other"]
    bar.set_kept(
        [at + offset for at in around for offset in (-1_000_000, 0, 1_000_000)],
        [(at - 10_000_000, at + 10_000_000) for at in around],
    )
    bar.set_lens((AT - 4_000_000, AT + 4_000_000))
    bar.set_cursor(AT - 350_000)
    return bar


def sample_line(theme: Theme) -> TimeLine:
    """A quarter of an hour, looked at ninety seconds ago; the recording begins within it, and has a gap."""
    line = TimeLine(theme)
    line.set_slim(False)
    line.set_time_zone(ZONE)
    line.set_now(AT + 90_000_000)
    line.set_kept(AT - 640_000_000, "kept from 10:43:01 on")
    line.set_recorded([(AT - 600_000_000, AT - 260_000_000), (AT - 200_000_000, AT + 90_000_000)])
    kinds: tuple[MarkKind, ...] = ("pick", "other", "pick", "put_back", "pick")
    line.set_moments(
        [
            BarMoment(place, AT - 560_000_000 + place * 47_000_000, kinds[place % 5], f"Event {place}", place % 4 == 0)
            for place in range(13)
        ]
    )
    line.set_marked((AT - 60_000_000, AT + 30_000_000))
    line.set_moment(AT)
    return line


def sample_slim_line(theme: Theme) -> TimeLine:
    line = sample_line(theme)
    line.set_marked(None)
    line.set_moment(None)
    line.set_slim(True)
    return line


def sample_lane(name: str, detail: str, level: float, step: float, seed: int) -> PlateLane:
    """Eight seconds at 60 Hz: a hand presses, a product goes."""
    rng = np.random.default_rng(seed)
    grams = level + rng.normal(0, 0.9, 480)
    middle = 240
    grams[middle - 9 : middle + 3] += 46 * np.hanning(12)
    grams[middle:] += step * np.clip(np.arange(480 - middle) / 3, 0, 1)
    grams[400:424] = np.nan
    begin, end = AT - 150_000, AT + 60_000
    steps = (FittedStep("e", begin, end, level, level + step, "−334 g · 1 × Oat milk 1 l"),) if abs(step) > 20 else ()
    return PlateLane(name, detail, (Stretch(AT - 4_000_000, 60.0, grams.astype(np.float32)),), steps)


def sample_trace(theme: Theme) -> EvidenceTrace:
    trace = EvidenceTrace(theme)
    trace.set_time_zone(ZONE)
    trace.set_lanes([sample_lane("3.2.5", PRODUCTS[0], 2_014.0, -334.0, 1)])
    trace.set_span(AT - 4_600_000, AT + 4_600_000)
    trace.set_cursor(AT - 350_000)
    return trace


def sample_two_traces(theme: Theme) -> EvidenceTrace:
    trace = sample_trace(theme)
    trace.set_lanes(
        [
            sample_lane("3.2.5", PRODUCTS[0], 2_014.0, -334.0, 1),
            sample_lane("3.2.6", PRODUCTS[1], 1_420.0, -4.0, 2),
        ]
    )
    return trace


def sample_pictures(theme: Theme) -> PictureBoard:
    board = PictureBoard(theme)
    board.set_time_zone(ZONE)
    offsets = (-350_000, 120_000, 2_600_000)
    shots = [
        Shot(f"c{place}", f"Ceiling {place + 1}, aisle 2", sample_picture(place * 9), AT + offset, offset, 38_000)
        for place, offset in enumerate(offsets)
    ]
    board.set_shots([*shots, Shot("c3", "Shelf 4", None, AT, 40_000, 9_000)], "c0")
    return board


def sample_old_picture(theme: Theme) -> PictureBoard:
    board = sample_pictures(theme)
    board.set_shots([Shot("c0", "Ceiling 1", sample_picture(4), AT, 3_100_000, 38_000)], "c0")
    return board


def sample_trails(theme: Theme) -> TrailMap:
    floor = TrailMap(theme)
    floor.resize(theme.px(360), theme.px(340))
    floor.set_plan(sample_plan())
    times = AT + np.arange(-100, 101) * 100_000
    turn = np.linspace(0, 5, 201)
    concerned = np.stack([3.4 + 1.9 * np.sin(turn - 2.5), 4.6 + 0.8 * np.cos(turn * 1.4)], axis=1)
    others = [np.stack([5.1 - 1.2 * np.cos(turn), 5.0 + 0.5 * np.sin(turn)], axis=1), concerned + np.array([1.4, -1.3])]
    trails = [Trail("t", "Visit 412", times, concerned, is_concerned=True)]
    trails += [Trail(place, f"Visit {413 + place}", times, xy) for place, xy in enumerate(others)]
    floor.set_trails(trails)
    floor.set_plates(["1.2.5", "1.2.6"])
    floor.set_camera("c1")
    floor.set_cursor(AT - 350_000)
    floor.look_at(3.6, 3.6)
    return floor


def sample_face(theme: Theme) -> ShelfFace:
    face = ShelfFace(theme)
    marks: dict[tuple[int, int], tuple[FaceMark, str]] = {
        (2, 2): ("concerned", "71 %"),
        (2, 3): ("alternative", "22 %"),
        (4, 0): ("alternative", "5 %"),
    }
    cells = []
    for shelf in range(1, 7):
        for place in range(6):
            mark, word = marks.get((shelf, place), ("none", ""))
            name = PRODUCTS[(shelf + place) % len(PRODUCTS)]
            plates = tuple(f"3.{shelf}.{place * 2 + one}" for one in (1, 2))
            cells.append(FaceCell((shelf, place), shelf, place / 6, (place + 1) / 6, name, plates, mark, word))
    face.set_face(Face("Gondola 3", "planogram 4, since 2026-03-01", (1, 2, 3, 4, 5, 6), tuple(cells)))
    return face


def sample_events(theme: Theme) -> EventList:
    events = EventList(theme)
    events.set_time_zone(ZONE)
    events.set_events(
        [
            ListedEvent(0, T0 + 8_000_000, "Entered at Gate 1", "2 people on one code"),
            ListedEvent(1, T0 + 25_000_000, f"Took 1 × {PRODUCTS[1]}", "plate 2.3.4", 0.994),
            ListedEvent(2, AT, f"Took 1 × {PRODUCTS[0]}", "two people close", 0.71, True, "warning"),
            ListedEvent(3, T0 + 88_000_000, f"Put back 1 × {PRODUCTS[1]}", "plate 2.3.4", 0.96),
            ListedEvent(4, T0 + 171_000_000, "Left at Gate 2"),
        ]
    )
    events.choose(2)
    return events


SAMPLES: tuple[Sample, ...] = (
    Sample("time-bar", 700, 64, sample_bar),
    Sample("time-line", 900, 64, sample_line),
    Sample("time-line-slim", 900, 28, sample_slim_line),
    Sample("evidence-trace", 430, 230, sample_trace),
    Sample("evidence-trace-two", 430, 300, sample_two_traces),
    Sample("picture-board", 430, 330, sample_pictures),
    Sample("picture-board-old", 430, 260, sample_old_picture),
    Sample("trail-map", 360, 340, sample_trails),
    Sample("shelf-face", 420, 300, sample_face),
    Sample("event-list", 400, 260, sample_events),
)

"""A case's evidence as the widgets take it."""

from collections.abc import Collection, Mapping

import numpy as np

from console.domain.evidence_index import EvidenceIndex, Handled, Handling
from console.screens.event_words import EventWords, product_chance, step_words
from console.screens.time_marks import mark_kind
from console.state.exhibits import ExhibitPictures
from store_client.contract.evidence import EvidencePicture, PlateTrace
from store_client.contract.live import HandedOver, Picked, PutBack
from store_client.contract.moment import to_micros
from store_client.contract.planogram import Facing, Planogram
from widgets.event_list import ListedEvent
from widgets.floor_cells import Rack
from widgets.floor_plan import PlanGondola
from widgets.moment import time_text
from widgets.picture_board import Shot
from widgets.shelf_face import Face, FaceCell, FaceMark
from widgets.time_bar import BarMoment
from widgets.trace_lane import FittedStep, PlateLane, Stretch
from widgets.trail import Trail

DOUBTFUL_BELOW = 0.9


def bar_moments(index: EvidenceIndex, concerned: Collection[str], words: EventWords) -> list[BarMoment]:
    return [
        BarMoment(event.id, event.measured_at, mark_kind(event), words.title(event), event.id in concerned)
        for event in index.events
    ]


def listed_events(index: EvidenceIndex, concerned: Collection[str], words: EventWords) -> list[ListedEvent]:
    listed = []
    for event in index.events:
        confidence = event.probability if isinstance(event, Handled) else None
        is_doubtful = isinstance(event, Handled) and bool(event.reasons) and event.probability < DOUBTFUL_BELOW
        listed.append(
            ListedEvent(
                key=event.id,
                at_us=event.measured_at,
                title=words.title(event),
                detail=words.detail(event, index.evidence.trip),
                confidence=confidence,
                is_concerned=event.id in concerned,
                severity="warning" if is_doubtful else None,
            )
        )
    return listed


def stretches_of(index: EvidenceIndex) -> dict[str, tuple[Stretch, ...]]:
    """By plate: made once, for a trace is drawn many times."""
    return {plate: tuple(_stretch(trace) for trace in traces) for plate, traces in index.traces.items()}


def _stretch(trace: PlateTrace) -> Stretch:
    grams = np.array([np.nan if value is None else value for value in trace.grams], np.float32)
    return Stretch(trace.first_at, trace.rate_hz, grams)


def plate_lanes(
    index: EvidenceIndex, event: Handled | None, stretches: Mapping[str, tuple[Stretch, ...]], words: EventWords
) -> list[PlateLane]:
    """The plates that an event moved, with all steps on them: its own, and faintly those of others."""
    lanes = []
    for plate in index.plates_of(event):
        steps = tuple(
            FittedStep(
                key=step.event,
                begin_us=step.begin_at,
                end_us=step.end_at,
                before=step.before,
                after=step.after,
                text=_step_text(event, step.after - step.before, words),
                is_chosen=event is not None and step.event == event.id,
            )
            for step in index.steps(plate)
        )
        if plate in stretches or steps:
            lanes.append(PlateLane(plate, _standing(index, plate, words), stretches.get(plate, ()), steps))
    return lanes


def _step_text(event: Handled | None, grams: float, words: EventWords) -> str:
    return "" if event is None else step_words(grams, event.quantity, words.product(event.gtin))


def _standing(index: EvidenceIndex, plate: str, words: EventWords) -> str:
    """What the planogram put on a plate."""
    gtin = None if index.shelves is None else index.shelves.gtin(plate)
    return "" if gtin is None else words.product(gtin)


def trails(index: EvidenceIndex, words: EventWords) -> list[Trail]:
    trip = index.evidence.trip
    return [
        Trail(
            track.track,
            "" if track.trip is None else words.visit(track.trip),
            track.at_us,
            track.xy,
            is_concerned=track.trip == trip,
        )
        for track in index.tracks
    ]


def shots(pictures: Collection[EvidencePicture], exhibits: ExhibitPictures, at_us: int, missing: str) -> list[Shot]:
    """``missing``: what is said of a picture that could not be had."""
    return [
        Shot(
            key=picture.camera,
            name=picture.camera_name,
            image=exhibits.get(picture.sha256),
            at_us=picture.at,
            offset_us=picture.at - at_us,
            error_us=picture.clock_error_us,
            why=exhibits.why_missing(picture.sha256) and missing,
        )
        for picture in pictures
    ]


def shelf_face(
    planogram: Planogram, event: Handled | None, zone: str, words: EventWords, titles: tuple[str, str]
) -> Face | None:
    """The gondola of an event from the front: what was moved, and what else it could have been, marked where it stands.

    ``titles``: of a gondola without a name, and of the planogram, with fields for its version and since when it holds.
    """
    moved = frozenset(event.plates) if isinstance(event, Handling) else frozenset()
    by_id = {plate.id: plate for plate in planogram.plates}
    plate = next((by_id[one] for one in sorted(moved) if one in by_id), None)
    gondola = None if plate is None else next((one for one in planogram.gondolas if one.id == plate.gondola), None)
    if gondola is None or event is None or isinstance(event, HandedOver):
        return None
    frame = Rack(PlanGondola(gondola.id, gondola.name, (), gondola.angle), ())
    along = [frame.to_frame(corner.x, corner.y)[0] for corner in gondola.outline]
    left, length = min(along), max(max(along) - min(along), 1e-6)
    chances = _chances(event)
    cells = []
    for facing in planogram.facings:
        plates = [by_id[one] for one in facing.plates if one in by_id and by_id[one].gondola == gondola.id]
        if not plates:
            continue
        edges = [frame.to_frame(one.x, one.y)[0] + side * one.width / 2 for one in plates for side in (-1, 1)]
        mark = _mark(facing, moved, chances)
        chance = chances.get(facing.gtin or "")
        cells.append(
            FaceCell(
                key=facing.id,
                shelf=plates[0].shelf,
                left=max(0.0, (min(edges) - left) / length),
                right=min(1.0, (max(edges) - left) / length),
                name="" if facing.gtin is None else words.product(facing.gtin),
                plates=tuple(facing.plates),
                mark=mark,
                word="" if mark == "none" or chance is None else product_chance(chance),
            )
        )
    shelves = tuple(sorted({cell.shelf for cell in cells}))
    since = time_text(to_micros(planogram.valid_from), zone, has_date=True)[:10]
    title = gondola.name or titles[0].format(gondola.id)
    return Face(title, titles[1].format(planogram.version, since), shelves, tuple(cells))


def _chances(event: Picked | PutBack) -> dict[str, float]:
    """How likely each product is, whoever has it, of all readings."""
    found: dict[str, float] = {}
    for reading in event.alternatives:
        if reading.gtin is not None:
            found[reading.gtin] = found.get(reading.gtin, 0.0) + reading.probability
    return found


def _mark(facing: Facing, moved: Collection[str], chances: Mapping[str, float]) -> FaceMark:
    if any(plate in moved for plate in facing.plates):
        return "concerned"
    return "alternative" if facing.gtin is not None and facing.gtin in chances else "none"

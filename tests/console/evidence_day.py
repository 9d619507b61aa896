"""What the store of tests.console.day would have kept of the trip that its case is about: read from the same sensors."""

import hashlib
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from typing import Any

import cv2
import numpy as np
from msgspec.structs import replace
from PySide6.QtGui import QImage

from console.domain.evidence_index import EvidenceIndex
from console.domain.listing import Opened
from console.domain.sight import best_camera
from console.state.desk import Desk
from store_client.contract.device import GateScan, Tracks
from store_client.contract.evidence import (
    Evidence,
    EvidencePicture,
    Exhibit,
    FittedStep,
    Lacking,
    PlateTrace,
    SourceClock,
)
from store_client.contract.live import Alternative, Entered, Event, Left, Picked, PutBack, ReceiptIssued, Weights
from store_client.contract.moment import to_micros
from store_client.contract.planogram import plate_indices
from store_client.contract.receipt import Receipt
from store_client.contract.sensor import PositionFix
from store_server.sensing.visits import Visits
from store_server.world.painting.gallery import Gallery
from store_server.world.simulation import Simulation
from tests.console.day import SECONDS, Day, identity, the_day

WEIGHTS_US, POSITIONS_US = 4_000_000, 10_000_000
PICTURES_US = (-1_000_000, 50_000, 1_000_000)
CAMERAS = 3
MOST_PAINTED = 4
"""Events of which the cameras' pictures are painted; it takes long."""


@dataclass
class Kept:
    """``pictures``: JPEG by SHA-256."""

    evidence: Evidence
    pictures: dict[str, bytes] = field(default_factory=dict)


@cache
def kept_evidence(*, is_busy: bool = False) -> Kept:
    """Of ``the_day().case()``. ``is_busy``: as if all that was handled in the store had been of this one trip; pictures
    are then shared by many events. Made once a process: nobody changes it."""
    day = the_day()
    case = day.case()
    receipt = next(one for one in day.receipts if one.id == case.receipt)
    events = _events(day, receipt, is_busy=is_busy)
    handled = [event for event in events if isinstance(event, Picked | PutBack)]
    heard = _Hearing(day, handled)
    heard.listen()
    moments = [event.measured_at for event in events]
    exhibits = [
        Exhibit(name=f"pictures/{sha256}.jpg", kind="picture", sha256=sha256, bytes=len(jpeg))
        for sha256, jpeg in heard.jpegs.items()
    ]
    evidence = Evidence(
        case=case.id,
        trip=receipt.trip,
        copied_at=case.opened_at,
        begins_at=min(moments) - 2_000_000,
        ends_at=max(moments) + 2_000_000,
        events=list(events),
        pictures=heard.pictures,
        traces=heard.traces(),
        steps=[step for event in handled for step in heard.steps(event)],
        fixes=heard.fixes,
        visits={trip.id: trip.visit for trip in day.trips.values()},
        planogram=day.simulation.planogram,
        products=list(day.products.values()),
        clocks=[
            SourceClock(device="tracker", kind="tracker", offset_us=-1_200, error_us=21_000),
            *(
                SourceClock(device=f"gondola-{number}", kind="gondola", offset_us=340, error_us=4_000)
                for number in range(9)
            ),
        ],
        model="steps 3 / who 2",
        lacking=[Lacking(kind="picture", event=handled[-1].id, detail="no camera was read then")],
        exhibits=exhibits,
        manifest="0f" * 32,
    )
    return Kept(evidence, heard.jpegs)


def _events(day: Day, receipt: Receipt, *, is_busy: bool) -> tuple[Event, ...]:
    trip = day.trips[receipt.trip]
    head: dict[str, Any] = {"epoch": "day", "seq": 1, "store": "demo", "trip": trip.id}
    entered, left, issued = to_micros(trip.entered_at), to_micros(receipt.left_at), to_micros(receipt.issued_at)
    handled = [
        _placed(day, event, receipt.trip)
        for event in day.events
        if isinstance(event, Picked | PutBack) and (is_busy or event.trip == trip.id)
    ]
    return (
        Entered(**head, measured_at=entered, sent_at=entered, id=identity(601), visit=trip.visit, gate=trip.gate),
        *handled,
        Left(**head, measured_at=left, sent_at=left, id=identity(602), gate=trip.gate),
        ReceiptIssued(
            **head,
            measured_at=issued,
            sent_at=issued,
            id=identity(603),
            receipt=receipt.id,
            total=receipt.total,
            is_doubtful=receipt.is_doubtful,
        ),
    )


def _placed(day: Day, event: Picked | PutBack, trip: str) -> Picked | PutBack:
    """The event at its plate's place, with what else it could have been."""
    planogram = day.simulation.planogram
    plate = next(one for one in planogram.plates if one.id == event.plates[0])
    beside = next(
        one
        for one in planogram.facings
        if one.plates[0].startswith(f"{plate.gondola}.{plate.shelf}.") and one.gtin != event.gtin
    )
    other = next(one for one in day.trips if one != trip)
    rest = 1.0 - event.probability
    alternatives = [
        Alternative(
            gtin=event.gtin, quantity=event.quantity, trip=trip, probability=event.probability, reasons=event.reasons
        ),
        Alternative(gtin=beside.gtin, quantity=1, trip=trip, probability=round(rest * 0.6, 4), reasons=["same_weight"]),
        Alternative(
            gtin=event.gtin, quantity=1, trip=other, probability=round(rest * 0.3, 4), reasons=["crossed_hands"]
        ),
        Alternative(gtin=None, quantity=0, trip=None, probability=round(rest * 0.1, 4)),
    ]
    return replace(event, trip=trip, x=plate.x, y=plate.y, z=plate.z, alternatives=alternatives)


class _Hearing:
    """The same day once more, with ears for what happened round ``handled`` alone."""

    def __init__(self, day: Day, handled: list[Picked | PutBack]) -> None:
        self._day = day
        self._handled = handled
        self._painted = (handled[:-1] or handled)[:MOST_PAINTED]
        self._weights: list[Weights] = []
        self.fixes: list[PositionFix] = []
        self.pictures: list[EvidencePicture] = []
        self.jpegs: dict[str, bytes] = {}

    def listen(self) -> None:
        simulation = Simulation("steady", seed=3)
        gallery = Gallery(simulation, "Europe/Berlin")
        numbers = count(1)
        visits = Visits(simulation.planogram, new_id=lambda: identity(next(numbers)))
        wanted = self._wanted(simulation)
        for message in simulation.run(SECONDS):
            while wanted and simulation.now_us >= wanted[0][0]:
                at_us, camera, event, score = wanted.pop(0)
                self._picture(gallery, at_us, camera, event, score)
            if isinstance(message, Weights):
                self._weigh(message)
            elif isinstance(message, Tracks):
                people, _ = visits.tracked(message)
                if any(abs(message.measured_at - one.measured_at) <= POSITIONS_US for one in self._handled):
                    self.fixes += [
                        PositionFix(message.measured_at, one.track, one.trip, round(one.x, 3), round(one.y, 3))
                        for one in people
                    ]
            elif isinstance(message, GateScan):
                visits.scanned(message)

        self._share_pictures()

    def _share_pictures(self) -> None:
        """The other events but the last have pictures too: those of the painted ones, as if taken then."""
        painted = {event.id: event for event in self._painted}
        own = list(self.pictures)
        for place, event in enumerate(one for one in self._handled[:-1] if one.id not in painted):
            like = self._painted[place % len(self._painted)]
            self.pictures += [
                replace(one, event=event.id, at=one.at - like.measured_at + event.measured_at)
                for one in own
                if one.event == like.id
            ]

    def _wanted(self, simulation: Simulation) -> list[tuple[int, str, str, float]]:
        """(when, camera, event, score) in the order of time; the last event has none."""
        found = []
        for event in self._painted:
            cameras = list(simulation.cameras)
            for rank in range(CAMERAS):
                camera = best_camera(cameras, (event.x, event.y, event.z))
                if camera is None:
                    break
                cameras = [one for one in cameras if one.id != camera]
                found += [
                    (event.measured_at + offset + rank * 30_000, camera, event.id, 0.9 - 0.2 * rank)
                    for offset in PICTURES_US
                ]
        return sorted(found)

    def _picture(self, gallery: Gallery, at_us: int, camera: str, event: str, score: float) -> None:
        painter, scene = gallery.look(camera, 640, at_us)
        pixels = painter.compose(scene)
        _, encoded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 80])
        jpeg = encoded.tobytes()
        sha256 = hashlib.sha256(jpeg).hexdigest()
        self.jpegs[sha256] = jpeg
        name = next(one.name for one in self._day.simulation.cameras if one.id == camera)
        height, width, _ = pixels.shape
        self.pictures.append(
            EvidencePicture(
                sha256=sha256,
                camera=camera,
                camera_name=name,
                at=at_us,
                clock_error_us=18_000,
                width=width,
                height=height,
                event=event,
                score=score,
            )
        )

    def _weigh(self, message: Weights) -> None:
        for event in self._handled:
            gondola = plate_indices(event.plates[0])[0]
            if message.gondola == gondola and abs(message.first_at - event.measured_at) <= WEIGHTS_US:
                self._weights.append(message)
                return

    def traces(self) -> list[PlateTrace]:
        """One a stretch; a message follows the last one without a gap, or begins another."""
        plates = sorted({plate for event in self._handled for plate in event.plates})
        found: list[PlateTrace] = []
        for plate in plates:
            gondola, shelf, index = plate_indices(plate)
            open_trace: PlateTrace | None = None
            for message in self._weights:
                if message.gondola != gondola:
                    continue
                block = np.frombuffer(message.grams, "<f4").reshape(message.shape)[:, shelf, index]
                values = [None if np.isnan(one) else float(one) for one in block]
                end = (
                    None if open_trace is None else open_trace.first_at + len(open_trace.grams) * 1e6 / message.rate_hz
                )
                if open_trace is not None and end is not None and abs(message.first_at - end) < 30_000:
                    open_trace.grams.extend(values)
                else:
                    open_trace = PlateTrace(
                        plate=plate, first_at=message.first_at, rate_hz=message.rate_hz, grams=values
                    )
                    found.append(open_trace)
        return found

    def steps(self, event: Picked | PutBack) -> list[FittedStep]:
        found = []
        for trace in self.traces():
            at = (event.measured_at - trace.first_at) * trace.rate_hz / 1e6
            if trace.plate not in event.plates or not 0 <= at < len(trace.grams):
                continue
            grams = np.array([np.nan if one is None else one for one in trace.grams])
            before, after = grams[max(0, int(at - 90)) : int(at - 30)], grams[int(at + 40) : int(at + 120)]
            if len(before) and len(after):
                found.append(
                    FittedStep(
                        event=event.id,
                        plate=trace.plate,
                        begin_at=event.measured_at - 20_000,
                        end_at=event.measured_at + 80_000,
                        before=float(np.nanmedian(before)),
                        after=float(np.nanmedian(after)),
                    )
                )
        return found


def lay_evidence(desk: Desk, kept: Kept) -> None:
    """As if the store had answered, pictures and all."""
    for sha256, jpeg in kept.pictures.items():
        desk.exhibits.put(sha256, QImage.fromData(jpeg).convertToFormat(QImage.Format.Format_RGB32))
    desk.evidence.set(Opened(kept.evidence.case, EvidenceIndex(kept.evidence)))

"""Everything that the store kept of a trip, put together for a case."""

import logging
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import msgspec
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from store_client.contract.cause import CauseCode
from store_client.contract.decoding import from_json
from store_client.contract.evidence import (
    EvidencePicture,
    ExhibitKind,
    FittedStep,
    Lacking,
    PlateTrace,
    SourceClock,
)
from store_client.contract.live import Event, HandedOver, Picked, PutBack
from store_client.contract.moment import from_micros
from store_client.contract.planogram import Planogram
from store_client.contract.product import Product
from store_client.contract.sensor import PositionFix
from store_client.contract.unreadable import UNREADABLE
from store_server.cart.catalogue import products_at
from store_server.cart.happenings import handled
from store_server.cause import cause, said
from store_server.desk.exhibit import Gathered, Index, Model, Tracked, Weighed
from store_server.desk.receipts import read_receipt
from store_server.fusion.finding import Finding
from store_server.storage.carts import FindingRow
from store_server.storage.cases import CaseRow
from store_server.storage.sightings import PictureRow, Read, Seen, SightingRow, unpacked
from store_server.storage.stores import PlanogramRow
from store_server.storage.trips import TripEventRow, TripRow

log = logging.getLogger(__name__)

US = 1_000_000
MARGIN_US = 10 * US
STEADY_US = 20_000
"""Traces that begin no further from where another left off are one."""
RUNNER_UP = 0.02
"""What another took is evidence too where the sensors thought at least so much that this shopper may have."""
YOUNG_US = 120 * US
"""Of an event that is no older, more may still come."""


@dataclass(slots=True)
class Kept:
    """What the store has of a trip. ``seen``: by event; ``read``: events round which readings and positions were kept;
    ``held``: pictures whose bytes are there; ``damaged``: events of which what was kept cannot be read."""

    trip: TripRow
    events: list[Event]
    findings: list[Finding]
    seen: dict[str, Seen] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)
    held: set[str] = field(default_factory=set)
    damaged: set[str] = field(default_factory=set)

    def is_whole(self, now_us: int) -> bool:
        """Whether nothing more is to come."""
        return all(
            finding.id in self.read or finding.id in self.damaged or finding.at_us < now_us - YOUNG_US
            for finding in self.findings
        )

    @property
    def pictures(self) -> list[EvidencePicture]:
        return [
            picture
            for finding in self.findings
            if finding.id in self.seen
            for picture in self.seen[finding.id].pictures
            if picture.sha256 in self.held
        ]


def kept_of(session: Session, trip: TripRow, now_us: int) -> Kept:
    """The events of the trip, and those of which it is a runner-up, with what was kept of each."""
    own = _own_events(session, trip.id)
    findings = {finding.id: finding for finding in _findings(session, trip, now_us)}
    others = [handled(finding, trip.store) for finding in findings.values() if finding.id not in {e.id for e in own}]
    events = sorted([*own, *(e for e in others if e is not None)], key=lambda event: (event.measured_at, event.id))
    told = {event.id for event in events}
    kept = Kept(trip, events, [finding for finding in findings.values() if finding.id in told])
    columns = SightingRow.event, SightingRow.seen, SightingRow.revision
    for event, seen, revision in session.execute(select(*columns).where(SightingRow.event.in_(findings))):
        if revision is not None:
            kept.read.add(event)
        with _sparing(kept, event):
            if seen is not None:
                kept.seen[event] = from_json(seen, Seen)
    named = {picture.sha256 for seen in kept.seen.values() for picture in seen.pictures}
    kept.held = set(session.scalars(select(PictureRow.sha256).where(PictureRow.sha256.in_(named))))
    return kept


@contextmanager
def _sparing(kept: Kept, event: str) -> Iterator[None]:
    """A dispute is opened also where something cannot be read."""
    try:
        yield
    except (*UNREADABLE, zlib.error) as error:
        log.error("what was kept with event %s cannot be read: %s", event, error)
        kept.damaged.add(event)


class _Around:
    """What was kept round all events, one after the other, since each keeps some megabytes of what others keep as well:
    ``fixes`` each once, with their hands where one has them, ``lacking`` by event."""

    def __init__(self, session: Session, kept: Kept) -> None:
        self.traces: list[PlateTrace] = []
        self.fixes: dict[tuple[int, str], PositionFix] = {}
        self.lacking: dict[str, list[Lacking]] = {}
        for event in sorted(kept.read):
            data = session.scalars(select(SightingRow.read).where(SightingRow.event == event)).one()
            if data is None:
                continue
            with _sparing(kept, event):
                read = unpacked(data, Read)
                self.traces += read.traces
                for fix in read.fixes:
                    known = self.fixes.get((fix.at, fix.track))
                    if known is None or (fix.hands and not known.hands):
                        self.fixes[fix.at, fix.track] = fix
                self.lacking[event] = read.lacking


def gathered(session: Session, case: CaseRow, kept: Kept, now_us: int) -> Gathered:
    trip = kept.trip
    around = _Around(session, kept)
    fixes = [around.fixes[key] for key in sorted(around.fixes)]
    moment = min((finding.at_us for finding in kept.findings), default=trip.entered_us)
    planogram = _planogram(session, trip.store, moment)
    receipt = read_receipt(session, case.receipt)
    gtins = {line.gtin for line in receipt.lines} | _gtins(kept.events) | _stocked(planogram)
    times = [event.measured_at for event in kept.events if isinstance(event, Picked | PutBack | HandedOver)]
    index = Index(
        case=case.id,
        trip=trip.id,
        copied_at=from_micros(now_us),
        begins_at=min([trip.entered_us, *(at - MARGIN_US for at in times)]),
        ends_at=max([trip.left_us or trip.entered_us, *(at + MARGIN_US for at in times)]),
        pictures=kept.pictures,
        lacking=_lacking(kept, around, planogram),
    )
    models = sorted({seen.model for seen in kept.seen.values()})
    return Gathered(
        index=index,
        weights=Weighed(merged(around.traces), _steps(kept.findings)),
        positions=Tracked(fixes, _visits(session, {fix.trip for fix in fixes if fix.trip is not None} | {trip.id})),
        events=kept.events,
        planogram=planogram,
        products=_products(session, trip.store, gtins, trip.entered_us),
        receipt=receipt,
        model=Model(", ".join(models) or "unknown"),
        clocks=_clocks(kept.seen.values()),
    )


def _own_events(session: Session, trip: str) -> list[Event]:
    bodies = session.scalars(
        select(TripEventRow.body).where(TripEventRow.trip == trip).order_by(TripEventRow.at_us, TripEventRow.event)
    )
    return [from_json(body, Event) for body in bodies]


def _findings(session: Session, trip: TripRow, now_us: int) -> list[Finding]:
    """Those of the trip, and those whose runners-up name it; oldest first."""
    is_near = and_(
        FindingRow.at_us >= trip.entered_us - MARGIN_US,
        FindingRow.at_us <= (trip.left_us or now_us) + MARGIN_US,
        FindingRow.body.contains(trip.id, autoescape=True),
    )
    rows = session.scalars(
        select(FindingRow)
        .where(
            FindingRow.store == trip.store,
            or_(FindingRow.trip == trip.id, FindingRow.other == trip.id, is_near),
        )
        .order_by(FindingRow.at_us, FindingRow.id)
    )
    findings = [from_json(row.body, Finding) for row in rows]
    return [finding for finding in findings if _concerns(finding, trip.id)]


def _concerns(finding: Finding, trip: str) -> bool:
    if finding.best.gtin is None:
        return False
    return trip in (finding.giver, finding.taker) or any(
        reading.trip == trip and (reading is finding.best or reading.probability >= RUNNER_UP)
        for reading in finding.readings
    )


def merged(traces: Iterable[PlateTrace]) -> list[PlateTrace]:
    """One trace for each stretch of a plate's time, however many events it was kept with."""
    found: list[PlateTrace] = []
    for trace in sorted(traces, key=lambda trace: (trace.plate, trace.first_at)):
        last = found[-1] if found else None
        if last is None or last.plate != trace.plate or last.rate_hz != trace.rate_hz:
            found.append(_copy(trace))
            continue
        end = last.first_at + round(len(last.grams) * US / last.rate_hz)
        if trace.first_at > end + STEADY_US:
            found.append(_copy(trace))
        else:
            known = max(0, round((end - trace.first_at) * trace.rate_hz / US))
            last.grams.extend(trace.grams[known:])
    return found


def _copy(trace: PlateTrace) -> PlateTrace:
    return msgspec.structs.replace(trace, grams=list(trace.grams))


def _steps(findings: Sequence[Finding]) -> list[FittedStep]:
    return [
        FittedStep(
            event=finding.id,
            plate=step.plate,
            begin_at=step.begin_us,
            end_at=step.end_us,
            before=step.before,
            after=step.after,
        )
        for finding in findings
        for step in finding.steps
    ]


def _visits(session: Session, trips: set[str]) -> dict[str, int]:
    rows = session.execute(select(TripRow.id, TripRow.visit).where(TripRow.id.in_(trips)).order_by(TripRow.visit))
    return {row.id: row.visit for row in rows}


def _clocks(seen: Iterable[Seen]) -> list[SourceClock]:
    """Of each device, as it was when it was known least well."""
    worst: dict[str, SourceClock] = {}
    for clock in (clock for one in seen for clock in one.clocks):
        if clock.device not in worst or clock.error_us > worst[clock.device].error_us:
            worst[clock.device] = clock
    return [worst[device] for device in sorted(worst)]


def _planogram(session: Session, store: str, at_us: int) -> Planogram | None:
    body = session.scalar(
        select(PlanogramRow.body)
        .where(PlanogramRow.store == store, PlanogramRow.valid_from_us <= at_us)
        .order_by(PlanogramRow.valid_from_us.desc())
        .limit(1)
    )
    return None if body is None else from_json(body, Planogram)


def _products(session: Session, store: str, gtins: set[str], at_us: int) -> list[Product]:
    sold = products_at(session, store, gtins, at_us)
    return [sold[gtin] for gtin in sorted(sold)]


def _gtins(events: Iterable[Event]) -> set[str]:
    found: set[str | None] = set()
    for event in events:
        if isinstance(event, Picked | PutBack):
            found |= {event.gtin, *(alternative.gtin for alternative in event.alternatives)}
        elif isinstance(event, HandedOver):
            found.add(event.gtin)
    return {gtin for gtin in found if gtin is not None}


def _stocked(planogram: Planogram | None) -> set[str]:
    return set() if planogram is None else {f.gtin for f in planogram.facings if f.gtin is not None}


def _lacking(kept: Kept, around: _Around, planogram: Planogram | None) -> list[Lacking]:
    found: list[Lacking] = []

    def lacks(kind: ExhibitKind, event: str | None, code: CauseCode) -> None:
        why = cause(code)
        found.append(Lacking(kind=kind, event=event, detail=said(why), cause=why))

    if not kept.findings:
        lacks("events", None, "nothing_told")
    for finding in kept.findings:
        if finding.id in kept.damaged:
            lacks("index", finding.id, "damaged")
        seen, lacking = kept.seen.get(finding.id), around.lacking.get(finding.id)
        if seen is None:
            lacks("picture", finding.id, "not_seen")
        elif not seen.pictures:
            lacks("picture", finding.id, "nobody_saw")
        elif not any(picture.sha256 in kept.held for picture in seen.pictures):
            lacks("picture", finding.id, "pictures_gone")
        if lacking is not None:
            found += lacking
        else:
            lacks("weights", finding.id, "readings_gone")
            lacks("positions", finding.id, "positions_gone")
        if finding.kind != "handed_over" and not finding.steps:
            lacks("weights", finding.id, "level_unknown")
    if planogram is None:
        lacks("planogram", None, "no_planogram")
    return found

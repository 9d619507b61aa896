"""Evidence of a case: copied when it opens, closed for ever, and gone from elsewhere when it is old."""

import hashlib
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import DatabaseError

from store_client.contract.case import CaseRequest, ClaimedLine
from store_client.contract.decoding import from_json
from store_client.contract.evidence import Evidence, Lacking, PlateTrace, SourceClock
from store_client.contract.live import Hand
from store_client.contract.sensor import PositionFix
from store_server.clock import Steadiness
from store_server.desk.actor import Actor
from store_server.desk.copying import EvidenceWorker
from store_server.desk.evidence import CaseEvidence
from store_server.desk.exhibit import manifest_of
from store_server.desk.gathering import merged
from store_server.desk.looks import Looks
from store_server.fusion.finding import Finding, PlateStep, Reading
from store_server.refusal import Refusal
from store_server.sensing.cameras import Shot
from store_server.sensing.sightings import Sightings
from store_server.storage.audit import AuditRow
from store_server.storage.exhibits import CaseEvidenceRow, ExhibitRow
from store_server.storage.sightings import PictureRow, Read, SightingRow
from tests.desk.shop import MILK, OATS, SECOND, STORE, Clock, Shop, agent, finding, once

ADA = agent("ada")
JPEG = b"\xff\xd8 a picture \xff\xd9"
HOUR = 3_600


@dataclass
class Told:
    """A trip of two picks, with what was kept of each, and a third that another took."""

    shop: Shop
    trip: str
    receipt: str
    findings: list[Finding]
    looks: Looks

    def open(self) -> str:
        return self.shop.cases.open(CaseRequest(self.receipt, [ClaimedLine(1, 0)]), ADA, once()).id

    @property
    def evidence(self) -> CaseEvidence:
        return CaseEvidence(self.shop.database, self.looks)

    def read(self, case: str, by: Actor = ADA) -> Evidence:
        return from_json(self.evidence.get(case, by), Evidence)

    @property
    def worker(self) -> EvidenceWorker:
        """On a machine on which as much time passes as in the store."""
        return self.worker_on(self.shop.clock)

    def worker_on(self, machine: Clock) -> EvidenceWorker:
        steadiness = Steadiness(monotonic=lambda: machine.us / 1e6)
        return EvidenceWorker(self.shop.database, STORE, self.shop.clock.now_us, steadiness)


def picked(shop: Shop, trip: str, gtin: str, **changes: Any) -> Finding:
    at_us = shop.clock.us
    steps = (PlateStep("1.2.3", at_us - 50_000, at_us + 350_000, 1_500.0, 1_000.0),)
    found = replace(finding("picked", trip, gtin, at_us), steps=steps, **changes)
    shop.checkout.apply([found])
    return found


def keep(shop: Shop, found: Finding) -> None:
    """What a witness would have kept."""
    sightings = Sightings(shop.database, STORE)
    shots = [
        (Shot("c1", "Aisle", JPEG + b"%d" % (found.at_us + offset), found.at_us + offset, 3_000), 0.75)
        for offset in (-SECOND, 0, SECOND)
    ]
    clock = SourceClock(device="gondola-1", kind="gondola", offset_us=-700, error_us=found.at_us % 1_000)
    sightings.keep_seen(found, shots, [clock])
    grams: list[float | None] = [float(place) for place in range(480)]
    trace = PlateTrace(plate="1.2.3", first_at=found.at_us - 4 * SECOND, rate_hz=60.0, grams=grams)
    trip = found.best.trip
    hands = (Hand(1.2, 2.0, 1.1),)  # beside its pictures alone
    fixes = [
        PositionFix(found.at_us + step * 100_000, "t1", trip, 1.0, 2.0, hands if abs(step) <= 5 else ())
        for step in range(-100, 100)
    ]
    lacking = Lacking(kind="positions", event=found.id, detail="somebody was lost")
    sightings.keep_read(found, Read([trace], fixes, [lacking]))


def visited(shop: Shop, *, is_kept: bool = True) -> Told:
    trip, other = shop.enter(), shop.enter()
    shop.clock.passes(10)
    findings = []
    for gtin in (OATS, MILK):
        findings.append(picked(shop, trip, gtin))
        shop.clock.passes(2)
    rivals = (Reading(OATS, 1, other, 0.8), Reading(OATS, 1, trip, 0.15))
    findings.append(picked(shop, other, OATS, readings=rivals))
    rivals = (Reading(OATS, 1, other, 0.98), Reading(OATS, 1, trip, 0.01))
    picked(shop, other, OATS, readings=rivals)
    for found in findings if is_kept else []:
        keep(shop, found)
    shop.clock.passes(10)
    shop.leave(trip)
    shop.clock.passes(25)
    shop.bill()
    receipt = shop.trips.get(trip).trip.receipt
    assert receipt is not None
    return Told(shop, trip, receipt, findings, Looks(shop.audit, shop.clock.now_us))


def test_a_case_has_its_own_copies_from_the_moment_it_opens(shop: Shop) -> None:
    told = visited(shop)
    case = told.open()
    evidence = told.read(case)
    assert {*from_json(told.evidence.get(case, ADA), dict[str, Any])} == {*Evidence.__struct_fields__}
    first, second, rival = told.findings
    assert [event.id for event in evidence.events if getattr(event, "plates", None)] == [
        found.id for found in told.findings
    ]
    assert (len(evidence.pictures), evidence.pictures[0].camera_name) == (9, "Aisle")
    assert [(trace.plate, len(trace.grams)) for trace in evidence.traces] == [("1.2.3", 480 + 2 * 120)]
    assert [(step.event, step.before, step.after) for step in evidence.steps] == [
        (found.id, 1_500.0, 1_000.0) for found in (first, second, rival)
    ]
    assert len(evidence.fixes) == 240
    assert sum(bool(fix.hands) for fix in evidence.fixes) == 3 * 11, "whoever else kept the same moment without them"
    assert evidence.visits == {told.trip: 1, rival.best.trip: 2}
    assert evidence.begins_at == first.at_us - 10 * SECOND
    assert evidence.ends_at == rival.at_us + 10 * SECOND
    assert evidence.planogram is not None
    assert {product.gtin for product in evidence.products} == {OATS, MILK}
    assert [clock.device for clock in evidence.clocks] == ["gondola-1"]
    assert evidence.model == "floorwalker-fusion-2"
    assert [lacking.detail for lacking in evidence.lacking] == ["somebody was lost"] * 3
    assert evidence.manifest == manifest_of(evidence.exhibits)
    for exhibit in evidence.exhibits:
        data = told.evidence.exhibit(case, exhibit.sha256, ADA).data
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (exhibit.sha256, exhibit.bytes)


def test_every_look_is_in_the_audit_log(corner: Shop) -> None:
    told = visited(corner)
    case = told.open()
    evidence = told.read(case)
    for picture in evidence.pictures:
        exhibit = told.evidence.exhibit(case, picture.sha256, ADA)
        assert exhibit.picture is not None
        assert (exhibit.picture.sha256, exhibit.picture.at) == (picture.sha256, picture.at)
        assert exhibit.fixes == [fix for fix in evidence.fixes if abs(fix.at - picture.at) <= 3 * SECOND]
        assert exhibit.fixes
    told.evidence.exhibit(case, next(e.sha256 for e in evidence.exhibits if e.kind == "weights"), ADA)
    with pytest.raises(Refusal, match="no exhibit"):
        told.evidence.exhibit(case, "0" * 64, ADA)
    with corner.database.read() as session:
        rows = session.scalars(select(AuditRow).where(AuditRow.subject == f"case:{case}").order_by(AuditRow.position))
        deeds = [(row.by, row.action) for row in rows if row.action != "opened"]
    assert deeds == [
        ("store", "evidence_copied"),
        ("ada", "evidence_seen"),
        ("ada", "pictures_seen"),
        ("ada", "exhibit_seen"),
    ]


def test_pictures_of_a_case_are_told_once_a_person_and_ten_minutes(corner: Shop) -> None:
    told = visited(corner)
    case = told.open()
    first, second, *_ = told.read(case).pictures
    looks = [(ADA, 0), (ADA, 300), (agent("eve"), 0), (ADA, 299), (ADA, 2), (ADA, 1)]
    for by, seconds in looks:
        corner.clock.passes(seconds)
        told.evidence.exhibit(case, first.sha256 if seconds % 2 else second.sha256, by)
    with corner.database.read() as session:
        rows = session.scalars(
            select(AuditRow.by).where(AuditRow.action == "pictures_seen").order_by(AuditRow.position)
        )
        assert list(rows) == ["ada", "eve", "ada"]


@pytest.mark.parametrize("role", ["staff", "reviewer", "admin", "auditor"])
def test_who_has_nothing_to_do_with_cases_sees_no_evidence(corner: Shop, role: Any) -> None:
    told = visited(corner)
    case = told.open()
    with pytest.raises(Refusal, match="not-permitted"):
        told.read(case, agent("eve", role=role))
    with pytest.raises(Refusal, match="not-permitted"):
        told.evidence.exhibit(case, "0" * 64, agent("eve", role=role))


def test_what_is_still_to_come_is_waited_for_a_minute_at_most(shop: Shop) -> None:
    told = visited(shop, is_kept=False)
    for found in told.findings[:2]:
        keep(shop, found)
    case = told.open()
    with pytest.raises(Refusal, match="still being gathered"):
        told.read(case)
    assert told.worker.step() == 0
    keep(shop, told.findings[2])
    assert told.worker.step() == 1
    assert len(told.read(case).pictures) == 9

    late = visited(shop, is_kept=False)
    case = late.open()
    shop.clock.passes(61)
    assert late.worker.step() == 1
    evidence = late.read(case)
    assert evidence.pictures == []
    assert {(lacking.kind, lacking.event) for lacking in evidence.lacking} == {
        (kind, found.id) for kind in ("picture", "weights", "positions") for found in late.findings
    }


def test_a_clock_that_is_set_back_makes_nobody_wait_for_longer(corner: Shop) -> None:
    corner.clock.passes(6 * HOUR)
    told = visited(corner, is_kept=False)
    case = told.open()
    corner.clock.passes(61 - 6 * HOUR)
    assert told.worker.step() == 1
    assert told.read(case).pictures == []


def test_what_is_too_old_goes_and_no_case_loses_anything(shop: Shop) -> None:
    told = visited(shop)
    case = told.open()
    before = told.read(case)
    shop.clock.passes(30 * 24 * HOUR)
    recent = visited(shop)
    shop.clock.passes(2 * 24 * HOUR)
    worker = told.worker
    assert worker.step() == 0, "it was away, or its clock has leapt"
    shop.clock.passes(HOUR)
    while worker.step():
        pass
    with shop.database.read() as session:
        assert set(session.scalars(select(SightingRow.event))) == {found.id for found in recent.findings}
        assert session.scalar(select(func.count()).select_from(PictureRow)) == 7, "some are of two events"
    after = told.read(case)
    assert after == before
    assert told.evidence.exhibit(case, after.pictures[0].sha256, ADA).data.startswith(JPEG)


def test_nothing_goes_by_its_age_while_the_clock_has_just_leapt(corner: Shop) -> None:
    told = visited(corner)
    machine = Clock()
    worker = told.worker_on(machine)

    def swept(seconds: int, leap: int = 0) -> int:
        machine.passes(seconds)
        corner.clock.passes(seconds + leap)
        return sum(iter(worker.step, 0))

    days = 60 * 24 * HOUR
    assert [swept(1), swept(1, days), swept(60), swept(1, -days), swept(60)] == [0] * 5
    with corner.database.read() as session:
        assert session.scalar(select(func.count()).select_from(SightingRow)) == 3
    assert swept(days) > 0, "it has gone steadily since"


def test_nothing_goes_by_its_age_after_a_start_with_a_clock_far_ahead(corner: Shop) -> None:
    told = visited(corner)
    corner.clock.passes(64 * 365 * 24 * HOUR)
    worker = told.worker
    assert sum(iter(worker.step, 0)) == 0
    corner.clock.passes(HOUR)
    assert sum(iter(worker.step, 0)) > 0, "it has gone steadily for an hour"


def test_what_is_too_old_goes_also_after_the_clock_was_set_back(corner: Shop) -> None:
    told, machine = visited(corner), Clock()
    worker = told.worker_on(machine)
    corner.clock.passes(HOUR)
    assert worker.step() == 0
    corner.clock.passes(-2 * HOUR)
    machine.passes(60)
    with corner.database.write() as session:
        session.execute(update(SightingRow).values(at_us=1))
    assert worker.step() == 0, "its clock has leapt"
    machine.passes(HOUR)
    corner.clock.passes(HOUR)
    assert worker.step() > 0


def test_nothing_goes_while_a_case_waits_for_its_copies(shop: Shop) -> None:
    told = visited(shop, is_kept=False)
    keep(shop, told.findings[0])
    case = told.open()
    with shop.database.write() as session:
        session.execute(update(SightingRow).values(at_us=1))
        session.execute(update(PictureRow).values(at_us=1))
    worker = told.worker
    assert worker.step() == 0
    shop.clock.passes(HOUR)
    while worker.step():
        pass
    assert len(told.read(case).pictures) == 3
    with shop.database.read() as session:
        assert session.scalar(select(func.count()).select_from(SightingRow)) == 0


def test_a_case_that_came_by_another_door_gets_its_evidence_too(shop: Shop) -> None:
    told = visited(shop)
    case = told.open()
    with shop.database.write() as session:  # as an earlier program left it, which knew of no evidence
        if shop.database.is_sqlite:
            for table, trigger in (("exhibits", "exhibits_no_delete"), ("case_evidence", "case_evidence_no_delete")):
                session.execute(text(f"DROP TRIGGER {trigger}"))
                session.execute(text(f"DELETE FROM {table}"))
        else:
            session.execute(text("SET LOCAL session_replication_role = replica"))
            session.execute(text("DELETE FROM exhibits"))
            session.execute(text("DELETE FROM case_evidence"))
    with pytest.raises(Refusal, match="no evidence was kept"):
        told.read(case)
    assert told.worker.step() == 1
    assert len(told.read(case).pictures) == 9


def test_the_database_itself_lets_nobody_touch_what_was_copied(shop: Shop) -> None:
    told = visited(shop)
    case = told.open()
    waiting = visited(shop, is_kept=False).open()
    row = {"case": case, "name": "exhibits/late.json", "kind": "events", "sha256": "0" * 64, "size": 1, "data": b"x"}
    attempts: list[Any] = [
        update(ExhibitRow).where(ExhibitRow.kind == "receipt").values(data=b"{}", size=2),
        update(ExhibitRow).where(ExhibitRow.kind == "receipt").values(name="exhibits/other.json"),
        text("DELETE FROM exhibits"),
        text("DELETE FROM case_evidence"),
        insert(ExhibitRow).values(row),
        update(CaseEvidenceRow).where(CaseEvidenceRow.case == case).values(manifest="0" * 64),
        update(CaseEvidenceRow).where(CaseEvidenceRow.case == case).values(copied_us=None, manifest=None),
        update(CaseEvidenceRow).where(CaseEvidenceRow.case == waiting).values(trip=told.trip),
        insert(ExhibitRow).values(row | {"case": waiting, "size": 2}),
    ]
    if not shop.database.is_sqlite:
        attempts += [text("TRUNCATE exhibits"), text("TRUNCATE case_evidence CASCADE")]
    for attempt in attempts:
        with pytest.raises(DatabaseError), shop.database.write() as session:
            session.execute(attempt)
    assert told.read(case).manifest


@pytest.mark.parametrize("damage", [{"read": b"no such thing"}, {"seen": "{"}])
def test_what_cannot_be_read_keeps_no_shopper_from_disputing(corner: Shop, damage: dict[str, Any]) -> None:
    told = visited(corner)
    with corner.database.write() as session:
        session.execute(update(SightingRow).where(SightingRow.event == told.findings[0].id).values(damage))
    evidence = told.read(told.open())
    assert {picture.event for picture in evidence.pictures} >= {found.id for found in told.findings[1:]}
    assert ("index", told.findings[0].id) in [(lacking.kind, lacking.event) for lacking in evidence.lacking]


def test_there_is_nothing_of_a_case_that_is_not_there(corner: Shop) -> None:
    told = visited(corner)
    with pytest.raises(Refusal, match="there is no case"):
        told.read(told.trip)
    with pytest.raises(Refusal, match="there is no case"):
        told.evidence.exhibit(told.trip, "0" * 64, ADA)


def test_traces_of_several_events_are_one_where_they_meet() -> None:
    def trace(plate: str, at: float, samples: int) -> PlateTrace:
        first = round(at * 60)
        grams: list[float | None] = [float(first + place) for place in range(samples)]
        return PlateTrace(plate=plate, first_at=round(first * SECOND / 60), rate_hz=60.0, grams=grams)

    parts = [
        trace("1", 4, 480),
        trace("1", 0, 480),
        trace("1", 1, 60),
        trace("1", 12, 60),
        trace("2", 0, 60),
        trace("1", 20, 6),
    ]
    found = merged(parts)
    assert [(one.plate, len(one.grams)) for one in found] == [("1", 13 * 60), ("1", 6), ("2", 60)]
    assert found[0].grams == [float(place) for place in range(13 * 60)]
    assert [len(part.grams) for part in parts] == [480, 480, 60, 60, 60, 6], "what was given is not touched"

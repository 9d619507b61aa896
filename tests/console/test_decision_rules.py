"""What the sensors name as decisions, and whether a draft may go on: rules without a window."""

import pytest
from msgspec.structs import replace

from console.domain.draft import Draft
from console.domain.intent import Intent, Kept, phase_of
from console.domain.merge import Difference, differences, standing_of
from console.domain.reading import Reading, readings_of
from store_client.contract.case import CaseLine, DecidedLine, Decision, Lease
from store_client.contract.live import Alternative, Picked
from tests.console.plain_desk import CASE, EVIDENCE, TRIP, example, proposed

LINE = replace(CASE.lines[0], billed_quantity=3, events=["e1", "e2"])
OTHER = "09521234000013"


@pytest.mark.parametrize(
    ("reading", "decided", "reason"),
    [
        (Reading(LINE.gtin, 1, None, 0.6, is_said=True), DecidedLine(1, 3), "other"),
        (Reading(LINE.gtin, 2, None, 0.2), DecidedLine(1, 2), "wrong_quantity"),
        (Reading(OTHER, 1, None, 0.2), DecidedLine(1, 2, OTHER), "wrong_product"),
        (Reading(LINE.gtin, 1, 412, 0.1), DecidedLine(1, 2), "not_taken"),
        (Reading(None, 1, None, 0.1), DecidedLine(1, 2), "not_taken"),
        (Reading(OTHER, 9, None, 0.1), DecidedLine(1, 0, OTHER), "wrong_product"),
    ],
    ids=["as billed", "another number", "another product", "another's", "nothing", "more than billed"],
)
def test_what_the_sensors_name_becomes_a_decision(reading: Reading, decided: DecidedLine, reason: str) -> None:
    assert reading.decides(LINE) == (decided, reason)


def pick(name: str, *alternatives: tuple[str | None, int, str | None, float]) -> Picked:
    listed = [Alternative(gtin=gtin, quantity=units, trip=trip, probability=p) for gtin, units, trip, p in alternatives]
    first = listed[0]
    return replace(
        example(Picked), id=name, gtin=first.gtin, quantity=first.quantity, trip=first.trip, alternatives=listed
    )


def test_the_same_reading_of_two_picks_is_named_once_at_its_likeliest() -> None:
    first = pick("e1", (LINE.gtin, 1, TRIP, 0.7), (OTHER, 1, TRIP, 0.1))
    second = pick(
        "e2", (LINE.gtin, 1, TRIP, 0.6), (OTHER, 1, TRIP, 0.3), (None, 0, None, 0.05), (LINE.gtin, 2, TRIP, 0.004)
    )
    stranger = pick("e3", (OTHER, 2, TRIP, 0.9))
    evidence = replace(EVIDENCE, events=[first, second, stranger])
    named = [(one.gtin, one.quantity, one.probability, one.is_said) for one in readings_of(LINE, evidence)]
    assert named == [(LINE.gtin, 1, 0.7, True), (OTHER, 1, 0.3, False), (None, 1, 0.05, False)]


DRAFT = Draft(CASE.id, (DecidedLine(1, 1),), lease=3)


@pytest.mark.parametrize(
    ("by", "token", "standing"),
    [("anna", 3, "fits"), ("anna", 4, "fits"), ("anna", 5, "overtaken"), ("eve", 4, "overtaken")],
)
def test_a_draft_goes_on_unless_another_claimed_in_between(by: str, token: int, standing: str) -> None:
    case = replace(CASE, state="claimed", lease=Lease(token, by, CASE.due_at), assignee=by)
    assert standing_of(DRAFT, case, "anna") == standing


def test_a_draft_waits_while_nobody_holds_the_case_and_is_done_once_it_is_decided() -> None:
    assert standing_of(DRAFT, CASE, "anna") == "waits"
    decision = replace(example(Decision), decided_by="anna")
    decided = replace(CASE, state="decided", decision=decision)
    assert standing_of(DRAFT, decided, "anna") == "done"
    assert standing_of(DRAFT, decided, "eve") == "overtaken"
    assert standing_of(DRAFT, proposed("anna"), "anna") == "done"
    assert standing_of(DRAFT, replace(decided, state="open"), "anna") == "waits"  # a refund that failed opened it again


def test_what_differs_is_told_line_by_line() -> None:
    second: CaseLine = replace(CASE.lines[0], line=2)
    theirs = replace(example(Decision), lines=[DecidedLine(2, 1, OTHER)])
    case = replace(CASE, state="decided", lines=[*CASE.lines, second], decision=theirs)
    assert differences(DRAFT, case) == (Difference(1, None, 1), Difference(2, 1, None, OTHER, None))


INTENT = Intent("k1", "approve_case", "demo", "anna", "case-1", b"", version=3, made_us=5)


@pytest.mark.parametrize(
    ("kept", "is_sending", "phase"),
    [
        (Kept(INTENT, "pending"), False, "waiting"),
        (Kept(INTENT, "pending", tries=1), False, "in_doubt"),
        (Kept(INTENT, "pending", tries=1), True, "sending"),
        (Kept(INTENT, "pending", tries=1, detail="step-up-needed"), False, "wants_password"),
        (Kept(INTENT, "refused", tries=1, detail="stale"), False, "refused"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_on_its_way_says_how_it_stands(kept: Kept, is_sending: bool, phase: str) -> None:
    assert phase_of(kept, is_sending=is_sending) == phase

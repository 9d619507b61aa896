"""The check of histories finds what it is there to find: each fault is planted in a history that is right."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import msgspec
import pytest

from store_client.contract.case import Case, Decision, Lease, Proposal
from tests.proof.sequence import Op, anomalies, doubled
from tests.wire.examples import EXAMPLES

CASE = cast(Case, EXAMPLES["Case"])
DECISION = cast(Decision, EXAMPLES["Decision"])
NAME = CASE.id


def case(version: int, state: str, holder: str = "", token: int = 0, proposer: str = "") -> Case:
    lease = Lease(token, holder, CASE.opened_at + timedelta(hours=version)) if holder else None
    decision = msgspec.structs.replace(DECISION, decided_by=proposer)
    proposal = Proposal(decision=decision, amount=CASE.claimed_worth, limits=[], expires_at=CASE.due_at)
    changes: dict[str, Any] = {
        "version": version,
        "state": state,
        "lease": lease,
        "proposal": proposal if proposer else None,
    }
    return msgspec.structs.replace(CASE, **changes)


RIGHT = [
    Op("ada", "open", NAME, 0.0, 0.1, seen=case(1, "open")),
    Op("ada", "claim", NAME, 1.0, 1.3, 1, seen=case(2, "claimed", "ada", 1)),
    Op("ben", "claim", NAME, 1.1, 1.4, 1, refusal="stale"),
    Op("ben", "claim", NAME, 2.0, 2.1, 2, refusal="lease-lost"),
    Op("ben", "look", NAME, 2.2, 2.3, seen=case(2, "claimed", "ada", 1)),
    Op("ada", "decide", NAME, 3.0, 3.1, 2, 1, seen=case(3, "awaiting_approval", proposer="ada")),
    Op("ada", "approve", NAME, 4.0, 4.1, 3, refusal="not-permitted"),
    Op("sue", "refuse", NAME, 5.0, 5.1, 3, seen=case(4, "open")),
    Op("ben", "claim", NAME, 6.0, 6.1, 4, seen=case(5, "claimed", "ben", 2)),
    Op("ben", "release", NAME, 7.0, 7.1, token=2, seen=case(6, "open")),
]
WRONG: dict[str, tuple[int, Op]] = {
    "two hold it at once": (3, Op("ben", "claim", NAME, 2.0, 2.1, 1, seen=case(2, "claimed", "ben", 1))),
    "taken from who holds it": (7, replace(RIGHT[7], user="sue", kind="claim", seen=case(4, "claimed", "sue", 2))),
    "a look at what was long ago": (4, replace(RIGHT[4], asked=3.5, answered=3.6)),
    "a look at what is yet to come": (4, replace(RIGHT[4], asked=0.3, answered=0.4)),
    "stale without a change": (2, replace(RIGHT[2], asked=0.5, answered=0.6)),
    "refused without a holder": (3, replace(RIGHT[3], asked=7.5, answered=7.6, version=6)),
    "decided with a token of before": (5, replace(RIGHT[5], token=7)),
    "decided on an old version": (5, replace(RIGHT[5], version=1)),
    "approved by who proposed it": (7, replace(RIGHT[7], user="ada")),
    "a change that nobody made": (8, replace(RIGHT[8], seen=case(6, "claimed", "ben", 2))),
    "an order that time forbids": (5, replace(RIGHT[5], asked=0.2, answered=0.25)),
    "a token used twice": (8, replace(RIGHT[8], seen=case(5, "claimed", "ben", 1))),
}


def test_what_could_have_been_one_after_the_other_is_right() -> None:
    assert anomalies(RIGHT) == []
    assert doubled(RIGHT) == []


@pytest.mark.parametrize("name", WRONG)
def test_a_planted_fault_is_found(name: str) -> None:
    place, op = WRONG[name]
    assert anomalies([*RIGHT[:place], op, *RIGHT[place + 1 :]])


def test_a_second_case_on_an_undecided_receipt_is_found() -> None:
    other = msgspec.structs.replace(case(1, "open"), id="other", number=CASE.number + 1)
    assert doubled([*RIGHT, Op("ben", "open", "other", 6.5, 6.6, seen=other)])

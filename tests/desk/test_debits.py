"""Increases after the sale: never silently charged, and where the shopper agreed, charged exactly once."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from store_client.contract.case import AddedLine, Case, CaseRequest, DecidedLine, DecisionRequest, PreviewRequest
from store_client.contract.refund import Debit
from store_server.desk.sandbox import Temper
from tests.desk.shop import MILK, OATS, SECOND, SOAP, Shop, agent, once
from tests.desk.test_refund_flow import returned

ADA = agent()


def held(shop: Shop, *taken: tuple[str, int]) -> Case:
    receipt = shop.sell(*taken)
    shop.settle()
    case = shop.cases.open(CaseRequest(receipt.id, added=[AddedLine(MILK, 1)]), ADA, once())
    return shop.cases.claim(case.id, ADA, case.version, once())


def decide(
    shop: Shop, case: Case, lines: list[DecidedLine], *, units: int = 1, goodwill: int = 0, is_agreed: bool = True
) -> Case:
    assert case.lease is not None
    request = DecisionRequest(
        lease=case.lease.token,
        reason="missed",
        lines=lines,
        added=[AddedLine(MILK, units)],
        goodwill=goodwill,
        is_agreed=is_agreed,
    )
    return shop.cases.decide(case.id, request, ADA, case.version, once())


def debit_of(shop: Shop, case: Case) -> Debit:
    assert case.decision is not None
    assert case.decision.debit is not None
    return shop.refunds.debit(case.decision.debit)


def captured(folder: Path) -> list[int]:
    """What the provider really took: minor units, in the order it took them."""
    with closing(sqlite3.connect(folder / "provider.db")) as connection:
        asked = "SELECT minor FROM movements WHERE kind='capture' AND outcome='settled' ORDER BY rowid"
        return [minor for (minor,) in connection.execute(asked)]


def test_without_agreement_it_is_a_document_and_written_off(shop: Shop, tmp_path: Path) -> None:
    case = held(shop, (OATS, 1))
    effect = shop.cases.preview(case.id, PreviewRequest(added=[AddedLine(MILK, 1)]), ADA)
    assert (effect.debit, effect.written_off and effect.written_off.minor, effect.refund.minor) == (None, 249, 0)
    case = decide(shop, case, [], is_agreed=False)
    debit = debit_of(shop, case)
    assert (debit.state, debit.amount.minor, debit.is_agreed) == ("written_off", 249, False)
    shop.settle()
    assert captured(tmp_path) == [199]
    assert shop.ledger()["written_off"] == 249
    with pytest.raises(IntegrityError), shop.database.write() as session:
        session.execute(text("UPDATE debits SET state = 'pending', next_us = 1"))


def test_with_agreement_it_is_charged_once(shop: Shop, tmp_path: Path) -> None:
    shop.temper = Temper(failing=0.0, silent=0.4, reversing=0.0, fastest_us=SECOND, slowest_us=3 * SECOND)
    shop.reopen()
    case = held(shop, (OATS, 1))
    effect = shop.cases.preview(case.id, PreviewRequest(added=[AddedLine(MILK, 2)], is_agreed=True), ADA)
    assert (effect.debit and effect.debit.minor, effect.written_off, effect.refund.minor) == (498, None, 0)
    case = decide(shop, case, [], units=2)
    assert case.decision is not None
    assert (case.decision.is_agreed, case.decision.refund) == (True, None)
    for _ in range(14):
        shop.reopen()
        shop.settlement.step()
        shop.clock.passes(60)
    assert debit_of(shop, case).state == "captured"
    assert sorted(captured(tmp_path)) == [199, 498]  # a provider that is silent may take the later one first
    assert shop.cases.get(case.id).history[-1].what == "debit captured"
    assert shop.ledger() == {"provider": 697, "sales": -186 - 465, "tax:700": -13 - 33}
    assert shop.receipts.get(case.receipt).stands.minor == 697


def test_an_increase_is_set_off_against_what_goes_back(shop: Shop, tmp_path: Path) -> None:
    case = held(shop, (OATS, 1), (SOAP, 1))
    case = decide(shop, case, [DecidedLine(2, 0)], goodwill=20)  # 333 and 20 back, 249 more
    assert case.decision is not None
    assert case.decision.debit is None
    assert case.decision.refund is not None
    assert shop.refunds.get(case.decision.refund).amount.minor == 333 + 20 - 249
    shop.settle()
    assert shop.ledger() == {"goodwill": 20, "provider": 199 + 249 - 20, "sales": -186 - 233, "tax:700": -13 - 16}
    assert captured(tmp_path) == [532]


def test_what_is_left_after_setting_off_is_charged(corner: Shop, tmp_path: Path) -> None:
    case = held(corner, (OATS, 1), (SOAP, 1))
    case = decide(corner, case, [DecidedLine(1, 0, SOAP)])  # 199 back; a soap of 333 instead and a milk of 249
    assert debit_of(corner, case).amount.minor == 333 + 249 - 199
    corner.settle()
    assert captured(tmp_path) == [532, 383]
    assert corner.receipts.get(case.receipt).stands.minor == 532 + 383
    assert "receivable" not in corner.ledger()


def test_a_line_that_was_raised_wrongly_is_lowered_again(shop: Shop, tmp_path: Path) -> None:
    """What was charged for it goes back by the receipt's payment, as far as that reaches: units that it billed."""
    case = held(shop, (OATS, 2), (SOAP, 1))
    for units in (3, 2):
        assert case.lease is not None
        lines = [DecidedLine(1, units)]
        request = DecisionRequest(lease=case.lease.token, reason="missed", lines=lines, is_agreed=True)
        shop.cases.decide(case.id, request, ADA, case.version, once())
        shop.settle()
        assert captured(tmp_path) == [731, 199]
        assert shop.receipts.get(case.receipt).stands.minor == 333 + units * 199
        case = shop.cases.open(CaseRequest(case.receipt, added=[AddedLine(MILK, 1)]), ADA, once())
        case = shop.cases.claim(case.id, ADA, case.version, once())
    assert returned(tmp_path) == [199]
    assert shop.ledger()["provider"] == 731


def test_a_debit_that_is_declined_is_written_off(shop: Shop, tmp_path: Path) -> None:
    case = held(shop, (OATS, 1))
    shop.temper = Temper(failing=1.0, silent=0.0)
    shop.reopen()
    case = decide(shop, case, [])
    shop.settle()
    assert debit_of(shop, case).state == "failed"
    assert captured(tmp_path) == [199]
    ledger = shop.ledger()
    assert (ledger["written_off"], "receivable" in ledger) == (249, False)


def test_what_a_void_correction_wrote_off_is_void_with_it(shop: Shop) -> None:
    case = held(shop, (SOAP, 1))
    shop.temper = Temper(failing=1.0, silent=0.0)
    shop.reopen()
    case = decide(shop, case, [DecidedLine(1, 0)], is_agreed=False)  # 333 back, 249 written off
    debit = debit_of(shop, case)
    assert (debit.state, debit.is_void) == ("written_off", False)
    shop.settle()
    assert "written_off" not in shop.ledger()
    assert [one.is_void for one in shop.receipts.get(case.receipt).corrections] == [True]
    assert debit_of(shop, case).is_void

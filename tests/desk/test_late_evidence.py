"""The sensors change their mind after the receipt was issued: it stands, and somebody is told to look."""

import threading
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from store_client.contract.case import AddedLine, Case, CaseRequest, ClaimedLine, DecidedLine, DecisionRequest
from store_client.contract.live import CaseOpened, Event
from store_server.cart.checkout import Checkout
from store_server.cart.late import LateWord
from store_server.desk.case_opening import open_case
from store_server.desk.case_reading import receipt_row
from store_server.desk.late_evidence import LateEvidence
from store_server.desk.queue import Wanted
from store_server.desk.sandbox import Temper
from store_server.fusion.finding import Finding
from tests.desk.shop import MILK, OATS, SOAP, STORE, Shop, agent, finding, once
from tests.storage.databases import empty


def sold(shop: Shop) -> tuple[str, Finding, Finding]:
    """A receipt of two oats and a soap, and the findings that it was billed from."""
    trip = shop.enter()
    shop.clock.passes(10)
    oats = finding("picked", trip, OATS, shop.clock.us, quantity=2)
    soap = finding("picked", trip, SOAP, shop.clock.us + 1)
    shop.checkout.apply([oats, soap])
    shop.leave(trip)
    shop.clock.passes(2)
    shop.bill()
    receipt = shop.trips.get(trip).trip.receipt
    assert receipt is not None
    return receipt, oats, soap


def revised(shop: Shop, before: Finding, gtin: str, quantity: int, revision: int = 1) -> list[Event]:
    trip = before.best.trip
    later = finding("picked", trip, gtin, before.at_us, quantity=quantity, id=before.id, revision=revision)
    return [event for event in shop.checkout.apply([later]) if isinstance(event, CaseOpened)]


def cases(shop: Shop) -> list[Case]:
    return [shop.cases.get(item.id) for item in shop.cases.page(STORE, Wanted(channel="store")).items]


def told(case: Case) -> list[str]:
    return [entry.detail for entry in case.history if entry.what == "sensors changed"]


def decide(shop: Shop, case: Case, units: int) -> None:
    case = shop.cases.claim(case.id, agent(), case.version, once())
    assert case.lease is not None
    request = DecisionRequest(lease=case.lease.token, reason="technical_error", lines=[DecidedLine(1, units)])
    shop.cases.decide(case.id, request, agent(), case.version, once())


def test_a_late_finding_that_contradicts_the_receipt_opens_a_case(shop: Shop) -> None:
    receipt, oats, _ = sold(shop)
    before = shop.receipts.get(receipt)
    (event,) = revised(shop, oats, OATS, 1)
    (case,) = cases(shop)
    assert isinstance(event, CaseOpened)
    assert (case.id, case.receipt) == (event.case, receipt)
    assert (case.channel, case.state, case.history[0].by) == ("store", "open", "store")
    assert [(line.billed_quantity, line.claimed_quantity) for line in case.lines] == [(2, 1), (1, 1)]
    assert case.claimed_worth.minor == 199
    assert shop.receipts.get(receipt).lines == before.lines
    shop.reopen()
    assert cases(shop) == [case]


def test_a_case_that_is_open_is_told_and_its_holder_reads_it_again(shop: Shop) -> None:
    receipt, oats, soap = sold(shop)
    mine = shop.cases.open(CaseRequest(receipt, [ClaimedLine(1, 1)]), agent(), once())
    assert revised(shop, oats, OATS, 1) == []
    after = shop.cases.get(mine.id)
    assert (told(after), after.version) == (["Rolled Oats 500g 2 → 1"], mine.version + 1)
    assert revised(shop, soap, MILK, 1) == []
    assert told(shop.cases.get(mine.id))[-1] == "Rolled Oats 500g 2 → 1, Soap 1 → 0, +1 " + MILK
    assert revised(shop, oats, OATS, 2, revision=2) == []
    assert revised(shop, soap, SOAP, 1, revision=2) == []
    assert told(shop.cases.get(mine.id))[-1] == "as billed"
    entries = len(told(shop.cases.get(mine.id)))
    assert revised(shop, soap, SOAP, 1, revision=3) == []
    assert len(told(shop.cases.get(mine.id))) == entries, "what was said last is not said again"
    assert cases(shop) == []


def test_what_was_decided_is_not_asked_again(corner: Shop) -> None:
    _, oats, soap = sold(corner)
    revised(corner, oats, OATS, 1)
    (case,) = cases(corner)
    decide(corner, case, 2)  # the receipt was right
    assert revised(corner, oats, OATS, 1, revision=2) == []
    (event,) = revised(corner, soap, MILK, 1)  # another line: that one alone
    assert isinstance(event, CaseOpened)
    second = corner.cases.get(event.case)
    assert [(line.claimed_quantity, line.billed_quantity) for line in second.lines] == [(2, 2), (0, 1)]
    assert [(extra.gtin, extra.quantity) for extra in second.added] == [(MILK, 1)]


def test_what_already_stands_corrected_needs_nobody(corner: Shop) -> None:
    receipt, oats, _ = sold(corner)
    case = corner.cases.open(CaseRequest(receipt, [ClaimedLine(1, 1)]), agent(), once())
    decide(corner, case, 1)
    assert revised(corner, oats, OATS, 1) == []
    assert cases(corner) == []


def test_what_was_added_by_a_correction_that_is_void_is_still_missing(corner: Shop) -> None:
    receipt, _, soap = sold(corner)
    corner.settle()
    corner.temper = Temper(failing=1.0, silent=0.0)
    corner.reopen()
    case = corner.cases.open(CaseRequest(receipt, [ClaimedLine(1, 0)]), agent(), once())
    lease = corner.cases.claim(case.id, agent(), case.version, once()).lease
    assert lease is not None
    lines, added = [DecidedLine(1, 0)], [AddedLine(MILK, 1)]
    request = DecisionRequest(lease=lease.token, reason="missed", lines=lines, added=added)
    corner.cases.decide(case.id, request, agent(), case.version + 1, once())
    corner.settle()
    assert [one.is_void for one in corner.receipts.get(receipt).corrections] == [True]
    revised(corner, soap, MILK, 1)
    (later,) = cases(corner)
    assert [(extra.gtin, extra.quantity) for extra in later.added] == [(MILK, 1)]


def test_nobody_is_asked_when_nothing_could_go_back_any_more(corner: Shop) -> None:
    _, oats, _ = sold(corner)
    corner.clock.passes(31 * 24 * 3600)
    assert revised(corner, oats, OATS, 1) == []
    assert cases(corner) == []


def test_a_product_that_the_store_does_not_sell_is_nothing_to_claim(corner: Shop) -> None:
    _, oats, _ = sold(corner)
    trip = oats.best.trip
    assert corner.checkout.apply([finding("picked", trip, "09529999999993", oats.at_us + 5)]) != []
    assert cases(corner) == []


def test_opening_a_case_and_a_late_finding_do_not_wait_for_each_other(postgres_url: str, tmp_path: Path) -> None:
    empty(postgres_url)
    shop = Shop(postgres_url, tmp_path)
    receipt, oats, _ = sold(shop)
    has_trip, has_receipt = threading.Event(), threading.Event()
    others: list[Event] = []
    heed = LateEvidence(shop.clock.now_us)

    def in_turn(session: Session, words: Sequence[LateWord]) -> list[Event]:
        has_trip.set()
        assert has_receipt.wait(30)
        return heed(session, words)

    shop.checkout = Checkout(shop.database, STORE, heed=in_turn)
    late = threading.Thread(target=lambda: others.extend(revised(shop, oats, OATS, 1)))
    late.start()
    assert has_trip.wait(30)
    with shop.database.write() as session:
        receipt_row(session, receipt, for_update=True)
        has_receipt.set()
        opened, _ = open_case(session, CaseRequest(receipt, [ClaimedLine(1, 0)]), "ada", shop.clock.us)
        case = opened.id
    late.join(30)
    assert others == []
    assert [entry.detail for entry in shop.cases.get(case).history[1:]] == ["Rolled Oats 500g 2 → 1"]
    shop.close()

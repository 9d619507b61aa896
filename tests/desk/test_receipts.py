"""Receipts are found by what people know of them, and never change."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from store_client.contract.case import CaseRequest, ClaimedLine, DecidedLine, DecisionRequest
from store_client.contract.ids import new_id
from store_server.cart.issue import content_hash
from store_server.desk.standing import lines_of
from store_server.refusal import Refusal
from store_server.storage.receipts import ReceiptRow
from tests.desk.shop import MILK, OATS, SOAP, STORE, Shop, agent, once


def test_receipts_are_found_by_what_is_known(shop: Shop) -> None:
    a = shop.sell((OATS, 3), card="Visa 1111")
    b = shop.sell((MILK, 1), (SOAP, 1), card="Visa 2222")
    c = shop.sell((OATS, 1), (SOAP, 2))

    def found(**asked: object) -> str:
        page = shop.receipts.page(STORE, **asked)  # type: ignore[arg-type]
        return "".join({a.id: "a", b.id: "b", c.id: "c"}[item.id] for item in page.items)

    assert found() == "cba"
    assert found(q="oats") == "ca"
    assert found(q="OAT") == "cba"
    assert found(q="musli drink") == "b"  # case and accents do not matter
    assert found(q="soap oa") == "cb"
    assert found(q=MILK) == "b"
    assert found(q="2") == "b"  # number and visit
    assert found(q="tea") == found(q="99") == ""
    assert found(last4="1111") == "a"
    assert found(min_minor=590, max_minor=600) == "a"
    assert found(since=b.issued_at, until=c.issued_at) == "b"
    assert found(since=c.issued_at + timedelta(seconds=1)) == ""
    assert shop.receipts.get(b.id).lines[0].name == "Oat Drink Müsli"
    with pytest.raises(Refusal, match="no receipt"):
        shop.receipts.get(new_id())


def test_pages_join_without_a_gap(corner: Shop) -> None:
    sold = [corner.sell((OATS, 1)).number for _ in range(5)]
    for q in ("", "oa"):
        numbers: list[int] = []
        cursor: str | None = None
        while True:
            page = corner.receipts.page(STORE, q=q, cursor=cursor, limit=2)
            numbers += [item.number for item in page.items]
            cursor = page.next
            if cursor is None:
                break
        assert numbers == sold[::-1]


def test_the_hash_is_of_what_is_kept(shop: Shop) -> None:
    receipt = shop.sell((OATS, 3), (SOAP, 1))
    shop.reopen()
    with shop.database.read() as session:
        row = session.get_one(ReceiptRow, receipt.id)
        assert content_hash(row, lines_of(session, receipt.id)) == receipt.hash
        session.expunge_all()
        row.total_minor += 1
        assert content_hash(row, lines_of(session, receipt.id)) != receipt.hash


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE receipts SET total_minor = 0, net_minor = 0, tax_minor = 0",
        "DELETE FROM receipts",
        "UPDATE receipt_lines SET quantity = 1",
        "UPDATE ledger SET minor = 1",
        "DELETE FROM ledger",
        "UPDATE allowances SET captured = captured + 1",
        "DELETE FROM allowances",
        "UPDATE payments SET amount_minor = 1",
        "DELETE FROM payments",
        "UPDATE refunds SET key = 'another'",
        "DELETE FROM refunds",
        "UPDATE case_lines SET claimed_quantity = 3",
    ],
)
def test_documents_are_not_changed_by_anybody(shop: Shop, change: str) -> None:
    receipt = shop.sell((OATS, 3))
    case = shop.cases.open(CaseRequest(receipt.id, [ClaimedLine(1, 1)]), agent(), once())
    lease = shop.cases.claim(case.id, agent(), case.version, once()).lease
    assert lease is not None
    request = DecisionRequest(lease=lease.token, reason="not_taken", lines=[DecidedLine(1, 1)])
    shop.cases.decide(case.id, request, agent(), case.version + 1, once())
    with pytest.raises(DBAPIError, match="never change"), shop.database.write() as session:
        session.execute(text(change))


def test_a_document_is_not_replaced_or_emptied_either(shop: Shop) -> None:
    shop.sell((OATS, 3))
    copied = "INSERT OR REPLACE INTO receipts SELECT * FROM receipts"
    change = copied if shop.database.is_sqlite else "TRUNCATE receipts CASCADE"
    with pytest.raises(DBAPIError, match="never change"), shop.database.write() as session:
        session.execute(text(change))

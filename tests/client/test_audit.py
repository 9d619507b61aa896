"""A desk that has seen the head of a store's log knows at the next sign-in whether it is still the same log."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import delete, select, text

from store_client.audit import follow
from store_client.client import StoreClient
from store_client.contract.audit import AuditHead
from store_client.errors import NotFound
from store_client.trail import Condition
from store_server.desk.audit import Audit
from store_server.signing import Signer
from store_server.storage.audit import AuditRow
from tests.desk.tampering import chained, line_of
from tests.http.conftest import NO_FLOOD, Shop, open_shop, serving, store_now_us


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with open_shop(tmp_path) as opened:
        yield opened


@pytest.fixture
def client(shop: Shop) -> Iterator[StoreClient]:
    with StoreClient(shop.url) as made:
        made.sign_in("reviewer", shop.passwords["reviewer"])
        yield made


@pytest.fixture
def seen(shop: Shop, client: StoreClient) -> AuditHead:
    """The head of a log that has gone on since: 1,200 entries, more than come in one answer."""
    head = client.audit_head()
    with shop.database.write() as session:
        for number in range(1_200):
            shop.services.audit.record(session, "store", "told", f"turn:{number}")
    return head


def stranger() -> Signer:
    return Signer(Ed25519PrivateKey.generate())


def condition(client: StoreClient, seen: AuditHead | None) -> Condition:
    return follow(client, seen).condition


def do(shop: Shop, *statements: str) -> None:
    """As somebody who may do anything to the database."""
    with shop.database.write() as session:
        for trigger in ("audit_no_update", "audit_no_delete", "audit_only_next"):
            session.execute(text(f"DROP TRIGGER IF EXISTS {trigger}"))
        for statement in statements:
            session.execute(text(statement))


def chain_anew(shop: Shop, signer: Signer) -> None:
    """All hashes and signatures as they would be if the log had always said what it says now."""
    with shop.database.write() as session:
        rows = session.scalars(select(AuditRow).order_by(AuditRow.position)).all()
        lines = chained([line_of(row) for row in rows], signer)
        session.execute(delete(AuditRow))
        session.expunge_all()
        session.add_all(line.row() for line in lines)


@contextmanager
def elsewhere(shop: Shop, audit: Audit) -> Iterator[StoreClient]:
    """The same store with another log, or another key."""
    services = replace(shop.services, audit=audit)
    with serving(services, NO_FLOOD, time.monotonic) as url, StoreClient(url) as client:
        client.sign_in("reviewer", shop.passwords["reviewer"])
        yield client


def test_a_log_that_only_went_on_is_whole(client: StoreClient, seen: AuditHead) -> None:
    first = follow(client, None)
    assert (first.condition, first.is_damaged) == ("first", False)
    whole = follow(client, seen)
    assert (whole.condition, whole.is_damaged, whole.head.count) == ("whole", False, seen.count + 1_200)
    assert condition(client, whole.head) == "whole"


def test_an_end_that_was_cut_off_is_noticed(shop: Shop, client: StoreClient) -> None:
    seen = client.audit_head()
    do(shop, f"DELETE FROM audit WHERE position > {seen.count - 2}")
    assert condition(client, seen) == "truncated"
    do(shop, "DELETE FROM audit")
    assert condition(client, seen) == "truncated"
    with pytest.raises(NotFound):
        follow(client, None)


def test_a_log_that_was_cut_off_and_has_grown_again_is_noticed(shop: Shop, client: StoreClient) -> None:
    seen = client.audit_head()
    do(shop, f"DELETE FROM audit WHERE position > {seen.count - 2}")
    for number in range(5):
        shop.services.audit.record_alone("store", "told", f"turn:{number}")
    found = follow(client, seen)
    assert found.condition == "rewritten"
    assert found.then is not None
    assert (found.then.count, found.then.hash == seen.hash) == (seen.count, False)


def test_entries_that_say_something_else_are_noticed(shop: Shop, client: StoreClient, seen: AuditHead) -> None:
    do(shop, "UPDATE audit SET detail = '{}' WHERE position = 2", "UPDATE audit SET \"by\" = 'eve' WHERE position = 3")
    chain_anew(shop, stranger())
    assert condition(client, seen) == "rewritten"


def test_a_branch_beside_what_was_seen_is_noticed(shop: Shop, client: StoreClient, seen: AuditHead) -> None:
    """The head shown now does not come from the entries shown now."""
    do(shop, f"UPDATE audit SET subject = 'turn:none' WHERE position = {seen.count + 1_100}")
    assert condition(client, seen) == "forked"


def test_links_that_are_missing_are_noticed(shop: Shop, client: StoreClient, seen: AuditHead) -> None:
    do(shop, f"DELETE FROM audit WHERE position BETWEEN {seen.count + 1} AND {seen.count + 400}")
    assert condition(client, seen) == "forked"


def test_another_key_and_another_log_are_noticed(shop: Shop, seen: AuditHead, tmp_path: Path) -> None:
    with elsewhere(shop, Audit(shop.database, stranger(), store_now_us)) as client:
        assert condition(client, seen) == "another_key"
    (tmp_path / "other").mkdir()
    with open_shop(tmp_path / "other") as other, StoreClient(other.url) as client:
        client.sign_in("reviewer", other.passwords["reviewer"])
        assert condition(client, seen) == "another_log"


def test_a_head_that_its_key_did_not_sign_is_noticed(shop: Shop, seen: AuditHead) -> None:
    forger = stranger()
    forger.public = seen.key
    with elsewhere(shop, Audit(shop.database, forger, store_now_us)) as client:
        assert condition(client, seen) == "unsigned"
        assert condition(client, None) == "unsigned"


def test_following_can_be_ended(client: StoreClient, seen: AuditHead) -> None:
    def end() -> None:
        raise KeyError

    with pytest.raises(KeyError):
        follow(client, seen, end)

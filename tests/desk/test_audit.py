"""The audit log: told with the deed, chained, signed, and closed to everything but the next entry."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import pairwise

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from store_client.contract.audit import NO_HASH, AuditEntry, content_of, linked, signed_text
from store_server.cart.numbers import next_number
from store_server.refusal import Refusal
from store_server.signing import verify
from store_server.storage.audit import tell
from store_server.storage.database import Database
from tests.client.waiting import wait_until
from tests.desk.shop import Shop

WRITERS, EACH = 8, 6


def entries(shop: Shop) -> list[AuditEntry]:
    """Oldest first."""
    return shop.audit.page(limit=500).items[::-1]


def test_each_entry_follows_the_one_before_and_heads_are_signed(shop: Shop) -> None:
    shop.audit.record_alone("ada", "signed_in", "session:1", {"b": 1, "a": "ü"})
    with shop.database.write() as session:
        shop.audit.record(session, "ada", "evidence_seen", "case:7")
        shop.audit.record(session, "ada", "picture_seen", "case:7")
    told = entries(shop)
    assert [(one.position, one.by, one.action) for one in told] == [
        (1, "store", "log_begun"),
        (2, "ada", "signed_in"),
        (3, "ada", "evidence_seen"),
        (4, "ada", "picture_seen"),
    ]
    assert told[1].detail == '{"a":"ü","b":1}'
    for before, after in pairwise(told):
        assert after.hash == linked(before.hash, content_of(after))
    assert told[0].hash == linked(NO_HASH, content_of(told[0]))
    log = told[0].subject.removeprefix("log:")
    for count in (1, 2, 3, 4):
        head = shop.audit.head(count)
        assert (head.log, head.count, head.hash, head.key) == (log, count, told[count - 1].hash, shop.signer.public)
        assert verify(head.key, signed_text(log, count, head.hash), head.signature)
    assert shop.audit.head() == shop.audit.head(4)
    assert shop.audit.links(2).contents == [content_of(one) for one in told[2:]]


class Held:
    """Holds up the first who writes until all others wait."""

    def __init__(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        self.counts: list[int] = []
        self._shop, self._conclude = shop, shop.database._conclude
        self._has_begun, self._may_go_on = threading.Event(), threading.Event()
        monkeypatch.setattr(shop.database, "_conclude", self)

    def __call__(self, session: Session) -> None:
        self._has_begun.set()
        self._may_go_on.wait()
        self._conclude(session)
        self.counts.append(session.scalar(text("SELECT count(*) FROM audit")) or 0)

    def look(self) -> list[BaseException | None]:
        """What became of each look."""

        def look(number: int) -> None:
            self._shop.audit.record_alone("ada", "seen", f"camera:{number}")

        with ThreadPoolExecutor(WRITERS) as threads:
            first = threads.submit(look, 0)
            self._has_begun.wait()
            others = [threads.submit(look, number) for number in range(1, WRITERS)]
            wait_until(lambda: len(self._shop.audit._waiting) == WRITERS - 1)
            self._may_go_on.set()
            return [one.exception() for one in (first, *others)]


def test_who_tells_while_another_writes_is_written_with_all_who_wait(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each commit waits for the disk, and a wall of cameras is looked at at once."""
    held = Held(shop, monkeypatch)
    assert held.look() == [None] * WRITERS
    assert held.counts == [2, 1 + WRITERS], "the first by itself, and one for all the others"
    told = entries(shop)
    assert {one.subject for one in told[1:]} == {f"camera:{number}" for number in range(WRITERS)}
    assert all(after.hash == linked(before.hash, content_of(after)) for before, after in pairwise(told))


def test_where_nothing_can_be_kept_all_who_wait_are_told(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    held = Held(shop, monkeypatch)

    def refuse(_: Session) -> None:
        raise Refusal("unavailable", "the disk is full")

    monkeypatch.setattr(held, "_conclude", refuse)
    assert [isinstance(one, Refusal) for one in held.look()] == [True] * WRITERS
    monkeypatch.undo()
    shop.audit.record_alone("ada", "seen", "camera:1")
    assert [one.action for one in entries(shop)] == ["log_begun", "seen"]


def test_one_that_fails_for_itself_fails_no_other(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    held, fails = Held(shop, monkeypatch), [True]
    conclude = held._conclude

    def fail_once(session: Session) -> None:
        if fails:
            raise ZeroDivisionError(fails.pop())
        conclude(session)

    monkeypatch.setattr(held, "_conclude", fail_once)
    assert [type(one) for one in held.look()] == [ZeroDivisionError] + [type(None)] * (WRITERS - 1)


def test_an_undone_deed_leaves_no_entry(shop: Shop) -> None:
    shop.audit.record_alone("store", "started", "store:corner")
    with suppress(IntegrityError), shop.database.write() as session:
        tell(session, "ada", "decided", "case:1")
        session.execute(text("INSERT INTO cases (id) VALUES ('no case')"))
    shop.reopen()
    shop.audit.record_alone("store", "started", "store:corner")
    assert [one.action for one in entries(shop)] == ["log_begun", "started", "started"]


def test_a_deed_is_not_done_where_there_is_no_log_to_tell(shop: Shop) -> None:
    bare = Database(shop.url)
    with pytest.raises(RuntimeError, match="no audit log"), bare.write() as session:
        tell(session, "ada", "decided", "case:1")
    bare.close()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit SET \"by\" = 'eve' WHERE position = 2",
        "DELETE FROM audit WHERE position = 2",
        "DELETE FROM audit",
        "INSERT INTO audit SELECT 4, at_us, \"by\", action, subject, detail, 'x', 'y', key, signature FROM audit"
        " WHERE position = 1",
        "INSERT INTO audit SELECT 3, at_us, \"by\", action, subject, detail, previous, 'y', key, signature FROM audit"
        " WHERE position = 2",
    ],
)
def test_the_database_takes_nothing_but_the_next_entry(shop: Shop, change: str) -> None:
    shop.audit.record_alone("ada", "signed_in", "session:1")
    before = entries(shop)
    with pytest.raises(IntegrityError), shop.database.write() as session:
        session.execute(text(change))
    assert entries(shop) == before


def test_postgresql_does_not_let_it_be_truncated(shop: Shop) -> None:
    if shop.database.is_sqlite:
        pytest.skip("SQLite has no TRUNCATE")
    with pytest.raises(IntegrityError), shop.database.write() as session:
        session.execute(text("TRUNCATE audit"))


def test_many_writers_make_one_chain_and_none_waits_in_a_circle(shop: Shop) -> None:
    """Some hold the lock of a row that others want, some take it after they have told; all want the chain's end."""
    failed: list[BaseException] = []

    def work(name: int) -> None:
        try:
            for turn in range(EACH):
                with shop.database.write() as session:
                    if name % 2:
                        next_number(session, "corner", "case")
                    tell(session, f"writer-{name}", "told", f"turn:{turn}")
                    if not name % 2:
                        next_number(session, "corner", "case")
        except Exception as error:  # noqa: BLE001  shown by the assertion below
            failed.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    told = entries(shop)
    assert len(told) == WRITERS * EACH + 1
    assert all(after.hash == linked(before.hash, content_of(after)) for before, after in pairwise(told))
    with shop.database.write() as session:
        assert next_number(session, "corner", "case") == WRITERS * EACH + 1
    for name in range(WRITERS):
        assert [one.subject for one in told if one.by == f"writer-{name}"] == [f"turn:{turn}" for turn in range(EACH)]


def test_what_names_hold_is_kept_by_either_database(shop: Shop) -> None:
    shop.audit.record_alone("a\0b" + "x" * 500, "sign_in_refused", "user:ü\0")
    newest = entries(shop)[-1]
    assert newest.by.startswith("a\N{REPLACEMENT CHARACTER}bxx")
    assert len(newest.by) == 200
    assert newest.subject == "user:ü\N{REPLACEMENT CHARACTER}"


def test_it_is_found_by_who_what_whereon_and_when(shop: Shop) -> None:
    start = shop.clock.us
    for by, action, subject in (
        ("ada", "claimed", "case:1"),
        ("bob", "claimed", "case:2"),
        ("ada", "decided", "case:1"),
    ):
        shop.clock.passes(60)
        shop.audit.record_alone(by, action, subject)
    page = shop.audit.page
    assert [one.position for one in page(by="ada").items] == [4, 2]
    assert [one.position for one in page(action="claimed", subject="case:2").items] == [3]
    second = entries(shop)[2].at
    assert [one.position for one in page(since=second).items] == [4, 3]
    assert [one.position for one in page(until=second).items] == [2, 1]
    first = page(limit=3)
    assert [one.position for one in page(limit=3, cursor=first.next).items] == [1]
    assert start < shop.clock.us


def test_there_is_no_head_of_what_was_never_told(shop: Shop) -> None:
    with pytest.raises(Refusal, match="not-found"):
        shop.audit.head()
    shop.audit.record_alone("ada", "signed_in", "session:1")
    with pytest.raises(Refusal, match="not-found"):
        shop.audit.head(3)

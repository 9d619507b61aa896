"""The desk follows a real store's audit log: what it saw is kept on disk, and what became of it is said loudly."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from console.domain.audit import AuditQuery, KeptHead, Verdict
from console.domain.commands.audit import ExportHeads, MoreAudit, SearchAudit, TrustAudit
from console.storage.database import Database
from console.storage.heads import Heads
from console.work.audit_log import PAGE, TOPIC, AuditLogs
from console.work.door import Door
from console.work.errand import Errands
from console.work.runner import Runner
from store_client.contract.audit import SeenHeads
from store_client.contract.session import Role
from tests.console.audit_sample import entries, head_of
from tests.console.plain_desk import PlainDesk
from tests.http.conftest import Shop, open_shop
from tests.wire.examples import US

PLACE = "https://store.example"
PATIENCE_MS = 30_000


@dataclass
class Seat:
    """A desk with a store behind it, as far as the audit log is concerned."""

    desk: PlainDesk
    errands: Errands
    heads: Heads
    logs: AuditLogs
    shop: Shop

    def check(self, qtbot: QtBot) -> Verdict:
        self.logs.check()
        qtbot.waitUntil(lambda: not self.desk.audit_log.value.is_checking, timeout=PATIENCE_MS)
        now = self.desk.audit_log.value.now
        assert now is not None
        return now.verdict

    def banner(self) -> str:
        return next((str(problem) for problem in self.desk.problems.value if problem.topic == TOPIC), "")

    def do(self, *statements: str) -> None:
        """As somebody who may do anything to the store's database."""
        with self.shop.database.write() as session:
            for trigger in ("audit_no_update", "audit_no_delete"):
                session.execute(text(f"DROP TRIGGER IF EXISTS {trigger}"))
            for statement in statements:
                session.execute(text(statement))


def sit(shop: Shop, path: Path, role: Role = "auditor") -> Seat:
    desk = PlainDesk(role)
    door = Door(lambda _: None)
    door.open(shop.url)
    door.client.sign_in(role, shop.passwords[role])
    errands = Errands(desk, door, Runner(desk.tasks))
    heads = Heads(Database(path))
    return Seat(desk, errands, heads, AuditLogs(errands, heads, lambda: PLACE, lambda: US), shop)


@pytest.fixture
def seat(qtbot: QtBot, tmp_path: Path) -> Iterator[Seat]:
    with open_shop(tmp_path) as shop:
        made = sit(shop, tmp_path / "desk.sqlite")
        yield made
        made.errands.runner.stop()
        made.errands.door.close()


def test_a_log_that_goes_on_is_whole_and_its_heads_are_kept(qtbot: QtBot, seat: Seat) -> None:
    assert seat.check(qtbot) == "first"
    assert seat.check(qtbot) == "whole"
    seat.shop.sign_in("agent")
    assert seat.check(qtbot) == "whole"
    assert [kept.verdict for kept in seat.heads.seen(PLACE)] == ["first", "whole"]
    assert seat.desk.audit_log.value.before == seat.heads.seen(PLACE)[0]
    assert seat.banner() == ""


def test_a_log_that_was_cut_off_is_told_until_an_auditor_takes_it(qtbot: QtBot, seat: Seat, tmp_path: Path) -> None:
    seat.check(qtbot)
    seen = seat.heads.seen(PLACE)[0]
    seat.do("DELETE FROM audit WHERE position > 3")
    assert seat.check(qtbot) == "truncated"
    assert f"it had {seen.head.count} entries, and has 3 now" in seat.banner()
    assert "kept on this desk as evidence" in seat.banner()
    assert seat.check(qtbot) == "truncated"
    assert [kept.verdict for kept in seat.heads.seen(PLACE)] == ["first", "truncated"]
    seat.logs.trust(TrustAudit())
    qtbot.waitUntil(lambda: not seat.desk.audit_log.value.is_damaged, timeout=PATIENCE_MS)
    assert seat.banner() == ""
    assert seat.check(qtbot) == "whole"
    assert [kept.verdict for kept in seat.heads.seen(PLACE)] == ["trusted"]


def test_an_entry_that_was_changed_is_told_to_any_desk(qtbot: QtBot, seat: Seat, tmp_path: Path) -> None:
    other = sit(seat.shop, tmp_path / "other.sqlite", "reviewer")
    try:
        assert other.check(qtbot) == "first"
        for _ in range(3):
            seat.shop.sign_in("agent")
        seat.do("UPDATE audit SET \"by\" = 'nobody' WHERE position = (SELECT max(position) - 1 FROM audit)")
        assert other.check(qtbot) == "forked"
        assert "has two branches" in other.banner()
    finally:
        other.errands.runner.stop()
        other.errands.door.close()


def test_the_heads_go_into_a_file_that_the_store_s_own_check_reads(qtbot: QtBot, seat: Seat, tmp_path: Path) -> None:
    seat.check(qtbot)
    path = tmp_path / "kept" / "heads.json"
    seat.logs.export(ExportHeads(str(path)))
    qtbot.waitUntil(lambda: any(problem.topic == "heads" for problem in seat.desk.problems.value), timeout=PATIENCE_MS)
    saved = msgspec.json.decode(path.read_bytes(), type=SeenHeads)
    assert (saved.store, len(saved.heads)) == (PLACE, 1)
    command = [sys.executable, "-m", "store_server", "audit", "verify", "--seen", str(path)]
    command += ["--database", f"sqlite:///{tmp_path / 'store.sqlite'}", "--key", saved.heads[0].key]
    assert subprocess.run(command, timeout=60, check=False, capture_output=True).returncode == 0
    seat.do("DELETE FROM audit WHERE position > 3")
    cut = subprocess.run(command, timeout=60, check=False, capture_output=True, text=True)
    assert (cut.returncode, cut.stdout.startswith("DAMAGED: ")) == (1, True)


def test_entries_are_found_page_by_page(qtbot: QtBot, seat: Seat) -> None:
    with seat.shop.database.write() as session:
        for number in range(PAGE + 20):
            seat.shop.services.audit.record(session, "ada", "told", f"turn:{number}")
    seat.logs.search(SearchAudit(AuditQuery(by="ada")))
    qtbot.waitUntil(lambda: len(seat.desk.audit.value.items) == PAGE, timeout=PATIENCE_MS)
    assert seat.desk.audit.value.has_more
    seat.logs.more(MoreAudit())
    qtbot.waitUntil(lambda: len(seat.desk.audit.value.items) == PAGE + 20, timeout=PATIENCE_MS)
    assert not seat.desk.audit.value.has_more
    assert seat.desk.audit.value.items[-1].subject == "turn:0"


def test_heads_are_kept_for_each_place_and_survive_the_desk(tmp_path: Path) -> None:
    told = entries(US)
    first, later = (KeptHead(head_of(told, count), US + count, "first") for count in (3, 9))
    heads = Heads(Database(tmp_path / "desk.sqlite"))
    heads.keep("a", first)
    heads.keep("a", KeptHead(later.head, US, "rewritten"))
    heads.keep("b", later)
    again = Heads(Database(tmp_path / "desk.sqlite"))
    assert again.last("a") == first
    assert again.last("b") == later
    assert again.last("c") is None
    assert [kept.verdict for kept in again.seen("a")] == ["first", "rewritten"]

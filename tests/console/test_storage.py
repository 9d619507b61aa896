"""The desk's own database: what was saved is there, and a full disk is said, not hidden."""

import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from console.domain.draft import Draft
from console.domain.intent import Intent, Kept, phase_of
from console.domain.preferences import Preferences
from console.storage import database
from console.storage.database import Database
from console.storage.drafts import Drafts
from console.storage.outbox import Outbox
from console.storage.settings import Settings, WindowState
from console.storage.unusable import MadeLater, Unusable
from store_client.contract.case import DecidedLine

VERSION_1 = """
CREATE TABLE intents (key VARCHAR NOT NULL PRIMARY KEY, kind VARCHAR NOT NULL, store VARCHAR NOT NULL, user VARCHAR NOT
NULL, target VARCHAR NOT NULL, body BLOB NOT NULL, version INTEGER NOT NULL, made_us INTEGER NOT NULL, state VARCHAR NOT
NULL, detail VARCHAR DEFAULT '' NOT NULL);
CREATE INDEX ix_intents_state ON intents (state);
CREATE TABLE drafts (store VARCHAR NOT NULL, "case" VARCHAR NOT NULL, body BLOB NOT NULL, PRIMARY KEY (store, "case"));
PRAGMA user_version = 1;
"""
INTENT = Intent("k1", "decide_case", "demo", "anna", "case-1", b'{"lease":1}', version=3, made_us=5)


def test_an_intent_is_there_after_a_crash_until_it_is_answered(tmp_path: Path) -> None:
    Outbox(Database(tmp_path / "desk.sqlite")).save(INTENT)  # never closed: the desk was killed
    outbox = Outbox(Database(tmp_path / "desk.sqlite"))
    assert outbox.pending("demo", "anna") == [INTENT]
    assert outbox.pending("demo", "bert") == []
    outbox.settle("k1", "done")
    assert outbox.pending("demo", "anna") == []


def test_the_same_wish_goes_out_under_the_same_key(tmp_path: Path) -> None:
    outbox = Outbox(Database(tmp_path / "desk.sqlite"))
    outbox.save(INTENT)
    assert outbox.save(replace(INTENT, key="k2", made_us=9)).key == "k1"
    assert outbox.save(replace(INTENT, key="k3", body=b'{"lease":2}')).key == "k3"
    outbox.settle("k1", "refused", "no")
    assert outbox.save(replace(INTENT, key="k4")).key == "k4"


def test_drafts_come_back_as_they_were(tmp_path: Path) -> None:
    drafts = Drafts(Database(tmp_path / "desk.sqlite"))
    draft = Draft("case-1", (DecidedLine(2, 0, None),), goodwill=150, reason="damaged_item", message="Es tut uns leid.")
    drafts.put("demo", "anna", replace(draft, goodwill=1))
    drafts.put("demo", "anna", draft)
    assert drafts.get("demo", "anna", "case-1") == draft
    assert drafts.get("demo", "bert", "case-1") is None
    assert drafts.get("other", "anna", "case-1") is None
    drafts.drop("demo", "anna", "case-1")
    assert drafts.get("demo", "anna", "case-1") is None


def test_only_what_was_never_sent_can_be_taken_back(tmp_path: Path) -> None:
    outbox = Outbox(Database(tmp_path / "desk.sqlite"))
    outbox.save(INTENT, "Case 1")
    assert outbox.kept("demo", "anna") == [Kept(INTENT, "pending", label="Case 1")]
    outbox.sends("k1")
    assert not outbox.withdraw("k1")
    outbox.misses("k1", "too many", is_undone=True)
    assert outbox.kept("demo", "anna") == [Kept(INTENT, "pending", 0, "too many", "Case 1")]
    assert outbox.withdraw("k1")
    assert outbox.kept("demo", "anna") == []


def test_a_refused_decision_stays_until_somebody_has_seen_it(tmp_path: Path) -> None:
    outbox = Outbox(Database(tmp_path / "desk.sqlite"))
    outbox.save(INTENT)
    outbox.sends("k1")
    outbox.settle("k1", "refused", "stale")
    assert [phase_of(kept, is_sending=False) for kept in outbox.kept("demo", "anna")] == ["refused"]
    assert outbox.pending("demo", "anna") == []
    assert outbox.withdraw("k1")
    assert outbox.kept("demo", "anna") == []


def test_a_desk_of_version_1_keeps_what_it_had(tmp_path: Path) -> None:
    path = tmp_path / "desk.sqlite"
    with closing(sqlite3.connect(path)) as old:
        old.executescript(VERSION_1)
        old.execute(
            "INSERT INTO intents VALUES ('k1','decide_case','demo','anna','case-1',?,3,5,'pending','')", (INTENT.body,)
        )
        old.execute("INSERT INTO drafts VALUES ('demo','case-1',?)", (b'{"case":"case-1","goodwill":7}',))
        old.commit()
    database = Database(path)
    assert Outbox(database).kept("demo", "anna") == [Kept(INTENT, "pending", tries=1)]
    assert Drafts(database).get("demo", "anna", "case-1") == Draft("case-1", goodwill=7)
    database.close()
    Database(path).close()


def test_settings_of_another_form_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    settings = Settings(path)
    assert settings.get("preferences", Preferences()) == Preferences()
    settings.put("preferences", Preferences(theme="contrast", text_scale=150))
    settings.put("window", WindowState(b"\x00\xff", "cases"))
    assert Settings(path).get("preferences", Preferences()).theme == "contrast"
    assert Settings(path).get("window", WindowState()) == WindowState(b"\x00\xff", "cases")
    settings.put("preferences", {"theme": "plaid"})
    assert Settings(path).get("preferences", Preferences()) == Preferences()
    path.write_bytes(b'{"window": ')
    assert Settings(path).get("window", WindowState()) == WindowState()


def test_settings_that_cannot_be_written_are_said(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match=r"settings\.json"):
        Settings(tmp_path / "gone" / "settings.json").put("window", WindowState())


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "desk.sqlite").write_bytes(b"not a database, but long enough to be read as one" * 100)
    with pytest.raises(Unusable, match=r"desk\.sqlite"):
        Database(tmp_path / "desk.sqlite")


def test_a_database_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    database = Database(tmp_path / "desk.sqlite")
    with database.transaction() as connection:
        connection.exec_driver_sql("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(MadeLater, match=r"desk\.sqlite"):
        Database(tmp_path / "desk.sqlite")


@pytest.mark.skipif(sys.platform == "win32", reason="a limit on the size of files stands in for a full disk")
def test_on_a_full_disk_nothing_is_half_saved(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")

    database = Database(tmp_path / "desk.sqlite")
    outbox = Outbox(database)
    outbox.save(INTENT)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (128 * 1024, before[1]))
    try:
        with pytest.raises(Unusable):
            outbox.save(replace(INTENT, key="k2", body=bytes(400_000)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [intent.key for intent in outbox.pending("demo", "anna")] == ["k1"]
    outbox.save(replace(INTENT, key="k3", target="case-2"))
    database.close()


def test_a_desk_that_was_killed_while_it_took_over_an_older_database_starts_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "desk.sqlite"
    with closing(sqlite3.connect(path)) as old:
        old.executescript(VERSION_1)
    begun, *_ = database.STEPS[1]
    with monkeypatch.context() as killed:
        killed.setitem(database.STEPS, 1, (begun, "SELECT * FROM nothing"))
        with pytest.raises(Unusable):
            Database(path)
    outbox = Outbox(Database(path))
    outbox.save(INTENT)
    assert outbox.pending("demo", "anna") == [INTENT]


def test_the_folder_may_have_any_name(tmp_path: Path) -> None:
    folder = tmp_path / "100 % sure? #1"
    folder.mkdir()
    Database(folder / "desk.sqlite").close()
    assert (folder / "desk.sqlite").exists()

"""Demo users: made at the first start, the same at every later one, and nobody else's to read."""

import json
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from store_client.contract.session import PERMISSIONS
from store_server.clock import wall_us
from store_server.desk.audit import Audit
from store_server.desk.users import DEMO_FILE, FIRST_FILE, Users, ensure_demo_users, ensure_users
from store_server.refusal import Refusal
from store_server.signing import kept_signer
from store_server.storage.database import Database


@pytest.fixture
def database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    shutil.copy(sqlite_template, tmp_path / "store.sqlite")
    opened = Database(f"sqlite:///{tmp_path / 'store.sqlite'}")
    Audit(opened, kept_signer(tmp_path), wall_us)
    yield opened
    opened.close()


@pytest.fixture
def users(database: Database) -> Users:
    return Users(database, "EUR", wall_us, PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


def test_they_are_made_once_and_kept(users: Users, tmp_path: Path) -> None:
    first = ensure_demo_users(users, tmp_path)
    assert set(first) == set(PERMISSIONS)
    assert len(set(first.values())) == len(first)
    ids = {users.verify(role, password) for role, password in first.items()}
    assert len(ids) == len(first)
    assert ensure_demo_users(users, tmp_path) == first
    assert {users.verify(role, password) for role, password in first.items()} == ids


@pytest.mark.skipif(os.name == "nt", reason="Windows has no file modes")
def test_only_the_owner_may_read_them(users: Users, tmp_path: Path) -> None:
    ensure_demo_users(users, tmp_path)
    assert stat.S_IMODE((tmp_path / DEMO_FILE).stat().st_mode) == 0o600


def test_a_lost_file_brings_new_passwords_to_the_same_users(users: Users, tmp_path: Path) -> None:
    before = ensure_demo_users(users, tmp_path)
    ids = {role: users.verify(role, password) for role, password in before.items()}
    (tmp_path / DEMO_FILE).unlink()
    after = ensure_demo_users(users, tmp_path)
    assert {role: users.verify(role, password) for role, password in after.items()} == ids
    with pytest.raises(Refusal, match="wrong-password"):
        users.verify("agent", before["agent"])


def test_a_new_database_takes_the_passwords_that_were_kept(users: Users, tmp_path: Path) -> None:
    kept = {role: f"password of {role}" for role in PERMISSIONS}
    (tmp_path / DEMO_FILE).write_text(json.dumps(kept), encoding="utf-8")
    assert ensure_demo_users(users, tmp_path) == kept
    assert users.verify("agent", "password of agent")


def test_the_database_holds_no_password_and_no_token(users: Users, tmp_path: Path) -> None:
    passwords = ensure_demo_users(users, tmp_path)
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("store.sqlite*"))
    assert b"agent" in kept
    assert not any(password.encode() in kept for password in passwords.values())


def first_passwords(folder: Path) -> dict[str, str]:
    kept: dict[str, str] = json.loads((folder / FIRST_FILE).read_text(encoding="utf-8"))
    return kept


def test_a_real_store_begins_with_an_admin_and_makes_nobody_again(users: Users, tmp_path: Path) -> None:
    assert ensure_users(users, tmp_path, {}) == ["admin"]
    kept = first_passwords(tmp_path)
    assert users.verify("admin", kept["admin"])
    assert os.name == "nt" or stat.S_IMODE((tmp_path / FIRST_FILE).stat().st_mode) == 0o600
    assert ensure_users(users, tmp_path, {}) == []
    (tmp_path / FIRST_FILE).unlink()  # as it should be, once the password is known
    assert ensure_users(users, tmp_path, {"admin": "agent", "ada": "supervisor"}) == ["ada"]
    assert set(first_passwords(tmp_path)) == {"ada"}
    assert users.verify("ada", first_passwords(tmp_path)["ada"])
    assert users.verify("admin", kept["admin"])


def test_who_is_asked_for_is_enough(users: Users, tmp_path: Path) -> None:
    assert ensure_users(users, tmp_path, {"ada": "supervisor"}) == ["ada"]
    assert ensure_users(users, tmp_path, {"bob": "agent"}) == ["bob"]
    assert users.names() == set(first_passwords(tmp_path)) == {"ada", "bob"}

"""Users: their roles, their limits, and whether a password is theirs."""

import json
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import get_args

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from store_client.contract.ids import new_id
from store_client.contract.money import Money
from store_client.contract.session import PERMISSIONS, Role, User
from store_server.desk.actor import Actor
from store_server.folder import write_private
from store_server.refusal import Refusal
from store_server.storage.audit import STORE, tell
from store_server.storage.database import Database
from store_server.storage.users import AttemptRow, UserRow

REFUND_LIMITS: dict[Role, int] = {"agent": 5_000, "supervisor": 50_000}
"""Minor units that a role may refund without another's approval; none for the others."""
ATTEMPTS = 10
LOCKED_US = 5 * 60 * 1_000_000
FORGOTTEN_US = 60 * 60 * 1_000_000
"""Wrong passwords are forgotten an hour after the first of them, and names that nobody has with them."""
DEMO_FILE, FIRST_FILE = "demo-users.json", "first-passwords.json"
FIRST_USER: Role = "admin"
NAME_LENGTH = 64
_COUNT = text(
    "INSERT INTO sign_in_attempts (name, count, first_at) VALUES (:name, 1, :now) "
    "ON CONFLICT (name) DO UPDATE SET count = sign_in_attempts.count + 1"
)


def hasher() -> PasswordHasher:
    """argon2id with the least memory and time that OWASP's Password Storage Cheat Sheet asks for (19 MiB, 2 rounds)."""
    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


class Users:
    """``now_us``: µs since 1970 of the wall clock (never of a store that runs faster): a lock is for people.

    ``currency``: in which refund limits are given.
    """

    def __init__(
        self, database: Database, currency: str, now_us: Callable[[], int], passwords: PasswordHasher | None = None
    ) -> None:
        self._database = database
        self._currency = currency
        self._now_us = now_us
        self._passwords = passwords or hasher()
        self._nobodys_hash = self._passwords.hash(secrets.token_urlsafe())

    def put(self, name: str, role: Role, password: str) -> str:
        """Adds a user, or gives the user of that name another role and password. Returns the user's id."""
        if not 1 <= len(name) <= NAME_LENGTH:
            raise ValueError(f"a name has 1 to {NAME_LENGTH} characters: {name!r}")
        hashed = self._passwords.hash(password)
        with self._database.write() as session:
            row = session.scalar(select(UserRow).where(UserRow.name == name))
            if row is None:
                row = UserRow(id=new_id(), name=name, made_at=self._now_us())
                session.add(row)
            row.role, row.password_hash, row.refund_limit = role, hashed, REFUND_LIMITS.get(role, 0)
            told = {"role": role, "refund_limit": row.refund_limit}
            tell(session, STORE, "user_put", f"user:{name}", told)
            return row.id

    def names(self) -> set[str]:
        with self._database.read() as session:
            return set(session.scalars(select(UserRow.name)))

    def verify(self, name: str, password: str) -> str:
        """The id of the user whose password this is.

        Raises Refusal: "wrong-password", after the same work whether or not there is such a user; "locked" for a
        name that ten wrong passwords in a row were tried on, whether or not there is such a user.
        """
        with self._database.write() as session:
            self._count_attempt(session, name)
            found = session.execute(select(UserRow.id, UserRow.password_hash).where(UserRow.name == name)).first()
        user_id, hashed = found or (None, self._nobodys_hash)
        try:
            self._passwords.verify(hashed, password)
        except VerifyMismatchError:
            user_id = None
        if user_id is None:
            raise Refusal("wrong-password", "user or password is wrong")
        with self._database.write() as session:
            session.execute(delete(AttemptRow).where(AttemptRow.name == name))
        return user_id

    def _count_attempt(self, session: Session, name: str) -> None:
        """Counts before the password is looked at, so that trying many at once gives no more than ten."""
        now = self._now_us()
        session.execute(delete(AttemptRow).where(AttemptRow.first_at < now - FORGOTTEN_US))
        session.execute(_COUNT, {"name": name, "now": now})  # from here on others who try the name wait
        row = session.get_one(AttemptRow, name)
        if row.locked_until is not None and 0 < row.locked_until - now <= LOCKED_US:  # else the clock was set back
            minutes = -(-(row.locked_until - now) // 60_000_000)
            raise Refusal("locked", f"too many wrong passwords: try again in {minutes} min")
        if row.locked_until is not None:
            row.count, row.first_at, row.locked_until = 1, now, None
        if row.count >= ATTEMPTS:
            row.locked_until = now + LOCKED_US

    def actor(self, row: UserRow) -> Actor:
        role = _role(row.role)
        return Actor(row.id, row.name, role, PERMISSIONS[role], Money(row.refund_limit, self._currency))


def described(actor: Actor) -> User:
    """The user as told to the client."""
    return User(actor.user_id, actor.name, actor.role, sorted(actor.permissions), actor.refund_limit)


def _role(text: str) -> Role:
    for role in PERMISSIONS:
        if role == text:
            return role
    raise ValueError(f"not a role: {text!r}")


def ensure_demo_users(users: Users, folder: Path) -> dict[Role, str]:
    """One user for each role, named as the role, whose passwords are made at the first start and kept in ``folder``.

    The file is written after the users, so that whoever reads a password there can sign in with it.
    """
    path = folder / DEMO_FILE
    roles: tuple[Role, ...] = get_args(Role)
    kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    passwords: dict[Role, str] = {role: kept.get(role) or secrets.token_urlsafe(12) for role in roles}
    there = users.names()
    for role, password in passwords.items():
        if role not in there or role not in kept:
            users.put(role, role, password)
    if passwords != kept:
        write_private(path, json.dumps(passwords, indent=2) + "\n")
    return passwords


def ensure_users(users: Users, folder: Path, wanted: Mapping[str, Role]) -> list[str]:
    """Makes those of ``wanted`` whose name nobody has; an admin if nobody is wanted nor there. Returns who was made.

    Their first passwords are added to a file in ``folder``, before the users are: no password is lost if this is cut
    short, for the next start makes it anew.
    """
    there = users.names()
    asked = wanted if wanted or there else {FIRST_USER: FIRST_USER}
    new = {name: role for name, role in asked.items() if name not in there}
    if not new:
        return []
    path = folder / FIRST_FILE
    kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    passwords = {name: secrets.token_urlsafe(12) for name in new}
    write_private(path, json.dumps(kept | passwords, indent=2) + "\n")
    for name, password in passwords.items():
        users.put(name, new[name], password)
    return list(new)

"""Sessions: signing in, staying signed in, proving once more that it is you, signing out.

Tokens are opaque: 256 random bits, of which the database keeps the hash. An access token lives 15 minutes; a refresh
token is used once and brings the next pair. One that comes a second time was copied by somebody, so its session ends
(RFC 9700, 4.14.2). Where nobody has used what was given for it, though, that answer was lost on its way: the pair that
it brought is good for nothing any more.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, delete, select, update
from sqlalchemy.orm import Session as Transaction

from store_client.contract.ids import new_id
from store_client.contract.moment import from_micros
from store_client.contract.session import Session
from store_server.desk.actor import Actor
from store_server.desk.users import Users, described
from store_server.refusal import Refusal
from store_server.storage.audit import STORE, tell
from store_server.storage.database import Database
from store_server.storage.users import SessionRow, TokenRow, UserRow

SECOND = 1_000_000
ACCESS_US = 15 * 60 * SECOND
REFRESH_US = 12 * 3600 * SECOND
"""A shift and a half: whoever was away longer signs in again."""
STEPPED_UP_US = 5 * 60 * SECOND
_BEARER = (
    select(TokenRow, SessionRow, UserRow)
    .join(SessionRow, SessionRow.id == TokenRow.session_id)
    .join(UserRow, UserRow.id == SessionRow.user_id)
    .where(TokenRow.hash == bindparam("token"))
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whose request this is. ``stepped_up_until``: until when the password counts as just given, if it was."""

    session_id: str
    actor: Actor
    stepped_up_until: datetime | None


class Sessions:
    """``now_us``: µs since 1970 of the wall clock."""

    def __init__(self, database: Database, users: Users, now_us: Callable[[], int]) -> None:
        self._database = database
        self._users = users
        self._now_us = now_us

    def sign_in(self, user: str, password: str) -> Session:
        """A new session. Raises Refusal: "wrong-password", "locked"."""
        user_id = self._verified(user, password)
        with self._database.write() as transaction:
            self._forget_ended(transaction)
            row = SessionRow(id=new_id(), user_id=user_id, began_at=self._now_us())
            transaction.add(row)
            transaction.flush()
            tell(transaction, user, "signed_in", f"session:{row.id}")
            return self._renewed(transaction, row)

    def authenticate(self, token: str) -> SignedIn:
        """Who shows this access token. Raises Refusal("signed-out")."""
        with self._database.read() as transaction:
            known = transaction.execute(_BEARER, {"token": _hash(token)}).first()  # asked with every call: in one go
            if known is None:
                raise _signed_out()
            found, row, user = known
            if found.kind != "access" or not self._lasts(found.expires_at, ACCESS_US) or row.ended_at is not None:
                raise _signed_out()
            until = self._stepped_up(row)
            signed_in = SignedIn(row.id, replace(self._users.actor(user), is_fresh=until is not None), until)
            is_new = found.used_at is None
        if is_new:
            self._note_use(token)
        return signed_in

    def refresh(self, refresh_token: str) -> Session:
        """The next pair of tokens of a session. Raises Refusal("signed-out")."""
        with self._database.write() as transaction:
            found = transaction.get(TokenRow, _hash(refresh_token), with_for_update=True)
            if found is None or found.kind != "refresh" or not self._lasts(found.expires_at, REFRESH_US):
                raise _signed_out()
            row = transaction.get_one(SessionRow, found.session_id, with_for_update=True)
            if row.ended_at is not None:
                raise _signed_out()
            if found.used_at is None:
                return self._renewed(transaction, row)
            if not self._has_served_since(transaction, row, found.used_at):
                self._expire_since(transaction, row, found.used_at)
                tell(transaction, STORE, "session_renewed_again", f"session:{row.id}")
                return self._renewed(transaction, row)
            row.ended_at = self._now_us()  # committed before the refusal is raised
            tell(transaction, STORE, "session_ended", f"session:{row.id}", {"why": "a refresh token came twice"})
        raise _signed_out()

    def step_up(self, signed_in: SignedIn, password: str) -> Session:
        """The session with a fresh proof and new tokens. Raises Refusal: "wrong-password", "locked", "signed-out"."""
        self._users.verify(signed_in.actor.name, password)
        with self._database.write() as transaction:
            row = transaction.get_one(SessionRow, signed_in.session_id, with_for_update=True)
            if row.ended_at is not None:
                raise _signed_out()
            row.stepped_up_until = self._now_us() + STEPPED_UP_US
            tell(transaction, signed_in.actor.name, "stepped_up", f"session:{row.id}")
            return self._renewed(transaction, row)

    def end(self, signed_in: SignedIn) -> None:
        """Signs out: none of the session's tokens is good any more."""
        with self._database.write() as transaction:
            row = transaction.get_one(SessionRow, signed_in.session_id, with_for_update=True)
            if row.ended_at is None:
                row.ended_at = self._now_us()
                tell(transaction, signed_in.actor.name, "signed_out", f"session:{row.id}")

    def has_ended(self, signed_in: SignedIn) -> bool:
        """Since it asked: for what goes on after its call was let in."""
        with self._database.read() as transaction:
            return transaction.get_one(SessionRow, signed_in.session_id).ended_at is not None

    def _verified(self, user: str, password: str) -> str:
        """The user's id. Whoever is refused is in the audit log under the name that was tried."""
        try:
            return self._users.verify(user, password)
        except Refusal as refusal:
            with self._database.write() as transaction:
                tell(transaction, user, "sign_in_refused", f"user:{user}", {"why": refusal.name})
            raise

    def _renewed(self, transaction: Transaction, row: SessionRow) -> Session:
        """A new pair of tokens. Access tokens handed out before stay good until they expire, for calls under way."""
        now = self._now_us()
        unused = (TokenRow.session_id == row.id, TokenRow.kind == "refresh", TokenRow.used_at.is_(None))
        transaction.execute(update(TokenRow).where(*unused).values(used_at=now))
        access, refresh = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        for token, kind, life in ((access, "access", ACCESS_US), (refresh, "refresh", REFRESH_US)):
            transaction.add(TokenRow(hash=_hash(token), session_id=row.id, kind=kind, expires_at=now + life))
        actor = self._users.actor(transaction.get_one(UserRow, row.user_id))
        return Session(
            token=access,
            expires_at=from_micros(now + ACCESS_US),
            refresh_token=refresh,
            user=described(actor),
            stepped_up_until=self._stepped_up(row),
        )

    def _note_use(self, token: str) -> None:
        """That an access token has reached whom it was given to: once in its life. Raises Refusal("signed-out") if it was
        held for lost meanwhile."""
        with self._database.write() as transaction:
            found = transaction.get(TokenRow, _hash(token), with_for_update=True)
            if found is None or not self._lasts(found.expires_at, ACCESS_US):
                raise _signed_out()
            if found.used_at is None:
                found.used_at = self._now_us()

    def _has_served_since(self, transaction: Transaction, row: SessionRow, since_us: int) -> bool:
        """Whether anybody has used an access token that was given then or later. Of refresh tokens it cannot be told: the
        last one is used up by whoever gets the next."""
        used = select(TokenRow.hash).where(*_given_since(row, since_us), TokenRow.used_at.is_not(None)).limit(1)
        return transaction.scalar(used) is not None

    def _expire_since(self, transaction: Transaction, row: SessionRow, since_us: int) -> None:
        """The access tokens that were given then or later: who has one has it from an answer that did not reach the desk. At no
        time of any clock are they good again."""
        transaction.execute(update(TokenRow).where(*_given_since(row, since_us)).values(expires_at=0))

    def _stepped_up(self, row: SessionRow) -> datetime | None:
        until = row.stepped_up_until
        return None if until is None or not self._lasts(until, STEPPED_UP_US) else from_micros(until)

    def _lasts(self, until_us: int, life_us: int) -> bool:
        """What would last for twice as long as it was given for was given by a clock that was ahead, and has been set
        back since."""
        return 0 < until_us - self._now_us() <= 2 * life_us

    def _forget_ended(self, transaction: Transaction) -> None:
        """Tokens a day past their end serve nothing, not even to know a copy by: that of a refresh token is known by the
        use of access tokens that were given later, which outlast it."""
        before_us = self._now_us() - 86_400 * SECOND
        for kind, grace_us in (("refresh", 0), ("access", REFRESH_US)):
            transaction.execute(
                delete(TokenRow).where(TokenRow.kind == kind, TokenRow.expires_at < before_us - grace_us)
            )


def _given_since(row: SessionRow, since_us: int) -> tuple[ColumnElement[bool], ...]:
    """Access tokens of a session."""
    return TokenRow.session_id == row.id, TokenRow.kind == "access", TokenRow.expires_at >= since_us + ACCESS_US


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _signed_out() -> Refusal:
    return Refusal("signed-out", "the session has ended: sign in again")

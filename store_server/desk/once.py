"""Doing something once however often it is asked: the effect and the remembered answer commit together."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol, TypeVar

import msgspec
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from store_client.contract.cause import Cause
from store_client.contract.decoding import from_json
from store_client.contract.live import Event
from store_client.contract.problem import FieldError
from store_server.refusal import Refusal
from store_server.storage.database import Database
from store_server.storage.remembered import RememberedRow

T = TypeVar("T", bound=msgspec.Struct)
_FINAL = {"bad-request", "not-permitted", "not-found", "conflict", "stale", "not-covered", "lease-lost"}
"""Refusals of a deed; others are of the moment: a disk that is full, a password that is not fresh."""
_REFUSED = '{"remembered":"refusal"'


class Asking(Protocol):
    """Whose key it is: a user or an app."""

    @property
    def user_id(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Once:
    """``key``: the client's Idempotency-Key; ``fingerprint``: hash of method, path and body, made by http."""

    key: str
    fingerprint: str


class _Refused(msgspec.Struct, frozen=True, tag_field="remembered", tag="refusal"):
    """A refusal in the place of an answer."""

    name: str
    detail: str
    errors: list[FieldError]
    cause: Cause | None = None


class Memory:
    """Remembers answers by key, for ever. One for each database; shared by all threads.

    What was refused for good is remembered too: of two copies of a request one may be refused, and told so, before the
    other arrives, when it could be done. Whoever was told "no" must not find it done.
    """

    def __init__(self, database: Database, now_us: Callable[[], int]) -> None:
        self._database = database
        self._now_us = now_us
        self._lock = threading.Lock()
        self._running: set[str] = set()

    def once(
        self, once: Once, actor: Asking, kind: type[T], effect: Callable[[Session], tuple[T, list[Event]]]
    ) -> tuple[T, list[Event]]:
        """Answer and events of ``effect`` in a transaction of its own; the first answer if the key was used before.

        Events come with the first answer only: they are to be announced once.

        Raises Refusal: "key-reused" if the key came with another body or from another user, "still-running" while the
        first is worked on, and whatever ``effect`` refuses, which it refuses again unless that was for the moment.
        """
        with self._alone(once.key):
            try:
                return self._run(once, actor, kind, effect)
            except IntegrityError:
                # Another server on the same database may have committed this key since we looked.
                with self._database.read() as session:
                    known = session.get(RememberedRow, once.key)
                    if known is None:
                        raise
                    return _recall(known, once, actor, kind), []

    def _run(
        self, once: Once, actor: Asking, kind: type[T], effect: Callable[[Session], tuple[T, list[Event]]]
    ) -> tuple[T, list[Event]]:
        try:
            with self._database.write() as session:
                known = self._look(session, once)
                if known is not None:
                    return _recall(known, once, actor, kind), []
                answer, events = effect(session)
                session.add(self._row(once, actor, answer))
                return answer, events
        except Refusal as refusal:
            if refusal.name not in _FINAL:
                raise
            with self._database.write() as session:
                known = self._look(session, once)
                if known is not None:
                    return _recall(known, once, actor, kind), []
                session.add(
                    self._row(once, actor, _Refused(refusal.name, refusal.detail, refusal.errors, refusal.cause))
                )
            raise

    def _look(self, session: Session, once: Once) -> RememberedRow | None:
        """What is remembered under the key, while nobody else works on it."""
        if not self._database.is_sqlite and not session.scalar(
            select(func.pg_try_advisory_xact_lock(func.hashtextextended(once.key, 0)))
        ):
            raise Refusal("still-running", "this request is still being worked on: ask again in a moment")
        return session.get(RememberedRow, once.key)

    def _row(self, once: Once, actor: Asking, answer: msgspec.Struct) -> RememberedRow:
        return RememberedRow(
            key=once.key,
            user_id=actor.user_id,
            fingerprint=once.fingerprint,
            answer=msgspec.json.encode(answer).decode(),
            at_us=self._now_us(),
        )

    def is_running(self, key: str) -> bool:
        """Whether a request under ``key`` is being worked on by this program."""
        return key in self._running

    @contextmanager
    def _alone(self, key: str) -> Iterator[None]:
        with self._lock:
            if key in self._running:
                raise Refusal("still-running", "this request is still being worked on: ask again in a moment")
            self._running.add(key)
        try:
            yield
        finally:
            with self._lock:
                self._running.discard(key)


def _recall(known: RememberedRow, once: Once, actor: Asking, kind: type[T]) -> T:
    if known.fingerprint != once.fingerprint or known.user_id != actor.user_id:
        raise Refusal("key-reused", "this idempotency key was used before with another request: make a new key")
    if known.answer.startswith(_REFUSED):
        refused = from_json(known.answer, _Refused)
        raise Refusal(refused.name, refused.detail, refused.errors, refused.cause)
    return from_json(known.answer, kind)

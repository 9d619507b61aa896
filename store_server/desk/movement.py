"""Money on its way to or from the provider, exactly once, whatever crashes.

The key is stored before the first sending, and a movement is marked as being submitted in a transaction of its own
before the provider hears of it. Who finds one so marked later does not know what the provider did: it asks. Only if
the provider then says that it has never seen the key, and still remembers keys of that age, is it sent again, under
the same key.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import ClassVar, Generic, TypeVar

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from store_server.cause import cause
from store_server.desk.provider import Answer, PaymentProvider, ProviderSilent
from store_server.desk.why import NOTHING_SAID, Why, because
from store_server.storage.database import Database
from store_server.storage.movements import DebitRow, PaymentRow, RefundRow

SECOND_US = 1_000_000
HANDS_US = 30 * SECOND_US
"""For how long whoever submits may take before others ask in its place."""
POLL_US = SECOND_US
MOST_US = 60 * SECOND_US
FAR_US = 2 * MOST_US
"""What is under way never waits for so long: a clock that was ahead put it off, and has been set back since."""
BATCH = 100

Mover = TypeVar("Mover", PaymentRow, RefundRow, DebitRow)


class Movement(ABC, Generic[Mover]):
    """``first``: the state in which nothing was sent yet; ``done``: the one in which the money has moved, from where it
    ``comes_back`` or never does."""

    row: type[Mover]
    first: ClassVar[str]
    done: ClassVar[str]
    comes_back: ClassVar[bool] = False

    def __init__(self, database: Database, provider: PaymentProvider, now_us: Callable[[], int]) -> None:
        self._database = database
        self._provider = provider
        self._now_us = now_us

    def due(self) -> Sequence[str]:
        """Ids of what is to be looked at now, the longest waiting first."""
        now_us, row = self._now_us(), self.row
        is_put_off = and_(row.next_us > now_us + FAR_US, or_(row.state != self.done, row.sent_us > now_us + FAR_US))
        query = select(row.id).where(or_(row.next_us <= now_us, is_put_off)).order_by(row.next_us).limit(BATCH)
        with self._database.read() as session:
            return session.scalars(query).all()

    def drive(self, movement: str) -> None:
        """One step of one movement: mark it, talk to the provider, write what it said."""
        began_us = self._now_us()
        call = self._prepare(movement)
        if call is None or self._now_us() - began_us >= HANDS_US:
            return  # others have it in hand, or had the time to take it out of these
        try:
            answer = call()
        except ProviderSilent:
            answer = None
        with self._database.write() as session:
            row = self._lock(session, movement)
            if row.state in ("submitting", "in_doubt"):
                self._hear(session, row, answer)
            elif row.state == self.done and self.comes_back:  # else a person said so while the provider was asked
                self._hear_later(session, row, answer)

    def _prepare(self, movement: str) -> Callable[[], Answer] | None:
        with self._database.write() as session:
            row = self._lock(session, movement)
            now_us = self._now_us()  # not before: who waited for the lock has an old time
            if not self._is_due(row, now_us):
                return None  # another has it in hand
            if row.state == self.first and row.sent_us is not None and not self._is_remembered(row, now_us):
                self._change(session, row, "in_doubt", because(cause("waited_too_long")))
            if row.state != self.first:
                row.next_us = now_us + HANDS_US
                row.attempts += row.state != self.done
                return self._asking(row)
            if not self._may_go(session, row):
                return None
            row.state = "submitting"
            row.sent_us = now_us if row.sent_us is None else row.sent_us
            row.next_us = now_us + HANDS_US
            row.attempts += 1
            self._note(session, row, NOTHING_SAID)
            return self._sending(row)

    def _is_due(self, row: Mover, now_us: int) -> bool:
        if row.next_us is None:
            return False
        is_put_off = row.next_us > now_us + FAR_US
        return row.next_us <= now_us or (is_put_off and (row.state != self.done or _is_ahead(row.sent_us, now_us)))

    def _hear(self, session: Session, row: Mover, answer: Answer | None) -> None:
        now_us = self._now_us()
        row.next_us = now_us + min(MOST_US, SECOND_US << min(row.attempts, 6))
        if answer is None:
            self._silence(session, row, now_us)
        elif answer.outcome == "pending":
            row.reference = answer.reference
            row.next_us = now_us + POLL_US
            self._change(session, row, "submitting", because(cause("provider_has_it")))
        elif answer.outcome == "unknown":
            self._unknown(session, row, now_us)
        else:
            row.reference = answer.reference
            is_done = answer.outcome != "failed"
            row.next_us = self._watched_us(row, now_us) if is_done else None
            self._change(session, row, self.done if is_done else "failed", answer.why)
            self._finish(session, row, is_done=is_done)

    def _hear_later(self, session: Session, row: Mover, answer: Answer | None) -> None:
        """What became of money that had moved."""
        now_us = self._now_us()
        if _is_ahead(row.sent_us, now_us):
            row.sent_us = now_us  # it is watched as if it had been sent now
        if answer is None:
            row.next_us = now_us + MOST_US
            return
        row.next_us = self._watched_us(row, now_us) if answer.outcome in ("pending", "settled") else None
        if answer.outcome in ("failed", "reversed"):
            self._change(session, row, "reversed", answer.why)
            self._finish(session, row, is_done=False)

    def _watched_us(self, row: Mover, now_us: int) -> int | None:  # noqa: ARG002  what can come back depends on the kind
        """When to ask again about money that has moved; None where it cannot come back."""
        return None

    def _silence(self, session: Session, row: Mover, now_us: int) -> None:
        """No answer: to be asked again, until the provider would have forgotten it anyway."""
        if row.sent_us is not None and self._age_us(row.sent_us, now_us) >= self._provider.horizon_us:
            self._give_up(session, row, because(cause("provider_gone")))
        else:
            self._change(session, row, "in_doubt", because(cause("provider_silent")))

    def _unknown(self, session: Session, row: Mover, now_us: int) -> None:
        """The provider has no movement under the key: because it never got it, or because it has forgotten."""
        if self._is_remembered(row, now_us):
            row.next_us = now_us
            self._change(session, row, self.first, because(cause("provider_never_got")))
        elif row.sent_us is not None and self._age_us(row.sent_us, now_us) < self._provider.horizon_us:
            row.next_us = now_us + MOST_US  # what is under way for long may still come: nobody says yet that it failed
            self._change(session, row, "in_doubt", because(cause("provider_not_seen")))
        else:
            row.next_us = now_us + MOST_US
            self._give_up(session, row, because(cause("provider_forgot")))

    def _give_up(self, session: Session, row: Mover, why: Why) -> None:
        """In doubt until a person says what became of it, or the provider speaks after all: it goes on being asked."""
        if not row.is_forgotten or row.state != "in_doubt":
            row.is_forgotten = True
            row.state = "in_doubt"
            self._note(session, row, why)

    def _is_remembered(self, row: Mover, now_us: int) -> bool:
        """Whether the provider surely knows the key if it ever got it, with room for what is under way for long."""
        return row.sent_us is not None and self._age_us(row.sent_us, now_us) < self._provider.horizon_us // 2

    def _age_us(self, sent_us: int, now_us: int) -> int:
        """Of what a clock that was ahead has stamped nobody knows it: so much that the provider may have forgotten."""
        return self._provider.horizon_us if _is_ahead(sent_us, now_us) else now_us - sent_us

    def _change(self, session: Session, row: Mover, state: str, why: Why) -> None:
        if row.state != state:
            row.state = state
            self._note(session, row, why)

    def _lock(self, session: Session, movement: str) -> Mover:
        return session.get_one(self.row, movement, with_for_update=True)

    def _may_go(self, session: Session, row: Mover) -> bool:  # noqa: ARG002  what it needs depends on the kind
        """Whether it can be sent now; if not, says in ``row`` when to look again."""
        return True

    @abstractmethod
    def _sending(self, row: Mover) -> Callable[[], Answer]:
        """The call that sends it, made outside of any transaction."""

    @abstractmethod
    def _asking(self, row: Mover) -> Callable[[], Answer]: ...

    @abstractmethod
    def _finish(self, session: Session, row: Mover, *, is_done: bool) -> None:
        """What follows in the books, in the transaction that writes the end of the movement; ``row`` has its state."""

    @abstractmethod
    def _note(self, session: Session, row: Mover, why: Why) -> None:
        """Keeps that ``row`` has come into its present state."""


def _is_ahead(sent_us: int | None, now_us: int) -> bool:
    """Whether it was sent by a clock that was ahead, and has been set back since."""
    return sent_us is not None and sent_us > now_us + FAR_US

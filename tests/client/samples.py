"""A session and an event, as a store would answer and send them."""

from datetime import UTC, datetime, timedelta

from store_client.contract.ids import new_id
from store_client.contract.live import Entered
from store_client.contract.money import Money
from store_client.contract.session import LiveAccess, Session, User

USER = User(new_id(), "Ada", "agent", ["floor", "cases", "faces"], Money(5000, "EUR"))


def session(token: str, *, life_s: float = 900, live: LiveAccess | None = None) -> Session:
    ends = datetime.now(UTC) + timedelta(seconds=life_s)
    return Session(token, ends, f"refresh-{token}", USER, live)


def entered(seq: int, *, epoch: str = "e1", measured_at: int | None = None) -> Entered:
    moment = 1_000_000 * (seq + 1) if measured_at is None else measured_at
    return Entered(
        epoch=epoch,
        seq=seq,
        measured_at=moment,
        sent_at=moment,
        id=new_id(),
        store="s1",
        trip=new_id(),
        visit=seq,
        gate="g1",
    )

"""How much may be given back without asking another: in sums that splitting does not get round.

What a refund uses is added in the transaction of its decision by one statement that answers with the sum, so that of
two decisions at once only one can be the last that fits. It is given back when the refund comes to nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select, text, update
from sqlalchemy.orm import Session

from store_client.contract.case import LimitScope, LimitUse
from store_client.contract.money import Money
from store_client.contract.store import Store
from store_server.desk.actor import Actor
from store_server.storage.limits import LimitRow, LimitUseRow
from store_server.storage.movements import PaymentRow

_DAY_US = 24 * 3_600_000_000
_DAYS_WORTH = 10
"""Without a policy of its own, a day's limit is so many times that of one receipt."""
_UNSEEN = {"synchronize_session": False}
_ADD = text(
    "INSERT INTO limits (scope, key, used) VALUES (:scope, :key, :minor) "
    "ON CONFLICT (scope, key) DO UPDATE SET used = limits.used + :minor RETURNING used"
)


@dataclass(frozen=True, slots=True)
class Bound:
    """One limit for one decision. ``most``: minor units; ``since_us``: what was used before is counted no more."""

    scope: LimitScope
    key: str
    most: int
    since_us: int | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """``used``: minor units of a limit that are used with the decision."""

    bound: Bound
    used: int

    @property
    def is_passed(self) -> bool:
        return self.used > self.bound.most

    def told(self, currency: str) -> LimitUse:
        return LimitUse(self.bound.scope, Money(self.used, currency), Money(self.bound.most, currency))


def bounds_of(session: Session, store: Store, receipt: str, actor: Actor, now_us: int) -> list[Bound]:
    """The limits of a decision of ``actor`` on ``receipt``, in the order in which they are taken everywhere, so that
    two transactions never wait for each other. Without a means of payment no shopper is known by it."""
    policies = store.policies
    most = min(actor.refund_limit.minor, policies.approval_limit.minor)
    day = policies.agent_day_limit
    days_most = policies.approval_limit.minor * _DAYS_WORTH if day is None else day.minor
    local = datetime.fromtimestamp(now_us / 1e6, UTC).astimezone(ZoneInfo(store.time_zone)).date()
    bounds = [
        Bound("agent_day", f"{store.id}:{actor.user_id}:{local.isoformat()}", days_most),
        Bound("receipt", receipt, most),
    ]
    token = session.scalar(select(PaymentRow.payment_token).where(PaymentRow.receipt == receipt))
    if token:
        since_us = now_us - policies.refund_window_days * _DAY_US
        bounds.append(Bound("shopper", f"{store.id}:{token}", most, since_us))
    return bounds


def foresee(session: Session, bounds: Sequence[Bound], minor: int) -> list[Use]:
    """What ``take`` would find now; changes nothing."""
    uses = []
    for bound in bounds:
        used = session.scalar(select(LimitRow.used).where(LimitRow.scope == bound.scope, LimitRow.key == bound.key))
        uses.append(Use(bound, (used or 0) - _bygone(session, bound) + minor))
    return uses


def take(session: Session, bounds: Sequence[Bound], minor: int, now_us: int) -> list[Use]:
    """Uses ``minor`` of each limit, also of one that is passed by it: who approves does not make room for more."""
    uses = []
    for bound in bounds:
        used = int(session.execute(_ADD, {"scope": bound.scope, "key": bound.key, "minor": minor}).scalar_one())
        bygone = _bygone(session, bound)
        if bygone:
            used -= bygone
            _lower(session, bound.scope, bound.key, bygone)
            session.execute(
                update(LimitUseRow).where(*_bygone_of(bound)).values(ended_us=now_us), execution_options=_UNSEEN
            )
        uses.append(Use(bound, used))
    return uses


def keep(session: Session, refund: str, uses: Sequence[Use], minor: int, now_us: int) -> None:
    """Writes down which refund used what ``take`` took, once it is there."""
    session.add_all(
        LimitUseRow(refund=refund, scope=use.bound.scope, key=use.bound.key, minor=minor, at_us=now_us) for use in uses
    )
    session.flush()


def give_back(session: Session, refund: str, now_us: int) -> None:
    """What ``refund`` used may be used again, as far as it was still counted."""
    uses = session.execute(
        select(LimitUseRow.scope, LimitUseRow.key, LimitUseRow.minor)
        .where(LimitUseRow.refund == refund)
        .order_by(LimitUseRow.scope)
    ).all()
    for scope, key, minor in uses:
        session.execute(_ADD, {"scope": scope, "key": key, "minor": 0})  # nobody else ends the use meanwhile
        mine = (LimitUseRow.refund == refund, LimitUseRow.scope == scope, LimitUseRow.ended_us.is_(None))
        if session.scalar(select(LimitUseRow.refund).where(*mine)) is not None:
            session.execute(update(LimitUseRow).where(*mine).values(ended_us=now_us), execution_options=_UNSEEN)
            _lower(session, scope, key, minor)


def _bygone_of(bound: Bound) -> list[ColumnElement[bool]]:
    """Uses that are counted and fell out of the window of ``bound``."""
    return [
        LimitUseRow.scope == bound.scope,
        LimitUseRow.key == bound.key,
        LimitUseRow.ended_us.is_(None),
        LimitUseRow.at_us <= (bound.since_us or 0),
    ]


def _bygone(session: Session, bound: Bound) -> int:
    """Minor units that are counted and fell out of the window."""
    if bound.since_us is None:
        return 0
    return int(session.scalar(select(func.coalesce(func.sum(LimitUseRow.minor), 0)).where(*_bygone_of(bound))) or 0)


def _lower(session: Session, scope: str, key: str, minor: int) -> None:
    session.execute(
        update(LimitRow).where(LimitRow.scope == scope, LimitRow.key == key).values(used=LimitRow.used - minor),
        execution_options=_UNSEEN,
    )

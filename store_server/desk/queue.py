"""The queue of cases: what to show of it, and how much there is of each."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, literal, not_, or_, select
from sqlalchemy.orm import Session

from store_client.contract.case import CaseCounts, CaseState, Channel
from store_client.contract.moment import to_micros
from store_server.desk.actor import Actor
from store_server.desk.case_reading import is_in_state
from store_server.storage.cases import CaseRow

_UNDECIDED = CaseRow.state.in_(("open", "claimed", "awaiting_approval"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """``assignee``: a user's name or id; ``late``: undecided past its due time; ``mine``: held or proposed by ``actor``;
    ``approvable``: awaiting an approval that ``actor`` may give. None: whatever it is."""

    state: CaseState | None = None
    assignee: str | None = None
    due_before: datetime | None = None
    channel: Channel | None = None
    late: bool | None = None
    mine: bool | None = None
    approvable: bool | None = None
    actor: Actor | None = None

    def conditions(self, now_us: int) -> list[ColumnElement[bool]]:
        wanted: list[ColumnElement[bool]] = []
        if self.state is not None:
            wanted.append(is_in_state(self.state, now_us))
        if self.assignee is not None:
            wanted.append(or_(CaseRow.assignee == self.assignee, CaseRow.assignee_id == self.assignee))
        if self.due_before is not None:
            wanted.append(CaseRow.due_us < to_micros(self.due_before))
        if self.channel is not None:
            wanted.append(CaseRow.channel == self.channel)
        sides = [(self.late, _is_late(now_us))]
        if self.actor is not None:
            sides += [(self.mine, _is_of(self.actor, now_us)), (self.approvable, _is_for(self.actor))]
        return wanted + [condition if side else not_(condition) for side, condition in sides if side is not None]


def count_cases(session: Session, store: str, actor: Actor, now_us: int) -> CaseCounts:
    def number(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    states: tuple[CaseState, ...] = ("open", "claimed", "awaiting_approval", "decided", "closed")
    asked = [is_in_state(state, now_us) for state in states]
    asked += [_is_late(now_us), _is_of(actor, now_us), _is_for(actor)]
    found = session.execute(select(*(number(condition) for condition in asked)).where(CaseRow.store == store)).one()
    opened, claimed, awaiting, decided, closed, late, mine, approvable = (int(value) for value in found)
    return CaseCounts(
        open=opened,
        claimed=claimed,
        awaiting_approval=awaiting,
        decided=decided,
        closed=closed,
        late=late,
        mine=mine,
        approvable=approvable,
    )


def _is_late(now_us: int) -> ColumnElement[bool]:
    return and_(_UNDECIDED, CaseRow.due_us < now_us)


def _is_of(actor: Actor, now_us: int) -> ColumnElement[bool]:
    holds = and_(is_in_state("claimed", now_us), func.coalesce(CaseRow.assignee_id, "") == actor.user_id)
    proposed = func.coalesce(CaseRow.proposed_by_id, "") == actor.user_id
    return or_(holds, and_(CaseRow.state == "awaiting_approval", proposed))


def _is_for(actor: Actor) -> ColumnElement[bool]:
    if "approve" not in actor.permissions:
        return literal(0) == 1
    other = func.coalesce(CaseRow.proposed_by_id, "") != actor.user_id
    return and_(CaseRow.state == "awaiting_approval", other)

"""Is what many clients saw of a case what one after the other would have seen? A check of histories.

Each change answers with the case's version, so the versions say in which order the store did them; what remains is
whether every change was allowed after the one before it, whether that order agrees with the order in which things
happened (who was answered before another asked comes before it: Herlihy and Wing, 1990), and whether every refusal and
every look could have been answered so at some moment between the question and its answer.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from store_client.contract.case import Case

Kind = Literal["open", "claim", "release", "decide", "approve", "refuse", "look"]
LEASE_S = 300.0


@dataclass(frozen=True, slots=True)
class Op:
    """``asked`` and ``answered``: seconds of one monotonic clock; ``version`` and ``token``: what the client sent;
    ``refusal``: the problem's name, "" if it was done; ``seen``: the case in the answer."""

    user: str
    kind: Kind
    case: str
    asked: float
    answered: float
    version: int = 0
    token: int = 0
    refusal: str = ""
    seen: Case | None = None

    def __str__(self) -> str:
        what = self.refusal or (f"version {self.seen.version}, {self.seen.state}" if self.seen else "nothing")
        return f"{self.asked:.4f}–{self.answered:.4f} {self.user} {self.kind} (v{self.version} t{self.token}): {what}"


def anomalies(history: Iterable[Op]) -> list[str]:
    """What no sequence of the same requests explains."""
    by_case: dict[str, list[Op]] = {}
    for op in history:
        by_case.setdefault(op.case, []).append(op)
    return [f"case {case}: {what}" for case, ops in by_case.items() for what in _of_case(ops)]


def doubled(history: Iterable[Op]) -> list[str]:
    """Cases that were opened on a receipt while another of it was not decided."""
    by_case: dict[str, list[Op]] = {}
    for op in history:
        if op.seen is not None and op.kind != "look":
            by_case.setdefault(op.case, []).append(op)
    by_receipt: dict[str, list[list[Op]]] = {}
    for ops in by_case.values():
        by_receipt.setdefault(_case(ops[0]).receipt, []).append(sorted(ops, key=_result))
    found = []
    for cases in by_receipt.values():
        cases.sort(key=lambda ops: _case(ops[0]).number)
        for earlier, later in pairwise(cases):
            last = earlier[-1]
            if _case(last).state not in ("decided", "closed") or later[0].answered < last.asked:
                found.append(f"case {later[0].case} was opened although {last}")
    return found


def _of_case(ops: Sequence[Op]) -> list[str]:
    changes = sorted((op for op in ops if op.seen is not None and op.kind != "look"), key=_result)
    versions = [_result(op) for op in changes]
    if versions != list(range(1, len(versions) + 1)):
        return [f"its versions are {versions}: {_told(changes)}"]
    found = [f"it began with {op}" for op in changes[:1] if op.kind != "open"]
    token = 0
    for before, now in pairwise(changes):
        if not _follows(before, now):
            found.append(f"{now} after {before}")
        if now.kind == "claim":
            token += 1
            if _token(_case(now)) != token:
                found.append(f"{now} is not claim {token}")
    latest = 0.0
    for op in changes:
        if op.answered < latest:
            found.append(f"{op} was answered before an earlier change was asked for")
        latest = max(latest, op.asked)
    for op in ops:
        if op.seen is None or op.kind == "look":
            around = _possible(op, changes)
            if not any(_explains(change, op) for change in around):
                found.append(f"{op} at none of {_told(around)}")
    return found


def _follows(before: Op, now: Op) -> bool:
    """Whether ``now`` is allowed when ``before`` was the last change."""
    was, done = _case(before), _case(now)
    if now.kind not in ("open", "release") and now.version != was.version:
        return False
    match now.kind:
        case "claim":
            return _is_free(was, done, now.user) and _holder(done) == now.user
        case "release":
            return _is_held(was, now) and done.state == "open"
        case "decide":
            return _is_held(was, now) and done.state in ("decided", "awaiting_approval")
        case "approve":
            return _is_anothers(was, now.user) and done.state == "decided"
        case "refuse":
            return _is_anothers(was, now.user) and done.state == "open"
    return False


def _explains(change: Op, op: Op) -> bool:
    """Whether ``op`` is answered as it was while ``change`` is the last one."""
    was = _case(change)
    if op.kind == "look":
        return op.seen is not None and op.seen.version == was.version and _looks_like(op.seen, was)
    is_stale = op.kind != "release" and op.version != was.version
    match op.refusal:
        case "stale":
            return is_stale
        case "lease-lost" if op.kind == "claim":
            return not is_stale and was.state == "claimed" and _holder(was) != op.user
        case "lease-lost":
            return not is_stale and not _is_held(was, op)
        case "conflict" if op.kind in ("approve", "refuse"):
            return not is_stale and was.state != "awaiting_approval"
        case "conflict":
            return not is_stale and was.state in ("decided", "closed", "awaiting_approval")
        case "not-permitted":
            return not is_stale and was.proposal is not None and was.proposal.decision.decided_by == op.user
        case "not-covered":
            return not is_stale and op.kind == "decide" and _is_held(was, op)
    return False


def _possible(op: Op, changes: Sequence[Op]) -> list[Op]:
    """The changes of which each may have been the last at some moment while ``op`` was under way."""
    done = [place for place, change in enumerate(changes) if change.answered < op.asked]
    begun = [place for place, change in enumerate(changes) if change.asked < op.answered]
    return list(changes[max(done, default=0) : max(begun, default=-1) + 1])


def _looks_like(seen: Case, was: Case) -> bool:
    """A lease that has run out is not shown; nothing else changes without a version."""
    is_run_out = was.state == "claimed" and seen.state == "open" and seen.lease is None
    return is_run_out or (seen.state == was.state and _holder(seen) == _holder(was))


def _is_free(was: Case, done: Case, user: str) -> bool:
    if was.state == "open" or (was.state == "claimed" and _holder(was) == user):
        return True
    if was.state != "claimed" or was.lease is None or done.lease is None:
        return False
    return was.lease.expires_at.timestamp() <= done.lease.expires_at.timestamp() - LEASE_S


def _is_held(was: Case, op: Op) -> bool:
    return was.state == "claimed" and _holder(was) == op.user and _token(was) == op.token


def _is_anothers(was: Case, user: str) -> bool:
    return was.proposal is not None and was.proposal.decision.decided_by != user


def _token(case: Case) -> int:
    return case.lease.token if case.lease is not None else 0


def _holder(case: Case) -> str:
    return case.lease.holder if case.lease is not None else ""


def _case(op: Op) -> Case:
    assert op.seen is not None
    return op.seen


def _result(op: Op) -> int:
    return _case(op).version


def _told(ops: Iterable[Op]) -> str:
    return "; ".join(str(op) for op in ops)

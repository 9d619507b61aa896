"""A draft beside what its case is by now: may it go on as it is, or has another been at the case meanwhile?"""

from dataclasses import dataclass
from typing import Literal

from console.domain.draft import Draft
from store_client.contract.case import Case, Decision

Standing = Literal["fits", "waits", "overtaken", "done"]
"""``fits``: it goes on where it was left; ``waits``: nobody holds the case; ``overtaken``: another has been at it;
``done``: it is what was decided or proposed."""


def standing_of(draft: Draft, case: Case, user: str) -> Standing:
    """``user``: the name of who drafted it."""
    decision = decision_of(case)
    if decision is not None:
        return "done" if decision.decided_by == user else "overtaken"
    if case.lease is None:
        return "waits"
    if case.lease.holder != user:
        return "overtaken"
    is_next = draft.lease in (0, case.lease.token, case.lease.token - 1)  # nobody claimed it between the two
    return "fits" if is_next else "overtaken"


def decision_of(case: Case) -> Decision | None:
    """What was decided, or is proposed."""
    if case.proposal is not None:
        return case.proposal.decision
    return case.decision if case.state in ("decided", "closed") else None


@dataclass(frozen=True, slots=True)
class Difference:
    """A line as it is in the case by now and in the draft: units, and the product put in its place."""

    line: int
    now: int | None
    mine: int | None
    now_replacement: str | None = None
    mine_replacement: str | None = None


def differences(draft: Draft, case: Case) -> tuple[Difference, ...]:
    """Every line that one of both decides, in the order of the receipt."""
    decision = decision_of(case)
    theirs = {} if decision is None else {line.line: line for line in decision.lines}
    mine = {line.line: line for line in draft.lines}
    found = []
    for line in case.lines:
        here, there = mine.get(line.line), theirs.get(line.line)
        if here is not None or there is not None:
            found.append(
                Difference(
                    line.line,
                    None if there is None else there.decided_quantity,
                    None if here is None else here.decided_quantity,
                    None if there is None else there.replacement_gtin,
                    None if here is None else here.replacement_gtin,
                )
            )
    return tuple(found)

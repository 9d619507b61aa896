"""The store's audit log: what is looked for in it, and whether it is still the one that this desk has seen."""

from dataclasses import dataclass
from typing import Literal

from console.domain.problem import Problem
from store_client.contract.audit import AuditHead
from store_client.contract.moment import Micros
from store_client.trail import Condition

Verdict = Condition | Literal["trusted"]
"""``trusted``: an auditor has said that the log is to be followed from this head on."""
SOUND: frozenset[Verdict] = frozenset({"first", "whole", "trusted"})


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """What to look for, each word exactly as it is in the log. ``since_us``: store time."""

    by: str = ""
    action: str = ""
    subject: str = ""
    since_us: Micros | None = None


@dataclass(frozen=True, slots=True)
class KeptHead:
    """A head as the desk keeps it. ``seen_us``: when, by this machine's clock."""

    head: AuditHead
    seen_us: Micros
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class AuditLog:
    """``now``: what the store showed when it was asked last, None where it has no log or was not asked yet;
    ``before``: the last head that was sound. ``problem``: why it could not be asked."""

    now: KeptHead | None = None
    before: KeptHead | None = None
    is_checking: bool = False
    problem: Problem | None = None

    @property
    def is_damaged(self) -> bool:
        return self.now is not None and self.now.verdict not in SOUND

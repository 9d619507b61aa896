"""What became of a store's audit log since it was seen last."""

from dataclasses import dataclass
from typing import Literal

from store_client.contract.audit import AuditHead

Condition = Literal["first", "whole", "truncated", "rewritten", "forked", "another_key", "another_log", "unsigned"]
SOUND: frozenset[Condition] = frozenset({"first", "whole"})


@dataclass(frozen=True, slots=True)
class Trail:
    """``first``: nothing was seen before; ``head``: what the store shows now; ``then``: what it shows of the moment
    that was seen last, where that is another than what it showed at the time."""

    condition: Condition
    head: AuditHead
    then: AuditHead | None = None

    @property
    def is_damaged(self) -> bool:
        return self.condition not in SOUND

"""What becomes of a refund that is on its way."""

from dataclasses import dataclass, field
from typing import Literal

from console.domain.commands.command import Command


@dataclass(frozen=True, slots=True)
class AskRefund(Command):
    """Lets the store ask the payment provider again, now."""

    refund: str


@dataclass(frozen=True, slots=True)
class ResolveRefund(Command):
    """What a person learned from the provider about a refund in doubt. ``password``: see ApproveCase."""

    refund: str
    outcome: Literal["settled", "failed"]
    reference: str
    note: str
    password: str = field(repr=False)

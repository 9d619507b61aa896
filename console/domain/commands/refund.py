"""What becomes of a refund that is on its way, or of other money that is in doubt."""

from dataclasses import dataclass, field

from console.domain.commands.command import Command
from store_client.contract.refund import Outcome


@dataclass(frozen=True, slots=True)
class AskRefund(Command):
    """Lets the store ask the payment provider again, now."""

    refund: str


@dataclass(frozen=True, slots=True)
class ResolveRefund(Command):
    """What a person learned from the provider about a refund in doubt. ``password``: see ApproveCase."""

    refund: str
    outcome: Outcome
    reference: str
    note: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ResolveDoubt(Command):
    """The same about the payment or the debit ``key``, which its receipt names among its doubts."""

    key: str
    outcome: Outcome
    reference: str
    note: str
    password: str = field(repr=False)

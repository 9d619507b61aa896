"""A shopper's trip."""

from dataclasses import dataclass

from console.domain.commands.command import Command


@dataclass(frozen=True, slots=True)
class ChangeCart(Command):
    """``quantity``: units more (+) or less (−)."""

    trip: str
    gtin: str
    quantity: int
    reason: str

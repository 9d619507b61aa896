"""A shopper's trip: what happened in it, and its cart."""

from dataclasses import dataclass

from console.domain.commands.command import Command


@dataclass(frozen=True, slots=True)
class LoadTrip(Command):
    """Asks for the events of a trip (state: ``Desk.trip``)."""

    trip: str


@dataclass(frozen=True, slots=True)
class ChangeCart(Command):
    """``quantity``: units more (+) or less (−)."""

    trip: str
    gtin: str
    quantity: int
    reason: str

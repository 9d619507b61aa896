"""What goes between the desk and the store: now, again, or not at all."""

from dataclasses import dataclass, field

from console.domain.commands.command import Command


@dataclass(frozen=True, slots=True)
class Refresh(Command):
    """Asks the store again for everything that the desk keeps of it."""


@dataclass(frozen=True, slots=True)
class CancelTask(Command):
    task: int


@dataclass(frozen=True, slots=True)
class SendIntent(Command):
    """Sends what waits, or what is in doubt, again and now. ``password``: where the store wants it fresh."""

    key: str
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class DropIntent(Command):
    """Takes back what was never sent; of what was refused, takes note."""

    key: str

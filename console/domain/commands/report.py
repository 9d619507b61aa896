"""The report of what went wrong."""

from dataclasses import dataclass

from console.domain.commands.command import Command


@dataclass(frozen=True, slots=True)
class MakeReport(Command):
    """Puts together what went wrong and where (state: ``Desk.report``), for a person to read."""


@dataclass(frozen=True, slots=True)
class SaveReport(Command):
    """Writes the report, as it was read, into a file."""

    path: str

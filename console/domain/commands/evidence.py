"""The evidence of a case, to look at and to take away."""

from dataclasses import dataclass

from console.domain.commands.command import Command


@dataclass(frozen=True, slots=True)
class LoadEvidence(Command):
    """Asks for the evidence of a case (state: ``Desk.evidence``)."""

    case: str


@dataclass(frozen=True, slots=True)
class FetchPictures(Command):
    """Asks for pictures of a case's evidence by their hashes, the most wanted first (state: ``Desk.exhibits``);
    replaces what was asked for before."""

    case: str
    sha256: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExportCaseFile(Command):
    """Writes the case file: ``path``.zip, signed, for machines, and ``path``.pdf for people."""

    case: str
    path: str

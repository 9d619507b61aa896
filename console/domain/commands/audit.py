"""The store's audit log: whether it is whole, and what it says."""

from dataclasses import dataclass

from console.domain.audit import AuditQuery
from console.domain.commands.command import Command


@dataclass(frozen=True, slots=True)
class CheckAudit(Command):
    """Follows the store's log from the head that this desk saw last (state: ``Desk.audit_log``)."""


@dataclass(frozen=True, slots=True)
class TrustAudit(Command):
    """From now on the log is followed from what the store shows now, however it came to be so."""


@dataclass(frozen=True, slots=True)
class ExportHeads(Command):
    """Writes the heads that this desk keeps of the store into a file, for ``audit verify --seen``."""

    path: str


@dataclass(frozen=True, slots=True)
class SearchAudit(Command):
    query: AuditQuery


@dataclass(frozen=True, slots=True)
class MoreAudit(Command):
    pass

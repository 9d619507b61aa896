"""Finding cases, holding one, and deciding on it."""

from dataclasses import dataclass, field

from console.domain.commands.command import Command
from console.domain.draft import Draft
from console.domain.listing import CaseQuery
from store_client.contract.case import AddedLine, Channel, ClaimedLine, Language


@dataclass(frozen=True, slots=True)
class SearchCases(Command):
    query: CaseQuery


@dataclass(frozen=True, slots=True)
class MoreCases(Command):
    pass


@dataclass(frozen=True, slots=True)
class OpenCase(Command):
    """Shows a case that exists. None closes it."""

    case: str | None


@dataclass(frozen=True, slots=True)
class StartCase(Command):
    """Opens a new case on a receipt and shows it."""

    receipt: str
    lines: tuple[ClaimedLine, ...] = ()
    added: tuple[AddedLine, ...] = ()
    message: str = ""
    channel: Channel = "agent"
    language: Language = "en"


@dataclass(frozen=True, slots=True)
class ClaimCase(Command):
    case: str


@dataclass(frozen=True, slots=True)
class ReleaseCase(Command):
    case: str


@dataclass(frozen=True, slots=True)
class KeepDraft(Command):
    """Keeps what is no decision yet; nothing has an effect any more (state: ``Desk.effect``)."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class DropDraft(Command):
    """Forgets what was drafted of a case."""

    case: str


@dataclass(frozen=True, slots=True)
class PreviewDecision(Command):
    """Asks for the effect of ``draft`` (state: ``Desk.effect``) and keeps the draft."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class DecideCase(Command):
    draft: Draft


@dataclass(frozen=True, slots=True)
class ApproveCase(Command):
    """Decides on another's proposal. ``note``: needed for a refusal. ``password``: the approver's own, asked for each
    time; never kept on disk."""

    case: str
    is_approved: bool
    note: str
    password: str = field(repr=False)

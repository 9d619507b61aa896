"""Which permission a command needs. The store enforces; the desk only hides what would be refused."""

from console.domain.commands.audit import ExportHeads, MoreAudit, SearchAudit, TrustAudit
from console.domain.commands.case import (
    ApproveCase,
    ClaimCase,
    DecideCase,
    KeepDraft,
    PreviewDecision,
    ReleaseCase,
    StartCase,
)
from console.domain.commands.command import Command
from console.domain.commands.evidence import ExportCaseFile, FetchPictures, LoadEvidence
from console.domain.commands.refund import AskRefund, ResolveDoubt, ResolveRefund
from console.domain.commands.replay import ExportSpan, GoTo, LookAtTimeline, Pause, Play, Step
from console.domain.commands.trip import ChangeCart
from console.domain.commands.watching import ShowFaces, WatchCameras, WatchPlates
from store_client.contract.session import Permission

NEEDS: dict[type[Command], Permission] = {
    ChangeCart: "cart",
    StartCase: "cases",
    ClaimCase: "cases",
    ReleaseCase: "cases",
    PreviewDecision: "cases",
    KeepDraft: "cases",
    DecideCase: "cases",
    LoadEvidence: "cases",
    FetchPictures: "cases",
    ExportCaseFile: "cases",
    ExportSpan: "floor",
    ApproveCase: "approve",
    AskRefund: "cases",
    ResolveRefund: "approve",
    ResolveDoubt: "approve",
    WatchCameras: "floor",
    ShowFaces: "faces",
    WatchPlates: "floor",
    GoTo: "floor",
    Play: "floor",
    Pause: "floor",
    Step: "floor",
    LookAtTimeline: "floor",
    SearchAudit: "audit",
    MoreAudit: "audit",
    ExportHeads: "audit",
    TrustAudit: "audit",
}

CHANGES_NOW: frozenset[type[Command]] = frozenset({ChangeCart})
"""What is done to what the live screens show: of no use while that was so then."""


def needed_for(command: type[Command]) -> Permission | None:
    """None: whoever is signed in may."""
    return NEEDS.get(command)

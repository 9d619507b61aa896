"""Which permission a command needs. The store enforces; the desk only hides what would be refused."""

from console.domain.commands import (
    ApproveCase,
    AskRefund,
    ChangeCart,
    ClaimCase,
    Command,
    DecideCase,
    PreviewDecision,
    ReleaseCase,
    ResolveRefund,
    StartCase,
    WatchCameras,
    WatchPlates,
)
from store_client.contract.session import Permission

NEEDS: dict[type[Command], Permission] = {
    ChangeCart: "cart",
    StartCase: "cases",
    ClaimCase: "cases",
    ReleaseCase: "cases",
    PreviewDecision: "cases",
    DecideCase: "cases",
    ApproveCase: "approve",
    AskRefund: "cases",
    ResolveRefund: "approve",
    WatchCameras: "floor",
    WatchPlates: "floor",
}


def needed_for(command: type[Command]) -> Permission | None:
    """None: whoever is signed in may."""
    return NEEDS.get(command)

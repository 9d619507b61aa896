"""What a screen can ask for: frozen commands, emitted on ``Desk.commands``, handled elsewhere.

A command says what is wanted, never how. Its outcome is seen in the state; its failure becomes one Problem.
"""

from dataclasses import dataclass, field
from typing import Literal

from console.domain.audit import AuditQuery
from console.domain.choice import Choice
from console.domain.listing import CaseQuery, ReceiptQuery
from console.domain.preferences import Preferences
from store_client.contract.case import AddedLine, Channel, ClaimedLine, DecidedLine, DecisionReason, Language

ScreenName = Literal["live_floor", "cameras", "shelves", "receipts", "cases", "audit", "settings"]


# ---- the desk itself


@dataclass(frozen=True, slots=True)
class OpenDemo:
    """Goes to the embedded store, and signs in there."""


@dataclass(frozen=True, slots=True)
class Connect:
    """Goes to the store at ``url``, as somebody typed it. ``pin``: the fingerprint of the certificate that was shown and
    agreed to."""

    url: str
    pin: str | None = None


@dataclass(frozen=True, slots=True)
class LeaveStore:
    """To choose another; whoever is signed in is signed out."""


@dataclass(frozen=True, slots=True)
class SignIn:
    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignInDemo:
    """As one of the embedded store's made-up users, whose passwords the desk knows."""

    role: str


@dataclass(frozen=True, slots=True)
class SignOut:
    pass


@dataclass(frozen=True, slots=True)
class Lock:
    pass


@dataclass(frozen=True, slots=True)
class Unlock:
    """``password``: empty where the desk knows it, as at the embedded store."""

    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ChooseStore:
    store: str


@dataclass(frozen=True, slots=True)
class SaveWorkspace:
    """Keeps how windows and panels are arranged now (state: ``Desk.workspaces``), in the place of one of that name."""

    name: str


@dataclass(frozen=True, slots=True)
class OpenWorkspace:
    name: str


@dataclass(frozen=True, slots=True)
class DropWorkspace:
    name: str


@dataclass(frozen=True, slots=True)
class SetPreferences:
    preferences: Preferences


@dataclass(frozen=True, slots=True)
class MakeReport:
    """Puts together what went wrong and where (state: ``Desk.report``), for a person to read."""


@dataclass(frozen=True, slots=True)
class SaveReport:
    """Writes the report, as it was read, into a file."""

    path: str


@dataclass(frozen=True, slots=True)
class ShowScreen:
    name: ScreenName


@dataclass(frozen=True, slots=True)
class Choose:
    """Makes ``choice`` what is chosen, on every screen (see ``Desk.choice``)."""

    choice: Choice


@dataclass(frozen=True, slots=True)
class CancelTask:
    task: int


@dataclass(frozen=True, slots=True)
class Refresh:
    """Asks the store again for everything that the desk keeps of it."""


# ---- looking


@dataclass(frozen=True, slots=True)
class Picturing:
    """One camera at one width (pixels of the tile; the nearest that the camera delivers is fetched)."""

    camera: str
    width: int


@dataclass(frozen=True, slots=True)
class WatchCameras:
    """The cameras that screen ``by`` shows now; replaces what it asked for before. Empty: none. ``behind_ms``: pictures
    are shown no sooner than so long after they were taken (0: at once), so that what is known of people is as new."""

    by: ScreenName
    wanted: tuple[Picturing, ...]
    behind_ms: int = 0


@dataclass(frozen=True, slots=True)
class ShowFaces:
    """Asks for leave to see heads in all pictures (state: ``Desk.faces``). ``reason`` is kept in the audit log, for the
    sake of ``case`` if it is one; ``password``: the user's own, asked for each time; never kept on disk."""

    reason: str
    password: str = field(repr=False)
    case: str | None = None


@dataclass(frozen=True, slots=True)
class HideFaces:
    """Heads are made unrecognisable again, at once."""


@dataclass(frozen=True, slots=True)
class WatchPlates:
    """The plates whose traces screen ``by`` shows now (up to eight), and how far back they must reach."""

    by: ScreenName
    plates: tuple[str, ...]
    seconds: float = 90.0


@dataclass(frozen=True, slots=True)
class SaveSnapshot:
    """Keeps the picture that is shown of ``camera`` in ``path``, whose suffix (.png, .jpg) says how."""

    camera: str
    path: str


# ---- then


@dataclass(frozen=True, slots=True)
class GoTo:
    """Shows the live screens as they were at a moment (µs UTC of the store; state: ``Desk.replay``, ``Desk.moment``)."""

    at_us: int


@dataclass(frozen=True, slots=True)
class Play:
    """Lets the moment go on; ``speed``: one of domain.replay.SPEEDS, None for that of before."""

    speed: float | None = None


@dataclass(frozen=True, slots=True)
class SetSpeed:
    speed: float


@dataclass(frozen=True, slots=True)
class Pause:
    """Holds the moment; now stands still too, and is then."""


@dataclass(frozen=True, slots=True)
class Step:
    """By a picture of the camera in front, later (+1) or earlier (−1)."""

    by: int


@dataclass(frozen=True, slots=True)
class BackToNow:
    pass


@dataclass(frozen=True, slots=True)
class MarkSpan:
    """Marks from in to out (µs UTC; state: ``Desk.marked``). None: marks nothing."""

    from_us: int | None
    to_us: int | None


@dataclass(frozen=True, slots=True)
class LookAtTimeline:
    """Asks of which moments of a span there are pictures (µs UTC; state: ``Desk.timeline``), and ``has_events``: what
    happened in it."""

    since_us: int
    until_us: int
    has_events: bool = False


@dataclass(frozen=True, slots=True)
class LoadTrip:
    """Asks for the events of a trip (state: ``Desk.trip``)."""

    trip: str


# ---- carts


@dataclass(frozen=True, slots=True)
class ChangeCart:
    """``quantity``: units more (+) or less (−)."""

    trip: str
    gtin: str
    quantity: int
    reason: str


# ---- receipts


@dataclass(frozen=True, slots=True)
class SearchReceipts:
    query: ReceiptQuery


@dataclass(frozen=True, slots=True)
class MoreReceipts:
    pass


@dataclass(frozen=True, slots=True)
class OpenReceipt:
    """None closes it."""

    receipt: str | None


@dataclass(frozen=True, slots=True)
class Find:
    """Asks for receipts that fit what is typed in the palette (state: ``Desk.found``)."""

    text: str


# ---- cases


@dataclass(frozen=True, slots=True)
class SearchCases:
    query: CaseQuery


@dataclass(frozen=True, slots=True)
class MoreCases:
    pass


@dataclass(frozen=True, slots=True)
class OpenCase:
    """Shows a case that exists. None closes it."""

    case: str | None


@dataclass(frozen=True, slots=True)
class StartCase:
    """Opens a new case on a receipt and shows it."""

    receipt: str
    lines: tuple[ClaimedLine, ...] = ()
    added: tuple[AddedLine, ...] = ()
    message: str = ""
    channel: Channel = "agent"
    language: Language = "en"


@dataclass(frozen=True, slots=True)
class ClaimCase:
    case: str


@dataclass(frozen=True, slots=True)
class ReleaseCase:
    case: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What is about to be decided: kept on disk while it is edited, so that a crash loses no work. ``lease``: the token
    under which it was made; another's claim in between shows by it. ``is_agreed``: the shopper agreed to be charged
    for what was missed."""

    case: str
    lines: tuple[DecidedLine, ...] = ()
    added: tuple[AddedLine, ...] = ()
    goodwill: int = 0
    reason: DecisionReason = "not_taken"
    message: str = ""
    is_agreed: bool = False
    lease: int = 0


@dataclass(frozen=True, slots=True)
class DropDraft:
    """Forgets what was drafted of a case."""

    case: str


@dataclass(frozen=True, slots=True)
class PreviewDecision:
    """Asks for the effect of ``draft`` (state: ``Desk.effect``) and keeps the draft."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class DecideCase:
    draft: Draft


@dataclass(frozen=True, slots=True)
class ApproveCase:
    """Decides on another's proposal. ``note``: needed for a refusal. ``password``: the approver's own, asked for each
    time; never kept on disk."""

    case: str
    is_approved: bool
    note: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LoadEvidence:
    """Asks for the evidence of a case (state: ``Desk.evidence``)."""

    case: str


@dataclass(frozen=True, slots=True)
class FetchPictures:
    """Asks for pictures of a case's evidence by their hashes, the most wanted first (state: ``Desk.exhibits``);
    replaces what was asked for before."""

    case: str
    sha256: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExportCaseFile:
    """Writes the case file: ``path``.zip, signed, for machines, and ``path``.pdf for people."""

    case: str
    path: str


@dataclass(frozen=True, slots=True)
class AskRefund:
    """Lets the store ask the payment provider again, now."""

    refund: str


@dataclass(frozen=True, slots=True)
class ResolveRefund:
    """What a person learned from the provider about a refund in doubt. ``password``: see ApproveCase."""

    refund: str
    outcome: Literal["settled", "failed"]
    reference: str
    note: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ExportSpan:
    """Writes what was recorded in [``from_us``, ``to_us``) to the folder ``path``, which must not be there yet.
    ``reason``, ``password``: for leave to see faces, which films of single cameras need where it is not given already;
    side by side heads are covered."""

    cameras: tuple[str, ...]
    from_us: int
    to_us: int
    path: str
    is_side_by_side: bool = False
    reason: str = ""
    password: str = field(default="", repr=False)


# ---- the outbox


@dataclass(frozen=True, slots=True)
class SendIntent:
    """Sends what waits, or what is in doubt, again and now. ``password``: where the store wants it fresh."""

    key: str
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class DropIntent:
    """Takes back what was never sent; of what was refused, takes note."""

    key: str


# ---- the audit log


@dataclass(frozen=True, slots=True)
class CheckAudit:
    """Follows the store's log from the head that this desk saw last (state: ``Desk.audit_log``)."""


@dataclass(frozen=True, slots=True)
class TrustAudit:
    """From now on the log is followed from what the store shows now, however it came to be so."""


@dataclass(frozen=True, slots=True)
class ExportHeads:
    """Writes the heads that this desk keeps of the store into a file, for ``audit verify --seen``."""

    path: str


@dataclass(frozen=True, slots=True)
class SearchAudit:
    query: AuditQuery


@dataclass(frozen=True, slots=True)
class MoreAudit:
    pass


Command = (
    OpenDemo
    | Connect
    | LeaveStore
    | SignIn
    | SignInDemo
    | SignOut
    | Lock
    | Unlock
    | ChooseStore
    | SetPreferences
    | SaveWorkspace
    | OpenWorkspace
    | DropWorkspace
    | MakeReport
    | SaveReport
    | ShowScreen
    | Choose
    | CancelTask
    | Refresh
    | WatchCameras
    | ShowFaces
    | HideFaces
    | WatchPlates
    | SaveSnapshot
    | GoTo
    | Play
    | SetSpeed
    | Pause
    | Step
    | BackToNow
    | MarkSpan
    | LookAtTimeline
    | LoadTrip
    | ChangeCart
    | SearchReceipts
    | MoreReceipts
    | OpenReceipt
    | Find
    | SearchCases
    | MoreCases
    | OpenCase
    | StartCase
    | ClaimCase
    | ReleaseCase
    | DropDraft
    | PreviewDecision
    | DecideCase
    | ApproveCase
    | LoadEvidence
    | FetchPictures
    | ExportCaseFile
    | ExportSpan
    | AskRefund
    | ResolveRefund
    | SendIntent
    | DropIntent
    | CheckAudit
    | TrustAudit
    | ExportHeads
    | SearchAudit
    | MoreAudit
)

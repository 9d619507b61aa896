"""The composition root: builds each part once, connects, starts and stops them in order."""

import importlib
import logging
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from msgspec.structs import replace as replace_struct
from PySide6.QtCore import QObject, QTimer

from console.arrivals import Arrivals
from console.credentials import Credentials, find_credentials
from console.dispatch import Dispatch, Handlers
from console.domain.choice import Choice
from console.domain.commands import (
    access,
    audit,
    case,
    evidence,
    receipt,
    refund,
    replay,
    report,
    showing,
    traffic,
    trip,
    watching,
)
from console.domain.connection import Link
from console.domain.screen_name import ScreenName
from console.embedded import EmbeddedStore
from console.garbage import leave_out_of_collections
from console.options import Embedded, Options
from console.paths import Paths
from console.screens.table import SCREENS
from console.shell import PREFERENCES, WINDOW, Shell, wall_us
from console.storage.database import Database
from console.storage.drafts import Drafts
from console.storage.heads import Heads
from console.storage.outbox import Outbox
from console.storage.settings import PLACE, LastPlace, SavedWorkspaces, WindowState
from console.storage.unusable import Unusable
from console.window.attention import Attention
from console.window.hints import Hints
from console.window.idle import IdleWatch, waking_s
from console.window.inside import Inside
from console.window.picture_file import PictureFile
from console.window.sounder import Sounder
from console.window.workspaces import WORKSPACES, Workspaces
from console.work.audit_log import AuditLogs
from console.work.cases import Cases
from console.work.courier import Courier
from console.work.decisions import Decisions
from console.work.door import Door
from console.work.errand import Errands
from console.work.error_report import ErrorReports
from console.work.evidence import CasePapers, Evidences
from console.work.exports import Exports
from console.work.faces import Faces
from console.work.lists import Lists
from console.work.live import END_S, LiveDesk
from console.work.operation import Cancellation
from console.work.plates import Plates
from console.work.pulse import Beat, Pulse
from console.work.refunds import Refunds
from console.work.replay import Replays
from console.work.runner import Runner
from console.work.sessions import KEYRING, Sessions
from console.work.snapshots import Snapshots
from console.work.sync import Sync
from console.work.timelines import Timelines
from console.work.video.pool import VideoPool
from store_client.contract.session import Session
from store_client.contract.store import Store

EMBEDDED = "embedded"
"""Stands for the store that lives with the desk, whose address is another at each start."""
OF_THE_PROGRAM = frozenset({"unexpected", "embedded", "video", KEYRING})
"""Topics of problems that whoever works at this desk has."""

_log = logging.getLogger(__name__)


class App(QObject):
    """The desk as a whole. ``start`` goes to the store, ``stop`` ends everything."""

    def __init__(
        self,
        shell: Shell,
        options: Options,
        paths: Paths,
        embedded: EmbeddedStore | None,
        find_secrets: Callable[[], Credentials] = find_credentials,
    ) -> None:
        """``shell``: the window as it is there already. ``embedded``: started already, so that it gets ready while the
        window is built. ``find_secrets``: see Sessions. Raises Unusable without a database."""
        super().__init__()
        self._options = options
        self._paths = paths
        self._settings = shell.settings
        self._wardrobe = shell.wardrobe
        self.desk = shell.desk
        self.window = shell.window
        self.milestones = shell.milestones
        self._database = Database(paths.database)
        self._embedded = embedded
        self._attention = None if options.is_brief else Attention(self.desk, self.window, Sounder())
        self._picture = None if options.picture is None else PictureFile(self.window, options.picture)
        self._idle = IdleWatch(self.window, waking_s)
        self._last: tuple[str, str] | None = None
        self._is_left = False
        self._build_work(find_secrets)
        left = self._settings.get(WINDOW, WindowState())
        self.inside = self._furnish(_known(left.screen))
        self.inside.arrange(left)

    def _build_work(self, find_secrets: Callable[[], Credentials]) -> None:
        desk = self.desk
        self.runner = Runner(desk.tasks, self)
        self.door = Door(self._keep_session)
        errands = Errands(desk, self.door, self.runner)
        drafts = Drafts(self._database)
        how = self._options.embedded or Embedded()
        self._errands = errands
        kept = self._settings.get(WORKSPACES, SavedWorkspaces())
        self._workspaces = Workspaces(desk, kept, self, partial(self._save, WORKSPACES))
        self._lists = Lists(errands, self)
        self._refunds = Refunds(errands, self._lists, self)
        self._cases = Cases(errands, self._refunds, drafts, self)
        self._sessions = Sessions(errands, find_secrets, self)
        self._courier = Courier(errands, Outbox(self._database), drafts, wall_us, self._sessions.known_password, self)
        self._decisions = Decisions(errands, self._courier, self._lists, self._cases, self._refunds, drafts, self)
        self._evidence = Evidences(errands, _write_paper, self)
        self._exports = Exports(errands, self._sessions.known_password, self)
        self._plates = Plates(errands, self)
        self._sync = Sync(errands, self._lists, self._cases, self)
        self.arrivals = Arrivals(
            errands, self._sessions, self._settings, self._save, lambda: EmbeddedStore(how, self._paths.store), self
        )
        self._audit = AuditLogs(errands, Heads(self._database), lambda: self.arrivals.url or EMBEDDED, wall_us, self)
        self.live = LiveDesk(desk, self.door.live_access, lambda: self.door.trust, time.monotonic, wall_us, self)
        self._pulse = Pulse(self.door, self)
        self.video = VideoPool(desk, self.door, time.monotonic, self)
        self._snapshots = Snapshots(errands, self)
        self._reports = ErrorReports(errands, self._paths, self)
        self._faces = Faces(errands, self._sessions.known_password, self)
        self._replays = Replays(errands, self.live, self.video, time.monotonic, self)
        self._timelines = Timelines(errands, self.live, self)
        self._dispatch = Dispatch(desk, self._handlers(), self)

    def _handlers(self) -> Handlers:
        return {
            access.OpenDemo: self.arrivals.open_demo,
            access.Connect: self.arrivals.connect_store,
            access.LeaveStore: self.arrivals.leave,
            access.SignIn: self._sessions.sign_in,
            access.SignInDemo: self._sessions.sign_in_demo,
            access.SignOut: self._sessions.sign_out,
            access.Lock: self._sessions.lock,
            access.Unlock: self._sessions.unlock,
            access.ChooseStore: self._sessions.choose_store,
            report.MakeReport: self._reports.make,
            report.SaveReport: self._reports.save,
            showing.SetPreferences: self._set_preferences,
            showing.SaveWorkspace: self._workspaces.save,
            showing.OpenWorkspace: self._workspaces.open,
            showing.DropWorkspace: self._workspaces.drop,
            showing.ShowScreen: self._show_screen,
            showing.Choose: self._choose,
            traffic.CancelTask: self._cancel,
            traffic.Refresh: self._refresh,
            watching.WatchCameras: self.video.watch,
            watching.SaveSnapshot: self._snapshots.save,
            watching.ShowFaces: self._faces.show,
            watching.HideFaces: self._faces.hide,
            watching.WatchPlates: self._plates.watch,
            replay.GoTo: self._replays.go_to,
            replay.Play: self._replays.play,
            replay.SetSpeed: self._replays.set_speed,
            replay.Pause: self._replays.pause,
            replay.Step: self._replays.step,
            replay.BackToNow: self._replays.back_to_now,
            replay.MarkSpan: self._replays.mark,
            replay.LookAtTimeline: self._timelines.look,
            trip.ChangeCart: self._decisions.change_cart,
            receipt.SearchReceipts: self._lists.search_receipts,
            receipt.MoreReceipts: self._lists.more_receipts,
            receipt.OpenReceipt: self._lists.open_receipt,
            receipt.Find: self._lists.find,
            case.SearchCases: self._cases.search,
            case.MoreCases: self._cases.more,
            case.OpenCase: self._cases.open,
            case.StartCase: self._decisions.start_case,
            case.ClaimCase: self._decisions.claim_case,
            case.ReleaseCase: self._decisions.release_case,
            case.PreviewDecision: self._decisions.preview,
            case.KeepDraft: self._decisions.keep_draft,
            case.DropDraft: self._decisions.drop_draft,
            case.DecideCase: self._decisions.decide_case,
            evidence.LoadEvidence: self._evidence.load,
            evidence.FetchPictures: self._evidence.fetch,
            evidence.ExportCaseFile: self._evidence.export,
            replay.ExportSpan: self._exports.export,
            case.ApproveCase: self._decisions.approve_case,
            audit.CheckAudit: self._audit.check,
            audit.TrustAudit: self._audit.trust,
            audit.ExportHeads: self._audit.export,
            audit.SearchAudit: self._audit.search,
            audit.MoreAudit: self._audit.more,
            refund.AskRefund: self._decisions.ask_refund,
            refund.ResolveRefund: self._decisions.resolve_refund,
            refund.ResolveDoubt: self._decisions.resolve_doubt,
            traffic.SendIntent: self._courier.send_one,
            traffic.DropIntent: self._courier.drop,
        }

    # ---- starting and stopping

    def _furnish(self, current: ScreenName) -> Inside:
        inside = Inside(self.window.theme, self.desk, self.window, current)
        self.window.furnish(inside)
        if not self._options.is_brief:
            Hints(self.window.theme, self.desk, inside)
        return inside

    def _furnish_anew(self) -> None:
        """Everything that carries text, in the language that is installed by now; nothing that was typed is in it."""
        arranged, before = self.inside.arrangement(), self.inside
        before.leave()
        before.destroyed.connect(lambda: QTimer.singleShot(0, self, leave_out_of_collections))  # some 8 MB of it
        self.inside = self._furnish(before.current)
        self.inside.arrange(arranged)

    def start(self) -> None:
        """Goes to the store."""
        self._idle.minutes = self.desk.preferences.value.lock_minutes
        self._idle.idle.connect(self._lock)
        self.window.translated.connect(self._furnish_anew)
        self._sessions.began.connect(self._work_at)
        self._sessions.ended.connect(self._rest)
        self.live.happened.connect(self._sync.follow_events)
        self.live.alerted.connect(self._sync.follow_alerts)
        self.video.signed_out.connect(self._renew_session)
        self._pulse.beat.connect(self._follow_pulse)
        self._pulse.start()
        self.arrivals.missed.connect(self._pulse.hurry)
        self.arrivals.start(self._embedded, self._options.store)

    def stop(self) -> None:
        """In the order in which nothing speaks to what is gone."""
        self.keep_window()
        if self._attention is not None:
            self._attention.stop()
        if self._picture is not None:
            self._picture.stop()
        self.live.stop(END_S)
        self.video.stop()
        self.door.close()  # ends every request, and with it what the pulse and the runner wait for
        self._pulse.stop()
        self._sessions.stop()
        self.runner.stop()
        self.arrivals.stop()
        self._database.close()

    # ---- somebody comes and goes

    def _work_at(self, store: Store) -> None:
        """Somebody has signed in, or chosen another store."""
        user = self.desk.session.value.user
        if user is None:
            return
        self._save(PLACE, LastPlace(self.arrivals.url, user.name, store.id))
        if self._last != (store.id, user.id):
            is_another, self._last = self._last is not None, (store.id, user.id)
            self._forget_store()
            if is_another:
                self._forget_work()
        if "floor" in user.permissions:
            self.live.start(store.id)
        self._sync.refresh()
        self._audit.check()
        self._courier.resend()
        self._plates.again()
        self.video.again()

    def _rest(self) -> None:
        """Nobody is signed in any more. What was being worked on waits, out of sight, for who comes back."""
        self.live.stop()
        self._forget_store()
        self._courier.publish()
        self.desk.connection.set(self.desk.connection.value.having("http", Link()))

    def _forget_store(self) -> None:
        """What it is and what happens there is asked for anew."""
        self._replays.forget()
        self._sync.forget()
        self._audit.forget()

    def _forget_work(self) -> None:
        """Another has come, or works at another store: what was found, opened, chosen and typed is not theirs, nor is what
        of it failed."""
        self._lists.forget()
        self._cases.forget()
        self.desk.problems.leave_only(OF_THE_PROGRAM)
        self.desk.choice.set(Choice())
        self._furnish_anew()

    def _follow_pulse(self, beat: Beat) -> None:
        if beat.is_signed_out:
            self._sessions.was_ended()
        elif self._sync.follow_pulse(beat):
            self._refresh(None)

    def _keep_session(self, session: Session | None) -> None:
        self._sessions.keep(session)

    # ---- what concerns the desk itself

    def _set_preferences(self, command: showing.SetPreferences) -> None:
        likes = command.preferences
        self.desk.preferences.set(likes)
        self._wardrobe.follow(likes)
        self._idle.minutes = likes.lock_minutes
        self._save(PREFERENCES, likes)

    def _save(self, name: str, value: object) -> None:
        settings = self._settings
        title = self.tr("Saving your settings")
        kept = self.tr("They hold until the desk ends.")
        self._errands.run(name, title, lambda _: settings.put(name, value), lambda _: None, kept=kept)

    def keep_window(self) -> None:
        """At the end, once, when nobody reads banners: what cannot be kept must not keep the rest from ending."""
        if self._is_left:
            return
        self._is_left = True
        try:
            self._settings.put(WINDOW, self.arrangement())
        except Unusable as error:
            _log.warning("how the window was left is not kept: %s", error)
        self.inside.leave()

    def arrangement(self) -> WindowState:
        """Where the windows are, which screens they show, and how the panels lie."""
        return replace_struct(self.inside.arrangement(), geometry=self.window.geometry_bytes())

    def arrange(self, state: WindowState) -> None:
        self.window.restore(state.geometry)
        self.inside.arrange(state)

    def _show_screen(self, command: showing.ShowScreen) -> None:
        self.inside.show_screen(command.name)

    def _choose(self, command: showing.Choose) -> None:
        self.desk.choice.set(command.choice)

    def _cancel(self, command: traffic.CancelTask) -> None:
        self.runner.cancel(command.task)

    def _refresh(self, _command: traffic.Refresh | None) -> None:
        self._pulse.hurry()
        self._sync.refresh()
        self._audit.check()
        self._courier.resend()
        self._plates.again()

    def _renew_session(self) -> None:
        """Decoders cannot renew a bearer; whoever may does it here, once for all of them."""
        door, video = self.door, self.video

        def work(_: Cancellation) -> str:
            return door.client.sessions.bearer()

        def put(_: str) -> None:
            video.renew_token()

        self._errands.run("bearer", self.tr("Renewing the session"), work, put, is_quiet=True)

    def _lock(self) -> None:
        self.desk.commands.emit(access.Lock())


def _known(name: str) -> ScreenName:
    """The screen of that name; the first one where there is none, as after a change of version."""
    return next((screen.name for screen in SCREENS if screen.name == name), SCREENS[0].name)


def _write_paper(papers: CasePapers, path: Path) -> None:
    """What draws it is loaded when the first one is wanted, not while the desk starts."""
    importlib.import_module("console.case_paper").write_case_paper(papers, path)

"""The desk on the day of tests.console.day in a window, and the views of it that are walked through."""

from collections.abc import Callable
from dataclasses import replace as replace_fields
from datetime import UTC, datetime

from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from console.domain.action import ACTIONS
from console.domain.arrival import Arrival
from console.domain.camera_view import Stream
from console.domain.choice import Choice
from console.domain.commands.showing import ShowScreen
from console.domain.commands.watching import WatchPlates
from console.domain.intent import Intent, IntentKind, Kept, Outgoing
from console.domain.listing import Opened
from console.domain.preferences import Preferences
from console.domain.problem import Problem
from console.domain.replay import Replay
from console.domain.screen_name import ScreenName
from console.domain.session import SignedIn
from console.screens.sound_settings import SoundSettings
from console.screens.workspace_settings import WorkspaceSettings
from console.wardrobe import Wardrobe, theme_of
from console.window.hints import Hints
from console.window.inside import LANDMARKS, Inside, Landmark
from console.window.main_window import MainWindow
from console.work.trouble import problem_of
from store_client.certificate import Certificate
from store_client.contract.case import Decision, Proposal
from store_client.contract.problem import Problem as StoreProblem
from store_client.errors import NoAnswer, WrongPassword
from tests.console.day import user
from tests.console.desk_fixture import LivingDesk, living_desk
from tests.console.evidence_day import kept_evidence, lay_evidence
from tests.console.plain_desk import example
from tests.console.walk.access import faint
from tests.console.walk.faults import Fault, layout_faults
from tests.console.walk.looks import Look
from tests.console.walk.painted import painted_faults
from tests.console.walk.words import untranslated

PLAIN = Preferences("light", "en", 100, lock_minutes=0, has_seen_hints=True)
_TROUBLE = "store"
_CERTIFICATE = Certificate(
    sha256="0f" * 32,
    holder="store.example",
    issuer="store.example",
    hosts=("store.example", "192.168.178.20"),
    begins=datetime(2026, 1, 1, tzinfo=UTC),
    ends=datetime(2028, 1, 1, tzinfo=UTC),
)
ROLES = ("staff", "reviewer", "agent", "supervisor", "admin", "auditor")


def _say(context: str, text: str) -> str:
    """What the desk has words for, in its language."""
    return QCoreApplication.translate(context, text)


def trouble() -> Problem:
    kept = _say("Courier", "Your draft is kept.")
    return problem_of(NoAnswer("gone"), _TROUBLE, _say("Screens", "Receipts"), kept)


class Stage:
    """``views``: name → what brings it on. ``wear`` changes the look of the open desk, as a user does."""

    def __init__(self, application: QApplication) -> None:
        self._application = application
        self.desk: LivingDesk = living_desk()
        self.desk.preferences.set(PLAIN)
        self._wardrobe = Wardrobe(application, PLAIN, self.desk)
        self.window = MainWindow(theme_of(PLAIN), self.desk)
        self.inside = self._furnish("live_floor")
        self._hints: Hints | None = None
        self.window.translated.connect(self._translate)
        self.desk.commands.connect(self._carry_out)
        for camera in self.desk.cameras.value:
            self.desk.pictures.streams.put({camera.id: Stream("up", 10.0)})
        self.desk.arrival.set(Arrival("there"))
        self.window.show()
        self.views: dict[str, Callable[[], QWidget]] = {
            "choosing": lambda: self._arrive(Arrival("choosing", problem=trouble())),
            "certificate": lambda: self._arrive(Arrival("doubting", "https://store.example:8443", _CERTIFICATE)),
            "sign_in": self._sign_in,
            "locked": self._locked,
            "live_floor": lambda: self._screen("live_floor"),
            "plate_panel": lambda: self._panel("plate"),
            "camera_panel": lambda: self._panel("camera"),
            "cart_change": self._cart_change,
            "cameras": lambda: self._screen("cameras"),
            "faces": self._faces,
            "shelves": lambda: self._screen("shelves"),
            "receipts": self._receipts,
            "claim": self._claim,
            "queue": self._queue,
            "case": self._case,
            "proposal": self._proposal,
            "audit": lambda: self._screen("audit"),
            "settings": lambda: self._screen("settings"),
            "banner": self._banner,
            "replay": self._replay,
            "palette": lambda: self._over("palette"),
            "help": lambda: self._over("help"),
            "keys": lambda: self._over("keys"),
            "outbox": self._outbox,
            "report": self._report,
            "sounds": lambda: self._setting(SoundSettings),
            "workspaces": self._workspaces,
            "hint_map": lambda: self._hint("map"),
            "hint_help": lambda: self._hint("help"),
        }

    # ---- look

    def wear(self, look: Look) -> None:
        self.desk.preferences.set(look.likes)
        self._wardrobe.follow(look.likes)
        self.window.resize(look.width, look.height)
        self.settle()

    def walk(self, look: Look, seen: Callable[[str, QImage], object] = lambda _, __: None) -> list[Fault]:
        """What is wrong in all views. ``seen`` is told of each, to take its picture."""
        self.wear(look)
        found: list[Fault] = []
        for view in self.views:
            shown = self.show(view)
            faults, picture = painted_faults(shown)
            faults += layout_faults(shown) + faint(shown, picture)
            if look.language != "en":
                faults += untranslated(shown)
            if self.window.size() != QSize(look.width, look.height):
                faults.append(Fault("outside", "MainWindow", f"grew to {self.window.size().toTuple()}"))
            found += [replace_fields(fault, where=f"{view}: {fault.where}") for fault in faults]
            seen(view, picture)
        return found

    def end(self) -> None:
        self.window.close()
        self.window.deleteLater()
        self._wardrobe.take_off()

    def settle(self) -> None:
        """Until layouts have come to rest; a few turns, since one causes the next."""
        for _ in range(4):
            QCoreApplication.sendPostedEvents()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
            QCoreApplication.processEvents()

    def _furnish(self, current: ScreenName) -> Inside:
        inside = Inside(self.window.theme, self.desk, self.window, current)
        self.window.furnish(inside)
        return inside

    def _translate(self) -> None:
        self.inside.leave()
        self._hints = None
        self.inside = self._furnish(self.inside.current)

    def _carry_out(self, command: object) -> None:
        if isinstance(command, WatchPlates):
            self.desk.weights.watch(command.plates)
        elif isinstance(command, ShowScreen):
            self.inside.show_screen(command.name)

    # ---- views

    def _screen(self, name: ScreenName) -> QWidget:
        desk = self.desk
        desk.sign_in("agent" if name == "cases" else "supervisor")
        if name == "live_floor":
            desk.choice.set(Choice())
            desk.choose_fullest(0)
        self.inside.show_screen(name)
        self.settle()
        desk.weights.changed.emit(frozenset())
        return self.window

    def _panel(self, name: str) -> QWidget:
        """Of the live floor, where there is not room for all."""
        self._screen("live_floor")
        panels = self.inside.frame_of("live_floor").panels
        if panels is not None:
            panels.bring(name)
        return self.window

    def _arrive(self, arrival: Arrival) -> QWidget:
        self.desk.arrival.set(arrival)
        self.desk.session.set(SignedIn())
        return self.window

    def _sign_in(self) -> QWidget:
        wrong = problem_of(WrongPassword(StoreProblem("wrong", 401)), "session", _say("SignInCard", "Sign in"))
        self.desk.session.set(SignedIn(demo_roles=ROLES, problem=wrong))
        return self.window

    def _locked(self) -> QWidget:
        self.desk.session.set(SignedIn(user("supervisor"), is_locked=True))
        return self.window

    def _cart_change(self) -> QWidget:
        self._screen("live_floor")
        self.inside.frame_of("live_floor").act("add_to_cart")
        return self.window

    def _faces(self) -> QWidget:
        self._screen("cameras")
        self.desk.session.set(SignedIn(user("supervisor")))
        self.inside.frame_of("cameras").act("faces")
        return self.window

    def _receipts(self) -> QWidget:
        self.desk.open_receipt()
        return self._screen("receipts")

    def _claim(self) -> QWidget:
        self._receipts()
        self.inside.frame_of("receipts").act("start_case")
        return self.window

    def _queue(self) -> QWidget:
        self.desk.case.set(Opened())
        return self._screen("cases")

    def _case(self) -> QWidget:
        desk = self.desk
        self._screen("cases")
        desk.open_case()
        desk.effect.set(Opened(desk.day.case().id, desk.day.effect()))
        lay_evidence(desk, kept_evidence())
        return self.window

    def _proposal(self) -> QWidget:
        desk = self.desk
        self._screen("cases")
        desk.sign_in("supervisor")
        case = desk.day.case()
        decision = replace(example(Decision), decided_by="anna")
        waits = Proposal(decision=decision, amount=case.claimed_worth, limits=[], expires_at=case.due_at)
        desk.case.set(Opened(case.id, replace(case, state="awaiting_approval", lease=None, proposal=waits)))
        return self.window

    def _banner(self) -> QWidget:
        self._screen("receipts")
        self.desk.problems.say(trouble())
        return self.window

    def _replay(self) -> QWidget:
        desk = self.desk
        self._screen("live_floor")
        now_us = desk.day.now_us
        desk.moment.set_span(now_us - 3_600_000_000, now_us)
        desk.moment.move_to(now_us - 60_000_000, "walk")
        desk.replay.set(Replay(is_on=True, kept_from_us=now_us - 3_600_000_000))
        return self.window

    def _over(self, action: str) -> QWidget:
        """What is opened over the screens by its key."""
        self._screen("receipts")
        self.inside._do(next(one for one in ACTIONS if one.name == action))
        return next(sheet for sheet in self.inside.findChildren(QDialog) if sheet.isVisible())

    def _outbox(self) -> QWidget:
        kinds: tuple[IntentKind, ...] = ("decide_case", "change_cart", "ask_refund")
        intents = [
            Intent(f"key {place}", kind, "demo", "agent", "case", b"", 1, self.desk.day.now_us)
            for place, kind in enumerate(kinds)
        ]
        kept = [
            Kept(intent, "pending", place, "the case was changed", "Case 41") for place, intent in enumerate(intents)
        ]
        self.desk.outgoing.set(
            (Outgoing(kept[0], "refused"), Outgoing(kept[1], "waiting"), Outgoing(kept[2], "in_doubt"))
        )
        return self._over("outbox")

    def _report(self) -> QWidget:
        self.desk.report.set("\n".join(f"{line:>4}  something that the program wrote of itself" for line in range(60)))
        return self._over("report")

    def _setting(self, kind: type[QWidget]) -> QWidget:
        """The settings, scrolled to a part of them, as the Tab key does."""
        self._screen("settings")
        part = self.inside.frame_of("settings").findChildren(kind)[0]
        stops = [one for one in part.findChildren(QWidget) if one.focusPolicy() & Qt.FocusPolicy.TabFocus]
        stops[-1].setFocus(Qt.FocusReason.TabFocusReason)
        return self.window

    def _workspaces(self) -> QWidget:
        self.desk.workspaces.set(("Morning", "Evening"))
        return self._setting(WorkspaceSettings)

    def _hint(self, name: Landmark) -> QWidget:
        self._screen("live_floor")
        self.desk.preferences.set(replace_fields(self.desk.preferences.value, has_seen_hints=False))
        self._hints = Hints(self.window.theme, self.desk, self.inside)
        self._hints.begin()
        for _ in range(LANDMARKS.index(name)):
            self._hints.show_next()
        return self.window

    # ---- coming and going

    def show(self, view: str) -> QWidget:
        """Brings a view on, with nothing left over of those before; what has to be looked at is answered."""
        self.leave()
        shown = self.views[view]()
        shown.window().activateWindow()
        self.settle()
        return shown

    def leave(self) -> None:
        desk = self.desk
        for sheet in self.inside.findChildren(QDialog):
            sheet.reject()
        for name in ("live_floor", "cameras", "receipts"):
            self.inside.frame_of(name).act("back")
        if self._hints is not None:
            self._hints.end()
            self._hints.deleteLater()
            self._hints = None
        desk.preferences.set(replace_fields(desk.preferences.value, has_seen_hints=True))
        desk.problems.settle(_TROUBLE)
        desk.arrival.set(Arrival("there"))
        desk.replay.set(Replay())
        desk.outgoing.set(())
        desk.sign_in("supervisor")

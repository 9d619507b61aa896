"""What is in the window once somebody is signed in: navigation, bar, banner, screens, keys, palette."""

from functools import partial
from typing import Literal, Protocol, get_args

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from console.domain.action import REPLAYED, Action
from console.domain.commands.access import Lock, SignOut
from console.domain.commands.command import Command
from console.domain.commands.showing import OpenWorkspace, SetPreferences, ShowScreen
from console.domain.commands.traffic import Refresh
from console.domain.preferences import Preferences, hush_turned, with_next_theme, with_text_scaled
from console.domain.replay import Replay
from console.domain.screen_name import ScreenName
from console.domain.session import SignedIn
from console.screens.frame import ScreenFrame
from console.screens.replay_bar import ReplayBar
from console.screens.screen import Screen
from console.screens.table import SCREENS, entry
from console.screens.then_band import ThenBand
from console.state.desk import Desk
from console.storage.settings import WindowState
from console.window.apart import Apart, known_names
from console.window.keys import Keys
from console.window.palette import Palette
from console.window.problem_banner import ProblemBanner
from console.window.rail import Rail
from console.window.sheets import Sheets
from console.window.top_bar import TopBar
from resources.theme import Theme
from widgets.floor_map import FloorMap
from widgets.state_view import StateView

Landmark = Literal["screens", "map", "time", "links", "help"]
LANDMARKS: tuple[Landmark, ...] = get_args(Landmark)
"""What the hints point at, in that order."""
AGE_MS = 1_000


class Endable(Protocol):
    """What Esc ends before anything else; ``end`` answers False where there is nothing to end."""

    def end(self) -> bool: ...


class Inside(QWidget):
    """Built anew when the language is another."""

    def __init__(self, theme: Theme, desk: Desk, window: QMainWindow, current: ScreenName) -> None:
        """``window``: the one that holds it, which hears the keys. ``current``: the screen to begin with."""
        super().__init__(window.centralWidget())  # where it stays
        self._window = window
        self._theme = theme
        self._desk = desk
        self._frames: dict[ScreenName, ScreenFrame] = {}
        self._current: ScreenName = current
        self._is_open = False
        self.hints: Endable | None = None
        self._workspace = ""
        self._rail = Rail(theme, desk)
        self._bar = TopBar(theme, desk)
        self._banner = ProblemBanner(theme, desk, self)
        self._screens = QStackedWidget()
        self._over = QWidget()
        self._then = ThenBand(theme, desk)
        self._replay = ReplayBar(theme, desk)
        self._keys = Keys(self)
        self._apart = Apart(theme, desk, self)
        self._places: dict[ScreenName, StateView] = {}
        self._palette = Palette(theme, desk, self)
        self._sheets = Sheets(theme, desk, self)
        self._ages = QTimer(self)
        self._lay_out()
        self._build_screens()
        self._connect()
        self._follow_session(desk.session.value)

    def _lay_out(self) -> None:
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self._bar, self._banner, self._then_room()):
            column.addWidget(part)
        column.addWidget(self._screens, 1)
        column.addWidget(self._replay)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._rail)
        row.addLayout(column, 1)

    def _connect(self) -> None:
        self._rail.chosen.connect(self.show_screen)
        self._banner.acted.connect(self._sheets.open_report)
        self._bar.outbox_asked.connect(self._sheets.open_outbox)
        self._bar.help_asked.connect(self.open_help)
        self._keys.pressed.connect(self._do)
        self._apart.pressed.connect(self._do)
        self._apart.left.connect(self.bring_back)
        self._desk.commands.connect(self._note_workspace)
        self._desk.session.changed.connect(self._follow_session)
        self._desk.replay.changed.connect(self._follow_replay)
        self._palette.action_chosen.connect(self._do)
        self._ages.setInterval(AGE_MS)
        self._ages.timeout.connect(self._grow_older)
        self._ages.start()

    # ---- screens

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._sheets.set_theme(theme)
        self._palette.set_theme(theme)
        self._apart.set_theme(theme)

    def _build_screens(self) -> None:
        """Frames are cheap; the screens within are built when they are first shown."""
        for screen in SCREENS:
            frame = ScreenFrame(self._theme, self._desk, screen, self._screens)
            self._frames[screen.name] = frame
            self._screens.addWidget(frame)
        self._rail.choose(self._current)

    @property
    def current(self) -> ScreenName:
        return self._current

    def screen_of(self, name: ScreenName) -> Screen | None:
        """None while it was never shown, or may not be."""
        return self._frames[name].screen_widget

    def frame_of(self, name: ScreenName) -> ScreenFrame:
        return self._frames[name]

    def landmark(self, name: Landmark) -> QWidget | None:
        """None where it is not on the screen that is shown."""
        match name:
            case "screens":
                return self._rail
            case "map":
                return self._frames[self._current].findChild(FloorMap)
            case "time":
                return self._replay
            case "links":
                return self._bar.links
            case "help":
                return self._bar.help

    def take_focus(self) -> None:
        """The keys are the shown screen's."""
        screen = self.screen_of(self._current)
        if screen is not None:
            screen.take_focus()

    def show_screen(self, name: ScreenName) -> None:
        if name != self._current and self._current not in self._apart:
            self._frames[self._current].deactivate()
        self._current = name
        frame = self._frames[name]
        self._screens.setCurrentWidget(self._places.get(name, frame))
        self._rail.choose(name)
        if self._is_open:
            frame.activate()
            if name in self._apart:
                self._apart.bring_forward(name)
        self._follow_section()

    def leave(self) -> None:
        """Lets go of what the shown screens asked for; another one takes this one's place."""
        self._frames[self._current].deactivate()
        self._apart.end()

    # ---- windows of their own

    def take_apart(self, name: ScreenName, geometry: bytes = b"") -> None:
        """Puts a screen into a window of its own; in its place it says so."""
        place = StateView(self._theme)
        title = self.tr("In a window of its own")
        place.show_state("empty", title, self.tr("Close that window, and it is here again."), self.tr("Bring it back"))
        place.acted.connect(partial(self.bring_back, name))
        self._places[name] = place
        self._screens.addWidget(place)
        self._screens.removeWidget(self._frames[name])
        self._apart.take(name, self._frames[name], geometry)
        self.show_screen(self._current)

    def bring_back(self, name: ScreenName) -> None:
        if name not in self._apart:
            return
        frame, place = self._apart.give_back(name), self._places.pop(name)
        self._screens.addWidget(frame)
        self.show_screen(self._current)
        self._screens.removeWidget(place)
        place.deleteLater()

    def arrangement(self) -> WindowState:
        panels = {name: frame.arrangement() for name, frame in self._frames.items()}
        kept = {str(name): one for name, one in panels.items() if one}
        return WindowState(screen=self._current, apart=self._apart.geometries(), panels=kept)

    def arrange(self, state: WindowState) -> None:
        for name in self._apart.names:
            self.bring_back(name)
        for name, frame in self._frames.items():
            frame.arrange(state.panels.get(name, b""))
        for name, geometry in known_names(state.apart, self._frames).items():
            self.take_apart(name, geometry)
        if state.screen in self._frames:
            self.show_screen(entry(state.screen).name)

    # ---- signed in or not

    def _follow_session(self, session: SignedIn) -> None:
        is_open = session.user is not None and not session.is_locked
        if is_open != self._is_open:
            self._is_open = is_open
            self._apart.set_open(is_open=is_open)
            if is_open:
                self.show_screen(self._current)
            else:
                self._frames[self._current].deactivate()
                self._close_dialogs()
        elif is_open and not self._frames[self._current].is_permitted:
            self._frames[self._current].deactivate()
        self._follow_section()

    def _close_dialogs(self) -> None:
        """They are windows of their own, which would stay over the entry page, and keep it from being answered."""
        for dialog in self.findChildren(QDialog):
            if not dialog.isHidden():
                dialog.reject()

    def _then_room(self) -> QWidget:
        """The band is a matter of the screens that can show then: over the others there is no room for it."""
        column = QVBoxLayout(self._over)
        column.setContentsMargins(0, 0, 0, self._theme.space(1))
        column.addWidget(self._then)
        return self._over

    def _follow_section(self) -> None:
        title = entry(self._current).title
        self._keys.set_section(title if self._is_open else None)
        shown = (self._current, *self._apart.names)
        is_live = any(entry(one).title in REPLAYED and self._frames[one].is_permitted for one in shown)
        self._replay.set_active(self._is_open and is_live)
        self._over.setVisible(is_live and self._desk.replay.value.is_on)

    def _follow_replay(self, replay: Replay) -> None:
        if replay.is_on == self._over.isHidden():
            self._follow_section()
            self._grow_older()

    def _grow_older(self) -> None:
        self._frames[self._current].refresh_age()
        self._apart.grow_older()

    # ---- actions

    def _do(self, action: Action, screen: ScreenName | None = None) -> None:
        """``screen``: the one in whose own window the key was pressed."""
        frame = self._frames[screen or self._current]
        if not self._desk.session.value.may(action.needs):
            return
        if action.section == "Screens":
            self._ask(ShowScreen(next(screen.name for screen in SCREENS if action.name == f"show_{screen.name}")))
        elif action.section == "Replay":
            self._replay.act(action.name)
        elif action.section != "Everywhere":
            frame.act(action.name)
        else:
            self._do_everywhere(action.name, frame)

    def _do_everywhere(self, name: str, frame: ScreenFrame) -> None:
        window = frame.window() if frame.entry.name in self._apart else self._window
        likes = self._desk.preferences.value
        match name:
            case "own_window":
                self._turn_apart(frame.entry.name)
            case "next_panel" if frame.panels is not None:
                frame.panels.focus_next()
            case "first_panels":
                frame.arrange(b"")
            case "next_workspace":
                self._next_workspace()
            case "palette":
                self._palette.open()
            case "help":
                self._sheets.open_help(frame.entry.name)
            case "keys":
                self._sheets.open_keys()
            case "outbox":
                self._sheets.open_outbox()
            case "back":
                if self.hints is not None and self.hints.end():
                    return
                if not frame.act("back") and window.isFullScreen():
                    _turn_full(window)
            case "full_screen":
                _turn_full(window)
            case "refresh":
                self._ask(Refresh())
            case "report":
                self._sheets.open_report()
            case "lock":
                self._ask(Lock())
            case "sign_out":
                self._ask(SignOut())
            case "quit":
                self._window.close()
            case "quiet":
                self._like(hush_turned(likes, self._desk.clock.now_us()))
            case "theme":
                self._like(with_next_theme(likes))
            case "text_larger":
                self._like(with_text_scaled(likes, 1))
            case "text_smaller":
                self._like(with_text_scaled(likes, -1))

    def _ask(self, command: Command) -> None:
        self._desk.commands.emit(command)

    def _like(self, likes: Preferences) -> None:
        self._ask(SetPreferences(likes))

    def _turn_apart(self, name: ScreenName) -> None:
        if name in self._apart:
            self.bring_back(name)
        else:
            self.take_apart(name)

    def _next_workspace(self) -> None:
        """After the one that was opened last."""
        names = self._desk.workspaces.value
        if names:
            place = names.index(self._workspace) + 1 if self._workspace in names else 0
            self._ask(OpenWorkspace(names[place % len(names)]))

    def _note_workspace(self, command: Command) -> None:
        """From wherever it was opened."""
        if isinstance(command, OpenWorkspace):
            self._workspace = command.name

    def open_help(self) -> None:
        """The page of the shown screen."""
        self._sheets.open_help(self._current)


def _turn_full(window: QWidget) -> None:
    """Back again it is as it was before: maximised, or not."""
    window.setWindowState(window.windowState() ^ Qt.WindowState.WindowFullScreen)

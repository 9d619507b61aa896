"""``--tour DIR`` and ``--self-check``: the walk, the pictures, the record."""

import json
import sys
import time
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget

from console.app import App
from console.domain.commands.showing import SetPreferences
from console.domain.preferences import THEMES
from console.domain.screen_name import ScreenName
from console.screens.table import SCREENS
from console.tour.footprint import footprint_mib
from console.tour.guide import Guide, Until, Walk
from console.tour.route import MUST_SHOW, Route
from console.tour.turns import TurnProbe
from console.window.hints import Hints
from widgets.help_sheet import HelpSheet

MEASURED_S = 8.0
SETTLED_S = 0.6
PICTURE_SIZE = (1440, 900)


class Tour(QObject):
    """``ended`` carries the exit code: 0 only if every screen showed live data."""

    ended = Signal(object)

    def __init__(self, app: App, folder: Path | None) -> None:
        """``folder``: where pictures and tour.json go; None for the self-check."""
        super().__init__(app)
        self._app = app
        self._desk = desk = app.desk
        self._folder = folder
        self._began_s = time.monotonic()
        self._route = Route(app)
        self._turns = TurnProbe(self)
        self._themes: dict[ScreenName, list[str]] = {screen.name: [] for screen in SCREENS}
        self._liked = desk.preferences.value
        self._guide = Guide(self._check() if folder is None else self._walk(folder), self)
        self._guide.done.connect(self._end)
        application = QApplication.instance()
        assert application is not None
        application.aboutToQuit.connect(self._turns.stop)
        if app.arrivals.keeper is not None:
            app.arrivals.keeper.given_up.connect(self._give_up)

    def start(self) -> None:
        self._app.window.resize(*PICTURE_SIZE)
        self._turns.start()
        self._guide.start()

    # ---- the walks

    def _check(self) -> Walk:
        yield from self._route.begin()
        yield from self._route.look_at_the_floor()
        yield from self._route.look_at_cameras()
        yield from self._route.look_at_shelves()
        yield from self._route.find_a_receipt()
        yield from self._route.settle_a_case()
        yield from self._route.visit("audit")
        yield from self._route.visit("settings")

    def _walk(self, folder: Path) -> Walk:
        yield from self._check()
        yield from self._measure()
        yield from self._route.disputes.leave_open()
        for theme in THEMES:
            yield from self._photograph(folder, theme)

    def _measure(self) -> Walk:
        """The event loop on the live floor, with nothing but the store to do."""
        yield from self._route.visit("live_floor")
        yield from self._pause(SETTLED_S)
        self._turns.start()
        yield from self._pause(MEASURED_S)
        self._turns.stop()

    def _photograph(self, folder: Path, theme: str) -> Walk:
        liked = self._liked
        for known in THEMES:
            if known == theme:
                likes = replace(liked, theme=known, lock_minutes=0, has_seen_hints=True)
                self._desk.commands.emit(SetPreferences(likes))
        for screen in SCREENS:
            if screen.name == "live_floor":
                yield from self._route.choose_shopper()
            yield from self._route.visit(screen.name)
            if screen.name in ("cameras", "live_floor"):
                yield from self._route.see_pictures_move()
            yield from self._pause(SETTLED_S)
            self._route.note(screen.name)
            if self._take_picture(folder / f"{screen.name}-{theme}.png"):
                self._themes[screen.name].append(theme)
            if screen.name == "cases":
                yield from self._photograph_cases(folder, theme)
        yield from self._route.choose_shopper()
        yield from self._route.look_back()
        yield from self._pause(SETTLED_S)
        self._take_picture(folder / f"replay-{theme}.png")
        yield from self._route.return_to_now()
        yield from self._photograph_help(folder, theme)

    def _photograph_help(self, folder: Path, theme: str) -> Walk:
        """The page of the shown screen, and a hint over it."""
        app, desk = self._app, self._desk
        app.inside.open_help()
        yield from self._pause(SETTLED_S)
        for sheet in app.window.findChildren(HelpSheet):
            sheet.grab().save(str(folder / f"help-{theme}.png"))
            sheet.close()
        desk.commands.emit(SetPreferences(replace(desk.preferences.value, has_seen_hints=False)))
        hints = Hints(app.window.theme, desk, app.inside)
        yield Until("a hint is shown", lambda: hints.is_on)
        self._take_picture(folder / f"hint-{theme}.png")
        hints.end()
        hints.deleteLater()
        app.inside.hints = None

    def _photograph_cases(self, folder: Path, theme: str) -> Walk:
        """Beside the bench the queue and, where there is one, a proposal that waits."""
        disputes = self._route.disputes
        views: list[tuple[str, str | None]] = [("queue", None)]
        if disputes.waiting is not None:
            views.append(("approval", disputes.waiting))
        for name, case in views:
            yield from disputes.turn_to(case)
            yield from self._pause(SETTLED_S)
            self._take_picture(folder / f"cases-{name}-{theme}.png")
        yield from disputes.turn_to(disputes.bench)

    def _take_picture(self, path: Path) -> bool:
        self._leave_alone()
        return self._app.window.grab().save(str(path))

    def _leave_alone(self) -> None:
        """Takes the pointer off whatever it happens to rest on: nobody pointed at it."""
        for widget in self._app.window.findChildren(QWidget):
            if widget.underMouse():
                QApplication.sendEvent(widget, QEvent(QEvent.Type.Leave))

    def _pause(self, seconds: float) -> Walk:
        until_s = time.monotonic() + seconds
        yield Until(f"{seconds:g} s pass", lambda: time.monotonic() >= until_s, seconds + 5.0)

    # ---- the record

    def _give_up(self, last_words: str) -> None:
        self._guide.stop(f"the embedded store ends again and again: {last_words}")

    def _end(self, reason: str) -> None:
        self._turns.stop()
        if self._folder is not None:
            self._desk.commands.emit(SetPreferences(self._liked))
        record = self._record(reason)
        why = "" if record["ok"] else _why(reason, record["missing"])
        if self._folder is None:
            print(json.dumps(record), flush=True)  # noqa: T201  # what --self-check is for
        else:
            text = json.dumps(record, indent=2, ensure_ascii=False) + "\n"
            try:
                (self._folder / "tour.json").write_text(text, encoding="utf-8")
            except OSError as error:
                why = f"the tour could not write {self._folder / 'tour.json'}: {error.strerror}"
        if why:
            sys.stderr.write(f"console: {why}\n")
        self.ended.emit(1 if why else 0)

    def _record(self, reason: str) -> dict[str, object]:
        missing = {name: self._route.missing(name) for name in MUST_SHOW}
        is_photographed = self._folder is None or all(len(taken) == len(THEMES) for taken in self._themes.values())
        return {
            "ok": not reason and is_photographed and not any(missing.values()),
            "failed": reason,
            "problems": [problem.what for problem in self._desk.problems.value],
            "missing": {name: counts for name, counts in missing.items() if counts},
            "seconds": round(time.monotonic() - self._began_s, 1),
            "screens": {
                screen.name: {"shows": self._route.shown.get(screen.name, {}), "themes": self._themes[screen.name]}
                for screen in SCREENS
            },
            "story": self._route.story,
            "start": {"window_s": self._app.milestones.window, "live_s": self._app.milestones.live},
            "event_loop": self._turns.report(),
            "memory": footprint_mib(self._app.video.pids),
        }


def _why(reason: str, missing: object) -> str:
    """One line that says what kept the tour from being whole."""
    if reason:
        return f"the tour ended early: {reason}"
    if missing:
        return f"the tour saw no live data: {missing}"
    return "the tour could not write every picture"

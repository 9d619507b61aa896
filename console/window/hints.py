"""Five hints for somebody who sits at the desk for the first time; once ended or finished they never come again."""

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from console.domain.commands.showing import SetPreferences
from console.screens.key_table import with_key
from console.state.desk import Desk
from console.window.inside import LANDMARKS, Inside, Landmark
from resources.theme import Theme
from widgets.hint import HintBubble

SETTLED_MS = 600
"""After the store is known, until what the hints point at has its place."""


class Hints(QObject):
    """Begin when the store is on the screen. Those that would point at nothing, for whoever may not see it, are left
    out."""

    def __init__(self, theme: Theme, desk: Desk, inside: Inside) -> None:
        super().__init__(inside)
        self._theme = theme
        self._desk = desk
        self._inside = inside
        self._left: list[tuple[Landmark, QWidget]] = []
        self._count = 0
        self._bubble: HintBubble | None = None
        inside.hints = self
        desk.session.changed.connect(self._consider)
        desk.planogram.changed.connect(self._consider)
        desk.preferences.changed.connect(self._consider)
        self._consider()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme

    @property
    def is_on(self) -> bool:
        return self._count > 0

    def end(self) -> bool:
        """For Esc. False if there was nothing to end."""
        if not self.is_on:
            return False
        self._count, self._left = 0, []
        if self._bubble is not None:
            self._bubble.leave()
        self._desk.commands.emit(SetPreferences(replace(self._desk.preferences.value, has_seen_hints=True)))
        self._inside.take_focus()
        return True

    def _consider(self, _: object = None) -> None:
        if self._is_due():
            QTimer.singleShot(SETTLED_MS, self, self.begin)

    def _is_due(self) -> bool:
        session = self._desk.session.value
        is_open = session.user is not None and not session.is_locked
        is_there = self._desk.planogram.value is not None or not session.may("floor")
        return not self.is_on and not self._desk.preferences.value.has_seen_hints and is_open and is_there

    def begin(self) -> None:
        if not self._is_due():
            return
        found = [(name, self._inside.landmark(name)) for name in LANDMARKS]
        self._left = [(name, part) for name, part in found if part is not None]
        self._count = len(self._left)
        self.show_next()

    def show_next(self) -> None:
        while self._left and not self._left[0][1].isVisibleTo(self._inside):
            self._left.pop(0)
        if not self._left:
            self.end()
            return
        if self._bubble is None:
            self._bubble = HintBubble(self._theme, self._inside)
            self._bubble.next_asked.connect(self.show_next)
            self._bubble.ended.connect(self.end)
        name, part = self._left.pop(0)
        self._bubble.point_at(part, self._words(name), self._count - len(self._left), self._count)

    def _words(self, name: Landmark) -> str:
        match name:
            case "screens":
                words = self.tr(
                    "The screens of the desk: the digits go there. Whatever you look for, find it by its name"
                )
                return with_key(words, "palette") + "."
            case "map":
                return self.tr(
                    "Each dot is a shopper. Choose one: the cart, the shelf that a line came from, and the camera that "
                    "saw it, follow."
                )
            case "time":
                return self.tr(
                    "The last quarter of an hour; the wheel shows more of the day. Click on a moment, and the whole desk goes "
                    "there; one key comes back"
                ) + (with_key("", "back_to_now") + ".")
            case "links":
                return self.tr(
                    "Whether what you see is fresh. If the store is away, the desk says since when, and waits."
                )
            case "help":
                return self.tr("Help on the screen that you are on") + with_key("", "help") + "."

"""What a screen is.

A screen is a widget that is built of ``(theme, desk, parent)`` the first time it is shown, and lives until the desk ends
or speaks another language. It is built from the top down, each part with its parent: to give a part that is full another
parent costs as much as all that is in it, since the style sheet is applied anew. It

- reads and listens to the state in ``desk`` (``desk.carts.changed.connect(self._show_cart)``: bound methods only) and
  never writes it;
- asks by ``desk.commands.emit(ClaimCase(case))``, with a frozen command of ``console.domain.commands``, and sees what
  comes of it in the state; ``desk.may(DecideCase)`` says what to hide. What is chosen is shared by all screens: emit
  ``Choose(replace(desk.choice.value, plate=…))`` and follow ``desk.choice.changed``; ``ShowScreen`` goes to another;
- works only between ``activate`` and ``deactivate``: cameras and plates are asked for (WatchCameras, WatchPlates) in the
  former and let go in the latter, so that a hidden screen costs nothing;
- says by ``condition`` whether it has something to show. The frame round it (``console.screens.frame``) shows the
  designed state in its place: empty, loading, offline (nothing to show and the store is away) or not permitted
  (``needs`` in ``console.screens.table``), and lays a veil with the age over what is stale. A screen does none of that itself;
- carries out the actions of its section in the table (``console.domain.action``) in ``act``;
- counts what it shows now in ``shows``, for the tour and its tests.

Texts go through ``self.tr``; their German is in ``resources/translations/de/`` under the class's name.
"""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from console.state.desk import Desk
from resources.theme import Theme
from widgets.dock_area import DockArea
from widgets.split import Split


@dataclass(frozen=True, slots=True)
class Condition:
    """``heading`` and ``sentence`` say why there is nothing; ``action`` is the word on the button that calls
    ``Screen.act_on_condition``, "" for none."""

    state: Literal["ready", "empty", "loading"]
    heading: str = ""
    sentence: str = ""
    action: str = ""


READY = Condition("ready")


class Screen(QWidget):
    """Base of all screens."""

    condition_changed = Signal(object)
    """Emit it (with the new Condition) whenever ``condition`` answers otherwise than before."""

    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.desk = desk
        self.panels: DockArea | None = None
        """Set it where the screen has panels that can be moved."""
        self.split: Split | None = None
        """Set it where the screen has two sides with a border between them."""
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def hasHeightForWidth(self) -> bool:
        """A screen is pressed to the least height that it can do with before it scrolls."""
        return False

    def minimumSizeHint(self) -> QSize:
        least, layout = super().minimumSizeHint(), self.layout()
        if layout is None or not layout.hasHeightForWidth():
            return least
        return least.expandedTo(QSize(0, layout.totalMinimumHeightForWidth(max(self.width(), least.width()))))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()  # words break otherwise now

    def set_theme(self, theme: Theme) -> None:
        """Parts of ``widgets`` are told by themselves; override for what the screen paints or colours itself."""
        self.theme = theme

    def margins(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of what is on a screen: the same on all."""
        side = self.theme.space(2)
        return side, 0, side, side

    def take_focus(self) -> None:
        """The keys are the screen's from now on; override where arrows should move in something at once."""
        self.setFocus()

    def activate(self) -> None:
        """The screen has come on."""

    def deactivate(self) -> None:
        """The screen has gone; it still hears the state and need not follow it."""

    def arrangement(self) -> bytes:
        """How its panels or sides were left, for ``arrange``; b"" while nobody moved them."""
        moved = self.panels or self.split
        return b"" if moved is None else moved.arrangement()

    def arrange(self, arrangement: bytes) -> None:
        """As they were left; as at first where that is b""."""
        moved = self.panels or self.split
        if moved is not None:
            moved.arrange(arrangement)

    def condition(self) -> Condition:
        return READY

    def act_on_condition(self) -> None:
        """The button of the condition was pressed."""

    def act(self, action: str) -> bool:  # noqa: ARG002  # for those that have actions
        """Carries out an action of the screen's section, or "back", by its name. False if it cannot be done now."""
        return False

    def shows(self) -> dict[str, int]:
        """What is on it now, as counts: ``{"shoppers": 12, "plates": 360}``."""
        return {}

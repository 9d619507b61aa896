"""What is round every screen: the designed absence in its place, and the veil over what is stale."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from console.domain.commands.traffic import Refresh
from console.domain.connection import Connection
from console.screens.screen import Condition, Screen
from console.screens.table import Entry
from console.state.desk import Desk
from resources.theme import Theme
from widgets.dock_area import DockArea
from widgets.scroll_column import ScrollColumn
from widgets.stale_veil import StaleVeil
from widgets.state_view import StateView


class ScreenFrame(QWidget):
    """Builds its screen when it is first shown, and never for a user who may not see it."""

    def __init__(self, theme: Theme, desk: Desk, entry: Entry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry = entry
        self.screen_widget: Screen | None = None
        self._theme = theme
        self._desk = desk
        self._is_active = False
        self._arrangement = b""
        self._view = StateView(theme, self)
        self._view.acted.connect(self._act)
        self._content = QWidget()
        self._content_layout = QVBoxLayout(self._content)
        self._content_layout.setContentsMargins(0, 0, 0, 0)
        self._veil = StaleVeil(theme, self._content)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._view)
        self._room = ScrollColumn(self._content, self)  # a window too low for the screen scrolls it, and does not grow
        self._stack.addWidget(self._room)
        desk.session.changed.connect(self._follow)
        desk.connection.changed.connect(self._follow)

    def set_theme(self, theme: Theme) -> None:
        """The parts are told by themselves; this is for the screen that is not built yet."""
        self._theme = theme

    @property
    def is_permitted(self) -> bool:
        return self._desk.session.value.may_any(self.entry.needs)

    @property
    def is_ready(self) -> bool:
        """True while the screen itself is seen, fresh or stale."""
        return self._stack.currentWidget() is self._room

    def activate(self) -> None:
        if self.screen_widget is None and self.is_permitted:
            self.screen_widget = self.entry.build(self._theme, self._desk, self._content)
            self.screen_widget.arrange(self._arrangement)
            self.screen_widget.condition_changed.connect(self._follow)
            self._content_layout.addWidget(self.screen_widget)
            self._veil.raise_()
        if self.screen_widget is not None and not self._is_active:
            self._is_active = True
            self.screen_widget.activate()
            QTimer.singleShot(0, self.screen_widget, self.screen_widget.take_focus)  # after the pages have turned
        self._follow()

    def deactivate(self) -> None:
        if self.screen_widget is not None and self._is_active:
            self._is_active = False
            self.screen_widget.deactivate()

    @property
    def panels(self) -> DockArea | None:
        return None if self.screen_widget is None else self.screen_widget.panels

    def arrangement(self) -> bytes:
        """Of the screen's panels or sides, also before it is built; b"" where it has none."""
        return self._arrangement if self.screen_widget is None else self.screen_widget.arrangement()

    def arrange(self, arrangement: bytes) -> None:
        self._arrangement = arrangement
        if self.screen_widget is not None:
            self.screen_widget.arrange(arrangement)

    def act(self, action: str) -> bool:
        return self.is_ready and self.screen_widget is not None and self.screen_widget.act(action)

    def refresh_age(self) -> None:
        """Once a second: what is stale grows older."""
        connection = self._desk.connection.value
        self._veil.set_age(self._desk.stale_s(), self._sentence(connection))
        self._content_layout.setContentsMargins(0, self._veil.strip_height(), 0, 0)

    def _follow(self, _: object = None) -> None:
        connection = self._desk.connection.value
        if not self.is_permitted:
            heading = self.tr("Your role does not see this")
            self._view.show_state("not_permitted", heading, self.tr("Ask a supervisor if you need it."))
            self._stack.setCurrentWidget(self._view)
            return
        condition = Condition("loading") if self.screen_widget is None else self.screen_widget.condition()
        if condition.state == "ready":
            self._stack.setCurrentWidget(self._room)
        elif connection.http.state == "lost":
            sentence = self.tr("Nothing is known yet. The desk goes on trying.")
            self._view.show_state("offline", self.tr("The store does not answer"), sentence, self.tr("Try now"))
            self._stack.setCurrentWidget(self._view)
        else:
            heading = condition.heading or self.tr("Loading…")
            self._view.show_state(condition.state, heading, condition.sentence, condition.action)
            self._stack.setCurrentWidget(self._view)
        self.refresh_age()

    def _act(self) -> None:
        if self._view.state() == "offline":
            self._desk.commands.emit(Refresh())
        elif self.screen_widget is not None:
            self.screen_widget.act_on_condition()

    def _sentence(self, connection: Connection) -> str:
        if connection.http.state == "lost":
            return self.tr("The store does not answer; this is how it was.")
        return self.tr("Live data does not come; this is how it was.")

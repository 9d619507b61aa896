"""The bar over the screens: which store, what is under way, how the links do, what time it is there."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from console.domain.commands.showing import SetPreferences
from console.domain.commands.traffic import CancelTask
from console.domain.connection import LINKS, Connection, Link, LinkName
from console.domain.intent import Outgoing
from console.domain.preferences import hushed, quiet_left_us
from console.domain.task import Task
from console.screens.key_table import with_key
from console.state.desk import Desk
from resources.theme import Theme
from store_client.contract.store import Store
from widgets.connection_bar import ConnectionBar
from widgets.connection_bar import Link as ShownLink
from widgets.connection_bar import LinkState as ShownState
from widgets.elided_label import ElidedLabel
from widgets.icon_button import IconButton
from widgets.moment import time_text
from widgets.store_clock import StoreClock

CLOCK_MS = 250
SLOW_MS = 1_000
SHORT_FROM = 1.5
"""Of the size of text: larger, there is no room for the words beside the sign."""


class TopBar(QFrame):
    """``outbox_asked``: somebody wants to see what is on its way; ``help_asked``: the page of this screen."""

    outbox_asked = Signal()
    help_asked = Signal()

    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._theme = theme
        self._store = ElidedLabel()
        self._store.setProperty("role", "title")
        self._store.setMinimumWidth(theme.px(60))
        self._task = ElidedLabel()
        self._task.setProperty("role", "muted")
        self._cancel = QPushButton(self.tr("Cancel"))
        self._cancel.setProperty("role", "quiet")
        self._outbox = IconButton(theme, "send", "", "quiet")
        self._outbox.clicked.connect(self.outbox_asked)
        self.links = ConnectionBar(theme)
        self._clock = StoreClock(theme)
        self._quiet = IconButton(theme, "quiet", "", "quiet")
        self._quiet.clicked.connect(self._end_quiet)
        self.help = IconButton(theme, "help", "", "quiet")
        self.help.setAccessibleName(self.tr("Help on this screen"))
        self.help.setToolTip(with_key(self.tr("Help on this screen"), "help"))
        self.help.clicked.connect(self.help_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.space(3), theme.space(1), theme.space(3), theme.space(1))
        row.setSpacing(theme.space(3))
        for part in (self._store, self._task, self._cancel):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self._outbox)
        row.addWidget(self._quiet)
        row.addWidget(self.links)
        row.addWidget(self._clock)
        row.addWidget(self.help)
        self._cancel.clicked.connect(self._cancel_task)
        desk.store.changed.connect(self._follow_store)
        desk.tasks.changed.connect(self._follow_tasks)
        desk.connection.changed.connect(self._follow_links)
        desk.outgoing.changed.connect(self._follow_outbox)
        self._timer = QTimer(self)
        self._timer.setInterval(CLOCK_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        self._follow_store(desk.store.value)
        self._follow_tasks(desk.tasks.value)
        self._follow_links(desk.connection.value)
        self._follow_outbox(desk.outgoing.value)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme

    def _follow_store(self, store: Store | None) -> None:
        self._store.setText("Floorwalker" if store is None else store.name)
        self._tick()

    def _follow_tasks(self, tasks: tuple[Task, ...]) -> None:
        self._task.setVisible(bool(tasks))
        self._cancel.setVisible(bool(tasks) and tasks[-1].can_cancel)
        if tasks:
            more = f" (+{len(tasks) - 1})" if len(tasks) > 1 else ""
            share = tasks[-1].share
            done = "" if share is None else f" {round(100 * share)} %"
            self._task.setText(f"{tasks[-1].title}…{done}{more}")

    def _cancel_task(self) -> None:
        tasks = self._desk.tasks.value
        if tasks:
            self._desk.commands.emit(CancelTask(tasks[-1].id))

    def _follow_outbox(self, outgoing: tuple[Outgoing, ...]) -> None:
        """What is being sent this moment is a task, told beside it; what stays is told here."""
        staying = [one for one in outgoing if one.phase != "sending"]
        wanting = [one for one in staying if one.phase in ("refused", "wants_password")]
        self._outbox.setVisible(bool(staying))
        if wanting:
            self._outbox.setText(self.tr("%n need(s) you", "", len(wanting)))
        else:
            self._outbox.setText(self.tr("%n waiting", "", len(staying)))
        self._outbox.setToolTip(with_key(self.tr("What is on its way to the store"), "outbox"))

    def _follow_links(self, connection: Connection) -> None:
        self.links.set_links([self._shown(name, connection.of(name)) for name in LINKS])

    def _shown(self, name: LinkName, link: Link) -> ShownLink:
        names: dict[LinkName, str] = {"http": self.tr("Store"), "live": self.tr("Live"), "video": self.tr("Video")}
        state: ShownState = "off"
        match link.state:
            case "up":
                state = "slow" if (link.delay_ms or 0) > SLOW_MS else "ok"
            case "lost" | "connecting":
                state = link.state
        return ShownLink(name, names[name], state, link.delay_ms, link.drops, link.detail)

    def _end_quiet(self) -> None:
        self._desk.commands.emit(SetPreferences(hushed(self._desk.preferences.value, 0, 0)))

    def _follow_quiet(self) -> None:
        likes, store = self._desk.preferences.value, self._desk.store.value
        until_us, is_quiet = likes.quiet_until_us, quiet_left_us(likes, self._desk.clock.now_us()) > 0
        if is_quiet:
            until = time_text(until_us, "UTC" if store is None else store.time_zone)[:5]
            is_short = self._theme.scale >= SHORT_FROM
            self._quiet.setText("" if is_short else self.tr("until {0}").format(until))
            self._quiet.setAccessibleName(self.tr("No sounds until {0}").format(until))
            hint = self.tr("No sounds until {0}; press for sounds again").format(until)
            self._quiet.setToolTip(with_key(hint, "quiet"))
        self._quiet.setVisible(is_quiet)

    def _tick(self) -> None:
        self._follow_quiet()
        store = self._desk.store.value
        if store is None:
            self._clock.set_moment(None, "UTC")
        else:
            self._clock.set_moment(self._desk.clock.now_us(), store.time_zone)

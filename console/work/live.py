"""The live feed to the state: read in the UI thread at the pace of the screen, and only if there is anything new."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from console.domain.connection import LinkState
from console.state.desk import Desk
from console.work.intake import take_events
from console.work.trouble import what_stands_between
from store_client.contract.live import (
    AlertMessage,
    Event,
    Health,
    Message,
    Positions,
    Scan,
    Weights,
)
from store_client.contract.session import LiveAccess
from store_client.live import LiveFeed, LiveItem, LiveState
from store_client.trust import Trust

PERIOD_MS = 33
SAY_S = 0.5
"""How often the delay of a link that stays up is told anew: people read no faster."""
SILENT_S = 2.0
"""A connected feed that says nothing for so long is as good as lost: health alone comes once a second."""
LEAVE_S, END_S = 0.1, 5.0
"""How long the end of a connection is waited for when a store is left, while somebody looks, and when the desk ends:
under TLS a network that is gone keeps it from ending for half a minute."""


class LiveDesk(QObject):
    """Keeps the desk's live scene and its alerts, and the state of the live link.

    ``happened`` carries a tuple of events, those read back included, after the state has them; ``alerted`` the ids of
    alerts that were raised, changed or cleared.
    """

    happened = Signal(object)
    alerted = Signal(object)
    _feed_state = Signal(object)

    def __init__(
        self,
        desk: Desk,
        access: Callable[[], LiveAccess],
        trust: Callable[[], Trust],
        steady: Callable[[], float],
        wall_us: Callable[[], int],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._access = access
        self._trust = trust
        self._steady = steady
        self._wall_us = wall_us
        self._feed: LiveFeed | None = None
        self._heard_s = 0.0
        self._said_s = 0.0
        self._delay_ms: float | None = None
        self._state: LinkState = "off"
        self._detail = ""
        self._timer = QTimer(self)
        self._timer.setInterval(PERIOD_MS)
        self._timer.timeout.connect(self.pull)
        self._feed_state.connect(self._follow_feed)

    def start(self, store: str) -> None:
        """Listens to ``store`` and to no other."""
        self.stop()
        self._say("connecting")

        def tell(state: LiveState) -> None:
            self._feed_state.emit((feed, state))

        feed = self._feed = LiveFeed(self._access, store, on_state=tell, trust=self._trust())
        feed.start()
        self._timer.start()

    def stop(self, patience_s: float = LEAVE_S) -> None:
        """``patience_s``: how long it waits for the end of the connection."""
        self._timer.stop()
        if self._feed is not None:
            self._feed.stop(patience_s)
            self._feed = None
        self._delay_ms = None
        self._say("off")

    @property
    def feed(self) -> LiveFeed | None:
        """None while nobody listens."""
        return self._feed

    def pull(self) -> None:
        """One turn of the UI timer."""
        if self._feed is None:
            return
        items = self._feed.read(0.0)
        if items:
            self._take(items)
        elif self._state == "up" and self._steady() - self._heard_s > SILENT_S:
            self._say("lost", self.tr("nothing was heard for two seconds"))

    def _take(self, items: list[LiveItem]) -> None:
        now_s = self._steady()
        now_us = self._wall_us()
        by_kind: dict[type[Message], list[Message]] = defaultdict(list)
        events: list[Event] = []
        for item in items:
            message = item.message
            if not item.is_replayed:
                came_s = now_s - max(0, now_us - item.received_at) / 1e6
                late_ms = self._desk.clock.heard(message.sent_at, came_s)
                self._delay_ms = late_ms if self._delay_ms is None else 0.9 * self._delay_ms + 0.1 * late_ms
            if isinstance(message, Weights | Positions | Health | AlertMessage | Scan):
                by_kind[type(message)].append(message)
            else:
                events.append(message)
        self._heard_s = now_s
        self._put(by_kind, events)
        if self._state != "up" or now_s - self._said_s >= SAY_S:
            self._say("up")

    def _put(self, by_kind: dict[type[Message], list[Message]], events: list[Event]) -> None:
        scene = self._desk.live
        scene.weights.take(message for message in by_kind[Weights] if isinstance(message, Weights))
        scene.floor.take(message for message in by_kind[Positions] if isinstance(message, Positions))
        for health in by_kind[Health]:
            if isinstance(health, Health):
                scene.devices.replace({device.id: device for device in health.devices})
        alerts = [alert for alert in by_kind[AlertMessage] if isinstance(alert, AlertMessage)]
        for alert in alerts:
            self._put_alert(alert)
        if alerts:
            self.alerted.emit(frozenset(alert.alert.id for alert in alerts))
        if events:
            take_events(scene, events)
            self.happened.emit(tuple(events))

    def _put_alert(self, message: AlertMessage) -> None:
        if message.change == "cleared":
            self._desk.alerts.drop([message.alert.id])
        else:
            self._desk.alerts.put({message.alert.id: message.alert})

    def _follow_feed(self, told: tuple[LiveFeed, LiveState]) -> None:
        feed, state = told
        if feed is not self._feed:
            return  # a word of one that was left
        match state.name:
            case "connecting":
                self._say("lost" if self._state == "lost" else "connecting")
            case "connected":
                self._heard_s = self._steady()
                self._say("up")
            case "lost":
                self._say("lost", "" if state.problem is None else what_stands_between(state.problem))
            case "stopped":
                self._say("off")

    def _say(self, state: LinkState, detail: str = "") -> None:
        desk = self._desk
        self._said_s = self._steady()
        before = desk.connection.value.live
        is_new = state != self._state
        self._state, self._detail = state, detail if is_new else detail or self._detail
        drops = before.drops
        if self._feed is not None:
            drops = sum(kind.lost + kind.dropped for kind in self._feed.statistics().values())
        since_us = desk.clock.now_us() if is_new and desk.clock.is_known else before.since_us
        delay_ms = None if state != "up" or self._delay_ms is None else round(self._delay_ms)
        link = replace(before, state=state, delay_ms=delay_ms, drops=drops, since_us=since_us, detail=self._detail)
        desk.connection.set(desk.connection.value.having("live", link))

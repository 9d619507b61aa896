"""Calls somebody to an alert: by a sound, and by the system's tray while the window is not in front."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMainWindow, QSystemTrayIcon

from console.domain.commands.showing import Choose, ShowScreen
from console.domain.preferences import quiet_left_us
from console.screens.alert_place import alert_place, device_name
from console.screens.alert_words import alert_words
from console.state.desk import Desk
from console.window.sounder import Sounder
from resources.app_icon import app_icon
from store_client.contract.live import Alert

FRESH_US = 60_000_000
"""An alert that stood for longer when this desk first heard of it is on the screen, and calls nobody."""
SHOWN_MS = 15_000
_LEFT = (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick)


class Attention(QObject):
    """Quiet where the system has no tray. An alert calls once, unless it becomes more urgent."""

    def __init__(
        self,
        desk: Desk,
        window: QMainWindow,
        sounder: Sounder,
        has_tray: Callable[[], bool] = QSystemTrayIcon.isSystemTrayAvailable,
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._sounder = sounder
        self._has_tray = has_tray
        self._heard: dict[str, str] = {}
        self._called_for: str | None = None
        self.tray: QSystemTrayIcon | None = None
        desk.alerts.changed.connect(self._follow)

    def stop(self) -> None:
        self._sounder.stop()
        if self.tray is not None:
            self.tray.hide()

    def _follow(self, _: object) -> None:
        alerts = self._desk.alerts.values
        new = [alert for alert in alerts.values() if self._heard.get(alert.id) != alert.priority]
        self._heard = {alert.id: alert.priority for alert in alerts.values()}
        if self._desk.session.value.user is None:
            return
        now_us = self._desk.clock.now_us()
        fresh = [alert for alert in new if now_us - alert.raised_at < FRESH_US]
        for priority in ("high", "medium", "low"):
            first = next((alert for alert in fresh if alert.priority == priority), None)
            if first is not None:
                self._call(first)
                return

    def _call(self, alert: Alert) -> None:
        likes = self._desk.preferences.value
        if alert.priority in likes.sounds and not quiet_left_us(likes, self._desk.clock.now_us()):
            self._sounder.play(alert.priority)
        if likes.has_notifications and alert.priority != "low" and not self._window.isActiveWindow():
            self._notify(alert)

    def _notify(self, alert: Alert) -> None:
        if not self._has_tray():
            return
        if self.tray is None:
            self.tray = QSystemTrayIcon(app_icon(), self)
            self.tray.setToolTip("Floorwalker")
            self.tray.messageClicked.connect(self.go_there)
            self.tray.activated.connect(self._clicked)
        self.tray.show()
        self._called_for = alert.id
        what, consequence, _ = alert_words(alert, device_name(self._desk, alert))
        icon = QSystemTrayIcon.MessageIcon
        self.tray.showMessage(what, consequence, icon.Critical if alert.priority == "high" else icon.Warning, SHOWN_MS)

    def _clicked(self, how: QSystemTrayIcon.ActivationReason) -> None:
        if how in _LEFT:
            self.go_there()

    def go_there(self) -> None:
        """The window to the front, and in it the alert that called."""
        self._window.setWindowState(self._window.windowState() & ~Qt.WindowState.WindowMinimized)
        self._window.show()
        self._window.raise_()
        self._window.activateWindow()
        alert = self._desk.alerts.get(self._called_for) if self._called_for is not None else None
        if alert is None:
            return
        place = alert_place(self._desk, alert)
        if place is not None:
            self._desk.commands.emit(Choose(place))
        self._desk.commands.emit(ShowScreen("live_floor"))

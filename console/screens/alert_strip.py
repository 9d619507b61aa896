"""What needs a person now, beside the map: the most urgent first, one at a time."""

from typing import Literal

from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.causes import causes_words
from console.domain.commands.showing import Choose
from console.screens.alert_place import alert_place, device_name
from console.screens.alert_words import alert_words
from console.state.desk import Desk
from resources.theme import Theme
from store_client.contract.live import Alert
from widgets.banner import Banner, Notice

_RANKS = {"high": 0, "medium": 1, "low": 2}
_SEVERITIES: dict[str, Literal["info", "warning", "danger"]] = {"high": "danger", "medium": "warning", "low": "info"}


class AlertStrip(QWidget):
    """Hidden while nothing needs anybody. One that is closed stays away from this desk until it is raised anew, and the
    next takes its place."""

    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._seen: set[str] = set()
        self._banner = Banner(theme)
        self._banner.acted.connect(self._look)
        self._banner.dismissed.connect(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._banner)
        desk.alerts.changed.connect(self._show)
        desk.devices.changed.connect(self._show)
        self._show()

    def _waiting(self) -> list[Alert]:
        """The most urgent first, of those the oldest."""
        alerts = [alert for alert in self._desk.alerts.values.values() if alert.id not in self._seen]
        return sorted(alerts, key=lambda alert: (_RANKS[alert.priority], alert.raised_at))

    def _show(self) -> None:
        self._seen.intersection_update(self._desk.alerts.values)
        waiting = self._waiting()
        self.setVisible(bool(waiting))
        if not waiting:
            self._banner.show_notice(None)
            return
        first = waiting[0]
        what, consequence, action = alert_words(first, device_name(self._desk, first))
        if len(waiting) > 1:
            what = self.tr("{0} ({1} of {2})").format(what, 1, len(waiting))
        look = "" if alert_place(self._desk, first) is None else self.tr("Look there")
        self._banner.show_notice(Notice(_SEVERITIES[first.priority], what, consequence, action, look, key=first.id))
        own = (first.title, first.consequence, first.action)
        why = "" if first.cause is None else causes_words([first.cause], first.action)
        self._banner.setToolTip("\n".join((what, consequence, action, why) if why else own))

    def _look(self, notice: Notice) -> None:
        alert = self._desk.alerts.get(str(notice.key))
        choice = None if alert is None else alert_place(self._desk, alert)
        if choice is not None:
            self._desk.commands.emit(Choose(choice))

    def _close(self, notice: Notice) -> None:
        self._seen.add(str(notice.key))
        self._show()

"""The way to each screen, and what waits there."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from console.screens.table import SCREENS
from console.state.desk import Desk
from resources.theme import Theme
from widgets.navigation_rail import Destination, NavigationRail


class Rail(NavigationRail):
    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._desk = desk
        self.set_destinations(
            [
                Destination(
                    screen.name,
                    QCoreApplication.translate("Screens", screen.title),
                    screen.icon,
                    keys=str(number),
                    is_last=screen.name == "settings",
                )
                for number, screen in enumerate(SCREENS, 1)
            ]
        )
        desk.counts.changed.connect(self._count_cases)
        desk.alerts.changed.connect(self._count_alerts)
        self._count_cases()
        self._count_alerts()

    def _count_cases(self, _: object = None) -> None:
        """Those that nobody holds, and the proposals that wait for this user."""
        counts = self._desk.counts.value
        self.set_badge("cases", 0 if counts is None else counts.open + counts.approvable)

    def _count_alerts(self, _: object = None) -> None:
        urgent = sum(alert.priority == "high" for alert in self._desk.alerts.values.values())
        self.set_badge("live_floor", urgent)

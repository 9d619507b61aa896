"""The screens of the desk, in the order of their keys. Each is loaded when it is first shown: the first window is
wanted within a second, and the graphs alone take a quarter of one to load."""

from dataclasses import dataclass
from importlib import import_module

from PySide6.QtWidgets import QWidget

from console.domain.screen_name import ScreenName
from console.screens.screen import Screen
from console.state.desk import Desk
from resources.icons import IconName
from resources.theme import Theme
from store_client.contract.session import Permission


@dataclass(frozen=True, slots=True)
class Entry:
    """``title``: English, translated in the context "Screens". ``screen``: the class's name in the module
    ``console.screens.<name>``. ``needs``: any of these; none: whoever is signed in."""

    name: ScreenName
    title: str
    icon: IconName
    screen: str
    needs: tuple[Permission, ...] = ()

    def build(self, theme: Theme, desk: Desk, parent: QWidget) -> Screen:
        module = import_module(f"console.screens.{self.name}")
        screen = getattr(module, self.screen)(theme, desk, parent)
        if not isinstance(screen, Screen):
            raise TypeError(f"console.screens.{self.name}.{self.screen} is no Screen")
        return screen


SCREENS: tuple[Entry, ...] = (
    Entry("live_floor", "Live floor", "floor", "LiveFloorScreen", ("floor",)),
    Entry("cameras", "Cameras", "camera", "CamerasScreen", ("floor",)),
    Entry("shelves", "Shelves", "shelves", "ShelvesScreen", ("floor",)),
    Entry("receipts", "Receipts", "receipt", "ReceiptsScreen", ("cases", "floor", "audit")),
    Entry("cases", "Cases", "cases", "CasesScreen", ("cases",)),
    Entry("audit", "Audit", "audit", "AuditScreen", ("audit",)),
    Entry("settings", "Settings", "settings", "SettingsScreen"),
)


def entry(name: ScreenName) -> Entry:
    return next(entry for entry in SCREENS if entry.name == name)

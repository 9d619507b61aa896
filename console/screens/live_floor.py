"""The screen "live_floor"."""

from console.screens.screen import Condition, Screen


class LiveFloorScreen(Screen):
    def condition(self) -> Condition:
        return Condition("empty", "LiveFloor", "This screen is not built yet.")

"""The screen "cameras"."""

from console.screens.screen import Condition, Screen


class CamerasScreen(Screen):
    def condition(self) -> Condition:
        return Condition("empty", "Cameras", "This screen is not built yet.")

"""The screen "settings"."""

from console.screens.screen import Condition, Screen


class SettingsScreen(Screen):
    def condition(self) -> Condition:
        return Condition("empty", "Settings", "This screen is not built yet.")

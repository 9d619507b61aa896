"""The screen "shelves"."""

from console.screens.screen import Condition, Screen


class ShelvesScreen(Screen):
    def condition(self) -> Condition:
        return Condition("empty", "Shelves", "This screen is not built yet.")

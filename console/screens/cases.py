"""The screen "cases"."""

from console.screens.screen import Condition, Screen


class CasesScreen(Screen):
    def condition(self) -> Condition:
        return Condition("empty", "Cases", "This screen is not built yet.")

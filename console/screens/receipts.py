"""The screen "receipts"."""

from console.screens.screen import Condition, Screen


class ReceiptsScreen(Screen):
    def condition(self) -> Condition:
        return Condition("empty", "Receipts", "This screen is not built yet.")

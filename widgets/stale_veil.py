"""Laid over what is no longer fresh: it stays readable, and says how old it is."""

from PySide6.QtWidgets import QWidget

from resources.theme import Theme


class StaleVeil(QWidget):
    """Covers ``host`` and lets clicks through."""

    def __init__(self, theme: Theme, host: QWidget) -> None:
        raise NotImplementedError

    def set_theme(self, theme: Theme) -> None:
        raise NotImplementedError

    def set_age(self, age_s: float | None, sentence: str = "") -> None:
        """None takes it away."""
        raise NotImplementedError

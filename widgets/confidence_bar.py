"""How sure a line is: a bar, the number, and a word where it is doubtful."""

from PySide6.QtWidgets import QWidget

from resources.theme import Theme


class ConfidenceBar(QWidget):
    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        raise NotImplementedError

    def set_theme(self, theme: Theme) -> None:
        raise NotImplementedError

    def set_confidence(self, confidence: float | None) -> None:
        """0 to 1; None: not known, hatched."""
        raise NotImplementedError

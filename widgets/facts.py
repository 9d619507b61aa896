"""Names and their values, one under the other."""

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QWidget

from resources.theme import Theme


class Facts(QFrame):
    """Values can be marked and copied."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        raise NotImplementedError

    def set_theme(self, theme: Theme) -> None:
        raise NotImplementedError

    def set_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        raise NotImplementedError

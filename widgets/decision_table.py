"""A case's lines: billed, claimed, decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTableView, QWidget

from resources.theme import Theme
from widgets.amount import Amount


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """``decided``: None until somebody has said; never above ``most``."""

    key: object
    name: str
    billed: int
    claimed: int
    decided: int | None
    unit_price: Amount
    gross: Amount
    confidence: float
    most: int


class DecisionTable(QTableView):
    """Arrows move, digits set what is decided, +/− change it, C takes what is claimed, B what was billed, Delete
    leaves it open, Enter asks to decide."""

    decisions_changed = Signal(object)
    """dict of line key → decided quantity, of the lines decided so far."""
    line_chosen = Signal(object)
    confirmed = Signal()
    """Enter: the screen goes on to the effect."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        raise NotImplementedError

    def set_theme(self, theme: Theme) -> None:
        raise NotImplementedError

    def set_lines(self, lines: Sequence[DecisionLine]) -> None:
        raise NotImplementedError

    def set_editable(self, is_editable: bool) -> None:
        """False while another holds the case, or when it is decided."""
        raise NotImplementedError

    def decisions(self) -> Mapping[object, int]:
        raise NotImplementedError

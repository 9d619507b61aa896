"""The lines of a living cart."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from resources.theme import Theme
from widgets.amount import Amount
from widgets.table import Table


@dataclass(frozen=True, slots=True)
class CartLine:
    """``confidence``: 0 to 1. ``reasons``: why it is doubtful, in words. ``taken_at_us``: µs UTC."""

    key: object
    name: str
    quantity: int
    unit_price: Amount
    amount: Amount
    confidence: float
    taken_at_us: int
    reasons: tuple[str, ...] = ()


class CartTable(Table):
    """``row_chosen`` gives a line's key."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        raise NotImplementedError

    def set_lines(self, lines: Sequence[CartLine]) -> None:
        raise NotImplementedError

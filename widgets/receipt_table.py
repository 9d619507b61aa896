"""The lines of a receipt, and what stands of each after corrections."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from resources.theme import Theme
from widgets.amount import Amount
from widgets.table import Table


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """``tax_rate``: basis points. ``standing_quantity``: units after corrections."""

    key: object
    name: str
    quantity: int
    unit_price: Amount
    tax_rate: int
    gross: Amount
    confidence: float
    taken_at_us: int | None
    standing_quantity: int
    standing: Amount
    reasons: tuple[str, ...] = ()


class ReceiptTable(Table):
    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        raise NotImplementedError

    def set_lines(self, lines: Sequence[ReceiptLine]) -> None:
        raise NotImplementedError

"""The lines of a living cart."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QSize
from PySide6.QtWidgets import QWidget

from resources.theme import Theme
from widgets.amount import Amount
from widgets.table import Column, Row, Table, TitleCell

_HEIGHT = 60


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
    """``row_chosen`` gives a line's key. A doubtful line says why, below its product."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, (), parent)
        self._retranslate()

    def set_lines(self, lines: Sequence[CartLine]) -> None:
        self.set_rows([self._row(line) for line in lines])

    def sizeHint(self) -> QSize:
        """One line at least; it scrolls to the others."""
        return QSize(super().sizeHint().width(), self._theme.px(_HEIGHT))

    @staticmethod
    def _row(line: CartLine) -> Row:
        title = TitleCell(line.name, ", ".join(line.reasons), "warning" if line.reasons else None)
        cells = (title, line.quantity, line.unit_price, line.amount, line.confidence, line.taken_at_us)
        return Row(line.key, cells)

    def _retranslate(self) -> None:
        self.setAccessibleName(self.tr("Cart"))
        self.set_empty_words(self.tr("Nothing taken yet"))
        self.set_columns(
            (
                Column(self.tr("Product"), "title", is_stretching=True),
                Column(self.tr("Qty"), "number", hint=self.tr("Quantity")),
                Column(self.tr("Each"), "amount", rank=2),
                Column(self.tr("Amount"), "amount"),
                Column(
                    self.tr("Sure"), "confidence", hint=self.tr("How sure product, quantity and shopper are"), rank=1
                ),
                Column(self.tr("Taken"), "time", rank=3),
            )
        )

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

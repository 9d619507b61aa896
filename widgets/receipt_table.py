"""The lines of a receipt, and what stands of each after corrections."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QLocale
from PySide6.QtWidgets import QWidget

from resources.theme import Theme
from widgets.amount import Amount, rate_text
from widgets.severity import Severity
from widgets.table import Column, Row, Table, TitleCell


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """``tax_rate``: basis points. ``standing_quantity``, ``standing``: units and amount after corrections."""

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
    """``row_chosen`` gives a line's key. A corrected line says so below its product; what was billed never changes."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, (), parent)
        self._retranslate()

    def set_lines(self, lines: Sequence[ReceiptLine]) -> None:
        self.set_rows([self._row(line) for line in lines])

    def _row(self, line: ReceiptLine) -> Row:
        notes = list(line.reasons)
        severity: Severity | None = "warning" if notes else None
        if line.standing_quantity != line.quantity or line.standing != line.gross:
            notes.insert(0, self.tr("corrected from {0} to {1}").format(line.quantity, line.standing_quantity))
            severity = "info"
        return Row(
            line.key,
            (
                TitleCell(line.name, ", ".join(notes), severity),
                line.quantity,
                line.unit_price,
                rate_text(line.tax_rate, QLocale()),
                line.gross,
                line.standing,
                line.confidence,
                line.taken_at_us,
            ),
            is_faded=line.standing_quantity == 0,
        )

    def _retranslate(self) -> None:
        self.setAccessibleName(self.tr("Receipt"))
        self.set_empty_words(self.tr("No lines"))
        self.set_columns(
            (
                Column(self.tr("Product"), "title", is_stretching=True),
                Column(self.tr("Qty"), "number", hint=self.tr("Quantity billed")),
                Column(self.tr("Each"), "amount", rank=3),
                Column(self.tr("Tax"), "muted", rank=4),
                Column(self.tr("Billed"), "amount", rank=1),
                Column(self.tr("Stands"), "amount", hint=self.tr("After corrections")),
                Column(
                    self.tr("Sure"), "confidence", hint=self.tr("How sure product, quantity and shopper are"), rank=2
                ),
                Column(self.tr("Taken"), "time", rank=5),
            )
        )

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

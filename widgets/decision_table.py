"""A case's lines: billed, claimed, decided."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from resources.theme import Theme
from widgets.amount import Amount
from widgets.table import Column, Row, Table, TitleCell
from widgets.table_cells import StepperCell
from widgets.table_delegate import stepper_box

_DECIDED = 3
_TYPING_S = 1.0
_OWN_KEYS = frozenset(
    {Qt.Key.Key_C, Qt.Key.Key_B, Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Return, Qt.Key.Key_Enter}
)


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """``decided``: None until somebody has said; never above ``most``. ``note``: such as the product it was swapped
    for. ``is_added``: it was not billed; what is decided of it can be taken away, not left open."""

    key: object
    name: str
    billed: int
    claimed: int
    decided: int | None
    unit_price: Amount
    gross: Amount
    confidence: float
    most: int
    note: str = ""
    is_added: bool = False


class DecisionTable(Table):
    """Arrows move, digits set what is decided, +/− change it, C takes what is claimed, B what was billed, Delete
    leaves it open, Enter asks to decide. ``row_chosen`` gives a line's key."""

    decisions_changed = Signal(object)
    """dict of line key → decided quantity, of the lines decided so far."""
    confirmed = Signal()
    """Enter: the screen goes on to the effect."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, (), parent)
        self._lines: dict[object, DecisionLine] = {}
        self._is_editable = True
        self._typed: tuple[object, int, float] = (None, 0, 0.0)  # the line, the number that came of it, and when
        self._retranslate()

    def set_lines(self, lines: Sequence[DecisionLine]) -> None:
        self._lines = {line.key: line for line in lines}
        self._show()
        if self.chosen() is None and lines:
            self.choose(lines[0].key)

    def set_editable(self, is_editable: bool) -> None:
        """False while another holds the case, or when it is decided."""
        self._is_editable = is_editable
        self._show()

    def decisions(self) -> Mapping[object, int]:
        return {line.key: line.decided for line in self._lines.values() if line.decided is not None}

    def _show(self) -> None:
        self.set_rows([self._row(line) for line in self._lines.values()])

    def _row(self, line: DecisionLine) -> Row:
        return Row(
            line.key,
            (
                TitleCell(line.name, line.note, "info" if line.note else None),
                None if line.is_added else line.billed,
                line.claimed,
                StepperCell(line.decided, line.most, self._is_editable),
                line.unit_price,
                None if line.is_added else line.gross,
                None if line.is_added else line.confidence,
            ),
        )

    def _decide(self, key: object, quantity: int | None) -> None:
        line = self._lines[key]
        decided = None if quantity is None else min(max(quantity, 0), line.most)
        if line.is_added:
            decided = decided or 0
        if self._is_editable and decided != line.decided:
            self._lines[key] = replace(line, decided=decided)
            self._show()
            self.decisions_changed.emit(dict(self.decisions()))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._takes(event):
            event.accept()  # the window's shortcuts have the same digits and letters
            return True
        return super().event(event)

    def _takes(self, event: QKeyEvent) -> bool:
        if not self._is_editable or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        return event.text() in {*"0123456789+=-−"} or Qt.Key(event.key()) in _OWN_KEYS

    def keyPressEvent(self, event: QKeyEvent) -> None:
        line = self._lines.get(self.chosen())
        key, text = Qt.Key(event.key()), event.text()
        if line is None or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.confirmed.emit()
        elif text.isdecimal() and text.isascii():
            self._type(line, int(text))
        elif text in ("+", "=", "-", "−"):
            self._decide(
                line.key, (line.billed if line.decided is None else line.decided) + (1 if text in "+=" else -1)
            )
        elif key == Qt.Key.Key_C:
            self._decide(line.key, line.claimed)
        elif key == Qt.Key.Key_B:
            self._decide(line.key, line.billed)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._decide(line.key, None)
        else:
            super().keyPressEvent(event)

    def _type(self, line: DecisionLine, digit: int) -> None:
        """A second digit soon after the first, on the same line, makes a number of two, where that many were there to
        decide on."""
        now = time.monotonic()
        key, before, at = self._typed
        is_going_on = key == line.key and before == line.decided and now - at < _TYPING_S
        number = before * 10 + digit if is_going_on and before * 10 + digit <= line.most else digit
        self._typed = line.key, number, now
        self._decide(line.key, number)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self._step(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The second of two quick clicks counts as the first does."""
        if self.indexAt(event.position().toPoint()).column() == _DECIDED:
            self._step(event)
        else:
            super().mouseDoubleClickEvent(event)

    def _step(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if event.button() != Qt.MouseButton.LeftButton or index.column() != _DECIDED:
            return
        line = list(self._lines.values())[index.row()]
        pad = self._theme.space(2)
        box = stepper_box(QRectF(self.visualRect(index)).adjusted(pad, 0, -pad, -1), self._theme)
        part = int((event.position().x() - box.left()) // (box.width() / 3))
        if part in (0, 2):
            self._decide(line.key, (line.billed if line.decided is None else line.decided) + part - 1)

    def _retranslate(self) -> None:
        self.setAccessibleName(self.tr("Lines of the case"))
        self.set_empty_words(self.tr("No lines"))
        self.set_columns(
            (
                Column(self.tr("Product"), "title", is_stretching=True),
                Column(self.tr("Billed"), "number", rank=1),
                Column(self.tr("Claimed"), "number", hint=self.tr("How many the shopper says they took")),
                Column(self.tr("Decided"), "stepper", hint=self.tr("Digits set it, C as claimed, B as billed")),
                Column(self.tr("Each"), "amount", rank=2),
                Column(self.tr("Amount"), "amount", rank=3),
                Column(self.tr("Sure"), "confidence", rank=4),
            )
        )

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
            self._show()
        super().changeEvent(event)

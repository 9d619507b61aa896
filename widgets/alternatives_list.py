"""What else it could have been, and who else, the likeliest first: each has its digit."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from resources.theme import Theme
from widgets.table import Column, Row, Table, TitleCell

MOST = 9


@dataclass(frozen=True, slots=True)
class Alternative:
    """``what``: product and units, or that nothing was taken; ``why``: whose, and what speaks for it, in words.
    ``probability``: 0 to 1."""

    key: object
    what: str
    why: str
    probability: float
    is_said: bool = False  # as it was billed


class AlternativesList(Table):
    """Digits choose, Enter and a double click too; Esc goes back. ``taken`` carries the key of what was chosen."""

    taken = Signal(object)
    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, (), parent)
        self._alternatives: tuple[Alternative, ...] = ()
        self._retranslate()
        self.follow_rows(MOST)
        self.row_opened.connect(self.taken)

    def set_alternatives(self, alternatives: Sequence[Alternative]) -> None:
        """The first nine have digits; there are no more."""
        self._alternatives = tuple(alternatives[:MOST])
        self.set_rows([self._row(place, one) for place, one in enumerate(self._alternatives, 1)])

    def alternatives(self) -> tuple[Alternative, ...]:
        return self._alternatives

    def _row(self, digit: int, one: Alternative) -> Row:
        why = ", ".join(filter(None, (self.tr("as billed") if one.is_said else "", one.why)))
        return Row(one.key, (digit, TitleCell(one.what, why), one.probability))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._takes(event):
            event.accept()  # the window's shortcuts have the same digits, and Esc
            return True
        return super().event(event)

    def _takes(self, event: QKeyEvent) -> bool:
        is_plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        is_own = event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        return is_plain and (event.text() in {*"123456789"} or is_own)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif self._takes(event) and event.text() in {*"123456789"}:
            place = int(event.text()) - 1
            if place < len(self._alternatives):
                self.taken.emit(self._alternatives[place].key)
        else:
            super().keyPressEvent(event)

    def _retranslate(self) -> None:
        self.setAccessibleName(self.tr("What else it could have been"))
        self.set_empty_words(self.tr("The sensors name no other"))
        self.set_columns(
            (
                Column(self.tr("Key"), "number"),
                Column(self.tr("It could have been"), "title", is_stretching=True),
                Column(self.tr("Likely"), "share"),
            )
        )

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
            self.set_alternatives(self._alternatives)
        super().changeEvent(event)

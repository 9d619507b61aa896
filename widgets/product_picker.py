"""Finds one product among many by a few letters."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QVBoxLayout, QWidget

from resources.theme import Theme
from widgets.amount import Amount
from widgets.fuzzy import score
from widgets.table import Column, Row, Table, TitleCell

MOST = 6


@dataclass(frozen=True, slots=True)
class Pick:
    """``detail``: such as its GTIN; it is searched too."""

    key: object
    name: str
    detail: str
    price: Amount


class ProductPicker(QFrame):
    """Typing narrows, arrows move, Enter takes, Esc leaves. ``picked`` carries the key."""

    picked = Signal(object)
    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._picks: tuple[Pick, ...] = ()
        self._title = QLabel(self)
        self._title.setProperty("role", "strong")
        self._field = QLineEdit(self)
        self._field.textChanged.connect(self._narrow)
        self._field.installEventFilter(self)
        self._table = Table(theme, (), self)
        self._table.follow_rows(MOST)
        self._table.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._table.row_opened.connect(self._take)
        self._column = QVBoxLayout(self)
        for part in (self._title, self._field, self._table):
            self._column.addWidget(part)
        self._retranslate()
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        margin = theme.space(2)
        self._column.setContentsMargins(margin, margin, margin, margin)
        self._column.setSpacing(theme.space(1))

    def open_with(self, title: str, picks: Sequence[Pick]) -> None:
        self._picks = tuple(picks)
        self._title.setText(title)
        self.setAccessibleName(title)
        self._field.clear()
        self._narrow("")
        self.show()
        self._field.setFocus()

    def _narrow(self, text: str) -> None:
        scored = [(score(text, f"{pick.name} {pick.detail}"), pick) for pick in self._picks]
        fitting = sorted(
            ((value, pick) for value, pick in scored if value is not None), key=lambda one: (-one[0], one[1].name)
        )
        found = [pick for _, pick in fitting[:MOST]]
        self._table.set_rows([Row(pick.key, (TitleCell(pick.name, pick.detail), pick.price)) for pick in found])
        self._table.choose(found[0].key if found else None)

    def _take(self, key: object) -> None:
        if key is not None:
            self.picked.emit(key)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.key() in _OWN_KEYS:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self._press(Qt.Key(event.key()))
                return True
        return super().eventFilter(watched, event)

    def _press(self, key: Qt.Key) -> None:
        if key == Qt.Key.Key_Escape:
            self.left.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take(self._table.chosen())
        else:
            keys = [row.key for row in self._table.rows()]
            chosen = self._table.chosen()
            place = keys.index(chosen) if chosen in keys else 0
            step = 1 if key == Qt.Key.Key_Down else -1
            if keys:
                self._table.choose(keys[min(max(place + step, 0), len(keys) - 1)])

    def _retranslate(self) -> None:
        self._field.setPlaceholderText(self.tr("Name or GTIN"))
        self._field.setAccessibleName(self.tr("Name or GTIN of the product"))
        self._table.setAccessibleName(self.tr("Products found"))
        self._table.set_empty_words(self.tr("No product matches"))
        self._table.set_columns(
            (Column(self.tr("Product"), "title", is_stretching=True), Column(self.tr("Price now"), "amount"))
        )

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)


_OWN_KEYS = frozenset({Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Up, Qt.Key.Key_Down})

"""Ctrl+K: finds any screen, shopper, receipt, product, camera."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from resources.icons import IconName, icon
from resources.theme import Theme

_MOST = 60
_PASSED_ON = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}


@dataclass(frozen=True, slots=True)
class Entry:
    """``group``: such as "Screen" or "Receipt"; ``keys``: its shortcut as text; ``words``: more to be found by."""

    key: object
    title: str
    group: str
    icon: IconName = "forward"
    detail: str = ""
    keys: str = ""
    words: str = ""


def match(sought: str, text: str) -> float | None:
    """How well ``sought`` is found in ``text``, greater is better; None where its letters are not there in order.

    Letters that stand together and at the beginnings of words count for more, and short texts before long ones.
    """
    wanted, found = sought.casefold().split(), text.casefold()
    score = 0.0
    for word in wanted:
        place = found.find(word)
        if place >= 0:
            is_beginning = place == 0 or not found[place - 1].isalnum()
            score += 3.0 * len(word) + (4.0 if is_beginning else 0.0)
            continue
        place = -1
        for letter in word:
            place = found.find(letter, place + 1)
            if place < 0:
                return None
            score += 2.0 if place == 0 or not found[place - 1].isalnum() else 0.5
    return score - 0.01 * len(found)


def ranked(sought: str, entries: Sequence[Entry]) -> list[Entry]:
    """The best first; as they came where nothing is sought."""
    if not sought.strip():
        return list(entries[:_MOST])
    scored = []
    for place, entry in enumerate(entries):
        titled = match(sought, entry.title)
        score = titled if titled is not None else match(sought, f"{entry.title} {entry.detail} {entry.words}")
        if score is not None:
            scored.append((-score - (2.0 if titled is not None else 0.0), place, entry))
    return [entry for _, _, entry in sorted(scored, key=lambda one: one[:2])[:_MOST]]


class CommandPalette(QDialog):
    """``entries`` is asked with the text at each change and gives candidates; the palette ranks them by fuzzy match."""

    chosen = Signal(object)
    """The entry's key."""
    text_changed = Signal(object)
    """What is typed, so that a screen may ask the store and call ``refresh`` when the answer is there."""

    def __init__(self, theme: Theme, entries: Callable[[str], Sequence[Entry]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries = entries
        self._found: list[Entry] = []
        self.setWindowTitle(self.tr("Find anything"))
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        self._field = QLineEdit()
        self._field.setPlaceholderText(self.tr("Screen, shopper, receipt, product, camera …"))
        self._field.setAccessibleName(self.tr("Find anything"))
        self._field.textChanged.connect(self._typed)
        self._field.installEventFilter(self)
        self._list = QListWidget()
        self._list.setAccessibleName(self.tr("What was found"))
        self._list.itemActivated.connect(self._activated)
        self._list.itemClicked.connect(self._activated)
        self._nothing = QLabel(self.tr("Nothing of that name"))
        self._nothing.setProperty("role", "muted")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._field)
        self._column.addWidget(self._list, 1)
        self._column.addWidget(self._nothing)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        margin = theme.space(3)
        self._column.setContentsMargins(margin, margin, margin, margin)
        self._column.setSpacing(theme.space(2))
        self._list.setIconSize(QSize(theme.icon_size, theme.icon_size))
        self.resize(theme.px(620), theme.px(420))

    def open_at(self, text: str = "") -> None:
        """Opens over the parent with the cursor in the field."""
        self._field.setText(text)
        self.refresh()
        host = self.parentWidget()
        if host is not None:
            width = min(self.width(), host.width() - 2 * self._theme.space(4))
            self.resize(width, min(self.height(), host.height() - 2 * self._theme.space(4)))
            corner = host.mapToGlobal(host.rect().topLeft())
            self.move(corner.x() + (host.width() - width) // 2, corner.y() + host.height() // 8)
        self.open()
        self._field.setFocus()
        self._field.selectAll()

    def refresh(self) -> None:
        """Asks for entries again with the same text."""
        text = self._field.text()
        self._found = ranked(text, self._entries(text))
        self._list.clear()
        for entry in self._found:
            detail = " · ".join(filter(None, (entry.group, entry.detail, entry.keys)))
            item = QListWidgetItem(icon(entry.icon, self._theme, "muted"), f"{entry.title}   —   {detail}")
            item.setToolTip(detail)
            self._list.addItem(item)
        self._list.setCurrentRow(0)
        self._nothing.setVisible(not self._found)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows in the field move in the list; Enter takes what is marked."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and watched is self._field:
            if Qt.Key(event.key()) in _PASSED_ON:
                step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -8, Qt.Key.Key_PageDown: 8}
                row = self._list.currentRow() + step[Qt.Key(event.key())]
                self._list.setCurrentRow(max(0, min(self._list.count() - 1, row)))
                return True
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self._take(self._list.currentRow())
                return True
        return False

    def _typed(self, text: str) -> None:
        self.refresh()
        self.text_changed.emit(text)

    def _activated(self, item: QListWidgetItem) -> None:
        self._take(self._list.row(item))

    def _take(self, row: int) -> None:
        if 0 <= row < len(self._found):
            entry = self._found[row]
            self.accept()
            self.chosen.emit(entry.key)

"""Ctrl+K: finds any screen, shopper, receipt, product, camera."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from resources.fonts import font
from resources.icons import IconName, icon
from resources.theme import Theme
from widgets.fuzzy import score

_MOST_SHOWN = 60
_ROOT = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


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


def ranked(typed: str, entries: Sequence[Entry]) -> list[Entry]:
    """Those that match, best first; as given where nothing is typed."""
    found = [(score(typed, f"{one.title} {one.detail} {one.group} {one.words}"), one) for one in entries]
    matching = [(value, one) for value, one in found if value is not None]
    if typed.strip():
        matching.sort(key=lambda pair: -pair[0])
    return [one for _, one in matching[:_MOST_SHOWN]]


class _Entries(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        entry = self.entries[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return ", ".join(part for part in (entry.title, entry.detail, entry.group, entry.keys) if part)
        return None

    def replace(self, entries: list[Entry]) -> None:
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()


class _EntryDelegate(QStyledItemDelegate):
    """Icon, title, detail; at the right the group, and the key in a frame."""

    def __init__(self, theme: Theme, entries: _Entries, parent: QObject) -> None:
        super().__init__(parent)
        self.theme = theme
        self._entries = entries

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        height = QFontMetricsF(font(self.theme, "body")).height() + self.theme.space(4)
        return QSize(0, max(self.theme.target, round(height)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, entry = self.theme, self._entries.entries[index.row()]
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, QColor(theme.selection))
            painter.fillRect(QRect(box.left(), box.top(), 3, box.height()), QColor(theme.accent))
        area = QRectF(box).adjusted(theme.space(3), 0, -theme.space(3), 0)
        side = theme.icon_size
        top = round(area.center().y() - side / 2)
        icon(entry.icon, theme, "muted").paint(painter, QRect(round(area.left()), top, side, side))
        area.setLeft(area.left() + side + theme.space(3))
        area.setRight(self._draw_right(painter, area, entry))
        painter.setFont(font(theme, "body"))
        painter.setPen(QColor(theme.text))
        metrics = QFontMetricsF(font(theme, "body"))
        title = metrics.elidedText(entry.title, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, title)
        area.setLeft(area.left() + metrics.horizontalAdvance(title) + theme.space(3))
        if entry.detail and area.width() > theme.px(30):
            painter.setPen(QColor(theme.muted))
            detail = metrics.elidedText(entry.detail, Qt.TextElideMode.ElideRight, area.width())
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, detail)

    def _draw_right(self, painter: QPainter, area: QRectF, entry: Entry) -> float:
        theme = self.theme
        metrics = QFontMetricsF(font(theme, "caption"))
        painter.setFont(font(theme, "caption"))
        painter.setPen(QColor(theme.muted))
        right = area.right()
        for text, is_key in ((entry.keys, True), (entry.group, False)):
            if not text:
                continue
            width = metrics.horizontalAdvance(text) + theme.space(3)
            box = QRectF(right - width, area.center().y() - metrics.height() / 2 - 2, width, metrics.height() + 4)
            if is_key:
                painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
            right = box.left() - theme.space(2)
        return right


_OWN_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)


class CommandPalette(QDialog):
    """``entries`` is asked with the text at each change and gives candidates; the palette ranks them by fuzzy match.
    Arrows move while the cursor stays in the field, Enter takes, Esc or a
    click elsewhere closes."""

    chosen = Signal(object)
    """The entry's key."""
    text_changed = Signal(object)
    """What is typed, so that a screen may ask the store and call ``refresh`` when the answer is there."""

    def __init__(self, theme: Theme, entries: Callable[[str], Sequence[Entry]], parent: QWidget | None = None) -> None:
        # Part of its window and not a window of its own: no window manager, second screen or grab can part them.
        # Said after the start: a dialog that is told so at once becomes a window nevertheless.
        super().__init__(parent)
        self.setWindowFlags(Qt.WindowType.Widget)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self._ask = entries
        self._field, self._list, self._nothing = QLineEdit(self), QListView(self), QLabel(self)
        self._nothing.setProperty("role", "muted")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._found = _Entries(self)
        self._delegate = _EntryDelegate(theme, self._found, self)
        self._list.setModel(self._found)
        self._list.setItemDelegate(self._delegate)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.clicked.connect(self._take)
        self._field.textChanged.connect(self._typed)
        self._field.installEventFilter(self)
        column = QVBoxLayout(self)
        column.setSpacing(theme.space(2))
        column.setContentsMargins(*(theme.space(3),) * 4)
        column.addWidget(self._field)
        column.addWidget(self._nothing, 1)
        column.addWidget(self._list, 1)
        self.setProperty("role", "card")
        self._retranslate()
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._delegate.theme = theme
        face = font(theme, "title")
        face.setWeight(QFont.Weight.Normal)
        self._field.setFont(face)
        self.resize(theme.px(640), theme.px(420))

    def open_at(self, text: str = "") -> None:
        """Opens over the upper part of the parent with the cursor in the field."""
        host = self.parentWidget()
        if host is not None:
            self.resize(min(self._theme.px(640), host.width()), min(self._theme.px(420), host.height() * 7 // 8))
            self.move((host.width() - self.width()) // 2, host.height() // 8)
        self._field.setText(text)
        self._show()
        self.show()
        if host is not None:
            self.raise_()
        self._field.setFocus()

    def refresh(self) -> None:
        """Asks for entries again with the same text; what the arrows have gone to stays chosen."""
        row = self._list.currentIndex().row()
        chosen = self._found.entries[row].key if row > 0 else None
        self._show()
        keys = [entry.key for entry in self._found.entries]
        if chosen is not None and chosen in keys:
            self._list.setCurrentIndex(self._found.index(keys.index(chosen)))

    def _show(self) -> None:
        text = self._field.text()
        self._found.replace(ranked(text, self._ask(text)))
        self._list.setVisible(bool(self._found.entries))
        self._nothing.setVisible(not self._found.entries)
        if self._found.entries:
            self._list.setCurrentIndex(self._found.index(0))

    def _typed(self, text: str) -> None:
        self._show()
        self.text_changed.emit(text)

    def _take(self, index: QModelIndex) -> None:
        if index.isValid():
            key = self._found.entries[index.row()].key
            self.accept()
            self.chosen.emit(key)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self._field:
            return super().eventFilter(watched, event)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and event.key() in _OWN_KEYS:
            event.accept()  # what the window does with these keys has to wait
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
            key = Qt.Key(event.key())
            if key in steps and self._found.entries:
                row = self._list.currentIndex().row() + steps[key]
                self._list.setCurrentIndex(self._found.index(min(max(row, 0), len(self._found.entries) - 1)))
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take(self._list.currentIndex())
                return True
        if event.type() == QEvent.Type.FocusOut and self.parentWidget() is not None:
            self.reject()  # a click beside it closes it
        return super().eventFilter(watched, event)

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Find"))
        self.setAccessibleName(self.tr("Find"))
        self._field.setPlaceholderText(self.tr("Find a screen, a shopper, a receipt, a product, a camera"))
        self._field.setAccessibleName(self.tr("What to find"))
        self._list.setAccessibleName(self.tr("Found"))
        self._nothing.setText(self.tr("Nothing found"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

"""A row of widgets that breaks into further rows where the width is short, as words do."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """Each widget keeps the size it asks for; hidden ones take no room. The last ``tail`` of them stand at the right end
    while all are in one row."""

    def __init__(self, parent: QWidget | None = None, *, tail: int = 0) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._tail = tail
        self._taken = 0
        self._heights: dict[int, int] = {}  # by width: those around it ask for the same ones again and again

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)
        self.invalidate()

    def invalidate(self) -> None:
        self._heights.clear()
        super().invalidate()

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        if not 0 <= index < len(self._items):
            return None
        self._heights.clear()
        return self._items.pop(index)

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if width not in self._heights:
            self._heights[width] = self._place(QRect(0, 0, width, 0), is_trial=True)
        return self._heights[width]

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        taken = self._place(rect, is_trial=False)
        if taken != self._taken:
            self._taken = taken
            self.update()  # those around it that ask for no height of a width have to hear of it

    def sizeHint(self) -> QSize:
        """All in one row."""
        sizes = [item.sizeHint() for item in self._items if not item.isEmpty()]
        width = sum(size.width() for size in sizes) + self.spacing() * max(0, len(sizes) - 1)
        margins = self.contentsMargins()
        size = QSize(width, max((size.height() for size in sizes), default=0))
        return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    def minimumSize(self) -> QSize:
        """As wide as the widest, as high as the rows that they took last."""
        size = QSize()
        for item in self._items:
            if not item.isEmpty():
                size = size.expandedTo(item.minimumSize())
        margins = self.contentsMargins()
        size += QSize(margins.left() + margins.right(), margins.top() + margins.bottom())
        return size.expandedTo(QSize(0, self._taken))

    def _place(self, rect: QRect, *, is_trial: bool) -> int:
        """Puts every widget in its place; returns the height that they take."""
        area = rect.marginsRemoved(self.contentsMargins())
        shown = [item for item in self._items if not item.isEmpty()]
        rows: list[list[QLayoutItem]] = []
        right = area.right() + 1
        for item in shown:
            width = min(item.sizeHint().width(), area.width())
            if not rows or right + self.spacing() + width > area.right() + 1:
                rows.append([])
                right = area.left() - self.spacing()
            rows[-1].append(item)
            right += self.spacing() + width
        top = area.top()
        for row in rows:
            height = max(item.sizeHint().height() for item in row)
            if not is_trial:
                self._place_row(row, QRect(area.left(), top, area.width(), height), is_only=len(rows) == 1)
            top += height + self.spacing() // 2
        margins = self.contentsMargins()
        return (top - self.spacing() // 2 if rows else top) - rect.top() + margins.bottom()

    def _place_row(self, row: list[QLayoutItem], area: QRect, *, is_only: bool) -> None:
        tail = [item for item in self._items[len(self._items) - self._tail :] if item in row] if is_only else []
        left = area.left()
        for item in row:
            width = min(item.sizeHint().width(), area.width())
            if tail and item is tail[0]:
                taken = sum(one.sizeHint().width() for one in tail) + self.spacing() * (len(tail) - 1)
                left = max(left, area.right() + 1 - taken)
            height = item.sizeHint().height()
            item.setGeometry(QRect(QPoint(left, area.top() + (area.height() - height) // 2), QSize(width, height)))
            left += width + self.spacing()

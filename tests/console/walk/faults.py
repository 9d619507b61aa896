"""Finds what is wrong with how a window is laid out, by walking its tree of widgets.

Text is looked for where it is shown: in the widgets of Qt by what they need and what they have, in what is painted by
the calls that paint it (see ``painted``).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, QRect, QSize, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QRadioButton,
    QScrollArea,
    QScrollBar,
    QSplitterHandle,
    QStyle,
    QStyleOptionComboBox,
    QTabBar,
    QWidget,
)

from resources.theme import MIN_TARGET
from widgets.choice_box import ChoiceBox
from widgets.elided_label import ElidedLabel
from widgets.hint import HintBubble, Ring
from widgets.stale_veil import StaleVeil
from widgets.table import Table

Kind = Literal["clipped", "overlapping", "outside", "untranslated", "small", "faint"]
LEAST_SHOWN = 3
"""Letters that must be left of what is shortened."""
_OVER = (StaleVeil, HintBubble, Ring)
"""What lies over its neighbours because that is what it is for."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """``where``: the classes from the window down to the widget. ``words``: the text, or the figures."""

    kind: Kind
    where: str
    words: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.where}: {self.words}"


def path_of(widget: QWidget) -> str:
    names: list[str] = []
    at: QWidget | None = widget
    while at is not None and len(names) < 5:
        names.append(type(at).__name__)
        at = at.parentWidget()
    return "/".join(reversed(names))


def seen(root: QWidget) -> Iterator[QWidget]:
    """``root`` and what is visible in it, other windows left out."""
    yield root
    for child in root.children():
        if isinstance(child, QWidget) and child.isVisible() and not child.isWindow():
            yield from seen(child)


def layout_faults(root: QWidget) -> list[Fault]:
    found: list[Fault] = []
    for widget in seen(root):
        found += clipped(widget)
        found += outside(widget)
        found += overlapping(widget)
        found += small(widget)
    return sorted(set(found))


# ---- text that has not the room it needs


def clipped(widget: QWidget) -> list[Fault]:
    return [Fault("clipped", path_of(widget), words) for words in _cut_words(widget)]


def _cut_words(widget: QWidget) -> Iterable[str]:
    match widget:
        case ElidedLabel():
            return _cut_elided(widget)
        case Table() | ChoiceBox():
            return ()  # they shorten, and say the whole in a tool tip: see tests.widgets
        case QLabel():
            return _cut_label(widget)
        case QComboBox():
            return _cut_combo(widget)
        case QCheckBox() | QRadioButton() | QAbstractButton():
            return _cut_button(widget)
        case QLineEdit():
            return _cut_line(widget)
        case QTabBar():
            return _cut_tabs(widget)
        case QHeaderView():
            return _cut_header(widget)
        case QAbstractItemView():
            return _cut_cells(widget)
    return ()


def _lacks(needed: QSize, widget: QWidget) -> bool:
    return needed.width() > widget.width() + 1 or needed.height() > widget.height() + 1


def _cut_elided(label: ElidedLabel) -> Iterator[str]:
    text, room = label.text(), label.contentsRect().width()
    if not text:
        return
    metrics = label.fontMetrics()
    is_short = metrics.horizontalAdvance(text) > room and metrics.horizontalAdvance(text[:LEAST_SHOWN] + "…") > room
    if is_short and not any(text in beside.toolTip() for beside in _beside(label)):
        yield f"{text!r} in {room} px"


def _beside(label: QLabel) -> list[QLabel]:
    host = label.parentWidget()
    return [] if host is None else [one for one in host.findChildren(QLabel) if one is not label]


def _cut_label(label: QLabel) -> Iterator[str]:
    text = label.text()
    if not text or not label.pixmap().isNull():
        return
    if not label.wordWrap():
        if _lacks(label.sizeHint(), label):
            yield f"{text!r} needs {label.sizeHint().toTuple()}, has {label.size().toTuple()}"
        return
    widest = max((label.fontMetrics().horizontalAdvance(word) for word in re.split(r"[\s\u200b-]+", text)), default=0)
    needed = label.heightForWidth(label.width())
    is_rich = label.textFormat() == Qt.TextFormat.RichText or "<" in text
    if needed > label.height() + 1 or (widest > label.contentsRect().width() + 1 and not is_rich):
        yield f"{text!r} needs {(widest, needed)}, has {label.size().toTuple()}"


def _cut_combo(combo: QComboBox) -> Iterator[str]:
    option = QStyleOptionComboBox()
    combo.initStyleOption(option)
    field = combo.style().subControlRect(
        QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, combo
    )
    needed = combo.fontMetrics().horizontalAdvance(combo.currentText())
    if needed > field.width() + 1:
        yield f"{combo.currentText()!r} needs {needed}, has {field.width()}"


def _cut_button(button: QAbstractButton) -> Iterator[str]:
    if any("paintEvent" in kind.__dict__ for kind in type(button).__mro__ if not kind.__module__.startswith("PySide6")):
        return  # what it paints itself is listened to
    if button.text() and _lacks(button.sizeHint(), button):
        yield f"{button.text()!r} needs {button.sizeHint().toTuple()}, has {button.size().toTuple()}"


def _cut_line(line: QLineEdit) -> Iterator[str]:
    """What is typed may be longer than its field; what the desk writes there may not."""
    text = line.text() if line.isReadOnly() or isinstance(line.parent(), QAbstractSpinBox) else ""
    text = text or ("" if line.text() else line.placeholderText())
    needed, room = line.fontMetrics().horizontalAdvance(text), _inner_width(line)
    if text and ((needed > room and not line.toolTip()) or line.fontMetrics().height() > line.contentsRect().height()):
        yield f"{text!r} needs {needed}, has {room}"


def _inner_width(line: QLineEdit) -> int:
    from PySide6.QtWidgets import QStyleOptionFrame

    option = QStyleOptionFrame()
    line.initStyleOption(option)
    return line.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, line).width() - 3


def _cut_tabs(tabs: QTabBar) -> Iterator[str]:
    for place in range(tabs.count()):
        if tabs.tabToolTip(place):
            continue
        needed = tabs.fontMetrics().horizontalAdvance(tabs.tabText(place))
        if needed > tabs.tabRect(place).width():
            yield f"tab {tabs.tabText(place)!r} needs {needed}, has {tabs.tabRect(place).width()}"
    if tabs.count() and tabs.tabRect(tabs.count() - 1).right() > tabs.width():
        yield f"tab {tabs.tabText(tabs.count() - 1)!r} lies outside"


def _cut_header(header: QHeaderView) -> Iterator[str]:
    model, is_row = header.model(), header.orientation() == Qt.Orientation.Horizontal
    if model is None or not is_row:
        return
    for place in range(header.count()):
        text = str(model.headerData(place, header.orientation()) or "")
        needed = header.fontMetrics().horizontalAdvance(text)
        is_told = bool(model.headerData(place, header.orientation(), Qt.ItemDataRole.ToolTipRole))
        if text and not is_told and not header.isSectionHidden(place) and needed > header.sectionSize(place):
            yield f"column {text!r} needs {needed}, has {header.sectionSize(place)}"


def _cut_cells(view: QAbstractItemView) -> Iterator[str]:
    """A cell that is shortened says the whole in its tool tip."""
    model = view.model()
    if model is None or not view.viewport().rect().isValid():
        return
    for row in range(min(model.rowCount(), 60)):
        for column in range(columns_of(model)):
            index = model.index(row, column)
            rect = view.visualRect(index)
            if not rect.isValid() or not rect.intersects(view.viewport().rect()):
                continue
            if view.sizeHintForIndex(index).width() > rect.width() + 1 and not index.data(Qt.ItemDataRole.ToolTipRole):
                yield f"cell {index.data()!r} needs {view.sizeHintForIndex(index).width()}, has {rect.width()}"


def columns_of(model: QAbstractItemModel) -> int:
    """A list's model keeps to itself that it has one."""
    return 1 if isinstance(model, QAbstractListModel) else model.columnCount(QModelIndex())


# ---- where widgets are


def _is_scrolled(parent: QWidget) -> bool:
    above = parent.parentWidget()
    return isinstance(above, QAbstractScrollArea) and above.viewport() is parent


def outside(parent: QWidget) -> list[Fault]:
    if isinstance(parent, QScrollArea):
        page, room = parent.widget(), parent.viewport().width()
        is_fixed = parent.horizontalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        if page is not None and is_fixed and page.width() > room:
            return [Fault("outside", path_of(page), f"{page.width()} wide, and {room} can be seen")]
    if isinstance(parent, Table) and parent.horizontalScrollBar().maximum():
        return [Fault("outside", path_of(parent), f"scrolls sideways by {parent.horizontalScrollBar().maximum()}")]
    if _is_scrolled(parent):
        return []
    return [
        Fault("outside", path_of(child), f"{child.geometry().getRect()} in {parent.size().toTuple()}")
        for child in _children(parent)
        if not child.size().isEmpty() and not parent.rect().contains(child.geometry())
    ]


def _children(parent: QWidget) -> list[QWidget]:
    return [
        child
        for child in parent.children()
        if isinstance(child, QWidget) and child.isVisible() and not child.isWindow()
    ]


def overlapping(parent: QWidget) -> list[Fault]:
    found = []
    for one, other in combinations(_children(parent), 2):
        common = one.geometry().intersected(other.geometry())
        is_meant = isinstance(one, _OVER) or isinstance(other, _OVER) or _is_inner(one) or _is_inner(other)
        if min(common.width(), common.height()) > 1 and not is_meant:
            found.append(Fault("overlapping", path_of(one), f"{type(other).__name__}: {common.getRect()}"))
    return found


def _is_inner(widget: QWidget) -> bool:
    """A part that Qt makes itself: the field of a spin box, the cross in a line of text."""
    return widget.objectName().startswith("qt_") or isinstance(
        widget.parent(), QAbstractSpinBox | QLineEdit | QComboBox
    )


# ---- what is hit with the mouse


def small(widget: QWidget) -> list[Fault]:
    is_hit = isinstance(widget, QAbstractButton | QLineEdit | QComboBox | QAbstractSpinBox) or (
        bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    )
    is_exempt = isinstance(widget, QScrollBar | QSplitterHandle | QLabel) or _is_inner(widget)
    if is_hit and not is_exempt and min(widget.width(), widget.height()) < MIN_TARGET:
        return [Fault("small", path_of(widget), f"{widget.size().toTuple()} {widget.accessibleName()}")]
    return []


def intersects(one: QRect, other: QRect) -> bool:
    common = one.intersected(other)
    return min(common.width(), common.height()) > 1

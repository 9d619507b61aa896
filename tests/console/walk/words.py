"""Finds English where German should be: every text of a window, held against the sources of the catalogues."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTabBar,
    QTableView,
    QWidget,
)

from tests.console.walk.faults import Fault, columns_of, path_of, seen
from tests.resources.extraction import translations

_LEAST_LETTERS = 8
"""Of a text with fields, outside of them: shorter ones are like too much."""

_AMOUNT = re.compile(r"€\d+\.\d\d\b")
"""As English writes it."""

NAMES = frozenset({"agent", "staff", "supervisor", "store", "English"})
"""Of the sample's people, and of a language in that language."""


@cache
def english() -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """The sources that German says otherwise: as they are, and with fields as patterns."""
    plain: set[str] = set()
    patterns: list[re.Pattern[str]] = []
    known = translations("de")
    targets = {one for value in known.values() for one in (value if isinstance(value, list) else [value])}
    for (_, source), target in known.items():
        if source == target or source in targets:
            continue
        if not re.search(r"\{\d\}|%n", source):
            plain.add(source)
        elif len(re.sub(r"\{\d\}|%n|[^A-Za-z]", "", source)) >= _LEAST_LETTERS:
            pieces = (re.escape(piece) for piece in re.split(r"\{\d\}|%n", source))
            patterns.append(re.compile(".+".join(pieces)))
    return frozenset(plain), tuple(patterns)


def is_english(text: str) -> bool:
    if text in NAMES:
        return False
    plain, patterns = english()
    return text in plain or _AMOUNT.search(text) is not None or any(pattern.fullmatch(text) for pattern in patterns)


def untranslated(root: QWidget, painted: Iterable[str] = ()) -> list[Fault]:
    """``painted``: texts that were heard while ``root`` painted itself."""
    found = [
        Fault("untranslated", path_of(widget), text)
        for widget in seen(root)
        for text in texts_of(widget)
        if is_english(text)
    ]
    found += [Fault("untranslated", path_of(root), text) for text in painted if is_english(text)]
    return sorted(set(found))


def texts_of(widget: QWidget) -> Iterator[str]:
    """All that a widget tells: on it, over it and to a screen reader."""
    yield from (widget.toolTip(), widget.accessibleName(), widget.accessibleDescription())
    match widget:
        case QLabel() | QAbstractButton():
            yield widget.text()
        case QLineEdit():
            yield widget.placeholderText()
        case QComboBox():
            yield from (widget.itemText(place) for place in range(widget.count()))
        case QTabBar():
            yield from (widget.tabText(place) for place in range(widget.count()))
        case QHeaderView():
            pass  # its table tells its titles
        case QAbstractItemView():
            yield from _cells(widget)


def _cells(view: QAbstractItemView) -> Iterator[str]:
    model = view.model()
    if model is None:
        return
    for column in range(columns_of(model)):
        if isinstance(view, QTableView):
            yield str(model.headerData(column, Qt.Orientation.Horizontal) or "")
        for row in range(min(model.rowCount(), 60)):
            yield str(model.index(row, column).data() or "")

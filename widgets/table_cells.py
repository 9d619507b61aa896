"""What a table shows: columns, rows, and the text of each kind of cell."""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QLocale

from widgets.amount import Amount, format_amount
from widgets.moment import time_text
from widgets.percent import percent
from widgets.severity import Severity

CellKind = Literal[
    "text",
    "title",
    "muted",
    "words",
    "number",
    "amount",
    "change",
    "time",
    "date_time",
    "confidence",
    "share",
    "state",
    "stepper",
]
NUMERIC: frozenset[CellKind] = frozenset({"number", "amount", "change", "time", "date_time"})
WORDS: frozenset[CellKind] = frozenset({"text", "title", "muted", "words", "state"})
"""They can be shortened."""


@dataclass(frozen=True, slots=True)
class StateCell:
    """A state: shape by severity, and the word."""

    severity: Severity
    word: str


@dataclass(frozen=True, slots=True)
class TitleCell:
    """A line of text and, below it, smaller, what is to be said of it; ``severity`` draws its shape before that."""

    title: str
    detail: str = ""
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class StepperCell:
    """A number that can be changed from 0 to ``most``; None: not said yet."""

    value: int | None
    most: int
    is_editable: bool = True


@dataclass(frozen=True, slots=True)
class Column:
    """``kind`` says what a row's cell holds: text, muted: str · words: str, shown in full as tool tip · title: str or TitleCell · number: int · amount, change:
    Amount · time, date_time: µs UTC · confidence, share: float · state: StateCell · stepper: StepperCell. None is a dash.

    ``is_stretching`` takes the room left over; ``rank``: columns of the highest rank go first where room is short,
    those of rank 0 never.
    """

    title: str
    kind: CellKind = "text"
    is_stretching: bool = False
    hint: str = ""
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """``key`` comes back in signals; ``cells`` are as many as the columns. ``is_faded``: of less interest now."""

    key: object
    cells: tuple[object, ...]
    is_faded: bool = False


def cell_text(kind: CellKind, cell: object, zone: str, locale: QLocale) -> str:
    """A cell as it is read: on screen, by a screen reader, on the clipboard."""
    if cell is None or (isinstance(cell, StepperCell) and cell.value is None):
        return "–"
    if isinstance(cell, TitleCell):
        return f"{cell.title}, {cell.detail}" if cell.detail else cell.title
    if isinstance(cell, StateCell):
        return cell.word
    if isinstance(cell, StepperCell):
        return str(cell.value)
    if isinstance(cell, Amount):
        return format_amount(cell, locale, is_change=kind == "change")
    if kind in ("time", "date_time") and isinstance(cell, int):
        return time_text(cell, zone, has_date=kind == "date_time")
    if kind in ("confidence", "share") and isinstance(cell, float):
        return f"{percent(cell)} %"
    return str(cell)

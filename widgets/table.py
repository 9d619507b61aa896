"""A dense table of frozen rows: one model, one set of delegates, no widget per row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTableView, QWidget

from resources.theme import Theme
from widgets.severity import Severity

CellKind = Literal["text", "muted", "number", "amount", "change", "time", "date_time", "confidence", "state", "words"]


@dataclass(frozen=True, slots=True)
class StateCell:
    """A state: shape by severity, and the word."""

    severity: Severity
    word: str


@dataclass(frozen=True, slots=True)
class Column:
    """``kind`` says what a row's cell holds: text, muted, words: str · number: int · amount, change: Amount ·
    time, date_time: µs UTC or None · confidence: float · state: StateCell. ``stretch``: takes the room left over."""

    title: str
    kind: CellKind = "text"
    is_stretching: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """``key`` comes back in signals; ``cells`` are as many as the columns."""

    key: object
    cells: tuple[object, ...]
    is_faded: bool = False


class Table(QTableView):
    """Arrows move, Enter or a double click opens; the chosen row stays chosen by key when rows are replaced."""

    row_chosen = Signal(object)
    """The key of the row now chosen, None for none."""
    row_opened = Signal(object)
    """The key: Enter or double click."""
    end_reached = Signal()
    """Scrolled to the last rows: the next page may be asked for."""

    def __init__(self, theme: Theme, columns: Sequence[Column], parent: QWidget | None = None) -> None:
        raise NotImplementedError

    def set_theme(self, theme: Theme) -> None:
        raise NotImplementedError

    def set_time_zone(self, zone: str) -> None:
        raise NotImplementedError

    def set_rows(self, rows: Sequence[Row]) -> None:
        raise NotImplementedError

    def choose(self, key: object | None) -> None:
        """Without a signal: the screen already knows."""
        raise NotImplementedError

    def chosen(self) -> object | None:
        raise NotImplementedError

"""Words in a small box: in as many lines as there is room for, the last shortened."""

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF

_LEAST_LETTERS = 4
_LONG = re.compile(r"[^\s\u200b]{40}(?=[^\s\u200b])")


def with_breaks(words: str) -> str:
    """For a label that wraps: what has no space for so long, such as an address or a path, may be parted; ids are shorter,
    and are copied as they are. Without, the label would ask for the width of the whole, and all that is round it with it."""
    return _LONG.sub("\\g<0>\u200b", words)


def wrap_elided(words: str, metrics: QFontMetricsF, width: float, lines: int) -> list[str]:
    """At most ``lines`` lines of at most ``width`` pixels; none where not even some letters fit."""
    if lines < 1 or width < metrics.horizontalAdvance("n") * _LEAST_LETTERS or not words:
        return []
    wrapped: list[str] = []
    for word in words.split():
        longer = f"{wrapped[-1]} {word}" if wrapped else word
        if wrapped and metrics.horizontalAdvance(longer) <= width:
            wrapped[-1] = longer
        else:
            wrapped.append(word)
    kept, rest = wrapped[: lines - 1], wrapped[lines - 1 :]
    kept += [" ".join(rest)] if rest else []
    shown = [metrics.elidedText(line, Qt.TextElideMode.ElideRight, width) for line in kept]
    is_left = all(line in kept or len(line) > _LEAST_LETTERS for line in shown)
    return shown if is_left else []

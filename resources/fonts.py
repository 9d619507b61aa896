"""Fonts by role. The system's own family first, DejaVu where a machine has no other; sizes in points × text scale."""

import sys
from functools import cache
from typing import Literal

from PySide6.QtGui import QFont, QFontDatabase

from resources.theme import Theme

FontRole = Literal["caption", "body", "strong", "title", "headline", "figure", "fixed"]

BASE_POINTS = 13.0 if sys.platform == "darwin" else 10.0  # macOS counts 72 points to the inch, the others 96 pixels
_SIZES: dict[FontRole, float] = {
    "caption": 0.9,
    "body": 1.0,
    "strong": 1.0,
    "title": 1.2,
    "headline": 1.6,
    "figure": 1.6,
    "fixed": 0.95,
}
_HEAVY: frozenset[FontRole] = frozenset({"strong", "title", "headline", "figure"})


@cache
def _families() -> tuple[str, ...]:
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
    return (system, "DejaVu Sans")


def points(theme: Theme, role: FontRole = "body") -> float:
    return BASE_POINTS * _SIZES[role] * theme.scale


def font(theme: Theme, role: FontRole = "body") -> QFont:
    """The font of a role. Figures are tabular, so that columns of numbers stand and living numbers do not dance."""
    return QFont(_made(theme, role))


@cache
def _made(theme: Theme, role: FontRole) -> QFont:
    face = QFont()
    if role == "fixed":
        face.setFamilies([QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family(), "DejaVu Sans Mono"])
    else:
        face.setFamilies(list(_families()))
    face.setPointSizeF(points(theme, role))
    face.setWeight(QFont.Weight.DemiBold if role in _HEAVY else QFont.Weight.Normal)
    face.setFeature(QFont.Tag("tnum"), 1)
    return face

"""Polygons filled from arrays: a Python object for each point would cost more than drawing them."""

from typing import Any, cast

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QPolygonF
from shiboken6 import VoidPtr

Floats = npt.NDArray[np.float64]


def empty_polygon(count: int) -> tuple[QPolygonF, Floats]:
    """A polygon of ``count`` points, and its own memory as an array [count, 2] to write them into."""
    polygon = QPolygonF()
    polygon.resize(count)
    memory = cast(Any, VoidPtr)(polygon.data(), count * 16, True)  # the stubs know neither the arguments nor the buffer
    return polygon, np.frombuffer(memory, np.float64).reshape(-1, 2)


def to_polygon(x: npt.NDArray[Any], y: npt.NDArray[Any]) -> QPolygonF:
    polygon, points = empty_polygon(len(x))
    points[:, 0], points[:, 1] = x, y
    return polygon

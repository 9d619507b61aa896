"""One trace of a weight graph: where its readings lie in the plot, and how they are drawn."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPolygonF

from resources.theme import Theme
from widgets.hatch import hatch_brush
from widgets.polygon import Floats, empty_polygon
from widgets.time_view import TimeView
from widgets.trace import Extremes, Source


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """``name``: the plate; ``detail``: such as the product that stands there. ``key`` comes back in signals."""

    key: object
    name: str
    source: Source
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """The band of the plot in which grams ``low`` to ``high`` reach from ``bottom`` up to ``top`` (pixels)."""

    top: float
    bottom: float
    low: float
    high: float

    @property
    def pixels_per_gram(self) -> float:
        return (self.bottom - self.top) / (self.high - self.low)

    def to_y(self, grams: float) -> float:
        return self.bottom - (grams - self.low) * self.pixels_per_gram


def value_bounds(bins: Extremes) -> tuple[float, float] | None:
    """Least and greatest reading of the bins, None where there is none."""
    if not len(bins.least):
        return None
    low, high = np.fmin.reduce(bins.least), np.fmax.reduce(bins.greatest)
    return None if np.isnan(low) else (float(low), float(high))


def coverage(bins: Extremes, view: TimeView, pixels: int) -> npt.NDArray[np.bool_]:
    """For each pixel of the plot, whether the bins have a reading there."""
    there = ~np.isnan(bins.least)
    starts = (bins.starts_us[there] - view.start_us) / view.us_per_pixel
    ends = starts + bins.width_us / view.us_per_pixel
    firsts = np.clip(np.floor(starts + 1e-6), 0, pixels).astype(np.intp)
    lasts = np.clip(np.ceil(ends - 1e-6), 0, pixels).astype(np.intp)
    edges = np.bincount(firsts, minlength=pixels + 1) - np.bincount(lasts, minlength=pixels + 1)
    covered: npt.NDArray[np.bool_] = np.cumsum(edges[:-1]) > 0
    return covered


def gaps(covered: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """(first, last + 1) pixel of each stretch that is not covered."""
    edges = np.flatnonzero(np.diff(np.concatenate([[True], covered, [True]]).astype(np.int8)))
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]


def trace_lines(bins: Extremes, view: TimeView, left: float, lane: Lane) -> list[QPolygonF]:
    """The polylines of the bins, parted where readings are missing.

    Single samples are joined as they are. Wider bins are drawn from least to greatest and then, in the next bin, from
    greatest to least, so that neighbours join where they are close and every extreme is touched.
    """
    there = ~np.isnan(bins.least)
    if not there.any():
        return []
    middles = (bins.starts_us - view.start_us).astype(np.float64) + bins.width_us / 2
    x: Floats = left + middles / view.us_per_pixel
    low = lane.bottom - (bins.least.astype(np.float64) - lane.low) * lane.pixels_per_gram
    high = lane.bottom - (bins.greatest.astype(np.float64) - lane.low) * lane.pixels_per_gram
    is_single = bool(np.array_equal(bins.least, bins.greatest, equal_nan=True))
    edges = np.flatnonzero(np.diff(np.concatenate([[False], there, [False]]).astype(np.int8))).reshape(-1, 2)
    return [_polyline(x[first:last], low[first:last], high[first:last], is_single) for first, last in edges]


def _polyline(x: Floats, low: Floats, high: Floats, is_single: bool) -> QPolygonF:
    if is_single:
        if len(x) == 1:  # a reading between two gaps must not vanish
            x, low = x.repeat(2), low.repeat(2)
            x[1] += 1
        line, points = empty_polygon(len(x))
        points[:, 0], points[:, 1] = x, low
        return line
    line, points = empty_polygon(2 * len(x))
    points[0::2, 0] = points[1::2, 0] = x
    points[0::2, 1], points[1::2, 1] = low, high
    points[2::4, 1], points[3::4, 1] = high[1::2], low[1::2]
    return line


def draw_lines(painter: QPainter, lines: list[QPolygonF], pixels: int) -> None:
    """Smooth where the points are few enough; where they fill every pixel column there is nothing to smooth."""
    is_sparse = sum(line.size() for line in lines) <= pixels / 2
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, is_sparse)
    for line in lines:
        painter.drawPolyline(line)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def draw_breaks(painter: QPainter, lines: list[QPolygonF], theme: Theme) -> None:
    """A hatched band where one trace breaks off while others go on, from its last reading to its next."""
    height = theme.space(2)
    for before, after in pairwise(lines):
        last, following = before.at(before.size() - 1), after.at(0)
        if following.x() - last.x() >= height:
            area = QRectF(last.x(), last.y() - height / 2, following.x() - last.x(), height)
            painter.fillRect(area, hatch_brush(theme, 255))

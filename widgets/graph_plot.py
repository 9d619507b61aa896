"""The plot of a weight graph: its lanes, the traces in them, and what is missing."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from PySide6.QtCore import QCoreApplication, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from resources.theme import Theme
from widgets.graph_legend import draw_tags
from widgets.graph_series import Lane, coverage, draw_breaks, draw_lines, gaps, trace_lines, value_bounds
from widgets.hatch import draw_words, hatch_brush
from widgets.ticks import value_range
from widgets.time_view import TimeView
from widgets.trace import Extremes

Arrangement = Literal["shared", "lanes"]
_LEAST_SPAN_GRAMS = 20.0
_LATE_US = 200_000
"""While it follows, a trace may end so much before now without a word: its next readings are on their way."""


@dataclass(frozen=True, slots=True)
class Plot:
    """``area`` (pixels) shows the span of ``view``. One trace a lane, in the order of the traces; ``shared``: all lanes
    are the same one."""

    area: QRectF
    view: TimeView
    arrangement: Arrangement
    theme: Theme

    def lanes(self, bins: Sequence[Extremes]) -> list[Lane]:
        """Each with the scale that fits what is seen of it."""
        bounds = [value_bounds(part) for part in bins]
        top, bottom = self.area.top(), self.area.bottom()
        if self.arrangement == "shared":
            there = [bound for bound in bounds if bound]
            low = min((bound[0] for bound in there), default=0.0)
            high = max((bound[1] for bound in there), default=100.0)
            return [Lane(top, bottom, *value_range(low, high, _LEAST_SPAN_GRAMS))] * len(bins)
        height, gap = (bottom - top) / len(bins), self.theme.space(1)
        lanes = []
        for place, bound in enumerate(bounds):
            low, high = value_range(*(bound or (0.0, 100.0)), _LEAST_SPAN_GRAMS)
            lanes.append(Lane(top + place * height + gap, top + (place + 1) * height - gap, low, high))
        return lanes

    def draw_gaps(self, painter: QPainter, bins: Sequence[Extremes], lanes: Sequence[Lane]) -> None:
        """Hatched where no trace has a reading, up to now; in lanes, where that lane's has none."""
        pixels = self.view.pixels
        covered = [coverage(part, self.view, pixels) for part in bins]
        bands = list(zip(covered, lanes, strict=True))
        if self.arrangement == "shared":
            bands = [(np.logical_or.reduce(covered), lanes[0])]
        now = self.view.now_us or self.view.end_us
        last = min(pixels, max(0, int(self.view.to_x(now))))
        brush = hatch_brush(self.theme)
        words = QCoreApplication.translate("WeightGraph", "no data")
        least = max(3, math.ceil(_LATE_US / self.view.us_per_pixel)) if self.view.is_following else 3
        for there, lane in bands:
            for first, end in gaps(there[:last]):
                if end - first < least:
                    continue
                area = QRectF(self.area.left() + first, lane.top, end - first, lane.bottom - lane.top)
                painter.fillRect(area, brush)
                draw_words(painter, area, words, self.theme)

    def draw_traces(self, painter: QPainter, bins: Sequence[Extremes], lanes: Sequence[Lane]) -> None:
        painter.save()
        painter.setClipRect(self.area.adjusted(1, 1, -1, -1))
        tags: list[tuple[float, int]] = []
        for number, (part, lane) in enumerate(zip(bins, lanes, strict=True), 1):
            pen = QPen(QColor(self.theme.series[number - 1]), 1)
            pen.setCosmetic(True)
            painter.setPen(pen)
            lines = trace_lines(part, self.view, self.area.left(), lane)
            draw_breaks(painter, lines, self.theme)
            draw_lines(painter, lines, self.view.pixels)
            if lines:
                tags.append((lines[-1].at(lines[-1].size() - 1).y(), number))
        painter.restore()
        draw_tags(painter, tags, self.area, self.theme)

    def draw_band(self, painter: QPainter, low: float, high: float) -> None:
        """The span that is being marked, in pixels."""
        tint = QColor(self.theme.accent)
        tint.setAlpha(50)
        painter.fillRect(QRectF(low, self.area.top(), high - low, self.area.height()), tint)

"""One redraw of the weight graph while panning, against plain pyqtgraph on the same data in the same run.

``python -m tests.benchmarks.weight_graph`` prints one JSON object: medians and 99th percentiles in milliseconds, for
8 series of 1,000,000 samples, and whether every extreme of what was shown was drawn.
"""

import json
import os
import statistics
import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pyqtgraph
from PySide6.QtWidgets import QApplication

from resources.theme import LIGHT
from widgets.graph_series import Series
from widgets.trace import Trace
from widgets.weight_graph import WeightGraph

SERIES, SAMPLES, RATE = 8, 1_000_000, 60.0
WIDTH, HEIGHT, TURNS, STEP_PIXELS = 1_200, 500, 120, 7
TARGET_MS = 4.0
T0 = 1_760_000_000_000_000


def readings(seed: int) -> npt.NDArray[np.float32]:
    """A plate's day: noise of a gram, drift, and a step of a product now and then; a peak of one sample here and there."""
    rng = np.random.default_rng(seed)
    grams = 2_000 + 1_500 * seed + rng.normal(0, 0.94, SAMPLES) + np.cumsum(rng.normal(0, 0.002, SAMPLES))
    for at in rng.integers(0, SAMPLES, 400):
        grams[at:] += rng.choice([-250.0, 250.0])
    grams[rng.integers(0, SAMPLES, 2_000)] += 110
    return grams.astype(np.float32)


Spans = tuple[list[float], list[float]]
"""Milliseconds of each turn: by the clock, and of this thread's processor time, which a busy machine disturbs less."""


def timed(turn: Callable[[int], None]) -> Spans:
    by_clock, by_processor = [], []
    for number in range(TURNS):
        clock, processor = time.perf_counter(), time.thread_time()
        turn(number)
        by_clock.append((time.perf_counter() - clock) * 1e3)
        by_processor.append((time.thread_time() - processor) * 1e3)
    return by_clock[10:], by_processor[10:]


def summary(spans: Spans) -> dict[str, float]:
    by_clock, by_processor = spans
    return {
        "median_ms": round(statistics.median(by_clock), 2),
        "p99_ms": round(sorted(by_clock)[int(len(by_clock) * 0.99)], 2),
        "median_processor_ms": round(statistics.median(by_processor), 2),
    }


def own_graph(samples: list[npt.NDArray[np.float32]]) -> tuple[Spans, Spans, bool]:
    """Redraws while panning, redraws while data comes, and whether the bins hold every extreme of their span."""
    traces = [Trace(RATE, SAMPLES + 100_000) for _ in samples]
    for trace, grams in zip(traces, samples, strict=True):
        trace.append(T0, grams)
    graph = WeightGraph(LIGHT)
    graph.resize(WIDTH, HEIGHT)
    graph.set_series([Series(place, f"{place}.1.1", trace.channel(0)) for place, trace in enumerate(traces)])
    end = T0 + round(SAMPLES * 1e6 / RATE)
    start, width = T0 + (end - T0) // 4, (end - T0) // 2
    graph.advance(end)
    graph.show()
    QApplication.processEvents()
    step = round(width / WIDTH) * STEP_PIXELS

    def pan(number: int) -> None:
        graph.set_span(start + number * step, start + number * step + width)
        graph.repaint()

    panned = timed(pan)
    first = round((start - T0) * RATE / 1e6)
    is_kept = True
    for trace, grams in zip(traces, samples, strict=True):
        found = trace.channel(0).extremes(start, start + width, WIDTH // 2)
        size = round(found.width_us * RATE / 1e6)
        numbers = np.round((found.starts_us - T0) * RATE / 1e6).astype(int)
        truth = grams[numbers[0] : numbers[-1] + size].reshape(-1, size)
        is_kept &= bool(np.array_equal(truth.min(axis=1), found.least))
        is_kept &= bool(np.array_equal(truth.max(axis=1), found.greatest)) and bool(numbers[0] <= first)
    graph.follow(width)

    def live(number: int) -> None:
        now = end + round(number * 12 * 1e6 / RATE)
        for trace, grams in zip(traces, samples, strict=True):
            trace.append(now, grams[number * 12 : number * 12 + 12])
        graph.advance(now)
        graph.repaint()

    return panned, timed(live), is_kept


def plain_graph(samples: list[npt.NDArray[np.float32]]) -> Spans:
    """pyqtgraph as its documentation advises for long traces: clipped to the view, thinned by peaks."""
    plot = pyqtgraph.PlotWidget(background="w")
    plot.resize(WIDTH, HEIGHT)
    plot.setDownsampling(auto=True, mode="peak")
    plot.setClipToView(True)
    times = np.arange(SAMPLES) / RATE
    for place, grams in enumerate(samples):
        plot.plot(times, grams, pen=LIGHT.series[place])
    length = times[-1]
    plot.setXRange(length / 4, length * 3 / 4, padding=0)
    plot.show()
    QApplication.processEvents()
    step = length / 2 / WIDTH * STEP_PIXELS

    def pan(number: int) -> None:
        left = length / 4 + number * step
        plot.setXRange(left, left + length / 2, padding=0)
        plot.viewport().repaint()

    return timed(pan)


def main() -> int:
    application = QApplication([])
    samples = [readings(seed) for seed in range(SERIES)]
    panned, live, is_kept = own_graph(samples)
    plain = plain_graph(samples)
    ours, theirs = statistics.median(panned[0]), statistics.median(plain[0])
    result = {
        "benchmark": "weight_graph",
        "series": SERIES,
        "samples_each": SAMPLES,
        "pixels": [WIDTH, HEIGHT],
        "panning": summary(panned),
        "live": summary(live),
        "plain_pyqtgraph_panning": summary(plain),
        "times_faster": round(theirs / ours, 1),
        "every_extreme_kept": is_kept,
        "target_ms": TARGET_MS,
        "reached": is_kept and ours <= TARGET_MS,
    }
    print(json.dumps(result))
    application.quit()
    return 0 if result["reached"] else 1


if __name__ == "__main__":
    raise SystemExit(main())

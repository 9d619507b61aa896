"""One painting of the floor map with a hundred shoppers over 1,440 plates, against copying its still part alone.

``python -m tests.benchmarks.floor_map`` prints one JSON object: medians and 99th percentiles in milliseconds, by the
clock and of processor time, of the whole map with everybody moved, of an empty floor (the still part copied, nothing
else), and of the still part drawn anew, as after each zoom.
"""

import json
import os
import statistics
import time
from collections.abc import Callable

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import psutil
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from console.domain.shelf_index import ShelfIndex
from console.domain.shopper import TRAIL_POINTS
from console.screens.floor_picture import plan
from console.state.book import Book
from resources.theme import LIGHT
from store_client.contract.product import Product
from store_server.world.simulation import Simulation
from widgets.amount import Amount, format_amount
from widgets.floor_map import FloorMap
from widgets.floor_plan import Shopper

SHOPPERS, TURNS, SIZE = 100, 120, (860, 780)
TARGET_MS = 16.0


def crowd(simulation: Simulation, dice: np.random.Generator) -> list[Shopper]:
    """Everybody somewhere on the floor, with a trail behind and a cart of some worth; one in ten in need."""
    outline = np.array([(point.x, point.y) for point in simulation.planogram.outline])
    low, high = outline.min(axis=0), outline.max(axis=0)
    shoppers = []
    for number in range(SHOPPERS):
        trail = np.cumsum(dice.normal(0, 0.08, (TRAIL_POINTS, 2)), axis=0)
        x, y = dice.uniform(low, high)
        worth = format_amount(Amount(int(dice.integers(100, 9_000)), "EUR"), QLocale())
        is_doubtful = number % 10 == 0
        shoppers.append(
            Shopper(
                key=f"trip-{number}",
                x=float(x),
                y=float(y),
                name=f"Visit {number}",
                worth=worth,
                need="doubtful" if is_doubtful else "none",
                word="doubtful" if is_doubtful else "",
                trail=(trail - trail[-1] + (x, y)).astype(np.float32),
                hands=(),
            )
        )
    return shoppers


def timed(turn: Callable[[int], None]) -> dict[str, float]:
    by_clock, by_processor = [], []
    for number in range(TURNS):
        clock, processor = time.perf_counter(), time.thread_time()
        turn(number)
        by_clock.append((time.perf_counter() - clock) * 1e3)
        by_processor.append((time.thread_time() - processor) * 1e3)
    return {
        "median_ms": round(statistics.median(by_clock[10:]), 2),
        "p99_ms": round(sorted(by_clock[10:])[int((TURNS - 10) * 0.99)], 2),
        "median_processor_ms": round(statistics.median(by_processor[10:]), 2),
    }


def main() -> int:
    application = QApplication([])
    simulation = Simulation("stress", 1)
    products: Book[str, Product] = Book()
    products.put({product.gtin: product for product in simulation.products})
    floor = FloorMap(LIGHT)
    floor.resize(*SIZE)
    planogram = simulation.planogram
    floor.set_plan(plan(planogram, tuple(simulation.cameras), ShelfIndex(planogram), products))
    floor.show()
    QApplication.processEvents()
    dice = np.random.default_rng(1)
    crowds = [crowd(simulation, dice) for _ in range(10)]

    def with_everybody(number: int) -> None:
        floor.set_shoppers(crowds[number % len(crowds)])
        floor.repaint()

    def still(_: int) -> None:
        floor.repaint()

    def anew(number: int) -> None:
        floor.choose_camera(simulation.cameras[number % 2].id)
        floor.repaint()

    empty = timed(still)
    full = timed(with_everybody)
    floor.set_shoppers([])
    redrawn = timed(anew)
    result = {
        "benchmark": "floor_map",
        "shoppers": SHOPPERS,
        "plates": len(planogram.plates),
        "pixels": SIZE,
        "load_average": round(psutil.getloadavg()[0], 2),
        "everybody": full,
        "reference_still_part_copied": empty,
        "still_part_drawn_anew": redrawn,
        "times_reference": round(full["median_processor_ms"] / max(empty["median_processor_ms"], 1e-3), 1),
        "target_ms": TARGET_MS,
        "reached": full["median_ms"] <= TARGET_MS,
    }
    print(json.dumps(result))
    application.quit()
    return 0 if result["reached"] else 1


if __name__ == "__main__":
    raise SystemExit(main())

"""What is live: the floor, weights, cameras."""

import numpy as np
from PySide6.QtWidgets import QWidget

from resources.theme import Theme
from widgets.floor_map import FloorMap
from widgets.graph_marks import Mark
from widgets.graph_series import Series
from widgets.samples.data import PRODUCTS, T0, ZONE, sample_picture, sample_plan, sample_shoppers
from widgets.samples.sample import Sample
from widgets.trace import Trace
from widgets.video_overlay import Overlay, PersonMark
from widgets.video_tile import Tile, TileStatus
from widgets.video_wall import Layout, VideoWall
from widgets.weight_graph import WeightGraph


def _floor(theme: Theme) -> QWidget:
    floor = FloorMap(theme)
    floor.set_plan(sample_plan())
    floor.set_shoppers(sample_shoppers())
    floor.choose_shopper(7)
    floor.choose_plate("3.2.5")
    floor.highlight(["6.3.4", "6.3.5"])
    floor.choose_camera("c2")
    floor.set_plate_states(
        {"1.1.3": "low", "1.2.4": "empty", "2.3.4": "noisy", "5.5.5": "dead", "5.5.6": "dead", "1.4.8": "wrong"}
    )
    floor.set_gate_states({"g1": "opened", "g2": "refused"})
    floor.set_camera_states({"c5": "lost"})
    floor.flash(["4.4.4"], "pick")
    floor.flash(["4.2.8"], "put_back")
    return floor


def _stale_floor(theme: Theme) -> QWidget:
    floor = FloorMap(theme)
    floor.set_plan(sample_plan())
    floor.set_shoppers(sample_shoppers(9))
    floor.set_stale(14)
    return floor


def _graph(theme: Theme, count: int = 5) -> WeightGraph:
    rng = np.random.default_rng(0)
    length = 60 * 120
    graph, series, marks = WeightGraph(theme), [], []
    for place in range(count):
        grams = np.full(length, 500.0 * (place + 1))
        for step in range(3):
            at = int(rng.integers(500, length))
            is_pick = step % 3 != 0
            grams[at:] += -120 if is_pick else 120
            words = f"{PRODUCTS[place % 5]}, {'1 taken' if is_pick else '1 put back'}"
            marks.append(Mark((place, step), T0 + round(at * 1e6 / 60), "pick" if is_pick else "put_back", words))
        grams += rng.normal(0, 1.5, length)
        if place == 2:
            grams[3_000:3_600] = np.nan
        grams[5_000:5_300] = np.nan
        trace = Trace(60, 10_000)
        trace.append(T0, grams)
        series.append(Series(place, f"3.{place + 1}.7", trace.channel(0), PRODUCTS[place % 5]))
    graph.set_time_zone(ZONE)
    graph.set_series(series)
    graph.set_marks(marks[: 2 * count])
    graph.advance(T0 + round(length * 1e6 / 60))
    graph.follow(90_000_000)
    return graph


def _graph_lanes(theme: Theme) -> QWidget:
    graph = _graph(theme, 3)
    graph.set_arrangement("lanes")
    graph.set_span(T0 + 20_000_000, T0 + 32_000_000)
    graph.set_cursor(T0 + 24_000_000)
    graph.set_stale(12)
    return graph


def _wall(theme: Theme, layout: Layout = "9") -> VideoWall:
    wall = VideoWall(theme)
    wall.set_tiles([Tile(f"c{place}", f"Ceiling {place + 1}, aisle {place // 2 + 1}") for place in range(8)])
    wall.set_layout(layout)
    for place in range(6):
        wall.set_picture(f"c{place}", sample_picture(place * 8))
        wall.set_status(f"c{place}", TileStatus("live", 40.0 + place * 13, 15.0))
    wall.set_status("c1", TileStatus("live", 3_400.0, 2.0))
    wall.set_status(
        "c5", TileStatus("live", 105.0, 15.0, notes=("12 pictures were garbled", "Its clock leapt 5.2 s back"))
    )
    wall.set_status("c3", TileStatus("reconnecting", 8_200.0, 0.0, "the camera closed the connection"))
    wall.set_status("c6", TileStatus("lost", None, 0.0, "no answer for 30 s"))
    chosen = PersonMark((0.5, 0.95), (0.5, 0.4), "Visit 412", "412", "chosen", ((0.44, 0.66), (0.58, 0.7)))
    plates = tuple(((x, 0.6), (x + 0.08, 0.6), (x + 0.07, 0.65), (x - 0.01, 0.65)) for x in (0.1, 0.2, 0.3))
    wall.set_overlay("c0", Overlay((PersonMark((0.25, 0.9), (0.26, 0.45), "Visit 407", "407"), chosen), plates))
    wall.choose("c0")
    wall.spotlight("c4", "Doubtful pick at 3.2.5")
    return wall


def _wall_focus(theme: Theme) -> QWidget:
    return _wall(theme, "spotlight")


SAMPLES: tuple[Sample, ...] = (
    Sample("floor-map", 960, 600, _floor),
    Sample("floor-map-stale", 640, 400, _stale_floor),
    Sample("weight-graph", 960, 380, _graph),
    Sample("weight-graph-lanes", 800, 380, _graph_lanes),
    Sample("video-wall", 960, 560, _wall),
    Sample("video-wall-focus", 960, 480, _wall_focus),
)

"""Heads in pictures of the past are covered, and whole pictures where nobody knows where heads are."""

from pathlib import Path

import msgspec
import numpy as np

from store_client.contract.camera import Pose
from store_client.contract.live import Position, Positions
from store_client.projection import Projection
from store_server.sensing.export.composition import LENGTH
from store_server.sensing.export.covering import Covering

NOON = 1_780_000_000_000_000
US = 1_000_000
POSE = Pose(0.0, 0.0, 2.5, 4.0, 0.0, 1.2, 1.4)
FINE = np.random.default_rng(1).integers(0, 256, (360, 640, 3), np.uint8)


def walk(path: Path) -> None:
    """Somebody crosses the picture, seen ten times a second for three seconds."""
    with path.open("wb") as file:
        for step in range(30):
            at_us = NOON + step * 100_000
            person = Position("t1", None, 4.0, -1.5 + step * 0.1, 0.9)
            data = msgspec.msgpack.encode(
                Positions(epoch="", seq=step, measured_at=at_us, sent_at=at_us, people=[person])
            )
            file.write(LENGTH.pack(len(data)) + data)


def test_heads_are_covered_where_they_were_and_nothing_else(tmp_path: Path) -> None:
    walk(tmp_path / "people")
    seconds = (0.5, 1.5, 2.5, 1.0)  # another camera may be behind
    with (tmp_path / "people").open("rb") as people:
        covering = Covering(people)
        pictures = [covering.cover(FINE, POSE, NOON + round(second * US)) for second in seconds]
    for second, covered in zip(seconds, pictures, strict=True):
        is_changed = (covered != FINE).any(axis=2)
        head = Projection(POSE, 640, 360).pixel(4.0, -1.5 + second, 1.7)
        assert head is not None
        u, v = (round(part) for part in head)
        assert is_changed[v - 10 : v + 10, u - 10 : u + 10].mean() > 0.95
        assert is_changed.mean() < 0.3
        assert not is_changed[300:].any()


def test_where_nobody_knows_all_of_it_is_coarse(tmp_path: Path) -> None:
    walk(tmp_path / "people")
    (tmp_path / "none").write_bytes(b"")
    for path, pose, at_us in (
        ("people", None, NOON + US),
        ("people", POSE, NOON + 10 * US),
        ("none", POSE, NOON + US),
    ):
        with (tmp_path / path).open("rb") as people:
            covered = Covering(people).cover(FINE, pose, at_us)
        assert (covered != FINE).mean() > 0.95

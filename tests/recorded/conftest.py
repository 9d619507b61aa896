"""A small recording made by hand, and the real one where it is at hand."""

import base64
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

Line = dict[str, Any] | str
T0 = 1_587_531_994.0
SHARED = Path(os.environ.get("FLOORWALKER_SHARED", Path(__file__).resolve().parents[3] / "shared"))


@pytest.fixture
def nanostore() -> Path:
    folder = SHARED / "data" / "nanostore"
    if not folder.is_dir():
        pytest.skip(f"the real recording is not at {folder} (FLOORWALKER_SHARED names another place)")
    return folder


def stamp(seconds: float) -> dict[str, str]:
    whole, micros = divmod(round((T0 + seconds) * 1e6), 1_000_000)
    return {"$date": f"{np.datetime64(whole, 's')}.{micros:06d}Z"}


def batch(number: int, grams: float = 1_000.0, shape: tuple[int, int, int] = (12, 2, 3)) -> dict[str, Any]:
    values = np.full(shape, grams, "<f4")
    values[:, 0, :] = values[:, :, 0] = np.nan
    issued = number * 0.2 + 0.2
    return {
        "timestamp": T0 + issued,
        "date_time": stamp(issued + 0.01),
        "document": {
            "plate_data": {
                "plate_id": {"shelf_id": {"gondola_id": {"id": 1}}},
                "freq_samp": 60.0,
                "values": {"data": base64.b64encode(values.tobytes()).decode(), "shape": list(shape)},
            }
        },
    }


def sighting(number: int, state: str = "TARGETSTATE_VALID_ENTRANCE") -> dict[str, Any]:
    measured = number * 0.1
    joint = {"point": {"x": 10.0, "y": -20.0, "z": 60.0}, "score": 0.9}
    target = {
        "target_id": {"id": "77"},
        "target_state": state,
        "neck": joint,
        "l_wrist": joint,
        "r_wrist": {"point": {}},
    }
    return {
        "timestamp": T0 + measured,
        "date_time": stamp(measured + 2.3),
        "document": {"targets": {"targets": [target]}},
    }


def lines() -> dict[str, list[Line]]:
    """Two facings on three plates, 4 s of weights, 3 s of one shopper."""
    box = {"dim_x": 0.2, "dim_y": 0.4, "dim_z": 0.2}
    shelf = {"gondola_id": {"id": 1}, "shelf_index": 1}

    def facing(code: str, x: float, *plates: int) -> Line:
        return {
            "plate_ids": [{"shelf_id": shelf, "plate_index": plate} for plate in plates],
            "planogram_product_id": {"barcode_type": "UPC", "id": code},
            "global_coordinates": {"transform": {"translation": {"x": x, "z": 0.5}, "rotation": {}}, **box},
        }

    return {
        "planogram.json": [facing("071142008582", 0.0, 1), facing("07", 0.2, 2)],
        "products.json": [
            {"product_id": {"id": "071142008582"}, "metadata": {"name": "Water", "weight": 621.7, "price": 2}},
            {"product_id": {"id": "07"}, "metadata": {"name": "Soup", "price": 10000}},
        ],
        "plate_data.json": [batch(number) for number in range(20)],
        "full_targets.json": [sighting(number) for number in range(30)],
    }


@pytest.fixture
def write(tmp_path: Path) -> Callable[[dict[str, list[Line]]], Path]:
    def write_recording(files: dict[str, list[Line]]) -> Path:
        for name, own in files.items():
            text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in own)
            (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path

    return write_recording

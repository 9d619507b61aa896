"""Sample data: a store, its people, a cart and a picture, for the gallery and for tests."""

import math

import numpy as np
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter

from widgets.amount import Amount
from widgets.cart_table import CartLine
from widgets.command_palette import Entry
from widgets.floor_plan import Need, Plan, PlanCamera, PlanGate, PlanGondola, PlanPlate, Shopper

T0 = 1_760_000_000_000_000
ZONE = "Europe/Berlin"
PRODUCTS = ("Oat milk 1 l", "Sparkling water 0.75 l", "Dark chocolate 70 %", "Rye bread, sliced", "Basmati rice 500 g")


def euros(minor: int) -> Amount:
    return Amount(minor, "EUR")


def sample_plan() -> Plan:
    """Eight gondolas of 6 × 12 plates, two gates, eight cameras on 16 × 10 metres."""
    gondolas, plates = [], []
    for number in range(8):
        left, bottom = 2.2 + number % 4 * 3.2, 2.4 + number // 4 * 4.6
        outline = ((left, bottom), (left + 2.4, bottom), (left + 2.4, bottom + 0.7), (left, bottom + 0.7))
        angle = -math.pi / 2 if number % 2 else math.pi / 2
        gondolas.append(PlanGondola(number + 1, f"Gondola {number + 1}", outline, angle))
        for shelf in range(1, 7):
            for place in range(1, 13):
                key = f"{number + 1}.{shelf}.{place}"
                name = PRODUCTS[(shelf + place) % len(PRODUCTS)]
                x = left - 0.1 + place * 0.2
                plates.append(PlanPlate(key, number + 1, shelf, x, bottom + 0.35, 0.19, 0.4, name))
    cameras = [
        PlanCamera(
            f"c{place}",
            f"Ceiling {place + 1}",
            1.5 + place % 4 * 4.3,
            0.5 + place // 4 * 9.0,
            3 + place % 4 * 3.3,
            5,
            1.4,
        )
        for place in range(8)
    ]
    gates = (PlanGate("g1", "Gate 1", 0, 3, 1.2, 0.0), PlanGate("g2", "Gate 2", 0, 6.5, 1.2, 0.0))
    return Plan(((0, 0), (16, 0), (16, 10), (0, 10)), gates, tuple(gondolas), tuple(plates), tuple(cameras))


def sample_shoppers(count: int = 22) -> list[Shopper]:
    rng = np.random.default_rng(7)
    shoppers = []
    for number in range(count):
        heading = np.cumsum(rng.normal(0, 0.12, 60)) + rng.uniform(0, 2 * np.pi)
        steps = np.stack([np.cos(heading), np.sin(heading)], axis=1) * 0.08
        trail = np.clip(np.cumsum(steps, axis=0) + rng.uniform((2, 1), (14, 9)), (0.4, 0.4), (15.6, 9.6)).astype(
            np.float32
        )
        x, y = float(trail[-1, 0]), float(trail[-1, 1])
        need: Need = "urgent" if number == 3 else "doubtful" if number in (8, 15) else "none"
        word = {"urgent": "help wanted", "doubtful": "doubtful", "none": ""}[need]
        worth = "" if number == 5 else f"€{int(rng.integers(0, 60))}.{int(rng.integers(10, 99))}"
        shoppers.append(Shopper(number, x, y, f"Visit {400 + number}", worth, need, word, trail, ((x + 0.3, y + 0.2),)))
    return shoppers


def sample_picture(shade: int, size: tuple[int, int] = (640, 360)) -> QImage:
    picture = QImage(*size, QImage.Format.Format_RGB32)
    painter = QPainter(picture)
    ramp = QLinearGradient(0, 0, 0, size[1])
    ramp.setColorAt(0, QColor.fromHsv(210, 20, 90 + shade))
    ramp.setColorAt(1, QColor.fromHsv(30, 25, 60 + shade))
    painter.fillRect(picture.rect(), ramp)
    for place in range(12):
        painter.fillRect(40 + place * 48, 90, 36, 150, QColor.fromHsv((place * 53 + shade) % 360, 70, 150))
    painter.setBrush(QColor("#303030"))
    painter.drawEllipse(300, 150, 46, 46)
    painter.drawRoundedRect(285, 196, 76, 130, 18, 18)
    painter.end()
    return picture


def sample_cart_lines() -> list[CartLine]:
    return [
        CartLine(1, PRODUCTS[0], 2, euros(199), euros(398), 0.994, T0),
        CartLine(
            2, PRODUCTS[1], 1, euros(89), euros(89), 0.62, T0 + 31_000_000, ("two picks at once", "crossed hands")
        ),
        CartLine(3, PRODUCTS[2], 3, euros(249), euros(747), 0.97, T0 + 64_000_000),
        CartLine(4, PRODUCTS[3], 1, euros(329), euros(329), 0.88, T0 + 70_000_000, ("same weight as its neighbour",)),
    ]


def sample_entries(typed: str) -> list[Entry]:  # noqa: ARG001
    return [
        Entry(1, "Live floor", "Screen", "floor", keys="Ctrl+1"),
        Entry(2, "Cameras", "Screen", "camera", keys="Ctrl+2"),
        Entry(3, "Visit 412", "Shopper", "person", "inside for 6 min, €15.63"),
        Entry(4, "Receipt 1197", "Receipt", "receipt", "14:03:22, €15.63, Visa 4242"),
        Entry(5, "Oat milk 1 l", "Product", "product", "09520000000011"),
        Entry(6, "Ceiling 3, aisle 2", "Camera", "camera"),
        Entry(7, "Change the theme", "Action", "theme", keys="Ctrl+T"),
    ]

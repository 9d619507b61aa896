"""Listens to what widgets paint themselves: text that is cut by its box, lies on other text, or leaves its widget."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QWidget

from tests.console.walk.faults import LEAST_SHOWN, Fault, path_of, seen


@dataclass(frozen=True, slots=True)
class Painted:
    """``ink``: where the letters are, ``box``: the room that was given to them, ``area``: of the device; all in its
    pixels. ``tall``: the letters alone, without the air of a line. ``clip``: what of it is painted at all."""

    device: object
    text: str
    ink: QRectF
    tall: float
    box: QRectF | None
    area: QRectF
    clip: QRectF | None


@contextmanager
def listening() -> Iterator[list[Painted]]:
    """Every text that Python code paints in the meantime. (What Qt paints itself does not pass here.)"""
    heard: list[Painted] = []
    draw = QPainter.drawText

    def hear(painter: QPainter, *args: Any) -> Any:
        told = _painted(painter, args)
        if told is not None:
            heard.append(told)
        return draw(painter, *args)

    QPainter.drawText = hear  # type: ignore[method-assign, assignment]
    try:
        yield heard
    finally:
        QPainter.drawText = draw  # type: ignore[method-assign]


def _painted(painter: QPainter, args: tuple[Any, ...]) -> Painted | None:
    text = next((arg for arg in args if isinstance(arg, str)), "")
    if not text.strip():
        return None
    first, metrics = args[0], painter.fontMetrics()
    box: QRectF | None = None
    match first:
        case QRectF() | QRect():
            box = QRectF(first)
            flags = args[1]
            number = flags.value if hasattr(flags, "value") else int(flags)
            ink = QRectF(painter.boundingRect(box.toRect(), number | Qt.TextFlag.TextDontClip.value, text))
        case QPointF() | QPoint():
            ink = QRectF(metrics.boundingRect(text)).translated(QPointF(first))
        case _:
            return None
    by = painter.combinedTransform()
    device = painter.device()
    clip = by.mapRect(painter.clipBoundingRect()) if painter.hasClipping() else None
    area = QRectF(0, 0, device.width(), device.height())
    return Painted(
        device,
        text,
        by.mapRect(ink),
        float(metrics.tightBoundingRect(text).height()),
        None if box is None else by.mapRect(box),
        area,
        clip,
    )


def painted_faults(root: QWidget) -> tuple[list[Fault], QImage]:
    """What is wrong, and the picture."""
    for widget in seen(root):
        forget = getattr(widget, "_redraw", None) or getattr(widget, "redraw", None)
        if callable(forget):
            forget()  # what it keeps as a picture is painted again
    with listening() as heard:
        picture = root.grab().toImage()
    found = [fault for one in heard for fault in _cut(one)]
    by_device: dict[int, list[Painted]] = {}
    for one in heard:
        by_device.setdefault(id(one.device), []).append(one)
    for texts in by_device.values():
        for one, other in combinations(texts, 2):
            common = one.ink.intersected(other.ink)
            if one.text != other.text and min(common.width(), common.height()) > 2:
                found.append(Fault("overlapping", _name(one), f"{one.text!r} and {other.text!r}"))
    return sorted(set(found)), picture


def _name(one: Painted) -> str:
    return path_of(one.device) if isinstance(one.device, QWidget) else "picture of a widget"


def _cut(one: Painted) -> Iterator[Fault]:
    box = one.box
    slack = 4 if one.text.endswith("…") else 2.5  # what is shortened is measured without its hinting
    if box is not None and one.ink.width() > box.width() + slack:
        yield Fault("clipped", _name(one), f"{one.text!r} needs {one.ink.width():.0f}, has {box.width():.0f}")
    if box is not None and one.tall > box.height() + 1:
        yield Fault("clipped", _name(one), f"{one.text!r} is {one.tall:.0f} high, has {box.height():.0f}")
    if one.text.endswith("…") and len(one.text) <= LEAST_SHOWN:
        yield Fault("clipped", _name(one), f"only {one.text!r} is left")

"""What a screen reader and a keyboard find: every part by its name and role, every stop of the Tab key, focus that is
seen, and contrast as it is rendered."""

from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QCoreApplication, QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QTextBrowser, QWidget

from resources.theme import GRAPHIC, TEXT
from tests.console.walk.faults import Fault, path_of, seen
from widgets.elided_label import ElidedLabel
from widgets.hint import HintBubble

_NO_ROLES = {QAccessible.Role.NoRole, QAccessible.Role.Client, QAccessible.Role.Border, QAccessible.Role.LayeredPane}
"""What Qt says of a widget of which it knows nothing."""


def parts(root: QWidget) -> Iterator[QAccessibleInterface]:
    """The tree as a screen reader walks it, what is invisible left out; of tables the table alone."""
    above = QAccessible.queryAccessibleInterface(root)
    yield from _below(above)


def _below(part: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    yield part
    if part.role() in (QAccessible.Role.Table, QAccessible.Role.List, QAccessible.Role.Tree):
        return
    for place in range(part.childCount()):
        child = part.child(place)
        if child is not None and child.isValid() and not child.state().invisible:
            yield from _below(child)


def unnamed(root: QWidget) -> list[str]:
    """What takes the focus or is pressed, and has no name or no role."""
    found = []
    for part in parts(root):
        widget = part.object()
        if not part.state().focusable or part.state().disabled or not isinstance(widget, QWidget):
            continue
        if widget.focusPolicy() == Qt.FocusPolicy.ClickFocus or widget.focusPolicy() == Qt.FocusPolicy.NoFocus:
            continue
        name = part.text(QAccessible.Text.Name)
        if not name or part.role() in _NO_ROLES:
            found.append(f"{path_of(widget)}: {name!r}, {part.role().name}")
    return found


def stops(window: QWidget, most: int = 200) -> list[QWidget]:
    """Where Tab goes, from where the focus is until it is there again."""
    found: list[QWidget] = []
    for _ in range(most):
        focus = QApplication.focusWidget() or window
        if focus in found and not (
            focus is found[-1] and isinstance(focus, QTextBrowser)
        ):  # Tab goes through its links
            return found
        if focus is not window and focus not in found:
            found.append(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    return found


def unreached(window: QWidget) -> list[str]:
    """What can be used but not be reached with Tab."""
    reached = set(stops(window))
    return [
        path_of(widget)
        for widget in seen(window)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isEnabled()
        and widget.focusProxy() is None
        and widget not in reached
        and not _is_of_one_that_is_reached(widget, reached)
    ]


def _is_of_one_that_is_reached(widget: QWidget, reached: set[QWidget]) -> bool:
    """A field within a spin box; a radio button, of which arrows reach the others."""
    above = widget.parentWidget()
    if above in reached or (above is not None and above.focusProxy() in reached):
        return True
    if isinstance(widget, QAbstractButton) and (widget.autoExclusive() or widget.group() is not None):
        return True
    return widget.objectName().startswith("qt_")


def unseen_focus(window: QWidget) -> list[str]:
    """Stops at which nothing changes in the picture when the focus comes."""
    found = []
    for stop in stops(window):
        stop.setFocus(Qt.FocusReason.TabFocusReason)
        QCoreApplication.processEvents()
        with_focus = _picture(stop)
        stop.clearFocus()
        QCoreApplication.processEvents()
        if with_focus == _picture(stop):
            found.append(path_of(stop))
    return found


def _picture(widget: QWidget) -> QImage:
    return widget.grab().toImage()


# ---- contrast, as it is rendered


def faint(root: QWidget, picture: QImage) -> list[Fault]:
    """Labels and buttons whose ink stands out from its ground in ``picture``, which is of ``root``, by less than 4.5:1,
    or 3:1 where there is an icon alone."""
    picture = picture.convertToFormat(QImage.Format.Format_RGB32)
    ratio = picture.devicePixelRatio()
    pixels = np.frombuffer(picture.constBits(), np.uint32).reshape(picture.height(), -1)
    found = []
    bubbles = [one for one in seen(root) if isinstance(one, HintBubble)]
    for widget in seen(root):
        if not isinstance(widget, QLabel | QAbstractButton) or not widget.isEnabled():
            continue
        if not widget.text() and not (isinstance(widget, QAbstractButton) and not widget.icon().isNull()):
            continue
        corner = widget.mapTo(root, QPoint(0, 0))
        rect = QRect(corner, widget.size()).intersected(root.rect())
        if widget.visibleRegion().boundingRect() != widget.rect() or (
            isinstance(widget, ElidedLabel) and widget.toolTip()
        ):
            continue  # scrolled to, or with more room, it is looked at
        if any(rect.intersects(one.geometry()) and not one.isAncestorOf(widget) for one in bubbles):
            continue  # what a hint lies over is looked at without it
        rect = rect.adjusted(3, 3, -3, -3)
        if rect.isEmpty():
            continue
        top, left = round(rect.top() * ratio), round(rect.left() * ratio)
        area = pixels[top : top + round(rect.height() * ratio), left : left + round(rect.width() * ratio)]
        reached = rendered_contrast(area)
        if reached < (TEXT if widget.text() else GRAPHIC):
            found.append(Fault("faint", path_of(widget), f"{widget.text()!r} {reached:.2f}:1"))
    return found


def rendered_contrast(pixels: np.ndarray) -> float:
    """Contrast of the ground, which is what most pixels are, to what stands out from it most: WCAG's ratio, 1 to 21.
    ``pixels``: uint32 of any shape, each 0xffRRGGBB."""
    found, counts = np.unique(pixels, return_counts=True)
    light = _luminance(np.stack([found >> 16 & 255, found >> 8 & 255, found & 255], axis=1))
    ground = light[counts.argmax()]
    ratios = (np.maximum(light, ground) + 0.05) / (np.minimum(light, ground) + 0.05)
    return float(ratios.max())


def _luminance(colors: np.ndarray) -> np.ndarray:
    parts = colors / 255.0
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ np.array([0.2126, 0.7152, 0.0722]))

"""Where the tiles of a wall stand. No widgets: rectangles in, rectangles out."""

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QRect

Layout = Literal["1", "4", "9", "16", "focus", "spotlight"]
"""``focus``: the chosen tile large, the others small; ``spotlight``: so too, but what is brought forward is large."""
LAYOUTS: tuple[Layout, ...] = ("1", "4", "9", "16", "focus", "spotlight")
LARGE: tuple[Layout, ...] = ("focus", "spotlight")
_SMALL_BESIDE = 5


def places(layout: Layout) -> int:
    """How many tiles a page of the layout holds."""
    return 1 + _SMALL_BESIDE if layout in LARGE else int(layout)


def in_order(tiles: Sequence[str], layout: Layout, forward: str | None) -> list[str]:
    """On all pages. ``forward`` is the tile to bring forward: first where one is large."""
    order = list(tiles)
    if forward in order and (layout == "1" or layout in LARGE):
        order.remove(forward)
        order.insert(0, forward)
    return order


def page_of(tiles: Sequence[str], layout: Layout, page: int, forward: str | None) -> list[str]:
    """The tiles on a page. ``forward``: see in_order; the only one of ``1``."""
    order = in_order(tiles, layout, forward)
    if forward in order and layout == "1":
        return [forward]
    count = places(layout)
    pages = max(1, -(-len(order) // count))
    start = (page % pages) * count
    return order[start : start + count]


def tile_rects(area: QRect, layout: Layout, count: int, gap: int) -> list[QRect]:
    """Rectangles of ``count`` tiles in reading order; fewer tiles than the layout holds are given more room."""
    if layout in LARGE and count > 1:
        return _focus(area, count, gap)
    columns = next(side for side in (1, 2, 3, 4) if side * side >= min(count, places(layout)) or side == 4)
    rows = max(1, -(-count // columns))
    return [_cell(area, columns, rows, place % columns, place // columns, gap) for place in range(count)]


def _cell(area: QRect, columns: int, rows: int, column: int, row: int, gap: int) -> QRect:
    left = area.left() + column * (area.width() + gap) // columns
    right = area.left() + (column + 1) * (area.width() + gap) // columns - gap
    top = area.top() + row * (area.height() + gap) // rows
    bottom = area.top() + (row + 1) * (area.height() + gap) // rows - gap
    return QRect(left, top, right - left, bottom - top)


def _focus(area: QRect, count: int, gap: int) -> list[QRect]:
    """One large tile, the others in a strip: beside it where the wall is wide, below it where it is tall."""
    if area.width() >= area.height() * 1.2:
        strip = area.width() // 4
        large = QRect(area.left(), area.top(), area.width() - strip - gap, area.height())
        rest = QRect(large.right() + 1 + gap, area.top(), strip, area.height())
        rows = max(count - 1, 3)
        return [large, *(_cell(rest, 1, rows, 0, place, gap) for place in range(count - 1))]
    strip = area.height() // 4
    large = QRect(area.left(), area.top(), area.width(), area.height() - strip - gap)
    rest = QRect(area.left(), large.bottom() + 1 + gap, area.width(), strip)
    columns = max(count - 1, 3)
    return [large, *(_cell(rest, columns, 1, place, 0, gap) for place in range(count - 1))]

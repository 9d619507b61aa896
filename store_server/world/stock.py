"""Which article stands where, and every single unit on the shelves with its own true weight."""

import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from store_client.contract.planogram import Facing
from store_server.world.catalogue import Article
from store_server.world.layout import PLATE_DEPTH, PLATES_A_SHELF, Layout

WEIGHT_SPREAD = 0.006
"""Standard deviation of one unit's weight, as a share of the catalogue's."""
LAYOUT_SEED = 7
_MOVES_KEPT = 2_000


@dataclass(frozen=True, slots=True)
class Spot:
    """Room for one unit: the plates it rests on with their shares of its weight, and the middle of its underside."""

    plates: tuple[int, ...]
    shares: tuple[float, ...]
    x: float
    y: float
    z: float


@dataclass(slots=True)
class Unit:
    """One thing that can be taken. ``spot`` is None while somebody holds it."""

    article: Article
    grams: float
    spot: Spot | None = None

    @property
    def gtin(self) -> str:
        return self.article.product.gtin


@dataclass(slots=True)
class Display:
    """One facing as it stands in the store: its spots column by column, each from the back to the front.

    ``units`` [column]: what stands there, the front one last. Strangers put back in the wrong place are among them.
    """

    id: str
    article: Article
    plates: tuple[int, ...]
    columns: list[list[Spot]]
    units: list[list[Unit]] = field(default_factory=list)

    @property
    def capacity(self) -> int:
        return sum(len(column) for column in self.columns)

    def count(self) -> int:
        """Units of the article that belongs here."""
        return sum(unit.article is self.article for column in self.units for unit in column)

    def reachable(self) -> list[int]:
        """Columns whose front unit is the article that belongs here."""
        return [i for i, column in enumerate(self.units) if column and column[-1].article is self.article]

    def take(self, column: int) -> Unit:
        return self.units[column].pop()

    def put(self, unit: Unit, dice: random.Random) -> Spot | None:
        """Sets a unit down in the emptiest column; None, and nothing done, where all are full."""
        free = [i for i, column in enumerate(self.columns) if len(self.units[i]) < len(column)]
        if not free:
            return None
        least = min(len(self.units[i]) for i in free)
        column = dice.choice([i for i in free if len(self.units[i]) == least])
        spot = self.columns[column][len(self.units[column])]
        unit.spot = spot
        self.units[column].append(unit)
        return spot


def _widths(queue: list[Article], room: int, dice: random.Random) -> list[tuple[Article, int]]:
    """Takes articles off the queue's front until ``room`` plates of one shelf are given out, each 1 to 4."""
    row: list[tuple[Article, int]] = []
    while room and queue:
        fitting = next((i for i, article in enumerate(queue[:8]) if article.columns <= room), None)
        if fitting is None:
            break
        article = queue.pop(fitting)
        wanted = article.columns * (2 if dice.random() < 0.13 else 1)
        row.append((article, min(wanted, room)))
        room -= min(wanted, room)
    for place in range(len(row)):
        grown = min(room, 4 - row[place][1])
        row[place] = (row[place][0], row[place][1] + grown)
        room -= grown
    return row


def _columns(layout: Layout, plates: Sequence[int], article: Article, dice: random.Random) -> list[list[Spot]]:
    """The spots of a facing: one column for each ``article.columns`` plates, as deep as the plates, low things stacked."""
    columns = []
    each = max(1, len(plates) // max(1, len(plates) // article.columns))
    rows = max(1, min(6, int(PLATE_DEPTH / (article.depth + 0.012))))
    layers = 2 if article.height < 0.10 else 1
    for first in range(0, len(plates) - each + 1, each):
        under = tuple(plates[first : first + each])[:2]
        lean = dice.uniform(0.40, 0.60)
        shares = (1.0,) if len(under) == 1 else (lean, 1.0 - lean)
        middle = layout.xyz[list(under)].mean(axis=0)
        spots = []
        for row in range(rows):
            into = (row + 0.5) * PLATE_DEPTH / rows - PLATE_DEPTH / 2
            x, y = layout.towards_front(plates[0], float(middle[0]), float(middle[1]), into)
            for layer in range(layers):
                spots.append(Spot(under, shares, x, y, float(middle[2]) + layer * article.height))
        columns.append(spots)
    return columns


class Stock:
    """All displays of a store, and the units on them. The layout's own dice: the same in every simulated day."""

    def __init__(self, layout: Layout, catalogue: Sequence[Article], seed: int) -> None:
        self.displays = self._lay_out(layout, catalogue, random.Random(LAYOUT_SEED))
        self._numbers = {display.id: number for number, display in enumerate(self.displays)}
        self._moves: deque[tuple[int, int]] = deque(maxlen=_MOVES_KEPT)
        dice = random.Random(f"stock/{seed}")
        for display in self.displays:
            display.units = [[] for _ in display.columns]
            self._fill(display, dice.uniform(0.75, 1.0), dice)

    @staticmethod
    def _lay_out(layout: Layout, catalogue: Sequence[Article], dice: random.Random) -> list[Display]:
        shelves = layout.shape[0] * layout.shape[1]
        room = [PLATES_A_SHELF - dice.choice((0, 1, 1, 1, 2)) for _ in range(shelves)]
        needed = sum(article.columns for article in catalogue) * 1.14
        queue = list(catalogue)
        if needed > sum(room):
            queue = queue[: int(len(queue) * sum(room) / needed)]
        displays: list[Display] = []
        for shelf in range(shelves):
            if len(queue) < PLATES_A_SHELF and sum(room[shelf:]) > needed * 0.2:
                queue += catalogue
            place = 0
            gaps = PLATES_A_SHELF - room[shelf]
            for article, width in _widths(queue, room[shelf], dice):
                if gaps and dice.random() < 0.12:
                    place, gaps = place + 1, gaps - 1
                gondola, level = divmod(shelf, layout.shape[1])
                plates = tuple(layout.number(gondola, level, place + i) for i in range(width))
                number = f"facing-{len(displays) + 1}"
                displays.append(Display(number, article, plates, _columns(layout, plates, article, dice)))
                place += width
        return displays

    @staticmethod
    def _fill(display: Display, share: float, dice: random.Random) -> None:
        for _ in range(max(1, round(display.capacity * share))):
            display.put(make_unit(display.article, dice), dice)

    def moved(self, display: Display, at_us: int) -> None:
        """Notes that goods are seen to move at ``at_us``."""
        self._moves.append((at_us, self._numbers[display.id]))

    def changed_since(self, after_us: int, until_us: int) -> set[int]:
        """Numbers of the displays where goods moved after ``after_us``, up to ``until_us``."""
        if len(self._moves) == self._moves.maxlen and after_us < self._moves[0][0]:
            return set(range(len(self.displays)))  # so long ago that not every move is remembered
        return {number for at_us, number in self._moves if after_us < at_us <= until_us}

    def facings(self, layout: Layout) -> list[Facing]:
        """The planogram's facings, as the layout means them."""
        return [
            Facing(d.id, d.article.product.gtin, [layout.id_of(plate) for plate in d.plates], d.capacity)
            for d in self.displays
        ]

    def units(self) -> list[Unit]:
        return [unit for display in self.displays for column in display.units for unit in column]


def make_unit(article: Article, dice: random.Random) -> Unit:
    return Unit(article, article.grams * dice.gauss(1.0, WEIGHT_SPREAD))

"""The 300 products of the simulated stores: the same in every store and for every seed."""

import random
from dataclasses import dataclass

from store_client.contract.gtin import make_gtin
from store_client.contract.money import Money
from store_client.contract.product import Product
from store_server.world.ranges import RANGES, Form, Range

CATALOGUE_SEED = 952
CURRENCY = "EUR"

_VARIETY_HUES = (28, 2, 96, 168, 216)


@dataclass(frozen=True, slots=True)
class Article:
    """A product with what only its maker knows: the form and size of one in metres, and its colours (hue, 0–359).

    ``columns``: plates that one needs beside each other on a shelf.
    """

    product: Product
    grams: float
    form: Form
    width: float
    depth: float
    height: float
    hue: int
    lid_hue: int

    @property
    def columns(self) -> int:
        return 1 if self.width < 0.10 else 2


def _article(
    number: int, line: Range, brand: int, variety: int, base: tuple[float, int], dice: random.Random
) -> Article:
    grams, cents = base
    # Half of the varieties weigh exactly what the first does: no scale tells those apart.
    grams += dice.choice((0, 0, 0, 0, 2, 4, -3, 7))
    width, depth, height = line.size
    product = Product(
        gtin=make_gtin(f"0952{number:09d}"),
        name=f"{line.brands[brand]} {line.varieties[variety]} {line.noun}".strip(),
        price=Money(cents + dice.choice((0, 0, 0, 10, -10)), CURRENCY),
        tax_rate=line.tax_rate,
        grams=float(grams),
        category=line.category,
    )
    return Article(
        product=product,
        grams=float(grams),
        form=line.form,
        width=width,
        depth=depth,
        height=height,
        hue=(_VARIETY_HUES[variety] + 9 * brand) % 360,
        lid_hue=(47 * brand + 23 * number // 20) % 360,
    )


def make_catalogue() -> list[Article]:
    """All articles, range by range and brand by brand, so that neighbours are much alike."""
    dice = random.Random(CATALOGUE_SEED)
    articles: list[Article] = []
    for line in RANGES:
        for brand in range(len(line.brands)):
            share = (brand + dice.random()) / len(line.brands)
            grams = round(line.grams[0] + share * (line.grams[1] - line.grams[0]))
            cents = round((line.cents[0] + dice.random() * (line.cents[1] - line.cents[0])) / 10) * 10 + 9
            for variety in range(len(line.varieties)):
                number = 4100 + 7 * len(articles)
                articles.append(_article(number, line, brand, variety, (float(grams), cents), dice))
    return articles

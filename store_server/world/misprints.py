"""What is wrong on paper: planogram cells and catalogue weights that do not say what is on the shelf."""

import random
from collections.abc import Sequence

import msgspec

from store_client.contract.planogram import Planogram
from store_client.contract.product import Product

CELLS = 3
WEIGHTS = 3


def with_wrong_cells(planogram: Planogram, dice: random.Random) -> Planogram:
    """A planogram on which some neighbours have changed places."""
    facings = list(planogram.facings)
    for place in dice.sample(range(0, len(facings) - 1, 2), CELLS):
        left, right = facings[place], facings[place + 1]
        facings[place] = msgspec.structs.replace(left, gtin=right.gtin)
        facings[place + 1] = msgspec.structs.replace(right, gtin=left.gtin)
    return msgspec.structs.replace(planogram, facings=facings)


def with_wrong_weights(products: Sequence[Product], dice: random.Random) -> list[Product]:
    """A catalogue in which some products are heavier or lighter than they are, and one has no weight."""
    wrong = list(products)
    for number, place in enumerate(dice.sample(range(len(wrong)), WEIGHTS)):
        grams = wrong[place].grams
        assert grams is not None
        said = None if number == 0 else round(grams * dice.choice((0.72, 0.85, 1.2, 1.35)), 1)
        wrong[place] = msgspec.structs.replace(wrong[place], grams=said)
    return wrong

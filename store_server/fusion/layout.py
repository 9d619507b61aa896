"""The planogram as fusion asks for it: what stands where, and what weighs how much."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, sin

from store_client.contract.planogram import Facing, Planogram, Plate, plate_indices
from store_client.contract.product import Product


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something happened, in metres: the plates' common centre, half their depth into the shelf, and the direction
    (cos, sin) in which the gondola's open side looks."""

    x: float
    y: float
    z: float
    half_depth: float
    facing_x: float
    facing_y: float


class Layout:
    """Lookups over a planogram and its products; nothing of it changes."""

    def __init__(self, planogram: Planogram, products: Sequence[Product]) -> None:
        self.products = {product.gtin: product for product in products}
        self.plates: dict[tuple[int, int, int], Plate] = {
            (plate.gondola, plate.shelf, plate.index): plate for plate in planogram.plates
        }
        self._facings: dict[tuple[int, int, int], Facing] = {}
        for facing in planogram.facings:
            for plate in facing.plates:
                self._facings.setdefault(plate_indices(plate), facing)
        self._looks = {gondola.id: (cos(gondola.angle), sin(gondola.angle)) for gondola in planogram.gondolas}
        self.on_gondola: dict[int, list[str]] = {}
        for (gondola, _, _), facing in self._facings.items():
            stocked = self.on_gondola.setdefault(gondola, [])
            if facing.gtin is not None and facing.gtin not in stocked:
                stocked.append(facing.gtin)
        self.stocked = sorted({facing.gtin for facing in planogram.facings if facing.gtin is not None})

    def facing(self, gondola: int, shelf: int, plate: int) -> Facing | None:
        return self._facings.get((gondola, shelf, plate))

    def grams(self, gtin: str) -> float | None:
        """Catalogue weight of one, None where unknown or not positive."""
        product = self.products.get(gtin)
        return product.grams if product is not None and product.grams is not None and product.grams > 0 else None

    def span(self, gondola: int, shelf: int, plate: int) -> tuple[int, int]:
        """First and last plate of the facing that ``plate`` belongs to; the plate alone where it has none."""
        facing = self.facing(gondola, shelf, plate)
        if facing is None:
            return plate, plate
        places = [index for g, s, index in map(plate_indices, facing.plates) if (g, s) == (gondola, shelf)]
        return min(places), max(places)

    def spot(self, gondola: int, shelf: int, weights: Iterable[tuple[int, float]]) -> Spot | None:
        """The common place of plates of a shelf, each weighted by what moved on it. None if none is in the planogram."""
        known = [
            (self.plates[gondola, shelf, index], abs(weight))
            for index, weight in weights
            if (gondola, shelf, index) in self.plates
        ]
        total = sum(weight for _, weight in known)
        if not known or total <= 0:
            return None
        x = sum(plate.x * weight for plate, weight in known) / total
        y = sum(plate.y * weight for plate, weight in known) / total
        z = sum(plate.z * weight for plate, weight in known) / total
        look_x, look_y = self._looks.get(gondola, (0.0, -1.0))
        depth = max(plate.depth for plate, _ in known)
        return Spot(x, y, z, depth / 2, look_x, look_y)

"""The planogram, found by plate."""

from collections.abc import Mapping

from store_client.contract.planogram import Facing, Planogram, Plate


class ShelfIndex:
    """Where each plate is, what stands on it, and to which side it is open."""

    def __init__(self, planogram: Planogram) -> None:
        self.plates: Mapping[str, Plate] = {plate.id: plate for plate in planogram.plates}
        self._facings = {plate: facing for facing in planogram.facings for plate in facing.plates}
        self._angles = {gondola.id: gondola.angle for gondola in planogram.gondolas}

    def facing(self, plate: str) -> Facing | None:
        return self._facings.get(plate)

    def gtin(self, plate: str) -> str | None:
        """The product that the planogram puts on it, None for none."""
        facing = self._facings.get(plate)
        return None if facing is None else facing.gtin

    def neighbours(self, plate: str) -> tuple[str, ...]:
        """All plates of its facing, itself among them."""
        facing = self._facings.get(plate)
        return (plate,) if facing is None else tuple(facing.plates)

    def open_side(self, plate: str) -> float | None:
        """The angle to which its gondola is open, None for a plate unknown."""
        place = self.plates.get(plate)
        return None if place is None else self._angles.get(place.gondola)

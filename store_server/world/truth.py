"""What really happened: for tests and benchmarks in the same process only, never published."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["picked", "put_back", "handed_over", "left_on_floor", "restocked", "lifted", "set_down"]
"""``lifted`` and ``set_down``: by who hesitates, and takes nothing."""


@dataclass(frozen=True, slots=True)
class Handling:
    """``quantity`` units of a product changed place from ``at_us`` on; half of their weight had come to its plates, or left
    them, at ``moved_us``. ``code``: the visit code of who did it, None for
    those who have none; ``taker``: the code of who was handed it. ``grams``: what the units really weigh together.
    ``plates``: ids of where they lay or now lie; ``is_elsewhere``: put back where another product belongs."""

    at_us: int
    kind: Kind
    code: str | None
    person: int
    gtin: str
    quantity: int
    grams: float
    moved_us: int
    plates: tuple[str, ...] = ()
    taker: str | None = None
    is_elsewhere: bool = False


@dataclass(slots=True)
class Truth:
    """``entered`` and ``left``: µs by visit code; a code has left when the last of its group has."""

    handlings: list[Handling] = field(default_factory=list)
    entered: dict[str, int] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)

    def bill(self, code: str) -> Counter[str]:
        """Units of each GTIN that the people of ``code`` hold: what they have to pay."""
        units: Counter[str] = Counter()
        for handling in self.handlings:
            if handling.kind == "handed_over":
                if handling.taker == code:
                    units[handling.gtin] += handling.quantity
                if handling.code == code:
                    units[handling.gtin] -= handling.quantity
            elif handling.code == code and handling.kind not in ("lifted", "set_down"):
                units[handling.gtin] += handling.quantity if handling.kind == "picked" else -handling.quantity
        return +units

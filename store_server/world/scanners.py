"""The ordinary till of the same store, and smart carts that scan what is put in them: both only send scans."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from store_server.world.catalogue import Article

_MICROS = 1_000_000


@dataclass(frozen=True, slots=True)
class Scanned:
    """One product under one scanner."""

    device: str
    kind: Literal["smart_cart", "till"]
    gtin: str
    quantity: int


@dataclass(slots=True)
class Scanner:
    """``pause`` seconds between customers, ``pace`` seconds between their products."""

    device: str
    kind: Literal["smart_cart", "till"]
    pause: float
    pace: float
    next_us: int = 0
    left: int = field(default=0)


class Scanners:
    """One till and two smart carts, each with a customer now and then."""

    def __init__(self, catalogue: Sequence[Article], dice: random.Random, started_us: int) -> None:
        self._catalogue = catalogue
        self._dice = dice
        self._scanners = [
            Scanner("till-1", "till", pause=35.0, pace=2.2),
            Scanner("cart-1", "smart_cart", pause=60.0, pace=14.0),
            Scanner("cart-2", "smart_cart", pause=80.0, pace=18.0),
        ]
        for scanner in self._scanners:
            scanner.next_us = started_us + int(dice.uniform(4.0, 20.0) * _MICROS)

    def tick(self, now_us: int) -> Iterator[Scanned]:
        """What is scanned by now."""
        for scanner in self._scanners:
            if now_us < scanner.next_us:
                continue
            if not scanner.left:
                scanner.left = self._dice.randint(2, 9)
            scanner.left -= 1
            mean = scanner.pace if scanner.left else scanner.pause
            scanner.next_us = now_us + int(mean * self._dice.uniform(0.5, 1.5) * _MICROS)
            article = self._dice.choice(self._catalogue)
            yield Scanned(scanner.device, scanner.kind, article.product.gtin, 1 if self._dice.random() < 0.9 else 2)

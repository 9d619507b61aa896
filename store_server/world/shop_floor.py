"""The simulated store as those in it find it: goods, plates, gates, people, and the truth of what they do."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from store_client.contract.planogram import Gate
from store_server.world.layout import Layout
from store_server.world.person import Person
from store_server.world.plates import Plates
from store_server.world.routes import Routes
from store_server.world.scenario import Scenario
from store_server.world.stock import Stock
from store_server.world.truth import Truth


@dataclass(slots=True)
class Party:
    """Those who come in on one code, first of them the one who shows it. ``waiting``: how many have not
    yet come to the gate, ``passed``: how many have gone through it, ``inside``: how many of them are still there."""

    code: str
    payment_token: str
    card: str
    people: int
    waiting: int
    passed: int = 0
    inside: int = 0


@dataclass(slots=True)
class Gateway:
    """A gate, passed by one party at a time. ``held_by``: the party or person passing, None when it is free."""

    gate: Gate
    held_by: object | None = None
    queue: int = 0

    @property
    def is_entry(self) -> bool:
        return self.gate.id.startswith("entry")


Scanned = Callable[[Gateway, str, Party], None]
"""Called with the gate, "entered" or "left", and the party."""


@dataclass(slots=True)
class ShopFloor:
    """``now_us``: the store's time at the step under way."""

    scenario: Scenario
    layout: Layout
    stock: Stock
    plates: Plates
    routes: Routes
    truth: Truth
    gateways: list[Gateway]
    scanned: Scanned
    people: list[Person]
    now_us: int

    def gateway(self, is_entry: bool) -> Gateway:
        """The entry or exit with the shortest queue."""
        return min((g for g in self.gateways if g.is_entry == is_entry), key=lambda g: g.queue)

    def standing_at(self, plate: int, aside: float) -> tuple[float, float]:
        """Where one stands to reach a plate, ``aside`` metres along the gondola from straight before it."""
        x, y = float(self.layout.xyz[plate, 0]), float(self.layout.xyz[plate, 1])
        x, y = self.layout.towards_front(plate, x, y, 0.64)
        along = self.layout.xyz[self.layout.number(*self._row(plate), 11)] - self.layout.xyz[plate // 12 * 12]
        return x + aside * float(along[0]) / 1.1, y + aside * float(along[1]) / 1.1

    def _row(self, plate: int) -> tuple[int, int]:
        gondola, shelf, _ = self.layout.indices(plate)
        return gondola, shelf

    def room_at(self, x: float, y: float, but: Person) -> float:
        """Metres from (x, y) to the nearest other person, or to where one is about to stand."""
        others = [p for p in self.people if p is not but]
        places = [(p.x, p.y) for p in others] + [p.way[-1] for p in others if p.way]
        return min((math.hypot(px - x, py - y) for px, py in places), default=100.0)

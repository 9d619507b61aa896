"""Who comes in, when, with whom, and what for."""

import math
import random

from store_server.world.person import Person, random_looks
from store_server.world.shop_floor import Party, ShopFloor
from store_server.world.stock import Display
from store_server.world.visit import tailgate, visit

_MICROS = 1_000_000
_CARDS = ("Visa", "Mastercard", "girocard", "Amex", "Maestro")
_CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LOBBY = 3
"""Parties that fit before one gate."""
_VISIT_SECONDS = 52.0
_EARLY_PARTIES = 3


class Arrivals:
    """Lets people in so that about as many are inside as the scenario aims at."""

    def __init__(self, floor: ShopFloor, dice: random.Random, started_us: int) -> None:
        self._floor = floor
        self._dice = dice
        self._started_us = started_us
        self._next_us = started_us + 300_000
        self._parties = 0
        self._people = 0

    def tick(self) -> None:
        """Lets a party appear in the lobby if one is due."""
        floor, scenario = self._floor, self._floor.scenario
        if floor.now_us < self._next_us:
            return
        seconds = (floor.now_us - self._started_us) / _MICROS
        wave = 1.0 + 0.15 * math.sin(seconds / 97.0)
        level = scenario.inside * wave * min(1.0, 0.3 + 0.7 * seconds / scenario.ramp_seconds)
        shoppers = sum(person.code is not None for person in floor.people)
        if shoppers < level and floor.gateway(is_entry=True).queue < _LOBBY:
            is_early = self._parties < _EARLY_PARTIES
            is_group = not is_early and self._dice.random() < scenario.group_share
            self.admit(people=self._dice.choice((2, 2, 3)) if is_group else 1, is_early=is_early)
        pause = _VISIT_SECONDS / scenario.inside
        self._next_us = floor.now_us + int(_MICROS * (0.25 * pause + self._dice.expovariate(2.2 / pause)))

    def admit(self, *, people: int, is_early: bool = False, tailgaters: int = 0, wants_nothing: bool = False) -> None:
        """A party appears in the lobby; those of the day's first minute buy little, so that soon somebody leaves."""
        dice, floor = self._dice, self._floor
        self._parties += 1
        gateway = floor.gateway(is_entry=True)
        code = "".join(dice.choice(_CODE_LETTERS) for _ in range(10))
        card = f"{dice.choice(_CARDS)} {dice.randrange(10_000):04d}"
        party = Party(code, f"tok_{dice.getrandbits(96):024x}", card, people, waiting=people)
        gateway.queue += 1
        for order in range(people + tailgaters):
            is_tailgater = order >= people
            x = gateway.gate.x + dice.uniform(-0.5, 0.5)
            person = self.person(None if is_tailgater else code, x, 0.24 + 0.1 * order)
            person.is_brisk = is_early or dice.random() < 0.12
            count = dice.choice((1, 2)) if is_early else self._errand_count(people)
            errands = self._errands(0 if wants_nothing else count, person)
            follow = tailgate if is_tailgater else visit
            person.script = follow(person, party, gateway, errands, floor)
            floor.people.append(person)

    def person(self, code: str | None, x: float, y: float) -> Person:
        """Somebody new, with dice of their own."""
        self._people += 1
        own = random.Random(self._dice.getrandbits(64))
        return Person(self._people, code, own, random_looks(own), x, y, pace=own.uniform(0.8, 1.25))

    def _errand_count(self, people: int) -> int:
        """Picks that one of a party of ``people`` sets out for: 4.6 events a trip with the put-backs that follow."""
        count = round(self._dice.lognormvariate(math.log(3.0 / people**0.6), 0.62))
        return max(1, min(14, count))

    def _errands(self, count: int, person: Person) -> list[Display]:
        """Displays to visit, each the nearest to the one before, beginning or ending at the entrance."""
        wanted = [d for d in self._floor.stock.displays if d.reachable()]
        chosen = self._dice.sample(wanted, min(count, len(wanted)))
        ordered: list[Display] = []
        x, y = person.x, person.y
        while chosen:
            chosen.sort(key=lambda d: math.hypot(*(self._floor.layout.xyz[d.plates[0], :2] - (x, y))), reverse=True)
            ordered.append(chosen.pop())
            x, y, _ = self._floor.layout.xyz[ordered[-1].plates[0]]
        return ordered if self._dice.random() < 0.5 else ordered[::-1]

"""Staff who fill up shelves when they run empty. They come by their own door, without a code."""

import random

from store_server.world.handling import can_reach, restock
from store_server.world.person import UNIFORM, Person, Wait, Walk, random_looks
from store_server.world.shop_floor import ShopFloor
from store_server.world.stock import Display
from store_server.world.visit import Steps, go_to

_EMPTY = 0.25
"""A display that holds less of its capacity wants filling."""
_ENOUGH_WORK = 8
_ROUND = 6
"""Displays that one round fills."""
_PAUSE_US = 60_000_000
STAFF_NUMBERS = 1_000_000
"""People numbered from here on are staff."""


class Staff:
    """Sends somebody when enough displays are nearly empty, one at a time."""

    def __init__(self, floor: ShopFloor, dice: random.Random) -> None:
        self._floor = floor
        self._dice = dice
        self._rounds = 0
        self._next_us = floor.now_us + _PAUSE_US

    def tick(self) -> None:
        floor = self._floor
        if floor.now_us < self._next_us:
            return
        self._next_us = floor.now_us + _PAUSE_US
        empty = [display for display in floor.stock.displays if display.count() < _EMPTY * display.capacity]
        if len(empty) >= _ENOUGH_WORK:
            self._rounds += 1
            empty.sort(key=lambda display: display.plates[0])
            first = self._dice.randrange(len(empty))
            person = self._person()
            person.script = self._fill(person, (empty[first:] + empty[:first])[:_ROUND])
            floor.people.append(person)

    def _person(self) -> Person:
        own = random.Random(self._dice.getrandbits(64))
        looks = random_looks(own, shirt=UNIFORM)
        x, y = self._floor.layout.staff_door()
        return Person(STAFF_NUMBERS + self._rounds, None, own, looks, x, y, pace=1.1)

    def _fill(self, person: Person, displays: list[Display]) -> Steps:
        door = self._floor.layout.staff_door()
        for display in displays:
            yield from go_to(person, display, self._floor)
            if can_reach(person, display, self._floor):
                while (seconds := restock(person, display, self._floor)) is not None:
                    yield Wait(seconds)
        yield Walk(*door)

"""What hands do: take, put back, hesitate, hand over. Each leaves its mark on plates, arms, stock and truth."""

import math

from store_server.world.person import Arm, Person
from store_server.world.plates import SETTLE_SECONDS, Touch
from store_server.world.shop_floor import ShopFloor
from store_server.world.stock import Display, Unit, make_unit
from store_server.world.truth import Handling, Kind

_MICROS = 1_000_000
ARM_LENGTH = 1.0
"""Metres on the floor within which somebody can reach a spot."""


def can_reach(person: Person, display: Display, floor: ShopFloor) -> bool:
    x, y, _ = floor.layout.xyz[display.plates[len(display.plates) // 2]]
    return math.hypot(person.x - float(x), person.y - float(y)) < ARM_LENGTH


def take(person: Person, display: Display, floor: ShopFloor, quantity: int, is_slow: bool) -> tuple[list[Unit], float]:
    """Takes up to ``quantity`` units in one grip. Returns them and the seconds until the arm is back."""
    dice = person.dice
    at_us = floor.now_us + int(dice.uniform(0.55, 0.8) * _MICROS)
    ramp = dice.uniform(0.4, 1.1) if is_slow else SETTLE_SECONDS
    units: list[Unit] = []
    for _ in range(quantity):
        columns = display.reachable()
        if units and units[0].spot is not None:  # the second from beside or behind the first
            columns = [c for c in columns if display.columns[c][0].plates == units[0].spot.plates] or columns
        if not columns:
            break
        units.append(display.take(dice.choice(columns)))
    if not units:
        return [], 0.0
    press = dice.uniform(10.0, 110.0)
    from_us = at_us - int(dice.uniform(0.12, 0.4) * _MICROS)
    touches: list[Touch] = []
    for place, unit in enumerate(units):
        assert unit.spot is not None
        lifted_us = at_us + place * int(dice.uniform(0.0, 0.06) * _MICROS)
        touch = Touch(unit.spot.plates, unit.spot.shares, -unit.grams, lifted_us, press, from_us, lifted_us, ramp)
        floor.plates.touch(touch)
        touches.append(touch)
    front = units[0].spot
    assert front is not None
    arm = person.reach(at_us, (front.x, front.y, front.z + units[0].article.height / 2), int(ramp * _MICROS))
    _show(arm, units, at_us, at_us + 2 * _MICROS)
    floor.stock.moved(display, at_us)
    moved_us = sum(touch.moved_us for touch in touches) // len(touches)
    _record(floor, "picked", person, units, at_us, moved_us, front.plates)
    for unit in units:
        unit.spot = None
    person.carried += units
    return units, (at_us - floor.now_us) / _MICROS + ramp + 0.5


def put_back(person: Person, unit: Unit, display: Display, floor: ShopFloor) -> float | None:
    """Puts a unit down on a display, its own or another. Returns the seconds it takes, None where there is no room."""
    dice = person.dice
    spot = display.put(unit, dice)
    if spot is None:
        return None
    at_us = floor.now_us + int(dice.uniform(0.55, 0.8) * _MICROS)
    until_us = at_us + int(dice.uniform(0.05, 0.3) * _MICROS)
    press = dice.uniform(10.0, 90.0)
    touch = Touch(spot.plates, spot.shares, unit.grams, at_us, press, at_us - 30_000, until_us)
    floor.plates.touch(touch)
    arm = person.reach(at_us, (spot.x, spot.y, spot.z + unit.article.height / 2), until_us - at_us)
    _show(arm, [unit], floor.now_us, at_us)
    floor.stock.moved(display, at_us)
    person.carried.remove(unit)
    is_elsewhere = display.article is not unit.article
    _record(floor, "put_back", person, [unit], at_us, touch.moved_us, spot.plates, is_elsewhere=is_elsewhere)
    return (at_us - floor.now_us) / _MICROS + 0.6


def restock(person: Person, display: Display, floor: ShopFloor) -> float | None:
    """Staff put one new unit where there is room. Returns the seconds it takes, None where the display is full."""
    unit = make_unit(display.article, person.dice)
    spot = display.put(unit, person.dice)
    if spot is None:
        return None
    at_us = floor.now_us + int(person.dice.uniform(0.5, 0.9) * _MICROS)
    press = person.dice.uniform(10.0, 60.0)
    touch = Touch(spot.plates, spot.shares, unit.grams, at_us, press, at_us - 30_000, at_us + 120_000)
    floor.plates.touch(touch)
    _show(person.reach(at_us, (spot.x, spot.y, spot.z + unit.article.height / 2)), [unit], floor.now_us, at_us)
    floor.stock.moved(display, at_us)
    _record(floor, "restocked", person, [unit], at_us, touch.moved_us, spot.plates)
    return (at_us - floor.now_us) / _MICROS + 0.5


def hesitate(person: Person, display: Display, floor: ShopFloor) -> float:
    """A hand rests on the goods, or lifts one and sets it down again; nothing is taken. Returns the seconds."""
    dice = person.dice
    columns = display.reachable()
    if not columns:
        return 0.0
    unit = display.units[dice.choice(columns)][-1]
    spot = unit.spot
    assert spot is not None
    at_us = floor.now_us + int(0.6 * _MICROS)
    until_us = at_us + int(dice.uniform(0.8, 2.2) * _MICROS)
    if dice.random() < 0.5:
        press = dice.uniform(30.0, 220.0)
        floor.plates.touch(Touch(spot.plates, spot.shares, 0.0, at_us, press, at_us, until_us))
    else:
        up = Touch(spot.plates, spot.shares, -unit.grams, at_us, 30.0, at_us - 150_000, at_us, 0.2)
        down = Touch(spot.plates, spot.shares, unit.grams, until_us, 40.0, until_us, until_us + 200_000)
        floor.plates.touch(up)
        floor.plates.touch(down)
        _record(floor, "lifted", person, [unit], at_us, up.moved_us, spot.plates)
        _record(floor, "set_down", person, [unit], until_us, down.moved_us, spot.plates)
    person.reach(at_us, (spot.x, spot.y, spot.z + unit.article.height / 2), until_us - at_us)
    return (until_us - floor.now_us) / _MICROS + 0.6


def hand_over(giver: Person, taker: Person, unit: Unit, floor: ShopFloor) -> float:
    """``unit`` passes from hand to hand between two who stand close. Returns the seconds it takes."""
    at_us = floor.now_us + int(0.8 * _MICROS)
    middle = ((giver.x + taker.x) / 2, (giver.y + taker.y) / 2, 1.12)
    _show(giver.reach(at_us, middle, 250_000), [unit], floor.now_us, at_us)
    _show(taker.reach(at_us, middle, 250_000), [unit], at_us, at_us + 2 * _MICROS)
    giver.carried.remove(unit)
    taker.carried.append(unit)
    floor.truth.handlings.append(
        Handling(at_us, "handed_over", giver.code, giver.number, unit.gtin, 1, unit.grams, at_us, taker=taker.code)
    )
    return 1.6


def drop(person: Person, unit: Unit, floor: ShopFloor) -> float:
    """Leaves a unit on the floor, where no plate feels it."""
    at_us = floor.now_us + int(0.8 * _MICROS)
    person.reach(at_us, (person.x + 0.3, person.y + 0.1, 0.1), 200_000)
    person.carried.remove(unit)
    _record(floor, "left_on_floor", person, [unit], at_us, at_us, ())
    return 1.6


def _show(arm: Arm, units: list[Unit], from_us: int, until_us: int) -> None:
    arm.shows.append((from_us, until_us, units[0].article))


def _record(
    floor: ShopFloor,
    kind: Kind,
    person: Person,
    units: list[Unit],
    at_us: int,
    moved_us: int,
    plates: tuple[int, ...],
    *,
    is_elsewhere: bool = False,
) -> None:
    floor.truth.handlings.append(
        Handling(
            at_us,
            kind,
            person.code,
            person.number,
            units[0].gtin,
            len(units),
            sum(unit.grams for unit in units),
            moved_us,
            tuple(floor.layout.id_of(plate) for plate in plates),
            is_elsewhere=is_elsewhere,
        )
    )

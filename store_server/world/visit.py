"""A visit as a script: in by the gate, from display to display, out by the gate."""

import math
from collections.abc import Iterator

from store_server.world.handling import can_reach, drop, hand_over, hesitate, put_back, take
from store_server.world.person import Person, Step, Wait, Walk
from store_server.world.shop_floor import Gateway, Party, ShopFloor
from store_server.world.stock import Display, Unit

Steps = Iterator[Step]

_ELBOW_ROOM = 0.55
"""Metres between two who stand side by side."""
_TRIES = 4


def visit(person: Person, party: Party, gateway: Gateway, errands: list[Display], floor: ShopFloor) -> Steps:
    """The whole visit of one of a party. Ends when the person has gone out of the cameras' sight."""
    yield from _come_in(person, party, gateway, floor)
    yield from shop(person, errands, floor)
    yield from _leave(person, party, floor)


def tailgate(person: Person, party: Party, gateway: Gateway, errands: list[Display], floor: ShopFloor) -> Steps:
    """Slips in behind the last of a party, without a code, and out again."""
    while party.passed < party.people:
        yield Wait(0.1)
    yield Walk(gateway.gate.x, gateway.gate.y - 0.2)
    yield Walk(gateway.gate.x, gateway.gate.y + 0.6)
    yield from shop(person, errands, floor)
    yield from _leave(person, Party("", "", "", 1, waiting=0, passed=1, inside=1), floor)


def shop(person: Person, errands: list[Display], floor: ShopFloor) -> Steps:
    """Goes to each display in turn; some of what is taken is brought back on the way."""
    person.is_shopping = True
    second_thoughts: list[tuple[Unit, Display]] = []
    for display in errands:
        if not person.is_brisk and person.dice.random() < 0.3:
            yield from _browse(person, floor)
        yield from _errand(person, display, second_thoughts, floor)
        while person.is_asked:
            yield Wait(0.2)
        if second_thoughts and person.dice.random() < 0.5:
            yield from _bring_back(person, *second_thoughts.pop(), floor)
    for unit, display in second_thoughts:
        yield from _bring_back(person, unit, display, floor)
    while person.is_asked:
        yield Wait(0.2)
    person.is_shopping = False


def _browse(person: Person, floor: ShopFloor) -> Steps:
    """Looks at some shelf and takes nothing."""
    yield from go_to(person, person.dice.choice(floor.stock.displays), floor)
    yield Wait(person.dice.expovariate(1.0 / floor.scenario.browse_seconds))


def _errand(person: Person, display: Display, second_thoughts: list[tuple[Unit, Display]], floor: ShopFloor) -> Steps:
    dice, scenario = person.dice, floor.scenario
    yield from go_to(person, display, floor)
    if not can_reach(person, display, floor):
        return
    yield Wait(
        min(dice.uniform(0.5, 2.0) if person.is_brisk else dice.expovariate(1.0 / scenario.browse_seconds), 60.0)
    )
    if dice.random() < scenario.hesitation_share:
        yield Wait(hesitate(person, display, floor))
        if dice.random() < 0.4:
            return
    quantity = 2 if dice.random() < 0.12 else 1
    units, seconds = take(person, display, floor, quantity, is_slow=dice.random() < scenario.hesitation_share)
    yield Wait(seconds)
    if not units:
        return
    if dice.random() < scenario.return_share:
        if dice.random() < 0.6:
            yield Wait(dice.uniform(0.8, 3.0))
            yield from _set_down(person, units[-1], display, floor)
        else:
            second_thoughts.append((units[-1], display))
    elif dice.random() < scenario.handover_share:
        yield from _give(person, units[0], floor)
    elif scenario.has_faults and dice.random() < 0.02:
        yield Wait(drop(person, units[0], floor))


def go_to(person: Person, display: Display, floor: ShopFloor) -> Steps:
    """Walks to where there is room before a display; where there is none, waits a little way off for some time."""
    plate = display.plates[len(display.plates) // 2]
    dice = person.dice
    away = floor.layout.rack_of(plate).angle
    for _ in range(_TRIES):
        spots = [
            floor.standing_at(plate, aside + dice.uniform(-0.06, 0.06)) for aside in (0.0, 0.24, -0.24, 0.46, -0.46)
        ]
        x, y = max(spots, key=lambda spot: min(_ELBOW_ROOM, floor.room_at(spot[0], spot[1], person)))
        if floor.room_at(x, y, person) >= _ELBOW_ROOM * 0.8:
            break
        back, along = dice.uniform(0.8, 1.3), dice.uniform(-0.6, 0.6)
        yield Walk(
            x + back * math.cos(away) - along * math.sin(away),
            y + back * math.sin(away) + along * math.cos(away),
            away + math.pi,
        )
        yield Wait(dice.uniform(1.5, 4.0))
    yield Walk(x, y, away + math.pi)


def _bring_back(person: Person, unit: Unit, display: Display, floor: ShopFloor) -> Steps:
    yield from go_to(person, display, floor)
    yield Wait(person.dice.uniform(0.2, 0.8))
    yield from _set_down(person, unit, display, floor)


def _set_down(person: Person, unit: Unit, display: Display, floor: ShopFloor) -> Steps:
    """Where it was taken, or, sometimes, at another place within reach."""
    if unit not in person.carried:
        return
    if person.dice.random() < floor.scenario.elsewhere_share:
        near = [d for d in floor.stock.displays if d is not display and can_reach(person, d, floor)]
        display = person.dice.choice(near) if near else display
    if can_reach(person, display, floor):
        seconds = put_back(person, unit, display, floor)
        if seconds is not None:
            yield Wait(seconds)


def _give(giver: Person, unit: Unit, floor: ShopFloor) -> Steps:
    """Hands a unit to somebody near who is on the way somewhere; gives up if nobody is."""
    near = [
        p
        for p in floor.people
        if p is not giver and p.is_shopping and p.is_walking and math.hypot(p.x - giver.x, p.y - giver.y) < 3.0
    ]
    if not near:
        return
    taker = min(near, key=lambda p: math.hypot(p.x - giver.x, p.y - giver.y))
    taker.is_asked = True
    back = math.atan2(giver.y - taker.y, giver.x - taker.x)
    yield Walk(taker.x + 0.72 * math.cos(back), taker.y + 0.72 * math.sin(back), back + math.pi)
    if math.hypot(taker.x - giver.x, taker.y - giver.y) < 1.3:
        taker.heading = math.atan2(giver.y - taker.y, giver.x - taker.x)
        yield Wait(0.4)
        yield Wait(hand_over(giver, taker, unit, floor))
    taker.is_asked = False


def _come_in(person: Person, party: Party, gateway: Gateway, floor: ShopFloor) -> Steps:
    gate, dice = gateway.gate, person.dice
    is_first = party.waiting == party.people
    party.waiting -= 1
    order = party.people - party.waiting
    if is_first:
        while gateway.held_by is not None:
            yield Wait(0.15)
        gateway.held_by = party
        yield Walk(gate.x, gate.y - 0.38, math.pi / 2)
        person.reach(floor.now_us + 500_000, (gate.x + 0.42, gate.y - 0.1, 1.02), 250_000)
        yield Wait(0.6)
        floor.scanned(gateway, "entered", party)
        floor.truth.entered[party.code] = floor.now_us
        party.passed = party.inside = 1
    else:
        while party.passed < order - 1:
            yield Wait(0.1)
        party.passed = order
        party.inside += 1
        yield Walk(gate.x, gate.y - 0.30)
    yield Walk(gate.x + dice.uniform(-0.05, 0.05), gate.y + 0.55)
    if order == party.people:
        gateway.held_by = None
        gateway.queue -= 1


def _leave(person: Person, party: Party, floor: ShopFloor) -> Steps:
    gateway = floor.gateway(is_entry=False)
    gate, dice = gateway.gate, person.dice
    gateway.queue += 1
    yield Walk(gate.x + dice.uniform(-0.45, 0.45), gate.y + 1.1 + 0.25 * min(gateway.queue, 5), -math.pi / 2)
    while gateway.held_by is not None:
        yield Wait(0.1)
    gateway.held_by = person
    yield Walk(gate.x, gate.y + 0.45)
    yield Walk(gate.x, gate.y - 0.12)
    party.inside -= 1
    if party.code and party.inside == 0 and party.passed == party.people:
        floor.truth.left[party.code] = floor.now_us
    floor.scanned(gateway, "left", party)
    yield Walk(gate.x, gate.y - 0.55)
    gateway.held_by = None
    gateway.queue -= 1
    yield Walk(gate.x + dice.uniform(-0.4, 0.4), 0.22)

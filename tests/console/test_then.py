"""A window of the past: what it shows at a moment, from moment to moment, and when it grows. Scenes that change places."""

from collections.abc import Iterable
from itertools import pairwise

import msgspec
import numpy as np
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from console.domain.then import MARKED_US, TRAIL_US, Window, make_window
from console.state.scene import Scene
from console.work.timelines import merged
from store_client.contract.ids import new_id
from store_client.contract.live import Device, DoorMoved, Event, Health, Position, Positions
from store_client.contract.moment import from_micros
from store_client.contract.trip import CartThen, Stay, Trip
from store_client.live.item import KeptMessage
from tests.console.plain_desk import CART, PLATE, TRIP, example, plain_desk
from tests.console.test_state import weights
from widgets.trace import Trace
from widgets.until import Until

T0 = 1_790_000_000_000_000
S = 1_000_000


def walk(seconds: Iterable[float]) -> list[KeptMessage]:
    """Somebody a metre further each second."""
    return [
        KeptMessage("positions", at, msgspec.msgpack.encode(message))
        for at, message in (
            (
                at,
                Positions(
                    epoch="e", seq=0, measured_at=at, sent_at=at, people=[Position("a", TRIP, at / S % 1000, 0.0, 1.0)]
                ),
            )
            for at in (T0 + round(second * S) for second in seconds)
        )
    ]


def health(second: float, state: str) -> KeptMessage:
    at = T0 + round(second * S)
    device = Device(id=PLATE, kind="plate", name="", state=state)  # type: ignore[arg-type]
    message = Health(epoch="e", seq=0, measured_at=at, sent_at=at, store="s1", devices=[device])
    return KeptMessage("health", at, msgspec.msgpack.encode(message))


def door(second: float) -> DoorMoved:
    at = T0 + round(second * S)
    return DoorMoved(epoch="e", seq=0, measured_at=at, sent_at=at, id=new_id(), store="s1", door="d", state="opened")


def stay(entered: float, left: float | None, *carts: float) -> Stay:
    """A line more at each of ``carts``."""
    trip = replace(
        example(Trip),
        id=TRIP,
        entered_at=from_micros(T0 + round(entered * S)),
        left_at=None if left is None else from_micros(T0 + round(left * S)),
        state="inside" if left is None else "left",
    )
    thens = [
        CartThen(T0 + round(second * S), replace(CART, version=count, lines=CART.lines[:1] * count))
        for count, second in enumerate(carts)
    ]
    return Stay(trip, thens)


def window(begin: float, end: float, seconds: Iterable[float], *stays: Stay, events: Iterable[Event] = ()) -> Window:
    ends = T0 + round(begin * S), T0 + round(end * S)
    return make_window(*ends, walk(seconds), [health(begin, "ok"), health(begin + 2, "dead")], events, stays)


def at(second: float) -> int:
    return T0 + round(second * S)


def test_everything_is_as_it_was_at_the_moment() -> None:
    shown = window(0, 10, range(-9, 10), stay(-5, 6, -5, 2, 4), events=[door(3), door(-100), door(8)])
    rows = []
    for second in (-6, -4, 1, 3, 5, 7):
        trip, cart = shown.trips_at(at(second)).get(TRIP), shown.carts_at(at(second)).get(TRIP)
        rows.append(
            (second, None if trip is None else (trip.state, trip.units), None if cart is None else len(cart.lines))
        )
    units = CART.lines[0].quantity
    assert rows == [
        (-6, None, None),
        (-4, ("inside", 0), 0),
        (1, ("inside", 0), 0),
        (3, ("inside", units), 1),
        (5, ("inside", 2 * units), 2),
        (7, ("left", 2 * units), 2),
    ]
    assert [message.measured_at for message in shown.positions_until(at(2.5))] == [
        at(second) for second in range(-4, 3)
    ], f"the trail of {TRAIL_US / S:g} s"
    assert [event.measured_at for event in shown.events_until(at(3))] == [at(-100), at(3)]
    found = shown.devices_at(at(2.5))
    assert found is not None
    assert found[PLATE].state == "dead"
    assert shown.devices_at(at(-1)) is None


def test_it_goes_on_without_showing_anything_twice() -> None:
    shown = window(0, 10, range(10), stay(-5, 6, -5, 2), events=[door(3), door(4)])
    moments = [0.0, 2.5, 2.9, 6.0, 9.9]
    steps = list(pairwise(moments))
    walked = [len(list(shown.positions_between(at(a), at(b)))) for a, b in steps]
    assert walked == [2, 0, 4, 3]
    assert [len(shown.events_between(at(a), at(b))) for a, b in steps] == [0, 0, 2, 0]
    assert [shown.has_changed(at(a), at(b)) for a, b in steps] == [True, False, True, False]
    assert [shown.health_between(at(a), at(b)) for a, b in steps] == [True, False, False, False]


def test_what_follows_is_joined_and_what_is_past_is_let_go() -> None:
    shown = window(0, 10, range(10), stay(-5, None, -5, 2), events=[door(1)])
    for turn in range(1, 40):
        begin = 10 * turn
        later = window(
            begin, begin + 10, range(begin - 7, begin + 10), stay(-5, None, begin, begin + 5), events=[door(begin)]
        )
        shown = shown.joined(later, at(begin - 2))
    assert (shown.begin_us, shown.end_us) == (at(388), at(400))
    times = [kept.measured_at for kept in shown.positions]
    assert times == sorted(set(times)), "none is there twice"
    assert times[0] > at(388) - TRAIL_US - S
    assert shown.events[0].measured_at > at(388) - MARKED_US
    assert len(shown.stays[TRIP].carts) <= 3


def test_a_window_does_not_begin_before_what_was_read_of_it() -> None:
    shown = window(0, 10, range(10), stay(-5, None, 0)).joined(window(10, 20, range(3, 20), stay(-5, None, 10)), at(-2))
    assert not shown.has(at(-1)), "nobody knows what was in the carts then"
    assert shown.has(at(0))


def test_a_message_that_cannot_be_read_is_passed_over() -> None:
    broken = KeptMessage("positions", at(1), b"\x00 no message")
    shown = make_window(at(0), at(5), [*walk([0, 2]), broken], [], [], [])
    assert [message.measured_at for message in shown.positions_until(at(3))] == [at(0), at(2)]


def test_readings_of_later_are_not_seen() -> None:
    trace, now = Trace(10.0, 1_000), T0 + 5 * S
    trace.append(T0, np.arange(100, dtype=np.float32))
    seen = Until(trace.channel(0), lambda: now)
    found = seen.extremes(T0, T0 + 10 * S, 100)
    assert float(np.nanmax(found.greatest)) <= 50
    assert int(found.starts_us[-1]) <= now
    assert seen.latest() is not None
    assert abs((seen.latest() or (0, 0.0))[1] - 50) <= 1
    assert np.isnan(seen.value_at(T0 + 6 * S))
    assert seen.value_at(T0 + 4 * S) == 40
    assert seen.kept() == (T0, now)
    assert len(seen.extremes(T0 + 6 * S, T0 + 10 * S, 10).starts_us) == 0


def test_now_goes_on_beside_then_and_comes_back_whole(qtbot: QtBot) -> None:
    desk = plain_desk()
    desk.weights.watch([PLATE])
    before = desk.weights.source(PLATE)
    desk.put_aside()
    assert desk.live is not desk.scene
    assert desk.carts.get(TRIP) == CART, "it stands still until then is read"
    desk.scene.trips.replace({})
    desk.scene.carts.replace({})
    desk.scene.events.show([])
    desk.live.carts.put({TRIP: replace(CART, version=99)})
    told = door(1)
    desk.live.events.add([told])
    desk.live.weights.take([weights(1_900_000_000_000_000, 6)])
    assert desk.carts.get(TRIP) is None
    assert told not in desk.events.all
    desk.bring_back()
    assert desk.live is desk.scene
    cart = desk.carts.get(TRIP)
    assert cart is not None
    assert cart.version == 99
    assert told in desk.events.all
    assert desk.weights.source(PLATE) is not None
    assert desk.weights.watched == (PLATE,)
    assert before is not None


def test_scenes_tell_of_what_is_another(qtbot: QtBot) -> None:
    one, other = Scene(), Scene()
    one.carts.put({TRIP: CART})
    heard: list[object] = []
    one.carts.changed.connect(heard.append)
    one.events.replaced.connect(lambda: heard.append("events"))
    one.floor.changed.connect(lambda _: heard.append("floor"))
    one.exchange(other)
    assert heard == [frozenset({TRIP}), "events", "floor"]
    assert (dict(one.carts.values), dict(other.carts.values)) == ({}, {TRIP: CART})


def test_stretches_of_several_cameras_are_one() -> None:
    assert merged([(5, 9), (0, 3), (3, 4), (8, 12), (20, 21)]) == ((0, 4), (5, 12), (20, 21))

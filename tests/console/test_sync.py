"""What a desk that is open all day keeps of its store."""

from typing import cast

from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from console.storage.drafts import Drafts
from console.work.cases import Cases
from console.work.door import Door
from console.work.errand import Errands
from console.work.lists import Lists
from console.work.refunds import Refunds
from console.work.runner import Runner
from console.work.sync import KEPT_TRIPS, Sync
from store_client.contract.live import Event, Left
from store_client.contract.trip import Trip
from tests.console.plain_desk import CART, example, plain_desk


def test_who_left_long_ago_is_forgotten_and_whoever_is_inside_is_not(qtbot: QtBot) -> None:
    desk = plain_desk()
    door = Door(lambda _: None)
    errands = Errands(desk, door, Runner(desk.tasks))
    lists = Lists(errands)
    sync = Sync(errands, lists, Cases(errands, Refunds(errands, lists), cast(Drafts, None)))
    inside = next(iter(desk.trips.values.values()))
    left = [replace(example(Trip), id=f"trip-{number}", state="left") for number in range(KEPT_TRIPS + 20)]
    desk.trips.put({trip.id: trip for trip in left})
    desk.carts.put({trip.id: replace(CART, trip=trip.id) for trip in left})
    sync.follow_events((cast(Event, replace(example(Left), trip=left[-1].id)),))
    assert list(desk.trips.values) == [inside.id, *(trip.id for trip in left[20:])]
    assert set(desk.carts.values) == set(desk.trips.values)
    errands.runner.stop()
    door.close()

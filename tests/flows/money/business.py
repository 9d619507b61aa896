"""A store, the road to it, and the desks at its other end."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from store_client.contract.case import Case
from tests.console.desk_process import RunningDesk
from tests.flows.clerk import money_moved
from tests.flows.money.road import Answer, Road, none
from tests.store_process import StoreProcess

DAY = ("--scenario", "rush", "--seed", "5", "--speed", "4")


class Business:
    """A store, the road to it and the desks at its other end. The store may be killed and started again in its place."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.store = StoreProcess(folder / "store", *DAY)
        self.road = Road(self.store.http)
        self.served: set[str] = set()
        self.running = RunningDesk(folder / "desk", store=self.road.url)
        self.second_road = Road(self.store.http)
        self.second: RunningDesk | None = None

    def start_store(self) -> None:
        """At the end of the same roads."""
        self.store = StoreProcess(self._folder / "store", *DAY)
        self._lead_to(self.store.http)

    def kill_before_it_answers(self, ask: Callable[[], Answer]) -> Answer:
        """The store does what it is asked, and dies: mischief for the road."""
        store = self.store
        ask()
        self._lead_to(None)  # somebody else may get its port
        store.kill()
        raise ConnectionAbortedError("the store is dead")

    def _lead_to(self, store: str | None) -> None:
        for road in (self.road, self.second_road):
            road.lead_to(store)

    def open_second_desk(self) -> RunningDesk:
        """Another window, at a desk and on a road of its own; one for all who ask."""
        if self.second is None:
            self.second = RunningDesk(self._folder / "second", store=self.second_road.url)
        return self.second

    def change(self, statement: str, *values: object) -> None:
        """In the store's own database, as time or an administrator would."""
        with closing(sqlite3.connect(self._folder / "store" / "store.sqlite", timeout=30)) as books:
            books.execute(statement, values)
            books.commit()

    def money_moved(self, case: Case) -> list[tuple[str, int]]:
        return money_moved(self._folder / "store", case)

    def clear_roads(self) -> None:
        for road in (self.road, self.second_road):
            road.disturb("", none)
            road.goes_on.set()

    def close(self) -> None:
        self.clear_roads()
        self.running.stop()
        if self.second is not None:
            self.second.stop()
        self.road.stop()
        self.second_road.stop()
        self.store.stop()

"""The simulated day: steps people, plates and cameras, and tells what the devices would have sent.

Pure: no clock, no thread, no network. Drive it as fast as you like::

    simulation = Simulation("steady", seed=1)
    site = simulation.planogram, simulation.products
    for message in simulation.run(300.0):      # Weights, Tracks, GateScan, Scan in the order of arrival
        ...                                    # simulation.arrived_us: when this one arrives (store time, µs)
    simulation.truth.bill(code)                # what the people of a visit code really hold
    simulation.truth.left                      # who has left, and when
"""

import heapq
import random
from collections.abc import Callable, Iterator

import numpy as np

from store_client.contract.device import GateScan, Tracks
from store_client.contract.live import Scan, Weights
from store_server.world.arrivals import Arrivals
from store_server.world.catalogue import make_catalogue
from store_server.world.clocks import Clocks
from store_server.world.crowd import move
from store_server.world.faults import Faults
from store_server.world.floor_plan import FLOOR_PLANS
from store_server.world.layout import Layout
from store_server.world.messages import DeviceMessage
from store_server.world.misprints import with_wrong_cells, with_wrong_weights
from store_server.world.person import Person, Walk
from store_server.world.plates import BATCH_US, RATE_HZ, SAMPLES, Plates
from store_server.world.routes import Routes, length
from store_server.world.scanners import Scanned, Scanners
from store_server.world.scenario import SCENARIOS
from store_server.world.shop_floor import Gateway, Party, ShopFloor
from store_server.world.staff import Staff
from store_server.world.stock import Stock
from store_server.world.tracker import INTERVAL_US, Tracker
from store_server.world.truth import Truth

STEP_US = 50_000
DEFAULT_START_US = 1_767_603_600_000_000
"""2026-01-05 09:00 UTC, a Monday."""

_MICROS = 1_000_000


class Simulation:
    """One simulated store on one day. The same scenario, seed and start give the same messages, byte for byte.

    Raises KeyError for an unknown scenario.
    """

    def __init__(
        self,
        scenario: str,
        seed: int,
        *,
        store: str = "demo",
        started_us: int = DEFAULT_START_US,
        sent: Callable[[DeviceMessage], None] = lambda _message: None,
    ) -> None:
        """``sent`` is told each message as it is right, before anything happens to it."""
        self.scenario = SCENARIOS[scenario]
        self.store = store
        self.now_us = self.arrived_us = started_us
        self.layout = Layout(FLOOR_PLANS[self.scenario.floor_plan])
        self.catalogue = make_catalogue()
        self.stock = Stock(self.layout, self.catalogue, seed)
        self.truth = Truth()
        self.planogram = self.layout.planogram(store, self.stock.facings(self.layout))
        self.products = [article.product for article in self.catalogue]
        self.cameras = self.layout.cameras(store)
        self.people: list[Person] = []
        self._epoch = f"{started_us:x}-{seed:x}"
        self._dice = random.Random(f"day/{seed}")
        self.plates = Plates(self.layout, self.stock.displays, np.random.default_rng([seed, 60]))
        self.plates.add(self.stock.units())
        self._tracker = Tracker(self.scenario.lost_per_minute, random.Random(f"tracker/{seed}"))
        self._floor = ShopFloor(
            scenario=self.scenario,
            layout=self.layout,
            stock=self.stock,
            plates=self.plates,
            routes=Routes(self.layout.blocks(), self.layout.plan.width, self.layout.plan.depth),
            truth=self.truth,
            gateways=[Gateway(gate) for gate in self.layout.gates()],
            scanned=self._scanned,
            people=self.people,
            now_us=started_us,
        )
        self._arrivals = Arrivals(self._floor, random.Random(f"arrivals/{seed}"), started_us)
        self._staff = Staff(self._floor, random.Random(f"staff/{seed}"))
        self._scanners = Scanners(self.catalogue, random.Random(f"scanners/{seed}"), started_us)
        self.faults: Faults | None = None
        self.clocks = Clocks(started_us, has_faults=False)
        if self.scenario.has_faults:
            dice = random.Random(f"faults/{seed}")
            self.planogram = with_wrong_cells(self.planogram, dice)
            self.products = with_wrong_weights(self.products, dice)
            self.faults = Faults(self.layout, self.plates, self._arrivals, dice, started_us)
            self.clocks = self.faults.clocks
        self._started_us = started_us
        self._sent = sent
        self._sequence: dict[str, int] = {}
        self._outbox: list[tuple[int, int, DeviceMessage]] = []
        self._order = 0

    def run(self, seconds: float) -> Iterator[DeviceMessage]:
        """Steps through so many seconds and yields what arrives in them, in the order of arrival."""
        end = self.now_us + int(seconds * _MICROS)
        while self.now_us < end:
            self.step()
            yield from self.due(self.now_us)

    def due(self, until_us: int) -> Iterator[DeviceMessage]:
        """The messages that arrive up to ``until_us`` and were not handed out yet."""
        while self._outbox and self._outbox[0][0] <= until_us:
            self.arrived_us, _, message = heapq.heappop(self._outbox)
            yield message

    def step(self) -> None:
        """Moves the store on by ``STEP_US``."""
        floor = self._floor
        floor.now_us = self.now_us
        self._arrivals.tick()
        self._staff.tick()
        if self.faults is not None:
            self.faults.tick(self.now_us)
        for scanned in self._scanners.tick(self.now_us):
            self._scan(scanned)
        for person in list(self.people):
            self._advance(person)
        move(self.people, floor.routes, self.now_us, STEP_US / _MICROS)
        self.now_us += STEP_US
        elapsed = self.now_us - self._started_us
        if elapsed % INTERVAL_US == 0:
            self._track()
        if elapsed % BATCH_US == 0:
            self._weigh()

    def _advance(self, person: Person) -> None:
        """Lets a person go on with their script where its last step is done."""
        while not person.way and person.until_us <= self.now_us:
            step = next(person.script, None)
            if step is None:
                self.people.remove(person)
                return
            if isinstance(step, Walk):
                person.way = self._floor.routes.way((person.x, person.y), (step.x, step.y))
                person.turn = step.heading
                person.late_us = self.now_us + int(
                    (length([(person.x, person.y), *person.way]) / person.pace * 1.5 + 2.0) * _MICROS
                )
            else:
                person.until_us = self.now_us + int(step.seconds * _MICROS)

    def _weigh(self) -> None:
        first_us = self.now_us - BATCH_US
        readings = self.plates.read(first_us)
        gondolas, shelves, places = self.layout.shape
        for gondola, grams in enumerate(np.split(readings, gondolas, axis=1), start=1):
            sent_us = self.now_us + self._dice.randrange(2_000, 14_000)
            message = Weights(
                epoch=self._epoch,
                seq=self._next(f"plates.{gondola}"),
                measured_at=first_us + round((SAMPLES - 1) * _MICROS / RATE_HZ),
                sent_at=sent_us,
                gondola=gondola,
                first_at=first_us,
                rate_hz=RATE_HZ,
                shape=(SAMPLES, shelves, places),
                grams=np.ascontiguousarray(grams, dtype="<f4").tobytes(),
            )
            self._send(sent_us, message)

    def _track(self) -> None:
        sent_us = self.now_us + self._tracker.delay_us()
        tracks = self._tracker.fix(self.people, self.now_us)
        message = Tracks(
            epoch=self._epoch, seq=self._next("tracks"), measured_at=self.now_us, sent_at=sent_us, tracks=tracks
        )
        self._send(sent_us, message)

    def _scan(self, scanned: Scanned) -> None:
        sent_us = self.now_us + self._dice.randrange(30_000, 120_000)
        message = Scan(
            epoch=self._epoch,
            seq=self._next("scans"),
            measured_at=self.now_us,
            sent_at=sent_us,
            store=self.store,
            device=scanned.device,
            kind=scanned.kind,
            gtin=scanned.gtin,
            quantity=scanned.quantity,
        )
        self._send(sent_us, message)

    def _scanned(self, gateway: Gateway, direction: str, party: Party) -> None:
        sent_us = self.now_us + self._dice.randrange(15_000, 60_000)
        has_entered = direction == "entered"
        message = GateScan(
            epoch=self._epoch,
            seq=self._next("gates"),
            measured_at=self.now_us,
            sent_at=sent_us,
            gate=gateway.gate.id,
            direction="entered" if has_entered else "left",
            code=party.code,
            people=party.people if has_entered else 1,
            payment_token=party.payment_token if has_entered else "",
            card=party.card if has_entered else "",
        )
        self._send(sent_us, message)

    def _next(self, source: str) -> int:
        self._sequence[source] = self._sequence.get(source, 0) + 1
        return self._sequence[source]

    def _send(self, arrives_us: int, message: DeviceMessage) -> None:
        self._sent(message)
        arrivals = [(arrives_us, message)] if self.faults is None else self.faults.alter(message, arrives_us)
        for at_us, arriving in arrivals:
            self._order += 1
            heapq.heappush(self._outbox, (at_us, self._order, arriving))

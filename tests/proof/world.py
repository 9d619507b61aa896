"""The whole play: two desks, the store and its bank, and a director who chooses each step by a seed."""

from asyncio import AbstractEventLoop
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from unittest.mock import patch

from sqlalchemy import select

from store_client.contract import ids
from store_server.cart.checkout import Checkout
from store_server.cart.visit import VisitClosed, VisitOpened
from store_server.desk.audit_check import check as check_audit
from store_server.storage.audit import AuditRow
from tests.desk.shop import MILK, OATS, SOAP, START, STORE, finding, site
from tests.proof.bank import HOUR_US, Bank, Line
from tests.proof.books import (
    Books,
    Connection,
    KeptIntent,
    OnTheWay,
    Wrong,
    check_books,
    check_outboxes,
    read_on_the_way,
    read_states,
)
from tests.proof.desk import Desk
from tests.proof.server import SIGNER, Deeds, Server, StagedDatabase
from tests.proof.stage import Actor, Stage
from tests.proof.wire import Request, Wire

USERS = {"ada": "agent", "sam": "supervisor", "sue": "supervisor"}
PLACES = {"desk 1": ("ada", "sam"), "desk 2": ("sue",)}
"""Who sits at which desk, one after the other."""
PASSWORD = "correct horse battery staple"
MOST_SKEW_US = 3 * HOUR_US
MOST_AT_ONCE = 2
"""Of what a desk does at the same time; also of workers, as two stores on one database would have."""


class Anomaly(AssertionError):
    """Something that must hold did not, after a certain step of a certain run."""

    def __init__(self, seed: int, step: int, cause: BaseException, history: list[str]) -> None:
        last = "\n".join(history[-120:])
        super().__init__(f"seed {seed}, after step {step}: {cause}\n{last}\n(seed {seed}, step {step}: {cause})")
        self.seed = seed
        self.step = step
        self.history = history


class Clock:
    """``true_us``: as the bank has it; ``skew_us``: by how much the store's clock is wrong."""

    def __init__(self) -> None:
        self.true_us = START
        self.skew_us = 0

    def store_us(self) -> int:
        return self.true_us + self.skew_us

    def now_us(self) -> int:
        return self.true_us

    def time_ns(self) -> int:
        """For ids."""
        return self.true_us * 1_000


class World:
    """``server`` and ``desks`` are what is planted by the self-check: their classes, with a fault in them."""

    def __init__(
        self,
        seed: int,
        folder: Path,
        database: str,
        connection: Connection,
        server: type[Server] = Server,
        desk: type[Desk] = Desk,
    ) -> None:
        """``database``: the address of one that is migrated and has no rows; ``connection``: to it, for the checks."""
        self.seed = seed
        self.steps = 0
        self.checks = 0
        self.history: list[str] = []
        self.faults: Counter[str] = Counter()
        self.did: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.clock = Clock()
        self.chance = Random(seed)
        self.stage = Stage()
        self.deeds = Deeds()
        self.bank = Bank(self.clock.now_us, self.chance)
        self.line = Line(self.bank, self.stage, self.chance, self._count)
        self.wire = Wire(self.stage, self._sent)
        self.desks: dict[str, Desk | None] = {}
        self.server: Server | None = None
        self.receipts: list[str] = []
        self.trip = ""
        self._folder = folder
        self._database = StagedDatabase(database, self.stage, self.deeds)
        self._connection = connection
        self._books = Books(connection)
        self._server_kind = server
        self._desk_kind = desk
        self._answers: dict[str, bytes] = {}
        self._kept: dict[str, dict[str, KeptIntent]] = {}
        self._wrote: set[str] = set()
        self._checked = (-1, -1)
        self._patches = ExitStack()

    # ---- the set

    def __enter__(self) -> "World":
        chance = Random(self.seed + 1)

        class Bits:
            randbits = staticmethod(chance.getrandbits)

        self._patches.enter_context(patch.object(ids, "secrets", Bits))
        self._patches.enter_context(patch.object(ids, "time", self.clock))
        self.start_store()
        assert self.server is not None
        self.server.services.stores.install(site(self.chance.choice(("included", "added"))))
        for name, role in USERS.items():
            self.server.users.put(name, "supervisor" if role == "supervisor" else "agent", PASSWORD)
        for _ in range(4):
            self.sell()
        self._begin_trip()
        for name in PLACES:
            self.start_desk(name)
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.stage.close()
            for desk in self.desks.values():
                if desk is not None:
                    desk.close()
            if self.server is not None:
                self.server.close()
        finally:
            self._patches.close()

    def start_store(self) -> None:
        clock = self.clock
        self.server = self._server_kind(self._database, self.line, clock.store_us, clock.now_us)

    def start_desk(self, name: str) -> None:
        path = self._folder / f"{name}.sqlite"
        self.desks[name] = self._desk_kind(name, path, self.stage, self.wire, lambda: self._wrote.add(name))
        self._wrote.add(name)

    def sell(self) -> None:
        """A whole visit, from the gate to the receipt."""
        checkout, now_us = self._checkout(), self.clock.store_us()
        trip = ids.new_id()
        shopper = self.chance.choice(("tok", "tok", f"tok {len(self.receipts)}"))
        checkout.opened(VisitOpened(trip, "in", "code", 1, shopper, "Visa 4242", now_us))
        for gtin in (OATS, MILK, SOAP)[: self.chance.randint(1, 3)]:
            units = self.chance.choice((1, 2, 7, 40, 60))
            checkout.apply([finding("picked", trip, gtin, now_us, quantity=units)])
        checkout.closed(VisitClosed(trip, "out", now_us))
        checkout.advance(now_us, now_us)
        assert self.server is not None
        receipt = self.server.services.trips.get(trip).trip.receipt
        assert receipt is not None
        self.receipts.append(receipt)

    def _begin_trip(self) -> None:
        self.trip = ids.new_id()
        visit = VisitOpened(self.trip, "in", "code", 1, "tok", "Visa 4242", self.clock.store_us())
        self._checkout().opened(visit)

    def _checkout(self) -> Checkout:
        assert self.server is not None
        return Checkout(self.server.database, STORE)

    # ---- one step

    def step(self, name: str, do: Callable[[], object]) -> None:
        """Does one thing, and then looks whether all still holds."""
        self.steps += 1
        self.did[name.split(":")[0]] += 1
        self.history.append(f"{self.steps} {name}")
        with self.told():
            do()
            self.check()

    @contextmanager
    def told(self) -> Iterator[None]:
        """What goes wrong is told with the seed and the history."""
        try:
            yield
        except Exception as error:
            raise Anomaly(self.seed, self.steps, error, self.history) from error

    def check(self) -> None:
        """Only what was written since is asked again; the same rows give the same answer. The bank's books change
        with time as well."""
        present = (self.deeds.commits, len(self.bank.movements))
        if present != self._checked:
            self.checks += 1
            self._books.check(self.bank, self.deeds.take_written())
        if self._wrote or present[0] != self._checked[0]:
            self._check_outboxes()
        self._checked = present

    def check_all(self) -> None:
        """Asks everything once more, whatever was written."""
        check_books(self._connection)
        self.check()

    def _check_outboxes(self) -> None:
        before = {key: kept for of_desk in self._kept.values() for key, kept in of_desk.items()}
        for name in sorted(self._wrote):
            desk = self.desks[name]
            if desk is not None:
                self._kept[name] = desk.kept()
        self._wrote.clear()
        now = {key: kept for of_desk in self._kept.values() for key, kept in of_desk.items()}
        check_outboxes(before, now, self.deeds.done)

    def _sent(self, request: Request) -> None:
        """Called as a desk sends: what it asks for must lie on its disk by then."""
        desk, key = self.desks[request.desk], request.key
        if desk is not None and key and key not in desk.kept():
            raise Wrong(f"{request} was sent before it was saved")

    def _count(self, fault: str) -> None:
        self.faults[fault] += 1
        self.history.append(f"    {fault}")

    # ---- what can happen to a message, an actor, a process

    def deliver(self, request: Request) -> None:
        """It reaches the store, which begins to work on it; or there is no store."""
        self.wire.out.remove(request)
        server = self.server
        if server is None:
            self.cut(request)
            return

        def work(loop: AbstractEventLoop) -> None:
            request.answer = server.answer(
                loop,
                request.method,
                request.path,
                request.query,
                request.headers,
                request.body,
            )
            self.history.append(f"    {request}: {request.answer.status}{_said(request)}")
            self._compare(request)
            if request.asker is not None:
                self.wire.back.append(request)

        self.stage.move(self.stage.begin(f"store: {request}", "store", work))

    def _compare(self, request: Request) -> None:
        """The same key has the same answer, however often it is asked."""
        assert request.answer is not None
        if request.key and request.answer.status < 300:
            first = self._answers.setdefault(request.key, request.answer.body)
            if first != request.answer.body:
                raise Wrong(f"{request} was answered twice, and not the same: {first!r}, {request.answer.body!r}")
        if request.answer.status == 500:
            raise Wrong(f"{request}: the store failed")

    def bring_home(self, request: Request) -> None:
        self._go_on(self.wire.end(request, "answered"))

    def cut(self, request: Request) -> None:
        if request in self.wire.out:
            self.wire.out.remove(request)
        self._go_on(self.wire.end(request, "cut off"))

    def give_up(self, request: Request) -> None:
        self._go_on(self.wire.end(request, "given up"))

    def _go_on(self, actor: Actor | None) -> None:
        if actor is not None:
            self.stage.move(actor)

    def kill_store(self) -> None:
        assert self.server is not None
        self.stage.kill("store")
        self.server.close()
        self.server = None

    def kill_desk(self, name: str) -> None:
        desk = self.desks[name]
        assert desk is not None
        self.wire.forget(name)
        self.stage.kill(name)
        desk.close()
        self.desks[name] = None

    def kill_within(self, actor: Actor) -> None:
        """The process dies at the next place that ``actor`` comes to, most often inside a transaction."""
        self.stage.condemned = actor.process
        try:
            self.stage.move(actor)
        finally:
            self.stage.condemned = None
        if actor.process == "store":
            self.kill_store()
        else:
            self.kill_desk(actor.process)

    def begin(self, name: str, process: str, work: Callable[[], object]) -> None:
        """An actor of its own does it, from now on."""
        self.stage.move(self.stage.begin(name, process, lambda _loop: work()))

    def of(self, process: str) -> Iterator[Actor]:
        return (actor for actor in self.stage.actors if actor.process == process)

    def worker(self, name: str) -> None:
        assert self.server is not None
        self.begin(f"worker: {name}", "store", self.server.workers[name])

    def on_the_way(self) -> list[OnTheWay]:
        """Money that is neither here nor there."""
        return read_on_the_way(self._connection)

    def check_audit(self) -> None:
        """The log is whole, and every head in it is signed by the store."""
        with self._database.read() as session:
            verdict = check_audit(session.scalars(select(AuditRow).order_by(AuditRow.position)), [SIGNER.public])
        if verdict.faults:
            raise Wrong(f"the audit log: {verdict.faults}")

    def count_outcomes(self) -> None:
        """What became of all that was wished and of all the money, for the report."""
        for of_desk in self._kept.values():
            self.outcomes.update(f"{kept.kind}: {kept.state}" for kept in of_desk.values())
        self.outcomes.update(f"{kind}: {state}" for kind, state in read_states(self._connection))

    def passes(self, us: int) -> None:
        self.clock.true_us += us
        self.line.lose_old()

    def skews(self, us: int) -> None:
        self.clock.skew_us = max(-MOST_SKEW_US, min(MOST_SKEW_US, us))


def _said(request: Request) -> str:
    """Of what was refused, why; nothing that is secret."""
    if request.answer is None or request.answer.status < 400:
        return ""
    return f" {request.answer.body.decode()}"

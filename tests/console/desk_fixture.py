"""A desk in the middle of a day, filled through its own state, and what is asked of it."""

from dataclasses import dataclass, field

from console.domain.audit import AuditQuery
from console.domain.choice import Choice
from console.domain.commands.command import Command
from console.domain.commands.showing import Choose
from console.domain.connection import Connection, Link
from console.domain.listing import CaseQuery, Listing, Opened, ReceiptQuery
from console.domain.session import SignedIn
from console.state.desk import Desk
from store_client.contract.session import Role
from tests.console.audit_sample import audit_log, entries
from tests.console.day import STORE, Day, the_day, user


@dataclass
class Steady:
    """A clock that goes when it is told to. Seconds."""

    s: float = 1_000.0

    def __call__(self) -> float:
        return self.s


@dataclass
class Asked:
    """The commands that were emitted; the choice is carried out, as the application does."""

    desk: Desk
    commands: list[Command] = field(default_factory=list)

    def hear(self, command: Command) -> None:
        self.commands.append(command)
        if isinstance(command, Choose):
            self.desk.choice.set(command.choice)

    def of(self, *kinds: type) -> list[Command]:
        return [command for command in self.commands if isinstance(command, kinds)]

    def last(self, kind: type) -> Command:
        return self.of(kind)[-1]


class LivingDesk(Desk):
    """Signed in as ``role``, at a store that has lived for some minutes (see tests.console.day)."""

    def __init__(self, role: Role = "supervisor") -> None:
        self.steady = Steady()
        self.day: Day = the_day()
        super().__init__(self.steady, lambda: self.day.now_us)
        self.asked = Asked(self)
        self.commands.connect(self.asked.hear)
        self.sign_in(role)

    def sign_in(self, role: Role) -> None:
        self.session.set(SignedIn(user(role), demo_roles=("agent", "staff", "supervisor")))

    def connect_store(self) -> None:
        up = Link("up", delay_ms=3.0)
        self.connection.set(Connection(up, up, up))
        self.clock.heard(self.day.now_us, self.steady.s)
        self.stores.set((STORE,))
        self.store.set(STORE)
        self.products.replace(self.day.products)
        self.planogram.set(self.day.simulation.planogram)
        self.cameras.set(tuple(self.day.simulation.cameras))
        self.devices.replace(self.day.devices)
        self.alerts.replace(self.day.alerts)

    def come_alive(self) -> None:
        """Shoppers move, plates weigh, carts fill."""
        self.weights.take(self.day.weights)
        self.floor.take(self.day.positions)
        self.trips.replace(self.day.trips)
        self.carts.replace(self.day.carts)
        self.events.add(self.day.events)

    def answer(self) -> None:
        """Receipts and cases as the store would have answered."""
        self.receipts.set(Listing(ReceiptQuery(), self.day.summaries(), is_known=True))
        self.cases.set(Listing(CaseQuery(), self.day.queue(), is_known=True))
        self.audit.set(Listing(AuditQuery(), entries(self.day.now_us), is_known=True))
        self.audit_log.set(audit_log(self.day.now_us))

    def open_receipt(self) -> None:
        receipt = max(self.day.receipts, key=lambda one: len(one.lines))
        self.receipt.set(Opened(receipt.id, receipt))

    def open_case(self) -> None:
        case = self.day.case()
        self.case.set(Opened(case.id, case))

    def fullest(self) -> str:
        """The trip inside that holds most."""
        tracked = set(self.floor.shoppers.trips)
        return max(
            (trip for trip in self.day.carts if trip in tracked), key=lambda trip: len(self.day.carts[trip].lines)
        )

    def choose_fullest(self, line: int | None = None) -> None:
        trip = self.fullest()
        chosen = self.day.carts[trip].lines[line] if line is not None else None
        plate = chosen.plates[0] if chosen is not None else None
        self.choice.set(Choice(trip=trip, line=line, plate=plate))


def living_desk(role: Role = "supervisor") -> LivingDesk:
    desk = LivingDesk(role)
    desk.connect_store()
    desk.come_alive()
    desk.answer()
    return desk

"""A desk at a store with one shopper, one plate and one camera: small enough to be drawn as text."""

from typing import TypeVar, cast

from msgspec.structs import replace

from console.domain.audit import AuditQuery
from console.domain.connection import Connection, Link
from console.domain.listing import CaseQuery, Listing, Opened, ReceiptQuery
from console.domain.session import SignedIn
from console.state.desk import Desk
from store_client.contract.camera import Camera, Pose
from store_client.contract.cart import Cart
from store_client.contract.case import Case, CaseSummary, Decision, Lease, Proposal
from store_client.contract.evidence import Evidence
from store_client.contract.live import Event, Picked, Positions, Weights
from store_client.contract.planogram import Planogram
from store_client.contract.product import Product
from store_client.contract.receipt import Receipt, ReceiptSummary
from store_client.contract.session import Role
from store_client.contract.store import Store
from store_client.contract.trip import Trip
from tests.console.audit_sample import audit_log, entries
from tests.console.day import user
from tests.console.desk_fixture import Asked, Steady
from tests.wire.examples import EXAMPLES, US
from widgets.table import Table

T = TypeVar("T")
PLATE = "1.2.3"


def example(kind: type[T]) -> T:
    return cast(T, EXAMPLES[kind.__name__])


CART = example(Cart)
TRIP = CART.trip
RECEIPT = replace(example(Receipt), corrections=[], stands=example(Receipt).total)
CASE = replace(
    example(Case),
    state="open",
    decision=None,
    assignee=None,
    lease=None,
    history=[],
    proposal=None,
    approvals=[],
    lines=[replace(line, decided_quantity=None) for line in example(Case).lines],
)
EVIDENCE = replace(example(Evidence), case=CASE.id, trip=TRIP, planogram=None)
CAMERA = replace(example(Camera), pose=Pose(5.0, 6.0, 3.0, 1.5, 1.25, 0.9, 1.5))


class PlainDesk(Desk):
    """Empty and signed in as ``role`` until it is filled."""

    def __init__(self, role: Role = "supervisor") -> None:
        self.steady = Steady()
        super().__init__(self.steady, lambda: US)
        self.asked = Asked(self)
        self.commands.connect(self.asked.hear)
        self.session.set(SignedIn(user(role)))

    def fill(self) -> None:
        up = Link("up", delay_ms=3.0)
        self.connection.set(Connection(up, up, up))
        self.clock.heard(US, self.steady.s)
        self.stores.set((example(Store),))
        self.store.set(example(Store))
        self.products.replace({example(Product).gtin: example(Product)})
        self.planogram.set(example(Planogram))
        self.cameras.set((CAMERA,))
        grams = Weights(
            epoch="e",
            seq=0,
            measured_at=US,
            sent_at=US,
            gondola=1,
            first_at=US,
            rate_hz=60.0,
            shape=(1, 3, 4),
            grams=b"\0\0\x80\x3f" * 12,
        )
        self.weights.take([grams])
        self.floor.take([example(Positions)])
        trip = replace(example(Trip), state="inside", left_at=None, receipt=None)
        self.trips.replace({TRIP: trip})
        self.carts.replace({TRIP: CART})
        self.events.add([cast(Event, replace(example(Picked), plates=[PLATE]))])
        self.receipts.set(Listing(ReceiptQuery(), (example(ReceiptSummary),), is_known=True))
        self.receipt.set(Opened(RECEIPT.id, RECEIPT))
        self.cases.set(Listing(CaseQuery(), (replace(example(CaseSummary), state="open"),), is_known=True))
        self.case.set(Opened(CASE.id, CASE))
        self.audit.set(Listing(AuditQuery(), entries(US), is_known=True))
        self.audit_log.set(audit_log(US))

    def claim(self, language: str = "en") -> None:
        """As the store answers a claim."""
        name = self.session.value.user.name if self.session.value.user is not None else ""
        lease = Lease(7, name, CASE.due_at)
        self.case.set(
            Opened(CASE.id, replace(CASE, state="claimed", lease=lease, assignee=name, version=5, language=language))
        )


def proposed(by: str) -> Case:
    """The case as it waits for another's approval."""
    decision = replace(example(Decision), decided_by=by)
    proposal = Proposal(decision=decision, amount=CASE.claimed_worth, limits=[], expires_at=CASE.due_at)
    return replace(CASE, state="awaiting_approval", proposal=proposal, version=8)


def plain_desk(role: Role = "supervisor") -> PlainDesk:
    desk = PlainDesk(role)
    desk.fill()
    return desk


def drawn(table: Table) -> list[str]:
    """A table as text, its hidden columns too: ``Oat milk | 2 | €1.99``."""
    model = table.model()
    return [
        " | ".join(str(model.index(row, column).data()) for column in range(model.columnCount()))
        for row in range(model.rowCount())
    ]

"""The desk: all that a screen may read, and the one signal by which it asks for something."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from console.domain.arrival import Arrival
from console.domain.audit import AuditLog, AuditQuery
from console.domain.choice import Choice
from console.domain.connection import Connection
from console.domain.draft import Draft
from console.domain.evidence_index import EvidenceIndex
from console.domain.intent import Outgoing
from console.domain.listing import CaseQuery, Listing, Opened, ReceiptQuery
from console.domain.permissions import CHANGES_NOW, needed_for
from console.domain.preferences import Preferences
from console.domain.replay import Replay
from console.domain.session import SignedIn
from console.domain.task import Task
from console.domain.timeline import Timeline
from console.state.book import Book
from console.state.clock import StoreClock
from console.state.cursor import TimeCursor
from console.state.exhibits import ExhibitPictures
from console.state.pictures import CameraPictures
from console.state.problems import Problems
from console.state.scene import Scene
from console.state.value import Value
from store_client.contract.audit import AuditEntry
from store_client.contract.camera import Camera
from store_client.contract.case import Case, CaseCounts, CaseSummary, Effect, Signals
from store_client.contract.faces import FacesGrant
from store_client.contract.live import Alert
from store_client.contract.planogram import Planogram
from store_client.contract.product import Product
from store_client.contract.receipt import Receipt, ReceiptSummary
from store_client.contract.refund import Refund
from store_client.contract.store import Store


class Desk(QObject):
    """State is read by anybody in the UI thread and written by console.work alone.

    ``commands`` carries a frozen command of console.domain.commands; what comes of it is seen in the state.
    """

    commands = Signal(object)

    def __init__(self, steady: Callable[[], float], wall_us: Callable[[], int], parent: QObject | None = None) -> None:
        """``steady`` and ``wall_us``: see StoreClock."""
        super().__init__(parent)
        # the desk itself
        self.arrival = Value[Arrival](Arrival(), self)
        self.session = Value[SignedIn](SignedIn(), self)
        self.connection = Value[Connection](Connection(), self)
        self.preferences = Value[Preferences](Preferences(), self)
        self.workspaces = Value[tuple[str, ...]]((), self)  # the names of those that are kept
        self.choice = Value[Choice](Choice(), self)
        self.problems = Problems(self)
        self.report = Value[str]("", self)  # an error report, as it may be read by anybody
        self.tasks = Value[tuple[Task, ...]]((), self)
        self.clock = StoreClock(steady, wall_us, self)
        # the store as it is built; None or empty until it is known
        self.stores = Value[tuple[Store, ...]]((), self)
        self.store = Value[Store | None](None, self)
        self.planogram = Value[Planogram | None](None, self)
        self.products: Book[str, Product] = Book(self)  # by GTIN
        self.cameras = Value[tuple[Camera, ...]]((), self)
        # what is live, or was so then
        self.scene, self._aside = Scene(self), Scene(self)
        self.live = self.scene  # into which live data goes: another than what is shown while that was so then
        self.devices, self.floor, self.events = self.scene.devices, self.scene.floor, self.scene.events
        self.trips, self.carts, self.weights = self.scene.trips, self.scene.carts, self.scene.weights
        self.pictures = CameraPictures(self)
        self.faces = Value[FacesGrant | None](None, self)  # while it holds, heads are to be seen
        self.alerts: Book[str, Alert] = Book(self)  # raised and not cleared: always those of now
        self.replay = Value[Replay](Replay(), self)
        self.moment = TimeCursor(self)  # which is shown while the replay is on
        self.timeline = Value[Timeline](Timeline(), self)  # what is known of the day, to find a moment
        self.marked = Value[tuple[int, int] | None](None, self)  # a span, from in to out, to be exported
        # what was asked for
        self.receipts = Value[Listing[ReceiptQuery, ReceiptSummary]](Listing(ReceiptQuery()), self)
        self.found = Value[Listing[str, ReceiptSummary]](Listing(""), self)  # by the palette
        self.receipt = Value[Opened[Receipt]](Opened(), self)
        self.cases = Value[Listing[CaseQuery, CaseSummary]](Listing(CaseQuery()), self)
        self.case = Value[Opened[Case]](Opened(), self)
        self.counts = Value[CaseCounts | None](None, self)
        self.draft = Value[Draft | None](None, self)  # of the opened case, as it was left
        self.signals = Value[Opened[Signals]](Opened(), self)  # id: the case they belong to
        self.effect = Value[Opened[Effect]](Opened(), self)  # id: the case it belongs to
        self.refund = Value[Opened[Refund]](Opened(), self)
        self.audit = Value[Listing[AuditQuery, AuditEntry]](Listing(AuditQuery()), self)
        self.audit_log = Value[AuditLog](AuditLog(), self)  # whether it is still the one that this desk has seen
        self.outgoing = Value[tuple[Outgoing, ...]]((), self)  # what the store has not answered, oldest first
        # the evidence of the opened case, all of it at one moment
        self.evidence = Value[Opened[EvidenceIndex]](Opened(), self)  # id: the case it belongs to
        self.cursor = TimeCursor(self)
        self.case_line = Value[int | None](None, self)  # the line that is looked at, by its number on the receipt
        self.exhibits = ExhibitPictures(self)

    def may(self, command: type) -> bool:
        """Whether the signed-in user may ask for this kind of command now; screens hide what is refused. Nothing of
        then can be changed."""
        is_past = self.replay.value.is_on and command in CHANGES_NOW
        return not is_past and self.session.value.may(needed_for(command))

    # ---- now and then

    def put_aside(self) -> None:
        """The scene is free to show then; live data goes on where it is not seen."""
        if self.live is self.scene:
            self.live = self._aside
            self.scene.exchange(self._aside)
            self.scene.stand_as(self._aside, self.shown_us)

    def bring_back(self) -> None:
        """What is live is shown again, with all that came meanwhile."""
        if self.live is self._aside:
            self.live = self.scene
            self.scene.exchange(self._aside)
            self._aside.clear()

    @property
    def scenes(self) -> tuple[Scene, Scene]:
        """Both, the shown one first."""
        return self.scene, self._aside

    def shown_us(self) -> int:
        """µs UTC at the store of what the live screens show: now, or then."""
        return self.moment.at_us if self.replay.value.is_on else self.clock.now_us()

    def shown_age_us(self, at_us: int) -> int:
        """How old something is by that; never negative."""
        return max(0, self.shown_us() - at_us)

    def stale_s(self) -> float | None:
        """Seconds since what is shown was true; None while it is fresh, or meant to be of then; 0 where nobody knows
        since when it is not."""
        if self.replay.value.is_on or not self.connection.value.is_stale:
            return None
        since_us = self.connection.value.stale_since_us
        return 0.0 if since_us is None else self.clock.age_us(since_us) / 1e6

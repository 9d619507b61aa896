"""The refund of the opened case, followed until it has ended."""

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer

from console.domain.commands.receipt import OpenReceipt
from console.domain.listing import Opened
from console.domain.problem import Problem
from console.work.errand import Errands
from console.work.lists import Lists
from console.work.operation import Cancellation
from store_client.contract.refund import Refund

ENDS = frozenset({"settled", "failed", "reversed"})
PERIOD_MS = 1_000


class Refunds(QObject):
    def __init__(self, errands: Errands, lists: Lists, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._errands = errands
        self._desk = errands.desk
        self._lists = lists
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PERIOD_MS)
        self._timer.timeout.connect(self._ask)

    def follow(self, refund: str) -> None:
        """Until it has ended, or another is followed."""
        if self._desk.refund.value.id != refund:
            self._desk.refund.set(Opened(refund, is_loading=True))
        self._ask()

    def ask_again(self, refund: str) -> None:
        """Asks the store how it stands, if it is the one that is followed."""
        if self._desk.refund.value.id == refund:
            self._ask()

    def forget(self) -> None:
        self._timer.stop()
        self._desk.refund.set(Opened())

    def show(self, refund: Refund) -> None:
        """As the store just gave it."""
        if self._desk.refund.value.id != refund.id:
            return
        self._desk.refund.set(Opened(refund.id, refund))
        if refund.state not in ENDS:
            self._timer.start()
        elif self._desk.receipt.value.id == refund.receipt:
            self._lists.open_receipt(OpenReceipt(refund.receipt))

    def _ask(self) -> None:
        refund = self._desk.refund.value.id
        if refund is None:
            return
        if not self._errands.can_ask:  # once somebody is signed in again
            self._timer.start()
            return
        door = self._errands.door

        def work(_: Cancellation) -> Refund:
            return door.client.refund(refund)

        title = self.tr("Asking how the refund stands")
        self._errands.run("refund", title, work, self.show, self._miss, is_quiet=True)

    def _miss(self, problem: Problem | None) -> None:
        if problem is not None:
            self._desk.refund.set(replace(self._desk.refund.value, is_loading=False, problem=problem))
            self._timer.start()

"""What was recorded of a trip stays while a case on it is open."""

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import select

from store_client.contract.recording import RecordedSpan
from store_server.desk.copying import LIVING
from store_server.storage.cases import CaseRow
from store_server.storage.database import Database
from store_server.storage.receipts import ReceiptRow
from store_server.storage.trips import TripRow

AROUND_US = 15_000_000
EVERY_CAMERA = "*"


class Holds(Protocol):
    """What keeps recordings from being deleted. All raise OSError."""

    def cases(self) -> frozenset[str]: ...

    def hold(self, case: str, spans: Sequence[RecordedSpan]) -> None: ...

    def release(self, case: str) -> None: ...

    def settle(self) -> None:
        """All that is to be held has been told."""
        ...


class CaseHolds:
    """Makes what is held what open cases need, again and again, so that no crash parts the two: by a Stepper."""

    def __init__(self, database: Database, store: str, holds: Holds) -> None:
        self._database = database
        self._store = store
        self._holds = holds

    def step(self) -> int:
        """How many holds came or went."""
        spans = self._spans()
        held = self._holds.cases()
        opened = [case for case in spans if case not in held]
        closed = [case for case in held if case not in spans]
        for case in opened:
            self._holds.hold(case, [spans[case]])
        for case in closed:
            self._holds.release(case)
        self._holds.settle()
        return len(opened) + len(closed)

    def _spans(self) -> dict[str, RecordedSpan]:
        """Of each open case: its trip, from before the gate to after it, by all cameras."""
        query = (
            select(CaseRow.id, TripRow.entered_us, TripRow.left_us, ReceiptRow.left_us.label("billed_us"))
            .join(ReceiptRow, ReceiptRow.id == CaseRow.receipt)
            .join(TripRow, TripRow.id == ReceiptRow.trip)
            .where(CaseRow.store == self._store, CaseRow.state.in_(LIVING))
        )
        with self._database.read() as session:
            return {
                row.id: RecordedSpan(
                    EVERY_CAMERA, row.entered_us - AROUND_US, (row.left_us or row.billed_us) + AROUND_US
                )
                for row in session.execute(query)
            }

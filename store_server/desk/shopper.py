"""The shopper's own channel: a case opened by who was there, and what became of it, without who decides it and how."""

import hmac
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from store_client.contract.case import CaseRequest, CaseState, Decision, ShopperCase, ShopperCaseRequest
from store_client.contract.decoding import from_json
from store_client.contract.live import Event
from store_client.contract.moment import from_micros
from store_server.desk.announce import Announce, announce_nothing
from store_server.desk.apps import App
from store_server.desk.case_opening import open_case
from store_server.desk.once import Memory, Once
from store_server.refusal import Refusal
from store_server.storage.cases import CaseRow
from store_server.storage.database import Database
from store_server.storage.receipts import ReceiptRow
from store_server.storage.trips import TripRow

_SHOWN: dict[str, CaseState] = {"decided": "decided", "closed": "closed"}
"""Who holds it and who has to approve is the store's affair: until it is decided it is open."""


class ShopperCases:
    def __init__(
        self, database: Database, memory: Memory, now_us: Callable[[], int], announce: Announce = announce_nothing
    ) -> None:
        self._database = database
        self._memory = memory
        self._now_us = now_us
        self._announce = announce

    def open(self, request: ShopperCaseRequest, app: App, once: Once) -> ShopperCase:
        """A case on a receipt of the trip that began with the request's code. Whoever does not know the code learns
        nothing, not even that there is such a receipt."""
        now_us = self._now_us()

        def effect(session: Session) -> tuple[ShopperCase, list[Event]]:
            _check_code(session, request)
            wanted = CaseRequest(
                request.receipt, request.lines, request.added, request.message, "shopper", request.language
            )
            row, event = open_case(session, wanted, app.name, now_us, app=app.user_id)
            return _shown(row), [event]

        case, events = self._memory.once(once, app, ShopperCase, effect)
        self._announce(events)
        return case

    def get(self, case: str, app: App) -> ShopperCase:
        """Refusal("not-found") for a case that was not opened through this app."""
        with self._database.read() as session:
            row = session.get(CaseRow, case)
            if row is None or row.app != app.user_id:
                raise Refusal("not-found", f"there is no case {case}")
            return _shown(row)


def _check_code(session: Session, request: ShopperCaseRequest) -> None:
    code = session.scalar(
        select(TripRow.code).join(ReceiptRow, ReceiptRow.trip == TripRow.id).where(ReceiptRow.id == request.receipt)
    )
    if code is None or not hmac.compare_digest(code.encode(), request.code.encode()):
        raise Refusal("not-found", "there is no such receipt of a visit with this code")


def _shown(row: CaseRow) -> ShopperCase:
    decision = None if row.decision is None else from_json(row.decision, Decision)
    return ShopperCase(
        id=row.id,
        number=row.number,
        receipt=row.receipt,
        state=_SHOWN.get(row.state, "open"),
        opened_at=from_micros(row.opened_us),
        due_at=from_micros(row.due_us),
        answer="" if decision is None else decision.message,
    )

"""Cases that the store opens itself: the sensors say something else than the receipt that was issued."""

from collections.abc import Callable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from store_client.contract.case import AddedLine, CaseRequest, CaseStep, ClaimedLine
from store_client.contract.live import Event
from store_server.cart.catalogue import products_for, store_of
from store_server.cart.late import LateWord
from store_server.cause import cause
from store_server.desk.case_opening import is_disputable, living_case, open_case
from store_server.desk.case_reading import case_row, receipt_row
from store_server.desk.history import note
from store_server.desk.standing import holds, lines_of, standing_of
from store_server.desk.why import Why, because
from store_server.storage.audit import STORE
from store_server.storage.cases import CaseAddedRow, CaseHistoryRow, CaseLineRow, CaseRow
from store_server.storage.corrections import CorrectionLineRow, CorrectionRow
from store_server.storage.receipts import ReceiptRow

SENSORS: CaseStep = "sensors changed"
"""In the history of a case that was open already."""


class LateEvidence:
    """``now_us``: the store's clock."""

    def __init__(self, now_us: Callable[[], int]) -> None:
        self._now_us = now_us

    def __call__(self, session: Session, words: Sequence[LateWord]) -> list[Event]:
        """Opens a case on each receipt that is contradicted, or tells the case that is open on it already.

        Receipts are locked first, and in one order: whoever opens a case locks its receipt, then takes a number.
        """
        now_us = self._now_us()
        ordered = sorted(words, key=lambda word: word.receipt)
        receipts = [receipt_row(session, word.receipt, for_update=True) for word in ordered]
        events: list[Event] = []
        for word, receipt in zip(ordered, receipts, strict=True):
            events += _heed(session, receipt, word.held, now_us)
        return events


def _heed(session: Session, receipt: ReceiptRow, held: dict[str, int], now_us: int) -> list[Event]:
    living = living_case(session, receipt.id)
    if living is not None:
        _tell(session, living, _differences(session, receipt, held), now_us)
        return []
    lines = _claims(session, receipt, held)
    added = _missing(session, receipt, held)
    if not (lines or added) or not is_disputable(receipt, store_of(session, receipt.store), now_us):
        return []
    request = CaseRequest(receipt.id, lines, added, channel="store")
    _, event = open_case(session, request, STORE, now_us)
    return [event]


def _tell(session: Session, case: str, words: str, now_us: int) -> None:
    """Who works on the case must read it again. What was said last is not said again."""
    last = session.scalar(
        select(CaseHistoryRow.detail)
        .where(CaseHistoryRow.case == case, CaseHistoryRow.what == SENSORS)
        .order_by(CaseHistoryRow.position.desc())
        .limit(1)
    )
    row = case_row(session, case, for_update=True)
    before = row.summary if last is None and row.channel == "store" else last
    as_billed = because(cause("as_billed"))
    said = Why(words) if words else as_billed
    if said.detail == (before or as_billed.detail):
        return
    row.version += 1
    note(session, case, now_us, STORE, SENSORS, said)


def _differences(session: Session, receipt: ReceiptRow, held: dict[str, int]) -> str:
    """Such as ``Oat drink 2 → 1, +1 09520000000011``; "" if the sensors say what was billed."""
    lines = lines_of(session, receipt.id)
    parts = [
        f"{line.name} {line.quantity} → {held.get(line.gtin, 0)}"
        for line in lines
        if held.get(line.gtin, 0) != line.quantity
    ]
    billed = {line.gtin for line in lines}
    parts += [f"+{units} {gtin}" for gtin, units in held.items() if gtin not in billed]
    return ", ".join(parts)


def _claims(session: Session, receipt: ReceiptRow, held: dict[str, int]) -> list[ClaimedLine]:
    """Lines of which the sensors say something that was neither billed nor stands, nor was decided on before."""
    standing = standing_of(session, receipt.id)
    said = (
        select(CaseLineRow.line, CaseLineRow.claimed_quantity)
        .join(CaseRow, CaseRow.id == CaseLineRow.case)
        .where(CaseRow.receipt == receipt.id, CaseRow.channel == "store")
        .order_by(CaseRow.number)
    )
    known = dict(session.execute(said).all())
    claims = []
    for line in lines_of(session, receipt.id):
        now = held.get(line.gtin, 0)
        if now not in (line.quantity, standing[line.line].quantity, known.get(line.line)):
            claims.append(ClaimedLine(line.line, now))
    return claims


def _missing(session: Session, receipt: ReceiptRow, held: dict[str, int]) -> list[AddedLine]:
    """Products that no line bills and no correction that holds added, nor were decided on before."""
    billed = {line.gtin for line in lines_of(session, receipt.id)}
    said = (
        select(CaseAddedRow.gtin, CaseAddedRow.quantity)
        .join(CaseRow, CaseRow.id == CaseAddedRow.case)
        .where(CaseRow.receipt == receipt.id, CaseRow.channel == "store")
        .order_by(CaseRow.number)
    )
    known = dict(session.execute(said).all())
    corrected = set(
        session.scalars(
            select(CorrectionLineRow.gtin)
            .join(CorrectionRow, CorrectionRow.id == CorrectionLineRow.correction)
            .where(CorrectionRow.receipt == receipt.id, CorrectionLineRow.line.is_(None), holds())
        )
    )
    wanted = {g: n for g, n in held.items() if g not in billed and g not in corrected and known.get(g) != n}
    sold = products_for(session, receipt, wanted)
    return [AddedLine(gtin, units) for gtin, units in wanted.items() if gtin in sold]

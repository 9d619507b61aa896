"""Finding receipts among millions: by the rarest thing that is known of them.

What is exact (a number, the last four digits, a narrow range of amounts) is looked up first; where that leaves few
receipts, the words are checked on those. Otherwise the newest receipts of a word come straight from the index of words,
whether the word is on ten receipts or on a hundred thousand.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Row, Select, exists, func, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from store_server.cart.words import words_of
from store_server.desk.standing import holds
from store_server.storage.corrections import CorrectionRow
from store_server.storage.movements import PaymentRow
from store_server.storage.receipts import ReceiptRow, ReceiptWordRow, WordRow

MOST_WORDS = 25
"""How many words a beginning may stand for; the shortest come first."""
FEW = 2_000
"""So many receipts are checked one by one."""
_MOST_DIGITS = 10

Found = Row[ReceiptRow, int, str]
"""A receipt, by how much its corrections changed it (minor units), and the state of its payment."""
Query = Select[ReceiptRow, int, str]


@dataclass(frozen=True, slots=True)
class Sought:
    """What is asked for. Times are µs, [since, until); ``after``: time and id of the last receipt already shown."""

    store: str
    q: str = ""
    since_us: int | None = None
    until_us: int | None = None
    min_minor: int | None = None
    max_minor: int | None = None
    last4: str | None = None
    after: tuple[int, str] | None = None

    @property
    def number(self) -> int | None:
        """A receipt or visit number, if that is all that was typed."""
        text = self.q.strip()
        is_number = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
        return int(text) if is_number else None

    @property
    def words(self) -> list[str]:
        return [] if self.number is not None else words_of(self.q)

    def is_in_time(self, issued_us: int, receipt: str) -> bool:
        return (
            (self.since_us is None or issued_us >= self.since_us)
            and (self.until_us is None or issued_us < self.until_us)
            and (self.after is None or (issued_us, receipt) < self.after)
        )


def search(session: Session, sought: Sought, limit: int) -> Sequence[Found]:
    """The newest ``limit`` + 1 receipts that are as sought."""
    words, exact = sought.words, _exact(sought)
    if exact or sought.number is not None:
        few = _few(session, sought, exact)
        if len(few) <= FEW:
            return _among(session, sought, few, limit)
    query = _all().where(ReceiptRow.store == sought.store, *exact)
    if not words:
        return _newest(session, query, sought, limit)
    longest = max(words, key=len)
    query = query.where(*(_has_word(word) for word in words if word != longest))
    found: dict[str, Found] = {}
    for word in _beginning_with(session, sought.store, longest):
        for row in _newest_with(session, query, sought, word, limit):
            found[row[0].id] = row
    return sorted(found.values(), key=_key, reverse=True)[: limit + 1]


def _few(session: Session, sought: Sought, exact: Sequence[ColumnElement[bool]]) -> set[tuple[int, str]]:
    """Time and id of the receipts that fit exactly; if they are more than a few, only so many that one sees it."""
    fits = select(ReceiptRow.issued_us, ReceiptRow.id).where(ReceiptRow.store == sought.store, *exact).limit(FEW + 1)
    if sought.number is None:
        return {(issued_us, receipt) for issued_us, receipt in session.execute(fits)}
    numbers = (ReceiptRow.number, ReceiptRow.visit)  # asked one by one: each has an index
    rows = [row for column in numbers for row in session.execute(fits.where(column == sought.number))]
    return {(issued_us, receipt) for issued_us, receipt in rows}


def _among(session: Session, sought: Sought, few: set[tuple[int, str]], limit: int) -> Sequence[Found]:
    """Chooses and sorts here: asked to sort by time, a database would rather walk through all receipts by time."""
    ids = {receipt for issued_us, receipt in few if sought.is_in_time(issued_us, receipt)}
    for word in sought.words:
        ids &= set(session.scalars(select(ReceiptRow.id).where(ReceiptRow.id.in_(ids), _has_word(word))))
    newest = sorted((key for key in few if key[1] in ids), reverse=True)[: limit + 1]
    rows = session.execute(_all().where(ReceiptRow.id.in_([receipt for _, receipt in newest]))).all()
    return sorted(rows, key=_key, reverse=True)


def _key(found: Found) -> tuple[int, str]:
    return found[0].issued_us, found[0].id


def _all() -> Query:
    changed = (
        select(func.coalesce(func.sum(CorrectionRow.gross_minor - CorrectionRow.goodwill_minor), 0))
        .where(CorrectionRow.receipt == ReceiptRow.id, holds())
        .correlate(ReceiptRow)
        .scalar_subquery()
    )
    return select(ReceiptRow, changed, PaymentRow.state).join(PaymentRow, PaymentRow.receipt == ReceiptRow.id)


def _exact(sought: Sought) -> list[ColumnElement[bool]]:
    """The conditions that an index answers at once."""
    conditions: list[ColumnElement[bool]] = []
    if sought.last4 is not None:
        conditions.append(ReceiptRow.last4 == sought.last4)
    if sought.min_minor is not None:
        conditions.append(ReceiptRow.total_minor >= sought.min_minor)
    if sought.max_minor is not None:
        conditions.append(ReceiptRow.total_minor <= sought.max_minor)
    return conditions


def _newest(session: Session, query: Query, sought: Sought, limit: int) -> Sequence[Found]:
    return _page(session, query, sought, (ReceiptRow.issued_us, ReceiptRow.id), limit)


def _newest_with(session: Session, query: Query, sought: Sought, word: str, limit: int) -> Sequence[Found]:
    query = query.join(ReceiptWordRow, ReceiptWordRow.receipt == ReceiptRow.id).where(
        ReceiptWordRow.store == sought.store, ReceiptWordRow.word == word
    )
    return _page(session, query, sought, (ReceiptWordRow.issued_us, ReceiptWordRow.receipt), limit)


def _page(
    session: Session,
    query: Query,
    sought: Sought,
    columns: tuple[InstrumentedAttribute[int], InstrumentedAttribute[str]],
    limit: int,
) -> Sequence[Found]:
    """``columns``: time and id in the index that gives the order; the bounds of time are put on them."""
    issued_us, receipt = columns
    if sought.since_us is not None:
        query = query.where(issued_us >= sought.since_us)
    if sought.until_us is not None:
        query = query.where(issued_us < sought.until_us)
    if sought.after is not None:
        query = query.where(tuple_(issued_us, receipt) < sought.after)
    return session.execute(query.order_by(issued_us.desc(), receipt.desc()).limit(limit + 1)).all()


def _beginning_with(session: Session, store: str, start: str) -> Sequence[str]:
    return session.scalars(
        select(WordRow.word)
        .where(WordRow.store == store, WordRow.word.startswith(start, autoescape=True))
        .order_by(func.length(WordRow.word), WordRow.word)
        .limit(MOST_WORDS)
    ).all()


def _has_word(start: str) -> ColumnElement[bool]:
    words = aliased(ReceiptWordRow)
    return exists().where(words.receipt == ReceiptRow.id, words.word.startswith(start, autoescape=True))

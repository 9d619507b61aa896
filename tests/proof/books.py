"""What must hold after every step, asked of the databases as they are: each question finds what is wrong."""

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Protocol

from tests.proof.bank import Bank, Movement

LIMIT = 5_000
"""Of the shop's policy; nobody in it has a lower one."""
ALONE = "SELECT * FROM refunds WHERE approved_by IS NULL AND state NOT IN ('awaiting_approval', 'failed', 'reversed')"
QUESTIONS = {
    "what is reserved and settled is what the documents say": """
        WITH documents AS (
            SELECT c.id, c.receipt, c.returned_minor,
                CASE WHEN r.id IS NULL OR r.state = 'settled' THEN 'settled'
                     WHEN r.state IN ('failed', 'reversed') THEN 'void' ELSE 'reserved' END AS fate
            FROM corrections c LEFT JOIN refunds r ON r.correction = c.id),
        less AS (
            SELECT d.receipt, d.fate, l.* FROM correction_lines l JOIN documents d ON d.id = l.correction
            WHERE l.line IS NOT NULL AND l.quantity < 0 AND d.fate <> 'void'),
        claims AS (
            SELECT receipt, fate, 'total' AS scope, 0 AS key, returned_minor AS amount FROM documents WHERE fate <> 'void'
            UNION ALL SELECT receipt, fate, 'line', line, -gross_minor FROM less
            UNION ALL SELECT receipt, fate, 'units', line, -quantity FROM less
            UNION ALL SELECT receipt, fate, 'rate', tax_rate, -gross_minor FROM less
            UNION ALL SELECT receipt, fate, 'tax', tax_rate, -tax_minor FROM less),
        sums AS (
            SELECT receipt, scope, key, SUM(CASE fate WHEN 'reserved' THEN amount ELSE 0 END) AS reserved,
                SUM(CASE fate WHEN 'settled' THEN amount ELSE 0 END) AS settled
            FROM claims GROUP BY receipt, scope, key)
        SELECT a.receipt, a.scope, a.key, a.captured, a.reserved, a.settled, s.reserved, s.settled
        FROM allowances a LEFT JOIN sums s ON s.receipt = a.receipt AND s.scope = a.scope AND s.key = a.key
        WHERE a.reserved <> COALESCE(s.reserved, 0) OR a.settled <> COALESCE(s.settled, 0)
            OR a.reserved + a.settled > a.captured""",
    "no case is refunded twice": """
        SELECT c."case", COUNT(*) FROM corrections c LEFT JOIN refunds r ON r.correction = c.id
        WHERE COALESCE(r.state, '') NOT IN ('failed', 'reversed') GROUP BY c."case" HAVING COUNT(*) > 1""",
    "what goes back has its refund, of that amount": """
        SELECT c.id, c.returned_minor, r.amount_minor FROM corrections c LEFT JOIN refunds r ON r.correction = c.id
        WHERE c.returned_minor <> COALESCE(r.amount_minor, 0)""",
    "no movement is forgotten": """
        SELECT id, state FROM refunds WHERE state IN ('approved', 'submitting', 'in_doubt') AND next_us IS NULL
        UNION ALL
        SELECT id, state FROM payments WHERE state IN ('pending', 'submitting', 'in_doubt') AND next_us IS NULL
        UNION ALL
        SELECT id, state FROM debits WHERE state IN ('pending', 'submitting', 'in_doubt') AND next_us IS NULL""",
    "the last step of a refund is its state": """
        SELECT r.id, r.state, s.state FROM refunds r JOIN refund_steps s ON s.refund = r.id AND s.position =
            (SELECT MAX(position) FROM refund_steps WHERE refund = r.id) WHERE s.state <> r.state""",
    "a case that is decided has its decision in the history": """
        SELECT k.id, k.state FROM cases k WHERE k.state IN ('decided', 'closed')
            AND NOT EXISTS (SELECT 1 FROM case_history h WHERE h."case" = k.id AND h.what IN ('decided', 'approved'))""",
    "a case waits for approval as its refund does": """
        SELECT k.id, k.state, r.state FROM cases k LEFT JOIN refunds r ON r."case" = k.id AND r.state = 'awaiting_approval'
        WHERE (k.state = 'awaiting_approval') <> (r.id IS NOT NULL)""",
    "nobody gives back above the limit alone": f"""
        SELECT 'receipt', receipt, SUM(amount_minor) FROM ({ALONE}) AS alone GROUP BY receipt
        HAVING SUM(amount_minor) > {LIMIT}
        UNION ALL
        SELECT 'shopper', p.payment_token, SUM(alone.amount_minor)
        FROM ({ALONE}) AS alone JOIN payments p ON p.id = alone.payment
        GROUP BY p.payment_token HAVING SUM(alone.amount_minor) > {LIMIT}""",
    "who approved is another": """
        SELECT id, "by", approved_by FROM refunds WHERE approved_by = "by" OR (approved_by IS NULL AND needs_approval
            AND state NOT IN ('awaiting_approval', 'failed'))""",
    "limits are what their uses say": """
        SELECT l.scope, l.key, l.used, SUM(u.minor) FROM limits l LEFT JOIN limit_uses u
            ON u.scope = l.scope AND u.key = l.key AND u.ended_us IS NULL
        GROUP BY l.scope, l.key, l.used HAVING l.used <> COALESCE(SUM(u.minor), 0)""",
    "a refund that lives uses its limits, and no other does": """
        SELECT r.id, r.state, COUNT(u.scope) FROM refunds r LEFT JOIN limit_uses u
            ON u.refund = r.id AND u.ended_us IS NULL AND u.minor = r.amount_minor
        GROUP BY r.id, r.state HAVING COUNT(u.scope) <> CASE WHEN r.state IN ('failed', 'reversed') THEN 0 ELSE 3 END""",
    "an increase is charged only if it was agreed": """
        SELECT c.id, c.debited_minor, c.written_off_minor, d.amount_minor, d.state FROM corrections c
        LEFT JOIN debits d ON d.correction = c.id
        WHERE COALESCE(d.amount_minor, 0) <> c.debited_minor + c.written_off_minor
            OR (c.debited_minor > 0) <> (COALESCE(d.state, 'written_off') <> 'written_off')""",
}
BALANCES = """
    SELECT l.receipt, l.account, SUM(l.minor) FROM (
        SELECT receipt, debit AS account, minor FROM ledger UNION ALL
        SELECT receipt, credit, -minor FROM ledger) AS l
    GROUP BY l.receipt, l.account"""
PAYMENTS = "SELECT receipt, id, state, amount_minor FROM payments"
DEBITS = "SELECT receipt, id, state, amount_minor FROM debits WHERE is_agreed"
REFUNDS = "SELECT receipt, key, state, amount_minor, payment FROM refunds"
UNSETTLED = """
    SELECT key, state, sent_us, payment FROM refunds WHERE state IN ('approved', 'submitting', 'in_doubt')
    UNION ALL SELECT id, state, sent_us, id FROM payments WHERE state IN ('pending', 'submitting', 'in_doubt')
    UNION ALL SELECT id, state, sent_us, id FROM debits WHERE state IN ('pending', 'submitting', 'in_doubt')"""
STATES = """
    SELECT 'refund', state FROM refunds UNION ALL SELECT 'payment', state FROM payments
    UNION ALL SELECT 'debit', state FROM debits UNION ALL SELECT 'told', what FROM case_history"""
ON_THE_WAY = {"proposed", "pending", "awaiting_approval", "approved", "submitting", "in_doubt"}
_TABLE = re.compile(r"\b(?:FROM|JOIN) (\w+)")
_READ = {name: frozenset(_TABLE.findall(question)) for name, question in QUESTIONS.items()}
"""The tables that each question is about."""
_OF_MONEY = frozenset(_TABLE.findall(" ".join((BALANCES, PAYMENTS, DEBITS, REFUNDS))))


class Connection(Protocol):
    """Of sqlite3, or of psycopg."""

    def execute(self, query: str, /) -> "Rows": ...


class Rows(Protocol):
    def fetchall(self) -> Sequence[tuple[object, ...]]: ...


@dataclass(frozen=True, slots=True)
class Money:
    """A payment or debit (``key`` is its id) or a refund, as the store has it."""

    receipt: str
    key: str
    state: str
    minor: int
    payment: str


class Wrong(AssertionError):
    """Something that must hold does not."""


class Books:
    """The books as somebody finds them who looks again and again, and asks no more than what was written since: the same
    rows give the same answer. At first there are none."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._payments: list[Money] = []
        self._refunds: list[Money] = []

    def check(self, bank: Bank, written: Set[str]) -> None:
        """Raises Wrong. Everything is read in one go, between two steps. ``written``: the tables that were, since."""
        _ask(self._connection, written)
        if written & _OF_MONEY:
            self._payments, self._refunds = _check_money(self._connection)
        check_bank(bank, self._payments, self._refunds)


def check_books(connection: Connection) -> tuple[list[Money], list[Money]]:
    """Raises Wrong. Payments and debits, and refunds, as the store has them."""
    _ask(connection)
    return _check_money(connection)


def _ask(connection: Connection, written: Set[str] | None = None) -> None:
    """All questions, or those about what was written."""
    for name, question in QUESTIONS.items():
        if written is None or written & _READ[name]:
            found = connection.execute(question).fetchall()
            if found:
                raise Wrong(f"{name}: {found}")


def _check_money(connection: Connection) -> tuple[list[Money], list[Money]]:
    payments, debits = _read_money(connection, PAYMENTS), _read_money(connection, DEBITS)
    refunds = _read_money(connection, REFUNDS)
    balances = {
        (str(receipt), str(account)): int(str(minor))
        for receipt, account, minor in connection.execute(BALANCES).fetchall()
    }
    _check_ledger(balances, payments, refunds, debits)
    return [*payments, *debits], refunds


def _read_money(connection: Connection, query: str) -> list[Money]:
    rows = connection.execute(query).fetchall()
    return [
        Money(str(row[0]), str(row[1]), str(row[2]), int(str(row[3])), str(row[-1 if len(row) > 4 else 1]))
        for row in rows
    ]


def _check_ledger(
    balances: Mapping[tuple[str, str], int], payments: list[Money], refunds: list[Money], debits: list[Money]
) -> None:
    """The books of each receipt say what its payment, its refunds and its debits say."""
    if sum(balances.values()):
        raise Wrong(f"debits are not credits: {balances}")
    for payment in payments:
        own = [refund for refund in refunds if refund.payment == payment.key]
        is_paid = payment.state == "captured"
        more = [debit for debit in debits if debit.receipt == payment.receipt]
        owed = sum(debit.minor for debit in more if debit.state in ON_THE_WAY)
        charged = sum(debit.minor for debit in more if debit.state == "captured")
        back = sum(refund.minor for refund in own if refund.state == "settled")
        expected = {
            "provider": charged + (payment.minor - back if is_paid else 0),
            "receivable": owed + (0 if is_paid else payment.minor - back),
            "refunds_payable": -sum(refund.minor for refund in own if refund.state in ON_THE_WAY),
        }
        for account, minor in expected.items():
            found = balances.get((payment.receipt, account), 0)
            if found != minor:
                raise Wrong(f"the ledger has {found} for {account} of receipt {payment.receipt}, not {minor}: {own}")


def check_bank(bank: Bank, payments: Iterable[Money], refunds: Iterable[Money]) -> None:
    """Money moved as the store ordered it, once, and not what the store believes has failed."""
    ordered = {payment.key: payment for payment in payments} | {refund.key: refund for refund in refunds}
    living: dict[str, list[Movement]] = {}
    now_us = bank.now_us()
    for movement in bank.movements:
        order = ordered.get(movement.key)
        if order is None or order.minor != movement.minor or movement.capture not in (movement.key, order.payment):
            raise Wrong(f"nobody ordered {movement}")
        if movement.is_living(now_us):
            living.setdefault(movement.key, []).append(movement)
    for key, order in ordered.items():
        moved = living.get(key, [])
        if len(moved) > 1:
            raise Wrong(f"the money of {order} moved {len(moved)} times: {moved}")
        if order.state == "failed" and moved:
            raise Wrong(f"the store believes that {order} failed: {moved}")
        if order.state in ("settled", "captured") and not bank.of(key) and not _is_unpaid(order, ordered):
            raise Wrong(f"the store believes that the money of {order} has moved")


def _is_unpaid(refund: Money, ordered: Mapping[str, Money]) -> bool:
    """Whether the receipt was never paid: then what is owed for it is lowered, and nothing moves."""
    payment = ordered[refund.payment]
    return refund is not payment and payment.state == "failed"


@dataclass(frozen=True, slots=True)
class OnTheWay:
    key: str
    state: str
    sent_us: int | None
    payment: str


def read_on_the_way(connection: Connection) -> list[OnTheWay]:
    return [
        OnTheWay(str(key), str(state), None if sent_us is None else int(str(sent_us)), str(payment))
        for key, state, sent_us, payment in connection.execute(UNSETTLED).fetchall()
    ]


def read_states(connection: Connection) -> list[tuple[str, str]]:
    return [(str(kind), str(state)) for kind, state in connection.execute(STATES).fetchall()]


@dataclass(frozen=True, slots=True)
class KeptIntent:
    key: str
    kind: str
    state: str
    user: str


def check_outboxes(
    before: Mapping[str, KeptIntent], now: Mapping[str, KeptIntent], done: Mapping[str, Sequence[str]]
) -> None:
    """What was saved is not lost; what was done was asked for by who did it, once; and the desk says of it what is
    true. ``done``: the users who did each key's deed."""
    for key, users in done.items():
        if key not in now:
            raise Wrong(f"a deed was done under {key}, which no desk ever saved")
        if len(users) > 1:
            raise Wrong(f"the deed of {now[key]} was done {len(users)} times")
        if users[0] != now[key].user:
            raise Wrong(f"the deed of {now[key]} was done in the name of {users[0]}")
    for key, kept in before.items():
        if key not in now:
            raise Wrong(f"{kept} is lost")
    for key, kept in now.items():
        is_done = key in done
        if kept.state == "done" and not is_done:
            raise Wrong(f"{kept}, but the store never did it")
        if kept.state in ("refused", "withdrawn") and is_done:
            raise Wrong(f"{kept}, but the store did it")

"""A payment provider for stores without one, which behaves as providers do."""

import hashlib
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from store_client.contract.money import Money
from store_server.cause import cause, said
from store_server.desk.provider import Answer, ProviderSilent

_SCHEMA = """
CREATE TABLE IF NOT EXISTS movements (
    reference INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, kind TEXT NOT NULL, capture TEXT,
    minor INTEGER NOT NULL, currency TEXT NOT NULL, made_us INTEGER NOT NULL, ends_us INTEGER NOT NULL,
    outcome TEXT NOT NULL, detail TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS movements_key ON movements (key);
CREATE TABLE IF NOT EXISTS returns (movement INTEGER PRIMARY KEY, back_us INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS calls (key TEXT PRIMARY KEY, count INTEGER NOT NULL);
"""
_SENT_BACK, _DECLINED = cause("sent_back"), cause("declined")
_NOTHING_TO_CHARGE, _OVER_CAPTURED = cause("nothing_to_charge"), cause("over_captured")
_FAULTS = {said(one): one for one in (_DECLINED, _NOTHING_TO_CHARGE, _OVER_CAPTURED)}


@dataclass(frozen=True, slots=True)
class Temper:
    """How often it fails, keeps silent and lets a refund come back after it had settled (0 to 1), how long a movement
    takes and stays before it comes back (µs), and how long it knows a key."""

    failing: float = 0.02
    silent: float = 0.05
    reversing: float = 0.01
    fastest_us: int = 300_000
    slowest_us: int = 3_000_000
    reversed_us: int = 600_000_000
    horizon_us: int = 24 * 3_600_000_000


class SandboxProvider:
    """``path``: its own SQLite file: it stands for another company and shares nothing with the store's database.

    Movements are asynchronous: first pending, settled or failed some time later; a few refunds come back even then. Some calls are never answered; of
    those half were carried out nevertheless. What happens follows from ``seed``, the key and how often it was used.
    A key that is older than the horizon is forgotten, and moves money anew: as real ones do.
    """

    def __init__(self, path: Path, now_us: Callable[[], int], *, seed: int = 0, temper: Temper | None = None) -> None:
        self._now_us = now_us
        self._seed = seed
        self._temper = temper or Temper()
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.executescript(_SCHEMA)

    @property
    def horizon_us(self) -> int:
        return self._temper.horizon_us

    def capture(self, key: str, payment_token: str, amount: Money) -> Answer:
        """A payment token that is empty is declined."""
        return self._move(key, "capture", None, amount, "" if payment_token else said(_NOTHING_TO_CHARGE))

    def refund(self, key: str, capture: str, amount: Money) -> Answer:
        return self._move(key, "refund", capture, amount, "")

    def ask(self, key: str) -> Answer:
        with self._call(key) as (_, is_silent):
            if is_silent:
                raise ProviderSilent(f"no answer about {key}")
            return self._known(key) or Answer("unknown")

    def close(self) -> None:
        self._connection.close()

    def _move(
        self, key: str, kind: Literal["capture", "refund"], capture: str | None, amount: Money, fault: str
    ) -> Answer:
        with self._call(key) as (count, is_silent):
            if is_silent and self._roll(key, count, "lost") < 0.5:
                raise ProviderSilent(f"no answer to the {kind} {key}")
            answer = self._known(key)
            if answer is None:
                fault = fault or self._fault(kind, capture, amount)
                self._keep(key, kind, capture, amount, fault)
                answer = self._known(key) or Answer("unknown")
            if not is_silent:
                return answer
        raise ProviderSilent(f"no answer to the {kind} {key}")

    def _keep(self, key: str, kind: str, capture: str | None, amount: Money, fault: str) -> None:
        temper, now_us = self._temper, self._now_us()
        span = temper.slowest_us - temper.fastest_us
        ends_us = now_us + temper.fastest_us + int(span * self._roll(key, 0, "delay"))
        if not fault and self._roll(key, 0, "fail") < temper.failing:
            fault = said(_DECLINED)
        made = self._connection.execute(
            "INSERT INTO movements (key, kind, capture, minor, currency, made_us, ends_us, outcome, detail) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                key,
                kind,
                capture,
                amount.minor,
                amount.currency,
                now_us,
                ends_us,
                "failed" if fault else "settled",
                fault,
            ),
        )
        if kind == "refund" and not fault and self._roll(key, 0, "reverse") < temper.reversing:
            back_us = ends_us + temper.reversed_us
            self._connection.execute("INSERT INTO returns VALUES (?, ?)", (made.lastrowid, back_us))

    def _fault(self, kind: str, capture: str | None, amount: Money) -> str:
        """Why a refund cannot be: more than was captured under the key ``capture``, less what went back already."""
        if kind == "capture":
            return ""
        now_us = self._now_us()
        captured, returned = self._connection.execute(
            "SELECT coalesce(sum(minor) FILTER (WHERE kind = 'capture' AND key = ? AND ends_us <= ?), 0), "
            "coalesce(sum(minor) FILTER (WHERE kind = 'refund' AND capture = ? "
            "AND reference NOT IN (SELECT movement FROM returns WHERE back_us <= ?)), 0) "
            "FROM movements WHERE outcome = 'settled' AND currency = ?",
            (capture, now_us, capture, now_us, amount.currency),
        ).fetchone()
        return "" if returned + amount.minor <= captured else said(_OVER_CAPTURED)

    def _known(self, key: str) -> Answer | None:
        now_us = self._now_us()
        found = self._connection.execute(
            "SELECT reference, ends_us, outcome, detail, back_us FROM movements "
            "LEFT JOIN returns ON movement = reference WHERE key = ? AND made_us > ? ORDER BY reference DESC LIMIT 1",
            (key, now_us - self._temper.horizon_us),
        ).fetchone()
        if found is None:
            return None
        reference, ends_us, outcome, detail, back_us = found
        if ends_us > now_us:
            return Answer("pending", str(reference))
        if back_us is not None and back_us <= now_us:
            return Answer("reversed", str(reference), said(_SENT_BACK), _SENT_BACK)
        return Answer("settled" if outcome == "settled" else "failed", str(reference), detail, _FAULTS.get(detail))

    @contextmanager
    def _call(self, key: str) -> Iterator[tuple[int, bool]]:
        """One call under ``key``, committed also when its answer is never given: which it is, and whether it is silent."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                (count,) = self._connection.execute(
                    "INSERT INTO calls (key, count) VALUES (?, 1) "
                    "ON CONFLICT (key) DO UPDATE SET count = count + 1 RETURNING count",
                    (key,),
                ).fetchone()
                yield count, self._roll(key, count, "silent") < self._temper.silent
            finally:
                self._connection.execute("COMMIT")

    def _roll(self, key: str, count: int, what: str) -> float:
        digest = hashlib.sha256(f"{self._seed}/{key}/{count}/{what}".encode()).digest()
        return int.from_bytes(digest[:6], "big") / (1 << 48)

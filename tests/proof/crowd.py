"""Sixteen people at once on the same few cases of one real store, and what each of them was told."""

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from store_client.client import StoreClient
from store_client.contract.case import ApprovalRequest, Case, CaseRequest, ClaimedLine, DecidedLine, DecisionRequest
from store_client.contract.ids import new_id
from store_client.contract.problem import PREFIX
from store_client.errors import Refused, StoreError
from store_server.cart.checkout import Checkout
from store_server.cart.visit import VisitOpened
from store_server.clock import wall_us
from store_server.desk.stores import Stores
from store_server.storage.database import Database
from tests.http.site import MILK, SITE, STORE, TEA, leave, take
from tests.proof.sequence import Kind, Op, anomalies, doubled
from tests.store_process import StoreProcess

AGENTS, SUPERVISORS = 12, 4
RECEIPTS = 6
SECOND_US = 1_000_000
STEP_UP_S = 120.0
"""How often a supervisor shows the password again, well before it is stale."""


@dataclass
class Told:
    """What all were told. ``errors``: what was neither done nor refused."""

    history: list[Op] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        counted = Counter(f"{op.kind}: {op.refusal or 'done'}" for op in self.history)
        return dict(sorted(counted.items()))

    def anomalies(self) -> list[str]:
        return [*self.errors, *anomalies(self.history), *doubled(self.history)]


def open_store(
    folder: Path, database: str | None = None, *, receipts: int = RECEIPTS
) -> tuple[StoreProcess, dict[str, str]]:
    """A store of real hardware that stands still, with receipts; and the passwords of its people. ``database``: the
    address of one that is migrated and has no rows."""
    folder.mkdir(exist_ok=True)
    (folder / "site.json").write_bytes(msgspec.json.encode(SITE))
    sell(database or f"sqlite:///{folder / 'store.sqlite'}", receipts)
    names = {f"agent{number}": "agent" for number in range(AGENTS)}
    names |= {f"supervisor{number}": "supervisor" for number in range(SUPERVISORS)}
    users = [word for name, role in names.items() for word in ("--user", f"{name}={role}")]
    store = StoreProcess(folder, "--hardware", *users, *(() if database is None else ("--database", database)))
    passwords: dict[str, str] = json.loads((folder / "first-passwords.json").read_text(encoding="utf-8"))
    return store, {name: passwords[name] for name in names}


def sell(url: str, receipts: int) -> None:
    """Whole visits, written into the store's database as its own checkout does; its worker takes the payments."""
    with closing(Database(url)) as database:
        database.migrate()
        Stores(database, wall_us).install(SITE)
        checkout, now_us = Checkout(database, STORE), wall_us() - 600 * SECOND_US
        for _ in range(receipts):
            trip = new_id(now_us // 1_000)
            checkout.opened(VisitOpened(trip, "g1", f"code-{trip}", 1, f"token-{trip}", "Visa 4242", now_us))
            take(checkout, trip, MILK, 3, now_us + SECOND_US)
            take(checkout, trip, TEA, 9, now_us + 2 * SECOND_US)
            leave(checkout, trip, now_us + 60 * SECOND_US)


def crowd(store: StoreProcess, passwords: dict[str, str], deeds: int, seed: int) -> Told:
    """Everybody does so many things at once. Everybody's choices follow from ``seed``; how they meet does not."""
    told, guard = Told(), threading.Lock()
    known: dict[str, Case] = {}
    people = [
        _Person(name, password, store.http, random.Random(f"{seed} {name}"), known)
        for name, password in passwords.items()
    ]

    def work(person: _Person) -> None:
        with closing(person.client):
            try:
                person.sign_in()
                for _ in range(deeds):
                    person.act()
            except Exception as error:  # noqa: BLE001  told to who waits for all of them
                with guard:
                    told.errors.append(f"{person.name}: {error!r}")
        with guard:
            told.history += person.history

    threads = [threading.Thread(target=work, args=(person,), name=person.name) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


class _Person:
    """``known``: the cases as somebody last saw them, shared by all, so that everybody meets at the same ones."""

    def __init__(self, name: str, password: str, url: str, chance: random.Random, known: dict[str, Case]) -> None:
        self.name = name
        self.client = StoreClient(url)
        self.history: list[Op] = []
        self._password = password
        self._chance = chance
        self._known = known
        self._own: dict[str, Case] = {}
        self._receipts: list[str] = []
        self._stepped_up_at = 0.0

    def sign_in(self) -> None:
        self.client.sign_in(self.name, self._password)
        self._receipts = [receipt.id for receipt in self.client.receipts(STORE).items]

    def act(self) -> None:
        case = self._choose()
        if case is None:
            self._open(self._chance.choice(self._receipts))
            return
        is_mine = case.lease is not None and case.lease.holder == self.name
        deeds: list[tuple[float, Callable[[Case], None]]] = [(1.5, self._look), (2, self._claim), (0.7, self._decide)]
        if is_mine:
            deeds += [(3, self._decide), (2, self._release)]
        if self.name.startswith("supervisor"):
            deeds += [(4 if case.state == "awaiting_approval" else 0.3, self._approve)]
        [deed] = self._chance.choices([deed for _, deed in deeds], [weight for weight, _ in deeds])
        deed(case)

    def _choose(self) -> Case | None:
        """One that is not decided, as this person knows it, or as somebody else does."""
        known = list(self._known.values())
        living = [case for case in known if case.state not in ("decided", "closed")]
        if not living or (len(living) < len(self._receipts) and self._chance.random() < 0.1):
            return None
        case = self._chance.choice(living)
        own = self._own.get(case.id)
        return own if own is not None and self._chance.random() < 0.5 else case

    def _open(self, receipt: str) -> None:
        request = CaseRequest(receipt, [ClaimedLine(1, 1)])
        self._do("open", "", lambda: self.client.open_case(request, new_id()))

    def _look(self, case: Case) -> None:
        self._do("look", case.id, lambda: self.client.case(case.id))

    def _claim(self, case: Case) -> None:
        call = lambda: self.client.claim_case(case.id, case.version, new_id())  # noqa: E731
        self._do("claim", case.id, call, version=case.version)

    def _release(self, case: Case) -> None:
        token = _token(case)
        self._do("release", case.id, lambda: self.client.release_case(case.id, token), token=token)

    def _decide(self, case: Case) -> None:
        """Of few units alone, of many only with another; also without a lease, which is to be refused."""
        token, kept = _token(case), self._chance.choice((0, 5, 8, 9))
        lines = [DecidedLine(line.line, min(kept, line.billed_quantity)) for line in case.lines if line.gtin == TEA]
        request = DecisionRequest(lease=token, reason="not_taken", lines=lines)
        call = lambda: self.client.decide_case(case.id, request, case.version, new_id())  # noqa: E731
        self._do("decide", case.id, call, version=case.version, token=token)

    def _approve(self, case: Case) -> None:
        if time.monotonic() - self._stepped_up_at > STEP_UP_S:
            self.client.step_up(self._password)
            self._stepped_up_at = time.monotonic()
        is_approved = self._chance.random() < 0.6
        request = ApprovalRequest(is_approved, "seen")
        call = lambda: self.client.approve_case(case.id, request, case.version, new_id())  # noqa: E731
        self._do("approve" if is_approved else "refuse", case.id, call, version=case.version)

    def _do(self, kind: Kind, case: str, call: Callable[[], Case], *, version: int = 0, token: int = 0) -> None:
        asked = time.monotonic()
        try:
            seen, refusal = call(), ""
        except Refused as error:
            seen, refusal = None, error.problem.type.removeprefix(PREFIX)
        except StoreError as error:
            raise AssertionError(f"{kind} of {case}: {error}") from error
        answered = time.monotonic()
        if seen is not None:
            self._known[seen.id] = self._own[seen.id] = seen
        if seen is not None or case:
            name = case if seen is None else seen.id
            self.history.append(Op(self.name, kind, name, asked, answered, version, token, refusal, seen))


def _token(case: Case) -> int:
    return case.lease.token if case.lease is not None else 0


def told_of(ops: Sequence[Op]) -> str:
    """A history as text, in the order in which it was asked."""
    return "\n".join(str(op) for op in sorted(ops, key=lambda op: op.asked))

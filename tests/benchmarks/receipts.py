"""Finding receipts among very many in SQLite, as the desk asks for them, against reading one by its key.

``python -m tests.benchmarks.receipts [--receipts N] [--runs N]`` prints one JSON object: milliseconds of each kind of
search (a page of a hundred; newest first), by the clock and of processor time, over ``runs`` different words, amounts,
moments …, and of a plain SELECT by primary key in the same run. The receipts have the products, baskets and words of
the simulated store, some eight words each; a million of them take some minutes to write and 3 GB of disk.
"""

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import numpy as np
import psutil
from sqlalchemy import insert, select, text

from store_client.contract.ids import new_id
from store_client.contract.moment import from_micros
from store_server.cart.words import words_of
from store_server.desk.receipts import Receipts
from store_server.desk.stores import Stores
from store_server.storage.database import Database
from store_server.storage.movements import PaymentRow
from store_server.storage.receipts import ReceiptRow, ReceiptWordRow, WordRow
from store_server.storage.trips import TripRow
from store_server.world.simulation import Simulation
from store_server.world.site import make_site

TARGET_MS = 50.0
CHUNK = 20_000
START_US = 1_760_000_000_000_000
APART_US = 21_000_000

Row = dict[str, object]


class Archive:
    """A database of ``count`` receipts."""

    def __init__(self, folder: Path, count: int) -> None:
        simulation = Simulation("steady", 1)
        self.dice = random.Random(1)
        self.count = count
        self.store = simulation.store
        self.products = simulation.products
        self.words = sorted({word for product in self.products for word in words_of(product.name)})
        self.database = Database(f"sqlite:///{folder / 'store.sqlite'}")
        self.database.migrate()
        Stores(self.database, lambda: START_US).install(make_site(simulation, ""))
        self.ids: list[str] = []
        for first in range(0, count, CHUNK):
            self._write(range(first, min(count, first + CHUNK)))
        with self.database.write() as session:
            words = {*self.words, *(product.gtin for product in self.products)}
            session.execute(insert(WordRow), [{"store": self.store, "word": word} for word in sorted(words)])
            session.execute(text("ANALYZE"))

    def issued_us(self, number: int) -> int:
        return START_US + number * APART_US

    def _write(self, numbers: Sequence[int]) -> None:
        trips: list[Row] = []
        receipts: list[Row] = []
        payments: list[Row] = []
        words: list[Row] = []
        for number in numbers:
            basket = self.dice.choices(self.products, k=min(20, 1 + int(self.dice.expovariate(0.4))))
            total = sum(product.price.minor for product in basket)
            last4 = f"{self.dice.randrange(10_000):04d}"
            trip, receipt, at_us = new_id(), new_id(), self.issued_us(number)
            self.ids.append(receipt)
            shared: Row = {"store": self.store, "card": f"Visa {last4}"}
            trips.append(
                {**shared, "id": trip, "visit": number, "entered_us": at_us - 200_000_000, "gate": "entry-1"}
                | {"people": 1, "code": f"c{number}", "payment_token": "t", "left_us": at_us, "left_gate": "exit-1"}
                | {"billed_us": at_us, "is_orphan": False, "tracks": "[]"}
            )
            receipts.append(
                {**shared, "id": receipt, "number": number, "trip": trip, "visit": number, "issued_us": at_us}
                | {"left_us": at_us, "currency": "EUR", "net_minor": total, "tax_minor": 0, "total_minor": total}
                | {"units": len(basket), "first_product": basket[0].name, "last4": last4, "is_doubtful": False}
                | {"hash": "0" * 64}
            )
            payments.append(
                {"id": new_id(), "receipt": receipt, "store": self.store, "payment_token": "t", "amount_minor": total}
                | {"currency": "EUR", "state": "captured", "attempts": 1, "reference": "", "detail": ""}
            )
            known = {word for product in basket for word in (*words_of(product.name), product.gtin)}
            words += [{"store": self.store, "word": word, "issued_us": at_us, "receipt": receipt} for word in known]
        with self.database.write() as session:
            for table, rows in ((TripRow, trips), (ReceiptRow, receipts), (PaymentRow, payments)):
                session.execute(insert(table), rows)
            session.execute(insert(ReceiptWordRow), words)


def searches(archive: Archive) -> dict[str, Callable[[], int]]:
    """Each asks for something else at every call, and tells how many receipts were found."""
    receipts, store, dice = Receipts(archive.database), archive.store, archive.dice

    def found(**sought: object) -> int:
        return len(receipts.page(store, **sought).items)  # type: ignore[arg-type]

    def word() -> str:
        return dice.choice(archive.words)

    def day() -> dict[str, object]:
        since = from_micros(archive.issued_us(dice.randrange(archive.count)))
        return {"since": since, "until": since + timedelta(days=1)}

    def amounts() -> dict[str, object]:
        least = dice.randrange(100, 3_000)
        return {"min_minor": least, "max_minor": least + 20}

    return {
        "newest": found,
        "word": lambda: found(q=word()),
        "beginning_of_a_word": lambda: found(q=word()[:3]),
        "two_words": lambda: found(q=f"{word()} {word()}"),
        "gtin": lambda: found(q=dice.choice(archive.products).gtin),
        "number": lambda: found(q=str(dice.randrange(archive.count))),
        "last_four_digits": lambda: found(last4=f"{dice.randrange(10_000):04d}"),
        "narrow_amount": lambda: found(**amounts()),
        "day": lambda: found(**day()),
        "word_on_a_day": lambda: found(q=word(), **day()),
        "word_and_amount": lambda: found(q=word(), **amounts()),
        "nothing_like_it": lambda: found(q=word() + "zzz"),
    }


def timed(call: Callable[[], int], runs: int) -> dict[str, float]:
    by_clock, by_processor = [], []
    found = 0
    for _ in range(runs):
        clock_s, processor_s = time.perf_counter(), time.thread_time()
        found += call()
        by_clock.append((time.perf_counter() - clock_s) * 1e3)
        by_processor.append((time.thread_time() - processor_s) * 1e3)
    return {
        "median_ms": round(statistics.median(by_clock), 2),
        "p99_ms": round(float(np.percentile(by_clock, 99)), 2),
        "p99_processor_ms": round(float(np.percentile(by_processor, 99)), 2),
        "found": round(found / runs, 1),
    }


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.receipts")
    parser.add_argument("--receipts", type=int, default=200_000)
    parser.add_argument("--runs", type=int, default=100)
    given = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as folder:
        began_s = time.perf_counter()
        archive = Archive(Path(folder), given.receipts)
        wrote_s = time.perf_counter() - began_s

        def by_key() -> int:
            with archive.database.read() as session:
                key = archive.dice.choice(archive.ids)
                return len(session.execute(select(ReceiptRow).where(ReceiptRow.id == key)).all())

        reference = timed(by_key, given.runs)
        spans = {name: timed(search, given.runs) for name, search in searches(archive).items()}
        archive.database.close()
    worst = max(spans.values(), key=lambda span: span["p99_ms"])
    result = {
        "benchmark": "receipts",
        "receipts": given.receipts,
        "written_in_s": round(wrote_s, 1),
        "load_average": [round(load, 2) for load in psutil.getloadavg()[:2]],
        "searches": spans,
        "reference_by_key": reference,
        "targets": {"p99_ms": TARGET_MS},
        "reached": {name: span["p99_ms"] <= TARGET_MS for name, span in spans.items()},
    }
    print(json.dumps(result, indent=1))
    return 0 if worst["p99_ms"] <= TARGET_MS else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

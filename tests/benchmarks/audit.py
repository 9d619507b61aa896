"""``python -m tests.benchmarks.audit [TAMPERINGS]``: whatever is done to a store's audit log is noticed, and what the
log costs. One JSON on standard output.

Tampering: a real log in a real database, its triggers dropped, is changed as ``tests.desk.tampering`` does, read back
from the database and checked with the store's key and the last head that a desk has seen. Cost: deeds a second that
are told with an entry each and without, by eight threads at once, and entries a second that the check reads.
"""

import json
import platform
import sys
import tempfile
import threading
import time
from collections import Counter
from itertools import cycle
from pathlib import Path

from sqlalchemy import insert, text

from store_server.audit_command import read_rows
from store_server.desk.audit_check import check
from store_server.storage.audit import AuditRow, tell
from store_server.storage.database import Database
from tests.desk.shop import Shop
from tests.desk.tampering import Line, Tamperer, line_of
from tests.storage import postgres

ENTRIES, TAMPERINGS, SEED = 25, 10_000, 3
WRITERS, TOLD_S = 8, 3.0


def tamper(folder: Path, tamperings: int) -> dict[str, object]:
    shop = Shop(f"sqlite:///{folder / 'store.db'}", folder)
    for number in range(ENTRIES - 1):
        shop.clock.passes(1)
        shop.audit.record_alone("ada", "decided", f"case:{number}", {"minor": number * 100, "currency": "EUR"})
    head, keys = shop.audit.head(), {shop.signer.public}
    _unguard(shop.database)
    whole = _read(shop.database)
    assert check([line.row() for line in whole], keys, [head]).faults == ()
    tamperer = Tamperer(SEED, shop.signer)
    done, missed = Counter[str](), Counter[str]()
    started = time.perf_counter()
    for (name, way), _ in zip(cycle(tamperer.ways.items()), range(tamperings), strict=False):
        changed = way(list(whole))
        _write(shop.database, changed)
        found = check([line.row() for line in _read(shop.database)], keys, [head]).faults
        done[name] += 1
        missed[name] += not found
    seconds = time.perf_counter() - started
    shop.close()
    return {
        "done": dict(done),
        "missed": dict(missed),
        "all_detected": not any(missed.values()),
        "seconds": round(seconds, 1),
    }


def _read(database: Database) -> list[Line]:
    return [line_of(row) for row in read_rows(database)]


def _unguard(database: Database) -> None:
    """The same table without constraints and triggers, as somebody may make it who owns the database."""
    columns = ", ".join(f'"{name}"' for name in Line.__slots__)
    with database.write() as session:
        session.execute(text(f"CREATE TABLE bare ({columns})"))
        session.execute(text(f"INSERT INTO bare SELECT {columns} FROM audit"))
        session.execute(text("DROP TABLE audit"))
        session.execute(text("ALTER TABLE bare RENAME TO audit"))


def _write(database: Database, lines: list[Line]) -> None:
    rows = [{name: getattr(line, name) for name in Line.__slots__} for line in lines]
    with database.write() as session:
        session.execute(text("DELETE FROM audit"))
        session.execute(insert(AuditRow), rows)


def cost(url: str, folder: Path) -> dict[str, object]:
    """``told``, ``untold``: transactions a second of ``WRITERS`` threads, each of which writes a row of its own."""
    shop = Shop(url, folder)
    with shop.database.write() as session:
        session.execute(text("CREATE TABLE IF NOT EXISTS deeds (writer BIGINT, turn BIGINT)"))
    result: dict[str, object] = {
        "untold": _writing(shop.database, is_told=False),
        "told": _writing(shop.database, is_told=True),
    }
    started = time.perf_counter()
    verdict = check(read_rows(shop.database), {shop.signer.public}, [shop.audit.head()])
    result["checked"] = round(verdict.count / (time.perf_counter() - started))
    result["entries"], result["faults"] = verdict.count, list(verdict.faults)
    shop.close()
    return result


def _writing(database: Database, *, is_told: bool) -> float:
    turns = [0] * WRITERS
    until = time.perf_counter() + TOLD_S

    def work(writer: int) -> None:
        while time.perf_counter() < until:
            with database.write() as session:
                session.execute(
                    text("INSERT INTO deeds VALUES (:writer, :turn)"), {"writer": writer, "turn": turns[writer]}
                )
                if is_told:
                    tell(session, f"writer-{writer}", "told", f"turn:{turns[writer]}", {"minor": 1299})
            turns[writer] += 1

    threads = [threading.Thread(target=work, args=(writer,)) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return round(sum(turns) / TOLD_S, 1)


def main(tamperings: int) -> dict[str, object]:
    costs: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "tampered").mkdir()
        tampering = tamper(folder / "tampered", tamperings)
        costs["sqlite"] = cost(f"sqlite:///{folder / 'cost.db'}", folder)
        if postgres.binaries() is not None:
            with postgres.running() as url:
                costs["postgresql"] = cost(url, folder)
    return {
        "python": platform.python_version(),
        "entries": ENTRIES,
        "tampering": tampering,
        "writers": WRITERS,
        "cost": costs,
    }


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]) if len(sys.argv) > 1 else TAMPERINGS), indent=2))

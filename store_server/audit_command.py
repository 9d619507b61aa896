"""``python -m store_server audit verify``: whether a store's audit log is whole, checked without the store."""

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from store_client.contract.audit import AuditHead, SeenHeads
from store_client.contract.decoding import from_json
from store_client.contract.unreadable import UNREADABLE
from store_server.desk.audit_check import Verdict, check
from store_server.options import Unusable
from store_server.refusal import Refusal
from store_server.signing import KEY_FILE, kept_signer
from store_server.storage.audit import AuditRow
from store_server.storage.database import Database, DatabaseUnusable, sqlite_url

AT_ONCE = 1_000


def run(arguments: Sequence[str]) -> int:
    """0: the log is whole; 1: it is not, for the reasons on standard output. Raises Unusable if it cannot be checked."""
    given = _parser().parse_args(arguments)
    keys = set(given.key)
    seen = [head for path in given.seen for head in _seen_heads(path)]
    url = given.database
    if given.data is not None:
        if (given.data / KEY_FILE).exists():
            keys.add(kept_signer(given.data).public)
        if url is None:
            url = _sqlite_url(given.data)
    if url is None:
        raise Unusable("audit verify: say where the log is, with --data DIR or --database URL")
    verdict = _checked(url, keys, seen)
    sys.stdout.write("".join(f"{line}\n" for line in _said(verdict, is_keyed=bool(keys), is_seen=bool(seen))))
    return 1 if verdict.faults else 0


def _checked(url: str, keys: set[str], seen: Sequence[AuditHead]) -> Verdict:
    try:
        database = Database(url)
    except DatabaseUnusable as error:
        raise Unusable(f"--database: {error}") from error
    try:
        return check(read_rows(database), keys, seen)
    except (Refusal, SQLAlchemyError) as error:
        raise Unusable(f"the audit log cannot be read: {str(error).splitlines()[0]}") from error
    finally:
        database.close()


def read_rows(database: Database) -> Iterator[AuditRow]:
    """By position, each as it stands there: also two of one position, which a session would take for the same."""
    columns = AuditRow.__table__.columns
    query = select(*columns).order_by(columns.position).execution_options(yield_per=AT_ONCE)
    with database.read() as session:
        for row in session.execute(query):
            yield AuditRow(**row._mapping)


def _said(verdict: Verdict, *, is_keyed: bool, is_seen: bool) -> Iterator[str]:
    if verdict.faults:
        yield f"DAMAGED: {verdict.faults[0]}"
        yield from verdict.faults[1:]
        return
    yield f"whole: {verdict.count} entries of the log {verdict.log}, head {verdict.hash}"
    for key in sorted(verdict.signed_by):
        yield f"signed with the key {key}"
    if not is_keyed:
        yield "note: no key was asked for: that this one is the store's own was not checked (--key, --data)"
    if not is_seen:
        yield "note: no heads that a desk has seen were compared: an end that was cut off would not be noticed (--seen)"


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Unusable(f"audit verify: {message}")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m store_server audit", description="The store's audit log.", allow_abbrev=False)
    verify = parser.add_subparsers(required=True, metavar="verify").add_parser(
        "verify", help="check a log", description="Checks an audit log without its store.", allow_abbrev=False
    )
    verify.add_argument("--data", type=_folder, metavar="DIR", help="the store's data folder: its database and its key")
    verify.add_argument("--database", metavar="URL", help="of SQLAlchemy; the SQLite file in DIR if left out")
    verify.add_argument(
        "--seen", action="append", default=[], type=Path, metavar="FILE", help="heads that a desk has seen and exported"
    )
    verify.add_argument(
        "--key", action="append", default=[], type=_key, metavar="HEX", help="a public key that may sign, and no other"
    )
    return parser


def _folder(text: str) -> Path:
    folder = Path(text)
    if not text or not folder.is_dir():
        raise argparse.ArgumentTypeError(f"no such folder: {text!r}")
    return folder


def _key(text: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{64}", text):
        raise argparse.ArgumentTypeError(f"not an Ed25519 public key, 64 hex digits: {text!r}")
    return text


def _sqlite_url(folder: Path) -> str:
    path = folder / "store.sqlite"
    if not path.is_file():
        raise Unusable(f"--data: there is no database in {str(folder)!r}: name it with --database")
    return sqlite_url(path)


def _seen_heads(path: Path) -> list[AuditHead]:
    try:
        return from_json(path.read_bytes(), SeenHeads).heads
    except OSError as error:
        raise Unusable(f"--seen: {error.strerror}: {str(path)!r}") from error
    except UNREADABLE as error:
        raise Unusable(f"--seen: not a file of heads: {str(path)!r}: {error}") from error

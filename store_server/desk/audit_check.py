"""Whether an audit log is whole: each entry in its place, chained, signed, and leading to every head ever seen."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from store_client.contract.audit import NO_HASH, AuditHead, content_of, linked, signed_text
from store_server.desk.audit import BEGUN, LOG, entry_of
from store_server.signing import verify
from store_server.storage.audit import AuditRow

MOST_FAULTS = 20
_KEY, _SIGNATURE = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{128}")
_TEXTS = ("by", "action", "subject", "detail", "previous", "hash", "key", "signature")


@dataclass(frozen=True, slots=True)
class Verdict:
    """``count``, ``hash``: of the last entry that was read; ``signed_by``: keys of the heads; ``faults``: what is
    wrong, one sentence each, none for a log that is whole."""

    log: str
    count: int
    hash: str
    signed_by: frozenset[str]
    faults: tuple[str, ...]


def check(rows: Iterable[AuditRow], keys: Collection[str] = (), seen: Sequence[AuditHead] = ()) -> Verdict:
    """``rows``: by position; ``keys``: the only ones that may sign, any if empty; ``seen``: heads shown to desks.

    Without keys, whoever can write to the database can write a log of their own; without a head that was seen, they
    can cut off its end.
    """
    reader = _Reader(frozenset(keys), seen)
    faults: list[str] = []
    for fault in reader.faults(rows):
        faults.append(fault)
        if len(faults) == MOST_FAULTS:
            break
    return Verdict(reader.log, reader.count, reader.hash, frozenset(reader.signed_by), tuple(faults))


class _Reader:
    def __init__(self, keys: frozenset[str], seen: Sequence[AuditHead]) -> None:
        self._keys = keys
        self._seen = seen
        self._wanted = {head.count for head in seen}
        self._hashes: dict[int, str] = {}
        self.log = ""
        self.count = 0
        self.hash = NO_HASH
        self.signed_by: set[str] = set()

    def faults(self, rows: Iterable[AuditRow]) -> Iterator[str]:
        for row in rows:
            yield from self._entry(row)
        if self.count == 0:
            yield "there are no entries"
        yield from self._heads()

    def _entry(self, row: AuditRow) -> Iterator[str]:
        place = f"entry {row.position}"
        if row.position != self.count + 1:
            yield f"{place} comes where entry {self.count + 1} should be"
        self.count = row.position
        if not isinstance(row.at_us, int) or not all(isinstance(getattr(row, name), str) for name in _TEXTS):
            yield f"{place} is not of its form"
            return
        if row.position == 1:
            self.log = row.subject.removeprefix(LOG)
            if row.action != BEGUN or not row.subject.startswith(LOG):
                yield f"{place} does not begin a log"
        if row.previous != self.hash:
            yield f"{place} does not follow the one before it"
        self.hash = row.hash
        try:
            content = content_of(entry_of(row))
            expected = linked(row.previous, content)
        except (ValueError, OverflowError):
            expected = ""
        if row.hash != expected:
            yield f"{place} was changed: its hash is another"
        yield from self._signature(row, place)
        if row.position in self._wanted:
            self._hashes[row.position] = row.hash

    def _signature(self, row: AuditRow, place: str) -> Iterator[str]:
        self.signed_by.add(row.key)
        if self._keys and row.key not in self._keys:
            yield f"{place} is signed with another key: {row.key[:64]}"
        is_formed = _KEY.fullmatch(row.key) and _SIGNATURE.fullmatch(row.signature)
        if not is_formed or not verify(row.key, signed_text(self.log, row.position, row.hash), row.signature):
            yield f"the signature of {place} is wrong"

    def _heads(self) -> Iterator[str]:
        for head in self._seen:
            place = f"the head after {head.count} entries that a desk has seen"
            if not verify(head.key, signed_text(head.log, head.count, head.hash), head.signature):
                yield f"{place} is not signed by its key: the file of seen heads was changed"
            elif head.log != self.log:
                yield f"{place} is of another log: {head.log}"
            elif head.count > self.count:
                yield f"{place} is missing: the log ends after {self.count}, {head.count - self.count} were cut off"
            elif self._hashes.get(head.count) != head.hash:
                yield f"{place} is another now: what came before it was rewritten"
            elif self._keys and head.key not in self._keys:
                yield f"{place} is signed with another key: {head.key}"

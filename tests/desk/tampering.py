"""What somebody could do to an audit log who can write to its database, triggers or not."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from store_client.contract.audit import NO_HASH, content_of, linked, signed_text
from store_server.desk.audit import LOG, entry_of
from store_server.signing import Signer
from store_server.storage.audit import AuditRow

TEXTS = ("by", "action", "subject", "detail", "previous", "hash", "key", "signature")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the log, as plain values."""

    position: int
    at_us: int
    by: str
    action: str
    subject: str
    detail: str
    previous: str
    hash: str
    key: str
    signature: str

    def row(self) -> AuditRow:
        return AuditRow(**{name: getattr(self, name) for name in self.__slots__})


def line_of(row: AuditRow) -> Line:
    return Line(**{name: getattr(row, name) for name in Line.__slots__})


def chained(lines: Sequence[Line], signer: Signer) -> list[Line]:
    """The lines as a chain that is whole, signed by who has ``signer``."""
    chain: list[Line] = []
    previous = NO_HASH
    log = lines[0].subject.removeprefix(LOG)
    for position, line in enumerate(lines, 1):
        line = replace(line, position=position, previous=previous)
        previous = linked(previous, content_of(entry_of(line.row())))
        signature = signer.sign(signed_text(log, position, previous))
        chain.append(replace(line, hash=previous, key=signer.public, signature=signature))
    return chain


class Tamperer:
    """``own``: the store's own signer, for who got hold of its key; a tamperer without it signs with one of his own."""

    def __init__(self, seed: int, own: Signer) -> None:
        self._chance = random.Random(seed)
        self._own = own
        self._other = Signer(Ed25519PrivateKey.generate())
        self.ways: dict[str, Callable[[list[Line]], list[Line]]] = {
            "flip": self.flip,
            "delete": self.delete,
            "swap": self.swap,
            "truncate": self.truncate,
            "rewrite": self.rewrite,
            "fork": self.fork,
        }

    def flip(self, lines: list[Line]) -> list[Line]:
        """One bit of one value."""
        place = self._chance.randrange(len(lines))
        name = self._chance.choice(("position", "at_us", *TEXTS))
        value = getattr(lines[place], name)
        changed: object
        if isinstance(value, int):
            changed = value ^ 1 << self._chance.randrange(50)
        elif value:
            at = self._chance.randrange(len(value))
            changed = value[:at] + chr(ord(value[at]) ^ 1 << self._chance.randrange(5)) + value[at + 1 :]
        else:
            changed = " "
        lines[place] = replace(lines[place], **cast(Any, {name: changed}))
        return sorted(lines, key=lambda line: line.position)

    def delete(self, lines: list[Line]) -> list[Line]:
        """Entries from the middle; the rest is left as it is, closed up, or chained anew with a key of his own."""
        first = self._chance.randrange(len(lines) - 1)
        del lines[first : first + self._chance.randint(1, len(lines) - 1 - first)]
        how = self._chance.randrange(3)
        if how == 1:
            lines = [replace(line, position=position) for position, line in enumerate(lines, 1)]
        return chained(lines, self._other) if how == 2 else lines

    def swap(self, lines: list[Line]) -> list[Line]:
        """Two entries change places, or all that they say does."""
        one, other = sorted(self._chance.sample(range(len(lines)), 2))
        first, second = lines[one], lines[other]
        names = ("position",) if self._chance.random() < 0.5 else ("position", "previous", "hash", "key", "signature")
        lines[one] = replace(second, **{name: getattr(first, name) for name in names})
        lines[other] = replace(first, **{name: getattr(second, name) for name in names})
        return lines

    def truncate(self, lines: list[Line]) -> list[Line]:
        """The end is cut off, and in half of the cases others are put there, with the store's own key."""
        kept = lines[: self._chance.randrange(1, len(lines))]
        if self._chance.random() < 0.5:
            return kept
        invented = [replace(kept[-1], detail=f'{{"n":{number}}}') for number in range(self._chance.randint(1, 60))]
        return kept + chained(kept + invented, self._own)[len(kept) :]

    def rewrite(self, lines: list[Line]) -> list[Line]:
        """An entry says something else, and all after it are chained anew, with either key."""
        place = self._chance.randrange(1, len(lines))
        lines[place] = replace(lines[place], by="somebody else")
        signer = self._own if self._chance.random() < 0.5 else self._other
        return lines[:place] + chained(lines, signer)[place:]

    def fork(self, lines: list[Line]) -> list[Line]:
        """Another chain from some entry on, as long or longer; or a second one beside the first."""
        place = self._chance.randrange(1, len(lines))
        others = [replace(line, detail='{"other":true}') for line in lines[place:]]
        others += others[: self._chance.randrange(len(others) + 1)]
        fork = chained(lines[:place] + others, self._own)
        if self._chance.random() < 0.5:
            return fork
        return sorted(lines + fork[place:], key=lambda line: line.position)

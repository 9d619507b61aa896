"""What a certificate says, for a person to look at before anything is sent to who shows it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Certificate:
    """``holder``, ``issuer``: names for people; ``hosts``: the addresses that it speaks for; ``sha256``: its fingerprint,
    64 hexadecimal digits. ``is_trusted``: by the trust with which it was looked at; ``doubt``: why not, else ""."""

    holder: str
    issuer: str
    hosts: tuple[str, ...]
    begins: datetime
    ends: datetime
    sha256: str
    is_trusted: bool = True
    doubt: str = ""

    def is_over(self, at: datetime) -> bool:
        """Whether it should have been renewed by then."""
        return at > self.ends


def print_lines(sha256: str) -> tuple[str, ...]:
    """A fingerprint as people compare it: four lines of eight pairs."""
    pairs = [sha256[place : place + 2].upper() for place in range(0, len(sha256), 2)]
    return tuple(":".join(pairs[place : place + 8]) for place in range(0, len(pairs), 8))

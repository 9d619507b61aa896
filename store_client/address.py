"""Where a store is: an address that is safe to send a password to."""

import ipaddress
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

LOOPBACK_NAMES = frozenset({"localhost", "localhost.localdomain"})


def is_loopback(host: str) -> bool:
    """True for this machine itself, by name or number."""
    if host.lower() in LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Address:
    """``base``: path before ``/v1``, without a slash at its end."""

    is_secure: bool
    host: str
    port: int
    base: str = ""

    @classmethod
    def parse(cls, url: str) -> Self:
        """Raises ValueError, with a text for people, unless ``url`` is https, or http to this very machine."""
        try:
            parts = urlsplit(url)
            port = parts.port
            (parts.hostname or "").encode("idna")  # as it will be looked up: nothing between two dots is no name
        except ValueError as error:
            raise ValueError(f"not an address of a store: {url!r} ({error})") from error
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"not an address of a store: {url!r}; it looks like https://store.example:8443")
        if parts.username is not None or parts.password is not None:
            raise ValueError("the address of a store carries no name or password")
        if parts.query or parts.fragment:
            raise ValueError(f"the address of a store ends with its path: {url!r}")
        is_secure = parts.scheme == "https"
        if not is_secure and not is_loopback(parts.hostname):
            raise ValueError(f"{parts.hostname} must be reached by https; plain http is for this machine only")
        return cls(is_secure, parts.hostname, port or (443 if is_secure else 80), parts.path.rstrip("/"))

    @property
    def netloc(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{'https' if self.is_secure else 'http'}://{self.netloc}{self.base}"

"""Addresses of cameras, which may carry a password: for those who connect, and never for a log."""

import re
from urllib.parse import unquote, urlsplit

_NAMED = re.compile(r"//\S*@")


def masked(text: str) -> str:
    """``text`` without the names and passwords of the addresses in it; a query, which may hold one, goes too."""
    return re.sub(r"(://[^?\s]*)\?[^\s'\"]*", r"\1?…", _NAMED.sub("//…@", text))


def credentials(url: str) -> tuple[str, str] | None:
    """The name and the password that an address carries."""
    parts = urlsplit(url)
    return None if parts.username is None else (unquote(parts.username), unquote(parts.password or ""))

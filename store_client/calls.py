"""How a store is asked: what every call of a desk has in common, whatever it is about."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import quote

import msgspec

from store_client.answers import decode
from store_client.contract.page import Page
from store_client.contract.session import Session
from store_client.errors import SignedOut, StoreError, WrongPassword
from store_client.session import SessionKeeper
from store_client.transport import Answer, Call, Timeouts, Transport
from store_client.trust import PUBLIC, Trust

T = TypeVar("T")
Method = Literal["GET", "POST", "PUT", "DELETE"]
FILE_S = 120.0
"""A case file may be some tens of megabytes, a clip some hundreds."""


class Calls:
    """A connection to one store. Raises ValueError for an address that is not safe to use."""

    def __init__(
        self,
        url: str,
        *,
        timeouts: Timeouts | None = None,
        trust: Trust = PUBLIC,
        on_session: Callable[[Session | None], None] | None = None,
    ) -> None:
        """``trust``: whose certificate is believed. ``on_session``: see SessionKeeper."""
        self._transport = Transport(url, timeouts=timeouts, trust=trust)
        self._trust = trust
        self.sessions = SessionKeeper(self._transport, on_change=on_session)

    def each(self, page: Callable[..., Page[T]], *args: Any, **named: Any) -> Iterator[T]:
        """Every item of a list, page after page: ``client.each(client.receipts, store, q="milk")``."""
        cursor = None
        while True:
            answer = page(*args, cursor=cursor, **named)
            yield from answer.items
            if answer.next is None:
                return
            cursor = answer.next

    def _list(self, path: str, kind: type[T], timeout: float | None, **query: object) -> list[T]:
        """A list that is short by nature, read to its end."""
        return list(self.each(self._page, path, kind, timeout, query))

    def _page(
        self, path: str, kind: type[T], timeout: float | None, query: Mapping[str, object], *, cursor: str | None
    ) -> Page[T]:
        return self._get(path, Page[kind], timeout, cursor=cursor, **query)  # type: ignore[valid-type]

    def _get(self, path: str, kind: type[T], timeout: float | None, **query: object) -> T:
        return decode(self._send(Call("GET", path, parameters(query)), timeout).body, kind)

    def _do(
        self,
        method: Method,
        path: str,
        kind: type[T],
        timeout: float | None,
        *,
        body: msgspec.Struct | None = None,
        key: str | None = None,
        version: int | None = None,
    ) -> T:
        """A call that changes something, or (without ``key``) one that may be made twice as well as once."""
        headers = {}
        if key is not None:
            headers["Idempotency-Key"] = key
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        encoded = None if body is None else msgspec.json.encode(body)
        call = Call(method, path, body=encoded, headers=headers, is_repeatable=True)
        return decode(self._send(call, timeout).body, kind)

    def _save(self, call: Call, path: Path, timeout: float) -> Answer:
        """Into a file, whole or not at all."""
        part = path.with_name(path.name + ".part")
        try:
            answer = self._send(call, timeout, into=part)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        return answer

    def _send(self, call: Call, timeout: float | None, into: Path | None = None) -> Answer:
        token = self.sessions.bearer()
        try:
            return self._transport.send(call, bearer=token, timeout=timeout, into=into)
        except WrongPassword:
            raise  # the token is good; the store would count the same wrong password once more
        except SignedOut as refused:
            try:
                return self._transport.send(call, bearer=self.sessions.renew(token), timeout=timeout, into=into)
            except StoreError as error:
                error.may_be_done = error.may_be_done or refused.may_be_done
                raise

    def _read(self, call: Call, take: Callable[[Mapping[str, str], Iterator[bytes]], T], stall: float) -> T:
        """An answer of any length: see Transport.read."""
        token = self.sessions.bearer()
        try:
            return self._transport.read(call, take, bearer=token, stall=stall)
        except SignedOut:
            return self._transport.read(call, take, bearer=self.sessions.renew(token), stall=stall)


def word(text: str) -> str:
    """``text`` as one part of a path, whatever is in it."""
    return quote(text, safe="")


def parameters(values: Mapping[str, object]) -> dict[str, str]:
    """Parameters as they travel: what is None is left out, moments are RFC 3339 UTC."""
    return {name: _text(value) for name, value in values.items() if value is not None}


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return str(value).lower() if isinstance(value, bool) else str(value)

"""How many requests one address, one session, may send: token buckets, generous to any desk and narrow to a flood."""

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from litestar.connection import ASGIConnection

from store_server.http.problems import SlowDown


class Buckets:
    """One bucket a key: ``rate`` tokens a second, at most ``burst`` of them. ``now``: seconds, never going back.

    Of more than ``most`` keys the ones longest unused are forgotten, so that many addresses cannot fill the memory.
    """

    def __init__(self, rate: float, burst: float, now: Callable[[], float], most: int = 10_000) -> None:
        self._rate = rate
        self._burst = burst
        self._now = now
        self._most = most
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> None:
        """Takes a token, or raises SlowDown with the whole seconds until there is one."""
        now = self._now()
        level, at = self._levels.pop(key, (self._burst, now))
        level = min(self._burst, level + (now - at) * self._rate)
        has_one = level >= 1
        self._levels[key] = (level - 1 if has_one else level, now)
        if len(self._levels) > self._most:
            self._levels.popitem(last=False)
        if not has_one:
            raise SlowDown(math.ceil((1 - level) / self._rate))


@dataclass(frozen=True, slots=True)
class Rate:
    """``a_second`` in the long run, ``at_once`` from rest."""

    a_second: float
    at_once: float


@dataclass(frozen=True, slots=True)
class Rates:
    """``sign_ins``: passwords and refresh tokens shown from one address; each costs the store real work."""

    address: Rate = Rate(300, 900)
    session: Rate = Rate(100, 400)
    sign_ins: Rate = Rate(5, 40)


class Flood:
    """The buckets of one server."""

    def __init__(self, rates: Rates, now: Callable[[], float]) -> None:
        self._addresses, self._sessions, self._sign_ins = (
            Buckets(rate.a_second, rate.at_once, now) for rate in (rates.address, rates.session, rates.sign_ins)
        )

    def from_address(self, connection: ASGIConnection[Any, Any, Any, Any], is_sign_in: bool) -> None:
        host = connection.client.host if connection.client else ""
        self._addresses.take(host)
        if is_sign_in:
            self._sign_ins.take(host)

    def from_session(self, session_id: str) -> None:
        self._sessions.take(session_id)

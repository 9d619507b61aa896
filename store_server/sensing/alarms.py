"""Alerts: few, and only what needs a person. Pure: told the time, tells what to publish."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from store_client.contract.cause import Cause
from store_client.contract.live import Alert

US = 1_000_000
Change = Literal["raised", "changed", "cleared"]
GONE_US = 5 * US
"""How long a condition must be gone before its alert is cleared: what flickers is not news."""
CHANGE_US = 10 * US
FLOOD_US = 600 * US
FLOOD = 10
"""More than ten new alerts in ten minutes is a flood that nobody can answer; only high ones are added to it."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that holds now and needs a person, once it has lasted ``hold_s``."""

    kind: str
    device: str
    priority: Literal["low", "medium", "high"]
    title: str
    consequence: str
    action: str
    hold_s: float = 2.0
    cause: Cause | None = None


@dataclass(slots=True)
class _Watched:
    since_us: int
    seen_us: int
    told_us: int = 0
    alert: Alert | None = None


@dataclass(slots=True)
class Alarms:
    """One alert for each kind and device. ``held_back``: how many were not raised because there were too many.

    ``pace``: how many seconds of ``now_us`` pass in one of people's, who are told.
    """

    store: str
    new_id: Callable[[], str]
    pace: float = 1.0
    held_back: int = 0
    _now_us: int = 0
    _watched: dict[tuple[str, str], _Watched] = field(default_factory=dict)
    _raised: deque[int] = field(default_factory=deque)

    def update(self, conditions: list[Condition], now_us: int) -> list[tuple[Change, Alert]]:
        """Takes in what holds at ``now_us`` and returns what changed about the alerts."""
        if now_us < self._now_us:
            self._set_back(self._now_us - now_us)
        self._now_us = now_us
        news: list[tuple[Change, Alert]] = []
        for condition in conditions:
            key = (condition.kind, condition.device)
            watched = self._watched.setdefault(key, _Watched(now_us, now_us))
            watched.seen_us = now_us
            if watched.alert is None:
                if now_us - watched.since_us >= condition.hold_s * US * self.pace and self._may_raise(
                    condition, now_us
                ):
                    watched.alert = self._alert(condition, self.new_id(), now_us)
                    watched.told_us = now_us
                    news.append(("raised", watched.alert))
            elif now_us - watched.told_us >= CHANGE_US * self.pace:
                present = self._alert(condition, watched.alert.id, watched.alert.raised_at)
                if present != watched.alert:
                    watched.alert, watched.told_us = present, now_us
                    news.append(("changed", present))
        for key, watched in list(self._watched.items()):
            if watched.alert is None and watched.seen_us != now_us:
                del self._watched[key]
            elif watched.alert is not None and now_us - watched.seen_us >= GONE_US * self.pace:
                del self._watched[key]
                news.append(("cleared", msgspec.structs.replace(watched.alert, cleared_at=now_us)))
        return news

    def now(self) -> list[Alert]:
        """What is raised, newest first."""
        alerts = [watched.alert for watched in self._watched.values() if watched.alert is not None]
        return sorted(alerts, key=lambda alert: alert.raised_at, reverse=True)

    def _set_back(self, by_us: int) -> None:
        """The clock was: all goes on as if it had always shown so much less."""
        for watched in self._watched.values():
            watched.since_us -= by_us
            watched.seen_us -= by_us
            watched.told_us -= by_us
        self._raised = deque(raised_us - by_us for raised_us in self._raised)

    def _may_raise(self, condition: Condition, now_us: int) -> bool:
        while self._raised and self._raised[0] < now_us - FLOOD_US * self.pace:
            self._raised.popleft()
        if len(self._raised) >= FLOOD and condition.priority != "high":
            self.held_back += 1
            return False
        self._raised.append(now_us)
        return True

    def _alert(self, condition: Condition, alert_id: str, raised_at: int) -> Alert:
        return Alert(
            id=alert_id,
            store=self.store,
            priority=condition.priority,
            kind=condition.kind,
            device=condition.device,
            title=condition.title,
            consequence=condition.consequence,
            action=condition.action,
            raised_at=raised_at,
            cause=condition.cause,
        )

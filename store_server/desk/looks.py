"""Looks at what was recorded, and at the pictures of a case, told to the audit log before anything is shown."""

import threading
from collections.abc import Callable, Sequence

from store_client.contract.moment import LATEST_US, from_micros
from store_server.desk.actor import Actor
from store_server.desk.audit import Audit

MINUTE_US = 60_000_000
TOLD_US = 10 * MINUTE_US
"""Who goes over the same minute of a camera again within ten minutes is not told anew: dragging through an hour would
fill the log with nothing."""
MOST_KNOWN = 50_000
MOST_MINUTES = 1_440
"""Whoever looks over more than a day at once is told each time."""


class Looks:
    """Any thread."""

    def __init__(self, audit: Audit, now_us: Callable[[], int]) -> None:
        self._audit = audit
        self._now_us = now_us
        self._guard = threading.Lock()
        self._told: dict[tuple[str, str, int], int] = {}

    def clip(self, actor: Actor, camera: str, since_us: int, until_us: int) -> None:
        """Each is told. Raises Refusal("unavailable") if the log cannot be written; then nothing must be shown."""
        self._tell(actor, "clip_seen", camera, since_us, until_us)

    def pictures(self, actor: Actor, camera: str, since_us: int, until_us: int) -> None:
        """Pictures out of [since, until): told by the minute."""
        now_us, minutes = self._now_us(), _minutes(since_us, until_us)
        if len(minutes) > MOST_MINUTES:
            self._tell(actor, "recording_seen", camera, since_us, until_us)
            return
        fresh = self._fresh(actor, camera, minutes, now_us)
        if not fresh:
            return
        end_us = min((fresh[-1] + 1) * MINUTE_US, LATEST_US)
        self._tell(actor, "recording_seen", camera, fresh[0] * MINUTE_US, end_us)
        with self._guard:
            if len(self._told) > MOST_KNOWN:
                self._told.clear()
            self._told.update(((actor.user_id, camera, minute), now_us) for minute in fresh)

    def are_told(self, actor: Actor, camera: str, since_us: int, until_us: int) -> bool:
        """Whether ``pictures`` would tell nothing, and who asks need not wait for it."""
        minutes = _minutes(since_us, until_us)
        return len(minutes) <= MOST_MINUTES and not self._fresh(actor, camera, minutes, self._now_us())

    def exported(
        self,
        actor: Actor,
        store: str,
        cameras: Sequence[str],
        since_us: int,
        until_us: int,
        kind: str,
        is_clear: bool,
    ) -> None:
        """Told of the store and of each camera. Raises: see ``clip``."""
        span = {"from": from_micros(since_us).isoformat(), "to": from_micros(until_us).isoformat()}
        told = span | {"kind": kind, "faces": "clear" if is_clear else "blurred"}
        self._audit.record_alone(actor.name, "exported", f"store:{store}", told | {"cameras": ", ".join(cameras)})
        for camera in cameras:
            self._audit.record_alone(actor.name, "exported", f"camera:{camera}", told)

    def signed(self, actor: Actor, store: str, sha256: str) -> None:
        """The export's manifest, by which it is known again. Raises: see ``clip``."""
        self._audit.record_alone(actor.name, "export_signed", f"store:{store}", {"manifest": sha256})

    def case_pictures(self, actor: Actor, case: str) -> None:
        """The pictures of a case's evidence, of which there are dozens: told once a person, case and ten minutes."""
        now_us = self._now_us()
        key = (actor.user_id, case, 0)
        with self._guard:
            if not self._is_news(key, now_us):
                return
        self._audit.record_alone(actor.name, "pictures_seen", f"case:{case}")
        with self._guard:
            self._told[key] = now_us

    def _fresh(self, actor: Actor, camera: str, minutes: range, now_us: int) -> list[int]:
        """Those of which it was not told lately."""
        with self._guard:
            return [minute for minute in minutes if self._is_news((actor.user_id, camera, minute), now_us)]

    def _is_news(self, key: tuple[str, str, int], now_us: int) -> bool:
        """Also where the clock was set back since it was told. Under the guard."""
        told_us = self._told.get(key)
        return told_us is None or not 0 <= now_us - told_us < TOLD_US

    def _tell(self, actor: Actor, action: str, camera: str, since_us: int, until_us: int) -> None:
        span = {"from": from_micros(since_us).isoformat(), "to": from_micros(until_us).isoformat()}
        self._audit.record_alone(actor.name, action, f"camera:{camera}", span)


def _minutes(since_us: int, until_us: int) -> range:
    return range(since_us // MINUTE_US, (max(since_us + 1, until_us) - 1) // MINUTE_US + 1)

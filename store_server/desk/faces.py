"""Leave to see faces: who asked for it, why, until when, and at which cameras they then looked.

Kept in memory alone: a store that starts anew has given nobody leave.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from store_client.contract.faces import FacesGrant, FacesRequest
from store_client.contract.ids import new_id
from store_client.contract.moment import from_micros
from store_server.desk.case_reading import case_row
from store_server.desk.sessions import SignedIn
from store_server.desk.stores import Stores
from store_server.desk.users import Users
from store_server.refusal import Refusal
from store_server.storage.audit import tell
from store_server.storage.database import Database
from store_server.storage.users import SessionRow

MINUTE_US = 60_000_000
RECHECK_US = 5_000_000
"""A stream that goes on asks so often whether the session has ended otherwise than by signing out here."""


@dataclass(slots=True)
class _Leave:
    """``lasts_us``: how long it was given for. ``told``: (what was looked at, minute) that the log knows of. ``checked_us``:
    when the session was last looked up."""

    session: str
    by: str
    expires_us: int
    lasts_us: int
    checked_us: int
    told: set[tuple[str, int]] = field(default_factory=set)

    def is_over(self, now_us: int) -> bool:
        """Also where the clock was set back since, by which it would last for longer than it was given for."""
        return not 0 < self.expires_us - now_us <= self.lasts_us + MINUTE_US


class FaceGrants:
    """Any thread. ``now_us``: of the wall clock, since it is for people."""

    def __init__(self, database: Database, users: Users, stores: Stores, now_us: Callable[[], int]) -> None:
        self._database = database
        self._users = users
        self._stores = stores
        self._now_us = now_us
        self._guard = threading.Lock()
        self._leaves: dict[str, _Leave] = {}

    def grant(self, signed_in: SignedIn, store: str, request: FacesRequest) -> FacesGrant:
        """For the session that asks. Raises Refusal: "not-permitted", "wrong-password", "locked", "not-found"."""
        actor = signed_in.actor
        actor.require("faces")
        minutes = self._stores.get(store).policies.faces_minutes
        self._users.verify(actor.name, request.password)
        now_us = self._now_us()
        grant = new_id(now_us // 1_000)
        lasts_us = minutes * MINUTE_US
        expires_us = now_us + lasts_us
        expires_at = from_micros(expires_us)
        subject = f"store:{store}" if request.case is None else f"case:{request.case}"
        told = {"grant": grant, "reason": request.reason, "until": expires_at.isoformat()}
        with self._database.write() as session:
            if request.case is not None:
                case_row(session, request.case)
            tell(session, actor.name, "faces_granted", subject, told)
        with self._guard:
            self._leaves = {id_: leave for id_, leave in self._leaves.items() if leave.expires_us > now_us}
            self._leaves[grant] = _Leave(signed_in.session_id, actor.name, expires_us, lasts_us, now_us)
        return FacesGrant(grant, actor.name, expires_at)

    def holds(self, grant: str, signed_in: SignedIn) -> bool:
        """Whether it was given to this session, and is not over."""
        now_us = self._now_us()
        with self._guard:
            leave = self._leaves.get(grant)
            if leave is None or leave.session != signed_in.session_id or leave.is_over(now_us):
                return False
            if abs(now_us - leave.checked_us) < RECHECK_US:
                return True
            leave.checked_us = now_us
        with self._database.read() as session:
            if session.get_one(SessionRow, signed_in.session_id).ended_at is None:
                return True
        self.end(signed_in.session_id)
        return False

    def require(self, grant: str | None, signed_in: SignedIn) -> None:
        """Raises Refusal("faces-needed") unless ``grant`` holds."""
        if grant is None:
            raise Refusal("faces-needed", "this shows faces as they are: say why you need to see them first")
        if not self.holds(grant, signed_in):
            raise Refusal("faces-needed", "your leave to see faces has ended: ask for it again")

    def seen(self, grant: str, what: str) -> None:
        """Tells the log, once a minute, that under it ``what`` (such as ``camera:<id>``) was looked at.

        Raises Refusal("unavailable") if the log cannot be written; then nothing must be shown."""
        now_us = self._now_us()
        key = (what, now_us // MINUTE_US)
        with self._guard:
            leave = self._leaves.get(grant)
            if leave is None or key in leave.told:
                return
        with self._database.write() as session:
            tell(session, leave.by, "faces_seen", what, {"grant": grant})
        with self._guard:
            leave.told.add(key)

    def end(self, session: str) -> None:
        """Signed out: what was given to it holds no more."""
        with self._guard:
            self._leaves = {id_: leave for id_, leave in self._leaves.items() if leave.session != session}

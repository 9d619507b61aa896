"""Who is signed in: the tokens of one session, renewed before they end, by one thread for all that wait."""

import threading
import time
from collections.abc import Callable

import msgspec

from store_client.answers import decode
from store_client.contract.problem import Problem
from store_client.contract.session import LiveAccess, RefreshRequest, Session, SignInRequest, StepUpRequest
from store_client.errors import NotPermitted, SignedOut, StoreError
from store_client.transport import Call, Transport

_PATH = "/v1/session"
_RENEW_AFTER = 0.75
"""Of a token's life. It leaves minutes for a store that is away just then."""


class SessionKeeper:
    """Signs in and out and hands out tokens that are good. All methods may be called from any thread.

    ``on_change`` is told every new session, so that its refresh token can be kept for the next start, and None when
    it is over; it is called in the thread that caused the change.
    """

    def __init__(self, transport: Transport, *, on_change: Callable[[Session | None], None] | None = None) -> None:
        self._transport = transport
        self._on_change = on_change
        self._session: Session | None = None
        self._renew_at = 0.0
        self._live_given: LiveAccess | None = None
        self._own_tokens: set[str] = set()
        self._guard = threading.Lock()
        self._renewing = threading.Lock()

    @property
    def session(self) -> Session | None:
        """The present session, or None."""
        with self._guard:
            return self._session

    def sign_in(self, user: str, password: str) -> Session:
        """Raises WrongPassword, Locked."""
        body = msgspec.json.encode(SignInRequest(user, password))
        session = self._asked(Call("POST", _PATH, body=body, is_repeatable=True))
        self._set(session)
        return session

    def resume(self, refresh_token: str) -> Session:
        """Goes on with a session kept from before. Raises SignedOut if it has ended."""
        with self._renewing:
            return self._refresh(refresh_token, self.session)

    def step_up(self, password: str) -> Session:
        """Shows the password once more, for what needs it fresh. Raises WrongPassword, SignedOut."""
        body = msgspec.json.encode(StepUpRequest(password))
        token = self.bearer()
        with self._renewing:
            return self._follow(self._need(), Call("POST", f"{_PATH}/step-up", body=body), token)

    def sign_out(self) -> None:
        """Ends the session here, and at the store if it can be reached."""
        session = self.session
        if session is None:
            return
        self._set(None)
        try:
            self._transport.send(Call("DELETE", _PATH), bearer=session.token)
        except StoreError:
            return  # this desk has forgotten it; the store will when its time is up

    def bearer(self) -> str:
        """A token that is good now, renewed if its end is near. Raises SignedOut if nobody is signed in."""
        session = self._need()
        if time.monotonic() < self._renew_at:
            return session.token
        try:
            return self.renew(session.token)
        except SignedOut:
            raise
        except StoreError:
            return session.token  # not ended yet; the call that needs it will say what is wrong

    def renew(self, worn: str) -> str:
        """A token other than ``worn``, which was refused or is near its end, for who held that. Raises SignedOut if
        there is none, such as when another has signed in since: nothing is done in another's name."""
        with self._renewing:
            session = self._need()
            if worn not in self._own_tokens:
                raise SignedOut(Problem(title="whoever asked for it has signed out", status=401))
            if session.token != worn:
                return session.token  # another thread was first
            return self._refresh(session.refresh_token, session).token

    def live_access(self) -> LiveAccess:
        """How to reach the live subjects now; asked again, it asks the store again, which may have moved its broker.

        Raises NotPermitted for who may not see the floor.
        """
        session = self._need()
        if session.live is not None and session.live is self._live_given:
            self.renew(session.token)
            session = self._need()
        if session.live is None:
            raise NotPermitted(Problem(title="live data is not for this role", status=403))
        self._live_given = session.live
        return session.live

    def _refresh(self, refresh_token: str, before: Session | None) -> Session:
        body = msgspec.json.encode(RefreshRequest(refresh_token))
        try:  # not repeated by itself: all wait for it, and who still needs it asks again
            return self._follow(before, Call("POST", f"{_PATH}/refresh", body=body))
        except SignedOut:
            self._replace(before, None)
            raise

    def _follow(self, before: Session | None, call: Call, bearer: str | None = None) -> Session:
        """What ``call`` makes of ``before``. Raises SignedOut where that was left meanwhile: nobody who has signed out is
        signed in again by an answer that comes late."""
        session = self._asked(call, bearer)
        if not self._replace(before, session):
            raise SignedOut(Problem(title="whoever asked for it has signed out", status=401))
        return session

    def _asked(self, call: Call, bearer: str | None = None) -> Session:
        return decode(self._transport.send(call, bearer=bearer).body, Session)

    def _need(self) -> Session:
        session = self.session
        if session is None:
            raise SignedOut(Problem(title="nobody is signed in", status=401))
        return session

    def _set(self, session: Session | None) -> None:
        with self._guard:
            self._put(session)
        self._tell(session)

    def _replace(self, before: Session | None, session: Session | None) -> bool:
        """As ``_set``; False, and nothing done, unless ``before`` is still the present one."""
        with self._guard:
            if self._session is not before:
                return False
            self._put(session)
        self._tell(session)
        return True

    def _put(self, session: Session | None) -> None:
        before, self._session = self._session, session
        if before is None or session is None or before.user.id != session.user.id:
            self._own_tokens.clear()
        if session is not None:
            self._own_tokens.add(session.token)
            self._renew_at = time.monotonic() + _RENEW_AFTER * _life(session)

    def _tell(self, session: Session | None) -> None:
        if self._on_change is not None:
            self._on_change(session)


def _life(session: Session) -> float:
    """Seconds the token has left. Between 1 and 15 minutes, so that a wrong clock here cannot make each call renew."""
    return min(max(session.expires_at.timestamp() - time.time(), 60.0), 900.0)

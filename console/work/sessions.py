"""Signing in and out, locking, and going on with the session of before."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from console.credentials import FAREWELL_S, Credentials
from console.domain.commands.access import ChooseStore, Lock, SignIn, SignInDemo, SignOut, Unlock
from console.domain.problem import Problem
from console.domain.session import SignedIn
from console.work.errand import Errands
from console.work.operation import Cancellation
from store_client.contract.session import Session
from store_client.contract.store import Store
from store_client.errors import SignedOut

KEYRING = "keyring"
DEMO_ROLE = "supervisor"


class Sessions(QObject):
    """``began`` carries the Store that is worked at, after somebody has signed in or chosen it; ``ended`` says that
    nobody is signed in any more. ``find_credentials`` is called once, in a thread, at the first need."""

    began = Signal(object)
    ended = Signal()
    _forgetful = Signal()
    """The keyring has refused what it was given, in the thread that waited for it."""

    def __init__(
        self, errands: Errands, find_credentials: Callable[[], Credentials], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._errands = errands
        self._desk = errands.desk
        self._find_credentials = find_credentials
        self._credentials: Credentials | None = None
        self._keeper = ThreadPoolExecutor(1, "keep sign-in")  # in order: what is forgotten is not kept after it
        self._kept: Future[None] | None = None
        self._is_stopping = False
        self._demo: Mapping[str, str] = {}
        self._served: frozenset[str] = frozenset()
        self._demo_role = DEMO_ROLE
        self._left_at = ""
        self._forgetful.connect(self._warn_of_memory)

    # ---- beginning

    def meet_demo(self, passwords: Mapping[str, str], served: Iterable[str]) -> None:
        """The embedded store is there; signs in at it, as whoever was signed in before it was started again. ``served``:
        the stores that live in it now; its database may remember others, of another recording or of the demo."""
        self._demo = passwords
        self._served = frozenset(served)
        self._desk.session.set(replace(self._desk.session.value, demo_roles=tuple(passwords)))
        self.sign_in_demo(SignInDemo(self._demo_role))

    def meet_store(self, user: str, store: str = "") -> None:
        """A real store: goes on with the session that the keyring keeps, where it keeps one. ``store``: of those there
        the one at which the desk was left."""
        self._left_at = store
        self.forget_demo()
        self._busy(user)
        door = self._errands.door

        def work(_: Cancellation) -> tuple[Session, list[Store]] | None:
            token = None if not user else self._secrets().get(_name(door.url, user))
            if token is None:
                return None
            try:
                session = door.client.resume(token)
            except SignedOut:
                return None
            return session, door.client.stores()

        def put(found: tuple[Session, list[Store]] | None) -> None:
            if found is None:
                self._desk.session.set(SignedIn(asked_user=user))
            else:
                self._begin(*found)
            self._warn_of_memory()

        self._errands.run("session", self.tr("Signing in"), work, put, self._miss, is_quiet=True)

    def forget_demo(self) -> None:
        """Another store has no made-up users."""
        self._demo, self._served = {}, frozenset()
        self._desk.session.set(replace(self._desk.session.value, demo_roles=()))

    def sign_in(self, command: SignIn) -> None:
        self._busy(command.user)
        door, demo = self._errands.door, self._demo

        def work(_: Cancellation) -> tuple[Session, list[Store]]:
            session = door.client.sign_in(command.user, command.password)
            if not demo:
                self._secrets().put(_name(door.url, command.user), session.refresh_token)
            return session, door.client.stores()

        def put(found: tuple[Session, list[Store]]) -> None:
            self._begin(*found)
            if not demo:
                self._warn_of_memory()

        self._errands.run("session", self.tr("Signing in"), work, put, self._miss, is_quiet=True)

    def sign_in_demo(self, command: SignInDemo) -> None:
        password = self._demo.get(command.role)
        if password is not None:
            self._demo_role = command.role
            self.sign_in(SignIn(command.role, password))

    def choose_store(self, command: ChooseStore) -> None:
        for store in self._desk.stores.value:
            if store.id == command.store:
                self._desk.store.set(store)
                self.began.emit(store)

    def _begin(self, session: Session, stores: list[Store]) -> None:
        desk = self._desk
        before = desk.store.value
        if self._served:
            stores = [store for store in stores if store.id in self._served]
        desk.stores.set(tuple(stores))
        if not stores:
            advice = self.tr("Ask whoever looks after the store’s users.")
            self._leave(session.user.name, Problem("session", self.tr("No store is open to you."), advice=advice))
            return
        wanted = self._left_at if before is None else before.id
        store = next((store for store in stores if store.id == wanted), stores[0])
        desk.store.set(store)  # first: as soon as somebody is there, the screen that comes on asks for what is at it
        desk.session.set(SignedIn(session.user, demo_roles=tuple(self._demo), asked_user=session.user.name))
        self.began.emit(store)

    # ---- ending, locking

    def sign_out(self, _command: SignOut) -> None:
        user = self._desk.session.value.user
        self._leave("" if user is None else user.name)

    def _leave(self, name: str, problem: Problem | None = None) -> None:
        door = self._errands.door
        secret, title = _name(door.url, name), self.tr("Signing out")

        def work(_: Cancellation) -> None:
            door.client.sign_out()

        def forget(_: Cancellation) -> None:
            self._keeper.submit(self._secrets().drop, secret).result()

        self._errands.run("sign out", title, work, lambda _: None, is_quiet=True)
        if name and not self._demo:  # beside it: a keyring takes its time, and by then another may have signed in
            self._errands.run("forget sign-in", title, forget, lambda _: None, is_quiet=True)
        self.end(problem)

    def end(self, problem: Problem | None = None) -> None:
        """Nobody is signed in any more, whether asked for or because the store says so (``problem``)."""
        session = self._desk.session.value
        name = session.asked_user if session.user is None else session.user.name
        self._desk.session.set(SignedIn(problem=problem, demo_roles=tuple(self._demo), asked_user=name))
        self.ended.emit()

    def was_ended(self) -> None:
        """The store does not know the session any more: the embedded one was made anew, or its time was up. Nothing happens
        where nobody was signed in, or somebody is by now."""
        session = self._desk.session.value
        if session.is_busy or session.user is None or self._errands.door.is_signed_in:
            return
        if self._demo:
            self.sign_in_demo(SignInDemo(self._demo_role))
        else:
            self.end(Problem("session", self.tr("The session has ended."), advice=self.tr("Sign in again.")))

    def lock(self, _command: Lock) -> None:
        session = self._desk.session.value
        if session.user is not None:
            self._desk.session.set(replace(session, is_locked=True, problem=None))

    def unlock(self, command: Unlock) -> None:
        session = self._desk.session.value
        if session.user is None:
            return
        self._desk.session.set(replace(session, is_busy=True, problem=None))
        door = self._errands.door
        password = command.password or self._demo.get(session.user.name, "")

        def work(_: Cancellation) -> Session:
            return door.client.step_up(password)

        def put(_: Session) -> None:
            now = self._desk.session.value
            self._desk.session.set(replace(now, is_locked=False, is_busy=False, problem=None))

        self._errands.run("session", self.tr("Unlocking"), work, put, self._miss, is_quiet=True)

    def known_password(self) -> str:
        """Of who is signed in, where the desk knows it, as at the embedded store; "" elsewhere."""
        user = self._desk.session.value.user
        return "" if user is None else self._demo.get(user.name, "")

    def stop(self) -> None:
        """Before the threads are waited for: one may wait for somebody who is to unlock the keyring."""
        if self._credentials is not None:
            if self._kept is not None:
                wait([self._kept], FAREWELL_S)
            self._is_stopping = True
            self._credentials.leave()

    # ---- how

    def keep(self, session: Session | None) -> None:
        """For ``Door``: called in the thread in which tokens were renewed, which does not wait for somebody to unlock a
        keyring: others wait for it."""
        url, credentials = self._errands.door.url, self._credentials
        if session is None or self._demo or credentials is None:
            return
        name, token = _name(url, session.user.name), session.refresh_token

        def put() -> None:
            was_lasting = credentials.is_lasting
            credentials.put(name, token)
            if was_lasting and not credentials.is_lasting and not self._is_stopping:
                self._forgetful.emit()

        self._kept = self._keeper.submit(put)

    def _busy(self, user: str) -> None:
        before = self._desk.session.value
        self._desk.session.set(replace(before, is_busy=True, problem=None, asked_user=user))

    def _miss(self, problem: Problem | None) -> None:
        before = self._desk.session.value
        self._desk.session.set(replace(before, is_busy=False, problem=problem))

    def _secrets(self) -> Credentials:
        """In a thread: the keyring may take its time."""
        if self._credentials is None:
            self._credentials = self._find_credentials()
        return self._credentials

    def _warn_of_memory(self) -> None:
        if self._credentials is not None and not self._credentials.is_lasting:
            what = self.tr("No keyring keeps the sign-in: there is none that the desk trusts, or it does not answer.")
            kept = self.tr("The sign-in stays in memory.")
            self._desk.problems.say(Problem(KEYRING, what, kept, self.tr("Sign in again at the next start."), "note"))


def _name(url: str | None, user: str) -> str:
    return f"{url} {user}"

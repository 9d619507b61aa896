"""Which store the desk goes to, and the way there: the embedded one, or one that is looked for and looked at first."""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, Signal

from console.domain.arrival import Arrival
from console.domain.commands.access import Connect, LeaveStore, OpenDemo, SignOut
from console.domain.problem import Problem
from console.embedded import EmbeddedStore, Ready
from console.storage.settings import PLACE, LastPlace, Settings
from console.store_keeper import StoreKeeper
from console.work.errand import Errands
from console.work.operation import Cancellation
from console.work.sessions import Sessions
from store_client.address import Address, is_loopback
from store_client.certificate import Certificate
from store_client.client import StoreClient
from store_client.greeting import shown_by
from store_client.transport import Timeouts
from store_client.trust import Trust

PINS, TOPIC = "pins", "arrival"
_ONCE = Timeouts(connect=3.0, read=5.0, total=6.0)
"""For the first look at an address that somebody has just typed."""

_log = logging.getLogger(__name__)


class Arrivals(QObject):
    """Keeps ``Desk.arrival``. ``refused`` carries why the embedded store cannot start as asked; ``missed`` says that it
    has ended and is being started again."""

    refused = Signal(object)
    missed = Signal()

    def __init__(
        self,
        errands: Errands,
        sessions: Sessions,
        settings: Settings,
        save: Callable[[str, object], None],
        make_embedded: Callable[[], EmbeddedStore],
        parent: QObject | None = None,
    ) -> None:
        """``save``: keeps a value in ``settings``, off the UI thread. ``make_embedded``: not started yet."""
        super().__init__(parent)
        self._errands = errands
        self._desk = errands.desk
        self._sessions = sessions
        self._settings = settings
        self._save = save
        self._make_embedded = make_embedded
        self.keeper: StoreKeeper | None = None

    @property
    def url(self) -> str | None:
        """Of a store that was named; None for the embedded one."""
        return self._desk.arrival.value.url or None

    def start(self, embedded: EmbeddedStore | None, url: str | None) -> None:
        """``embedded``: started already, so that it gets ready while the window is built; ``url``: of a store to go to.
        Without either somebody is asked."""
        if embedded is not None:
            self._keep(embedded)
        elif url is not None:
            self._look_at(url, self._pins().get(_netloc(url)), is_start=True)
        else:
            self._desk.arrival.set(Arrival("choosing"))

    def stop(self) -> None:
        if self.keeper is not None:
            self.keeper.stop()

    # ---- what is asked for

    def open_demo(self, _command: OpenDemo) -> None:
        store = self._make_embedded()
        try:
            store.start()
        except OSError as error:
            what = self.tr("The embedded store cannot start: {0}").format(error.strerror or error)
            self._desk.arrival.set(Arrival("choosing", problem=Problem(TOPIC, what)))
            return
        self._keep(store)

    def connect_store(self, command: Connect) -> None:
        url = command.url.strip()
        url = url if "://" in url else f"https://{url}"
        try:
            Address.parse(url)
        except ValueError:
            self._choose_again(url, Problem(TOPIC, self._why_no_address(url)))
            return
        if command.pin is not None:
            self._save(PINS, {**self._pins(), _netloc(url): command.pin})
        self._look_at(url, command.pin or self._pins().get(_netloc(url)), is_agreed=command.pin is not None)

    def leave(self, _command: LeaveStore) -> None:
        keeper, self.keeper = self.keeper, None
        self._sessions.sign_out(SignOut())
        self._sessions.forget_demo()
        self._desk.problems.settle("embedded")
        self._desk.stores.set(())
        self._desk.store.set(None)
        self._desk.arrival.set(Arrival("leaving"))

        def work(_: Cancellation) -> None:
            if keeper is not None:
                keeper.stop()

        def choose(_: object) -> None:
            self._desk.arrival.set(Arrival("choosing"))

        self._errands.run(TOPIC, self.tr("Leaving the store"), work, choose, choose, is_quiet=True, can_cancel=False)

    # ---- a store that was named

    def _look_at(self, url: str, pin: str | None, *, is_start: bool = False, is_agreed: bool = False) -> None:
        """At the certificate first, before anything is sent. At a start the store may be away: it is asked again.
        ``is_agreed``: just now; one that was agreed to before and whose time is over since is asked about again."""
        address, trust = Address.parse(url), Trust(pin=pin)
        if is_start and not address.is_secure:
            self._meet(url, trust)  # there is nothing to look at
            return
        self._desk.arrival.set(Arrival("connecting", url))

        def is_believed(shown: Certificate | None) -> bool:
            return shown is None or (shown.is_trusted and (is_agreed or not shown.is_over(datetime.now(UTC))))

        def work(_: Cancellation) -> Certificate | None:
            shown = shown_by(address, trust) if address.is_secure else None
            if not is_start and is_believed(shown):
                with StoreClient(url, trust=trust, timeouts=_ONCE) as client:
                    client.knock()
            return shown

        def put(shown: Certificate | None) -> None:
            if is_believed(shown):
                self._meet(url, trust)
            else:
                self._desk.arrival.set(Arrival("doubting", url, shown, agreed=pin or ""))

        def miss(problem: Problem | None) -> None:
            if is_start:
                self._meet(url, trust)
            else:
                self._choose_again(url, problem)

        self._errands.run(TOPIC, self.tr("Connecting"), work, put, miss, is_quiet=True)

    def _meet(self, url: str, trust: Trust) -> None:
        self._errands.door.open(url, trust)
        self._desk.arrival.set(Arrival("there", url))
        place = self._settings.get(PLACE, LastPlace())
        here = place if place.store_url == url else LastPlace()
        self._sessions.meet_store(here.user, here.store)

    def _choose_again(self, url: str, problem: Problem | None) -> None:
        self._desk.arrival.set(Arrival("choosing", url, problem=problem))

    def _why_no_address(self, url: str) -> str:
        if url.startswith("http://") and not is_loopback(urlsplit(url).hostname or ""):
            return self.tr("A store is reached by https; plain http is for this machine only.")
        return self.tr("This is no address of a store. It looks like https://store.example:8443.")

    def _pins(self) -> dict[str, str]:
        return self._settings.get(PINS, dict[str, str]())

    # ---- the embedded store comes and goes

    def _keep(self, store: EmbeddedStore) -> None:
        self._desk.arrival.set(Arrival("starting"))
        self.keeper = StoreKeeper(store, self._make_embedded, time.monotonic, self)
        self.keeper.ready.connect(self._meet_embedded)
        self.keeper.lost.connect(self._miss_embedded)
        self.keeper.given_up.connect(self._give_up_embedded)
        self.keeper.refused.connect(self._refuse_embedded)
        self.keeper.listen()

    def _meet_embedded(self, ready: Ready) -> None:
        self._desk.problems.settle("embedded")
        self._errands.door.open(ready.http)
        self._desk.arrival.set(Arrival("there"))
        self._sessions.meet_demo(ready.demo, ready.stores)

    def _miss_embedded(self, last_words: str) -> None:
        self.missed.emit()
        self._desk.problems.say(
            Problem(
                "embedded",
                self.tr("The embedded store has ended; it is being started again."),
                self.tr("What is on screen stays as it was."),
                severity="warning",
                detail=last_words,
            )
        )
        _log.warning("the embedded store ended: %s", last_words)

    def _give_up_embedded(self, last_words: str) -> None:
        self._say_no_store(self.tr("The embedded store ends again and again: {0}").format(last_words))

    def _refuse_embedded(self, reason: str) -> None:
        self._say_no_store(self.tr("The embedded store cannot start: {0}").format(reason))
        self.refused.emit(reason)

    def _say_no_store(self, what: str) -> None:
        """On the banner of who is signed in already, and on the page of who is not."""
        problem = Problem("embedded", what, advice=self.tr("Look at its log, then start the desk anew."))
        self._desk.problems.say(problem)
        arrival = self._desk.arrival.value
        if arrival.stage != "there":
            self._desk.arrival.set(replace(arrival, problem=problem))
        _log.error("%s", what)


def _netloc(url: str) -> str:
    return Address.parse(url).netloc

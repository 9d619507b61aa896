"""Secrets of the desk: in the system's own keyring, or in memory alone. The only module that knows keyring."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError, wait
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from keyring.backend import KeyringBackend, get_all_keyring

SERVICE = "Floorwalker"
PATIENCE_S = 30.0
"""For as long as somebody needs to unlock a keyring. Its library waits for ever; but where nobody sits at the machine's own
screen, the system's prompt is never seen."""
FAREWELL_S = 1.0
"""A keyring that is open has answered by then: what it was given last is not lost."""
ALLOWED = {
    "keyring.backends.macOS.Keyring": "macOS Keychain",
    "keyring.backends.Windows.WinVaultKeyring": "Windows Credential Manager",
    "keyring.backends.SecretService.Keyring": "Secret Service",
    "keyring.backends.kwallet.DBusKeyring": "KWallet",
}
"""Those that keep a secret from other users and encrypt it. A plain-text file is not among them."""

_log = logging.getLogger(__name__)


class Credentials(Protocol):
    """One secret for a name, such as the refresh token of ``https://store.example agent``. Calls may wait for the
    user to unlock the keyring: never from the UI thread."""

    @property
    def is_lasting(self) -> bool:
        """False: what is kept is gone when the desk ends."""
        ...

    def get(self, name: str) -> str | None: ...

    def put(self, name: str, secret: str) -> None: ...

    def drop(self, name: str) -> None: ...

    def leave(self) -> None:
        """The desk ends: nothing waits for the user any more."""
        ...


@dataclass(slots=True)
class InMemory:
    """Forgets everything at the end."""

    _secrets: dict[str, str] = field(default_factory=dict, repr=False)
    is_lasting: bool = False

    def get(self, name: str) -> str | None:
        return self._secrets.get(name)

    def put(self, name: str, secret: str) -> None:
        self._secrets[name] = secret

    def drop(self, name: str) -> None:
        self._secrets.pop(name, None)

    def leave(self) -> None:
        """Never waits."""


class InKeyring:
    """Falls back to memory, for good, at the first refusal of the keyring: then ``is_lasting`` turns False. Back ends raise
    what the library of their system does, and most of that is no KeyringError. ``patience_s``: after which it refuses."""

    def __init__(self, backend: KeyringBackend, patience_s: float = PATIENCE_S) -> None:
        self._backend = backend
        self._patience_s = patience_s
        self._spare = InMemory()
        self._answers: set[Future[str | None]] = set()
        self.is_lasting = True

    def get(self, name: str) -> str | None:
        if self.is_lasting:
            try:
                return self._ask(lambda: self._backend.get_password(SERVICE, name))
            except Exception as error:  # noqa: BLE001  see the class
                self._give_up(error)
        return self._spare.get(name)

    def put(self, name: str, secret: str) -> None:
        if self.is_lasting:
            try:
                self._ask(lambda: self._backend.set_password(SERVICE, name, secret))
            except Exception as error:  # noqa: BLE001  see the class
                self._give_up(error)
        if not self.is_lasting:
            self._spare.put(name, secret)

    def drop(self, name: str) -> None:
        self._spare.drop(name)
        if self.is_lasting:
            try:
                if self._ask(lambda: self._backend.get_password(SERVICE, name)) is not None:
                    self._ask(lambda: self._backend.delete_password(SERVICE, name))
            except Exception as error:  # noqa: BLE001  see the class
                self._give_up(error)

    def leave(self) -> None:
        self.is_lasting = False
        for answer in wait(list(self._answers), FAREWELL_S).not_done:
            answer.cancel()

    def _ask(self, question: Callable[[], str | None]) -> str | None:
        """In a thread that nobody has to wait for. Raises what it does, TimeoutError, and CancelledError at the end."""
        answer: Future[str | None] = Future()

        def ask() -> None:
            with suppress(InvalidStateError):  # nobody waits for it any more
                try:
                    answer.set_result(question())
                except Exception as error:  # noqa: BLE001  told to who waits
                    answer.set_exception(error)

        self._answers.add(answer)
        if not self.is_lasting:  # the desk has ended since it was last asked
            answer.cancel()
        threading.Thread(target=ask, name="keyring", daemon=True).start()
        try:
            return answer.result(self._patience_s)
        finally:
            answer.cancel()
            self._answers.discard(answer)

    def _give_up(self, error: Exception) -> None:
        _log.warning("the keyring refused (%r); secrets stay in memory", error)
        self.is_lasting = False


def find_credentials(backends: list[KeyringBackend] | None = None) -> Credentials:
    """The best of the keyrings that are allowed and there; memory where there is none. ``backends``: to choose among,
    those of this system if left out."""
    found = get_all_keyring() if backends is None else backends
    allowed = [backend for backend in found if f"{type(backend).__module__}.{type(backend).__name__}" in ALLOWED]
    usable = [backend for backend in allowed if backend.viable]
    if not usable:
        return InMemory()
    return InKeyring(max(usable, key=lambda backend: float(backend.priority)))

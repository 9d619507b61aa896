"""Which keyrings are trusted, and what happens without one."""

import threading
from collections.abc import Iterator

import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from console.credentials import ALLOWED, InKeyring, InMemory, find_credentials


class FakeKeyring(KeyringBackend):
    """A keyring that remembers, until there is a ``refusal``."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}
        self.refusal: Exception | None = None

    def get_password(self, service: str, username: str) -> str | None:
        self._check()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._check()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._check()
        if (service, username) not in self.kept:
            raise PasswordDeleteError
        del self.kept[service, username]

    def _check(self) -> None:
        if self.refusal is not None:
            raise self.refusal


def test_an_unknown_keyring_is_not_trusted() -> None:
    assert isinstance(find_credentials([FakeKeyring()]), InMemory)
    assert isinstance(find_credentials([]), InMemory)


def test_one_of_the_list_is_used() -> None:
    module, _, name = next(iter(ALLOWED)).rpartition(".")
    known = type(name, (FakeKeyring,), {"__module__": module})()
    credentials = find_credentials([FakeKeyring(), known])
    assert credentials.is_lasting
    credentials.put("store agent", "token")
    assert list(known.kept.values()) == ["token"]
    assert credentials.get("store agent") == "token"
    credentials.drop("store agent")
    credentials.drop("store agent")
    assert credentials.get("store agent") is None


@pytest.mark.parametrize("kind", [KeyringLocked, ConnectionResetError, RuntimeError])
def test_a_keyring_that_refuses_is_given_up_and_nothing_is_lost(kind: type[Exception]) -> None:
    """In whatever words: those of D-Bus and of Windows are none of keyring's."""
    backend = FakeKeyring()
    backend.refusal = kind("no")
    credentials = InKeyring(backend)
    credentials.put("store agent", "token")
    assert not credentials.is_lasting
    assert credentials.get("store agent") == "token"
    assert backend.kept == {}
    assert InKeyring(backend).get("store agent") is None
    InKeyring(backend).drop("store agent")


class SilentKeyring(FakeKeyring):
    """Shows its prompt where nobody sees it, until it is ``seen``."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.seen = threading.Event(), threading.Event()

    def _check(self) -> None:
        self.asked.set()
        self.seen.wait()


@pytest.fixture
def silent() -> Iterator[SilentKeyring]:
    backend = SilentKeyring()
    yield backend
    backend.seen.set()


def test_a_keyring_that_never_answers_is_given_up(silent: SilentKeyring) -> None:
    credentials = InKeyring(silent, patience_s=0.05)
    assert credentials.get("store agent") is None
    assert not credentials.is_lasting
    credentials.put("store agent", "token")
    assert credentials.get("store agent") == "token"


def test_nobody_waits_for_a_keyring_when_the_desk_ends(silent: SilentKeyring) -> None:
    credentials = InKeyring(silent, patience_s=3_600)
    waiting = threading.Thread(target=credentials.get, args=("store agent",), daemon=True)
    waiting.start()
    assert silent.asked.wait(30)
    credentials.leave()
    waiting.join(30)
    assert not waiting.is_alive()


def test_what_an_open_keyring_is_given_last_is_not_lost(silent: SilentKeyring) -> None:
    credentials = InKeyring(silent)
    giving = threading.Thread(target=credentials.put, args=("store agent", "token"), daemon=True)
    giving.start()
    assert silent.asked.wait(30)
    threading.Timer(0.1, silent.seen.set).start()
    credentials.leave()
    giving.join(30)
    assert list(silent.kept.values()) == ["token"]

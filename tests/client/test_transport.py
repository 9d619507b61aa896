"""The door to HTTP, against a server that does everything wrong."""

import gc
import socket
import threading
import time
from typing import Any

import pytest
import urllib3
from urllib3.util.ssltransport import SSLTransport

from store_client.errors import (
    BadAnswer,
    Closed,
    Failed,
    LeaseLost,
    Locked,
    NotFound,
    NotPermitted,
    Refused,
    SlowDown,
    Stale,
    StepUpNeeded,
    StillRunning,
    StoreError,
    TimedOut,
    Unavailable,
    Unreachable,
    WrongPassword,
)
from store_client.transport import MAX_ANSWER, Call, Timeouts, Transport, _Sockets
from tests.client.waiting import wait_until
from tests.client.web import Behaviour, Web, cut_off, drip, endless, good, hang_up, problem, raw, silence

GET = Call("GET", "/v1/x")
POST = Call("POST", "/v1/x", body=b"{}")
KEYED = Call("POST", "/v1/x", body=b"{}", headers={"Idempotency-Key": "0198c0de-0000-7000-8000-000000000001"})


class Hasty(Transport):
    """Waits a tenth of what it means to before it tries again."""

    def _pause(self, seconds: float) -> None:
        super()._pause(seconds / 10)


@pytest.fixture
def transport(web: Web) -> Transport:
    return Hasty(web.url, timeouts=Timeouts(connect=5, read=5, total=30))


def failure(transport: Transport, call: Call = POST, timeout: float | None = None) -> StoreError:
    with pytest.raises(StoreError) as caught:
        transport.send(call, timeout=timeout)
    return caught.value


@pytest.mark.parametrize(
    "url",
    [
        *("http://store.example", "ftp://127.0.0.1", "store:80", "http://", "https://u:p@store.example"),
        *("http://[::1", "", "https://store..example", f"https://{'x' * 64}.example"),
    ],
)
def test_an_unsafe_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"address|https"):
        Transport(url)


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (raw(200, b"<html>hello</html>", "text/html"), BadAnswer, "text/html came"),
        (raw(200, b"{}", ""), BadAnswer, "something nameless came"),
        (raw(404, b"<html>no such page</html>", "text/html"), BadAnswer, "HTTP 404 with text/html"),
        (raw(302, b"", "text/html", Location="http://elsewhere.example/"), BadAnswer, "points elsewhere"),
        (raw(502, b"<html>bad gateway</html>", "text/html"), Failed, "HTTP 502"),
        (raw(500, b'{"half', "application/problem+json"), Failed, "HTTP 500"),
        (raw(503, b"", "text/plain", Retry_After="7"), Unavailable, "HTTP 503"),
        (cut_off, Unreachable, "127.0.0.1"),
        (hang_up, Unreachable, "127.0.0.1"),
        (endless, BadAnswer, f"longer than {MAX_ANSWER >> 20} MiB"),
    ],
)
def test_every_kind_of_nonsense_has_its_error(
    web: Web, transport: Transport, answer: Behaviour, kind: type[StoreError], says: str
) -> None:
    web.answers = [answer]
    error = failure(transport)
    assert type(error) is kind
    assert says in str(error)
    assert len(web.seen) == 1, "a POST without a key is never repeated"


@pytest.mark.parametrize(
    ("status", "name", "kind"),
    [
        (400, "bad-request", Refused),
        (401, "wrong-password", WrongPassword),
        (403, "not-permitted", NotPermitted),
        (403, "step-up-needed", StepUpNeeded),
        (404, "not-found", NotFound),
        (409, "lease-lost", LeaseLost),
        (409, "still-running", StillRunning),
        (412, "stale", Stale),
        (422, "not-covered", Refused),
        (423, "locked", Locked),
        (429, "slow-down", SlowDown),
    ],
)
def test_problems_become_errors(web: Web, transport: Transport, status: int, name: str, kind: type[StoreError]) -> None:
    web.answers = [problem(status, name)]
    error = failure(transport)
    assert type(error) is kind
    assert error.problem.type.endswith(name)
    assert str(error) == f"{name}: said so"


def test_what_is_safe_is_repeated_until_it_works(web: Web, transport: Transport) -> None:
    web.answers = [hang_up, problem(503, "unavailable"), cut_off, good({"a": 1})]
    assert transport.send(GET).body == b'{"a":1}'
    web.answers = [hang_up, problem(409, "still-running"), good({"a": 2})]
    assert transport.send(KEYED).body == b'{"a":2}'
    keys = {seen.headers["idempotency-key"] for seen in web.seen if seen.method == "POST"}
    assert len(keys) == 1, "the same key each time"


def test_repeating_ends(web: Web, transport: Transport) -> None:
    web.otherwise = problem(500, "internal")
    assert type(failure(transport, GET)) is Failed
    assert len(web.seen) == 4


def test_a_refusal_is_not_repeated(web: Web, transport: Transport) -> None:
    assert type(failure(transport, GET)) is NotFound
    assert len(web.seen) == 1


def test_retry_after_is_obeyed(web: Web) -> None:
    transport = Transport(web.url)
    web.answers = [problem(429, "slow-down", Retry_After="1"), good({})]
    began = time.monotonic()
    transport.send(GET)
    assert time.monotonic() - began >= 1.0


def test_a_wait_longer_than_the_call_may_take_is_not_begun(web: Web, transport: Transport) -> None:
    web.otherwise = problem(429, "slow-down", Retry_After="3600")
    error = failure(transport, GET)
    assert isinstance(error, SlowDown)
    assert error.retry_after == 3600
    assert len(web.seen) == 1


@pytest.mark.parametrize("when", ["Fri, 31 Dec 99999999999999999999 23:59:59 GMT", "9" * 400, "soon"])
def test_a_wait_that_cannot_be_is_none(web: Web, transport: Transport, when: str) -> None:
    web.otherwise = problem(503, "unavailable", Retry_After=when)
    error = failure(transport, GET)
    assert isinstance(error, Unavailable)
    assert error.retry_after == 0
    assert len(web.seen) == 4


@pytest.mark.parametrize("slow", [silence, drip])
def test_a_slow_answer_ends_in_time(web: Web, transport: Transport, slow: Behaviour) -> None:
    web.otherwise = slow
    began = time.monotonic()
    assert type(failure(transport, GET, timeout=0.5)) is TimedOut
    assert time.monotonic() - began < 4
    web.otherwise = good({})
    assert transport.send(GET).status == 200, "the next call begins on a new connection"


def test_nobody_listens() -> None:
    with socket.socket() as bound:  # taken, but not listening
        bound.bind(("127.0.0.1", 0))
        assert type(failure(Transport(f"http://127.0.0.1:{bound.getsockname()[1]}"))) is Unreachable


def test_closing_ends_calls_in_other_threads(web: Web, transport: Transport) -> None:
    web.otherwise = silence
    caught: list[StoreError] = []

    def call() -> None:
        caught.append(failure(transport, GET))

    threads = [threading.Thread(target=call) for _ in range(3)]
    for thread in threads:
        thread.start()
    wait_until(lambda: len(web.seen) == 3)
    began = time.monotonic()
    transport.close()
    for thread in threads:
        thread.join()
    assert time.monotonic() - began < 4
    assert [type(error) for error in caught] == [Closed] * 3
    assert type(failure(transport)) is Closed


def open_sockets() -> list[socket.socket]:
    """Of this process: the transport's and those of the server at their other end."""
    return [each for each in gc.get_objects() if isinstance(each, socket.socket) and each.fileno() != -1]


def test_a_thread_that_ends_leaves_no_connection_and_closing_none_at_all(web: Web, transport: Transport) -> None:
    web.otherwise = good({})
    before = {id(each): each for each in open_sockets()}  # some of them of tests before, and about to close

    def opened_since() -> bool:
        return any(id(each) not in before for each in open_sockets())

    for _ in range(3):
        thread = threading.Thread(target=transport.send, args=(GET,))
        thread.start()
        thread.join()
    wait_until(lambda: not opened_since())
    transport.send(GET)
    assert opened_since(), "kept for the next call of this thread"
    transport.close()
    wait_until(lambda: not opened_since())


def test_closing_ends_a_call_that_is_still_connecting(
    web: Web, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.otherwise = good({})
    connect = urllib3.util.connection.create_connection

    def slowly(*args: Any, **named: Any) -> socket.socket:
        opened = connect(*args, **named)
        transport.close()
        return opened

    monkeypatch.setattr(urllib3.util.connection, "create_connection", slowly)
    assert type(failure(transport, GET)) is Closed
    assert not web.seen


def test_a_call_that_connects_too_late_ends_however_slowly_it_is_answered(
    web: Web, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.otherwise = drip
    connect = urllib3.util.connection.create_connection

    def slowly(*args: Any, **named: Any) -> socket.socket:
        time.sleep(0.6)  # as where names are looked up
        return connect(*args, **named)

    began = time.monotonic()
    with monkeypatch.context() as patched:
        patched.setattr(urllib3.util.connection, "create_connection", slowly)
        assert type(failure(transport, GET, timeout=0.5)) is TimedOut
    assert time.monotonic() - began < 4
    web.otherwise = good({})
    assert transport.send(GET).status == 200


def test_what_goes_through_a_proxy_by_tls_within_tls_is_cut_too() -> None:
    """urllib3 gives no socket for it, but what has one."""
    near, far = socket.socketpair()
    with near, far:
        far.settimeout(30)
        within: Any = SSLTransport.__new__(SSLTransport)
        within.socket = near
        sockets = _Sockets()
        sockets.note(within)
        sockets.cut()
        assert far.recv(1) == b""

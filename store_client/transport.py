"""The only door to HTTP calls: sends one call, repeats it where that is safe, and answers bytes or a StoreError.

Every wait has an end: connecting, each read, and the call as a whole with all its repetitions. Threads share a
Transport; each has connections of its own. ``close()`` ends what is under way in any of them.
"""

import os
import random
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socket import SHUT_RDWR, socket
from typing import Any, TypeVar

import certifi
import requests
import tenacity
from requests.adapters import HTTPAdapter

from store_client.address import Address, is_loopback
from store_client.answers import media_type, refusal
from store_client.deadlines import Deadlines
from store_client.errors import BadAnswer, Closed, StoreError, TimedOut, Unreachable, Untrusted, is_uncertain
from store_client.trust import PUBLIC, Trust

MAX_ANSWER = 32 << 20
MAX_FILE = 1 << 30
_CHUNK = 64 << 10
_PART = 1 << 20
"""Of what is read as it comes."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: until connected, until the next byte, until a call is over with all its repetitions."""

    connect: float = 3.0
    read: float = 10.0
    total: float = 20.0


@dataclass(frozen=True, slots=True)
class Call:
    """One request. ``is_repeatable``: doing it twice is as good as once; a call with an ``Idempotency-Key`` is too."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    is_repeatable: bool = False
    accept: str = "application/json"

    @property
    def may_repeat(self) -> bool:
        return self.method == "GET" or self.is_repeatable or "Idempotency-Key" in self.headers


@dataclass(frozen=True, slots=True)
class Answer:
    """A 2xx answer, whole. ``headers``: names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport:
    """Calls to one store. Raises ValueError for an address that is not safe to use."""

    def __init__(self, url: str, *, timeouts: Timeouts | None = None, trust: Trust = PUBLIC, attempts: int = 4) -> None:
        """``trust``: whose certificate is believed. ``attempts``: of what may be repeated."""
        self.address = Address.parse(url)
        self.timeouts = timeouts or Timeouts()
        self._trust = trust
        self._attempts = attempts
        self._local = threading.local()
        self._lines: weakref.WeakSet[_Line] = weakref.WeakSet()
        self._guard = threading.Lock()
        self._closed = threading.Event()
        self._deadlines = Deadlines()
        self.store_version = ""
        """Of the program at the other end, as it said last; \"\" until it has."""

    def send(
        self, call: Call, *, bearer: str | None = None, timeout: float | None = None, into: Path | None = None
    ) -> Answer:
        """The answer to ``call``. ``timeout``: seconds for the whole of it, instead of the usual total. ``into``: the
        file to which the body of a 2xx answer is written as it comes, instead of into memory; raises OSError."""
        total = self.timeouts.total if timeout is None else timeout
        deadline = time.monotonic() + total
        repeat = tenacity.Retrying(
            sleep=self._pause,
            stop=tenacity.stop_after_attempt(self._attempts if call.may_repeat else 1)
            | tenacity.stop_before_delay(total),
            wait=_wait,
            retry=tenacity.retry_if_exception(lambda error: isinstance(error, StoreError) and error.is_passing),
            reraise=True,
        )
        tried: list[StoreError] = []

        def try_once() -> Answer:
            try:
                return self._once(call, bearer, deadline, into)
            except StoreError as error:
                error.may_be_done = any(is_uncertain(earlier) for earlier in tried)
                tried.append(error)
                raise

        return repeat(try_once)

    def read(
        self,
        call: Call,
        take: Callable[[Mapping[str, str], Iterator[bytes]], T],
        *,
        bearer: str | None = None,
        stall: float,
    ) -> T:
        """What ``take`` makes of the headers (names in lower case) and of the body as it comes, however long that is: it
        ends when nothing has come for ``stall`` seconds. Not tried again. Raises what ``take`` raises, too."""
        line = self._line()
        if self._closed.is_set():
            raise Closed("it was closed before the call")
        try:
            with (
                line.at_work(),
                line.session.request(
                    call.method,
                    f"{self.address}{call.path}",
                    params=call.query,
                    headers=_headers(call),
                    auth=_Bearer(bearer),
                    timeout=(self.timeouts.connect, stall),
                    stream=True,
                    verify=line.verify,
                    allow_redirects=False,
                ) as response,
            ):
                headers = {name.lower(): value for name, value in response.headers.items()}
                if response.status_code >= 400:
                    body = b"".join(_bounded(line, response, MAX_ANSWER))
                    raise refusal(response.status_code, headers, body)
                _checked(Answer(response.status_code, headers, b""), call.accept, is_saved=True)
                return take(headers, response.iter_content(_PART))
        except requests.RequestException as error:
            raise self._error(error, is_late=False) from error
        finally:
            line.hang_up()  # half of an answer may still be on its way

    def close(self) -> None:
        """Ends every call under way with Closed, and refuses new ones. May be called from any thread, and twice."""
        self._closed.set()
        self._deadlines.close()
        with self._guard:
            lines = list(self._lines)
        for line in lines:
            line.end()

    def _pause(self, seconds: float) -> None:
        self._closed.wait(seconds)

    def _line(self) -> "_Line":
        line: _Line | None = getattr(self._local, "line", None)
        if line is None:
            line = _Line(self.address, self._trust)
            self._local.line = line
            with self._guard:
                self._lines.add(line)
        return line

    def _once(self, call: Call, bearer: str | None, deadline: float, into: Path | None) -> Answer:
        line = self._line()
        left = deadline - time.monotonic()
        if self._closed.is_set():
            raise Closed("it was closed before the call")
        if left <= 0:
            raise TimedOut("no time was left")
        try:
            # A peer that sends one byte now and then never lets a read time out.
            with line.at_work(), self._deadlines.bound(left, line.cut):
                answer = self._exchange(line, call, bearer, left, into)
        except requests.RequestException as error:
            line.hang_up()
            raise self._error(error, is_late=time.monotonic() >= deadline) from error
        if answer.status >= 400:
            raise refusal(answer.status, answer.headers, answer.body)
        return _checked(answer, call.accept, is_saved=into is not None)

    def _exchange(self, line: "_Line", call: Call, bearer: str | None, left: float, into: Path | None) -> Answer:
        with line.session.request(
            call.method,
            f"{self.address}{call.path}",
            params=call.query,
            data=call.body,
            headers=_headers(call),
            auth=_Bearer(bearer),
            timeout=(min(self.timeouts.connect, left), min(self.timeouts.read, left)),
            stream=True,
            verify=line.verify,
            allow_redirects=False,
        ) as response:
            headers = {name.lower(): value for name, value in response.headers.items()}
            self.store_version = headers.get("x-store-version", self.store_version)
            if into is None or response.status_code >= 300:
                return Answer(response.status_code, headers, b"".join(_bounded(line, response, MAX_ANSWER)))
            with into.open("wb") as file:
                for part in _bounded(line, response, MAX_FILE):
                    file.write(part)
                file.flush()
                os.fsync(file.fileno())
            return Answer(response.status_code, headers, b"")

    def _error(self, error: requests.RequestException, *, is_late: bool) -> StoreError:
        if self._closed.is_set():
            return Closed("it was closed during the call")
        if is_late or isinstance(error, requests.Timeout):
            return TimedOut(f"{self.address.netloc} was too slow")
        if isinstance(error, requests.exceptions.SSLError):
            return Untrusted(f"the certificate of {self.address.netloc} is not trusted: {_cause(error)}")
        if isinstance(error, requests.ConnectionError | requests.exceptions.ChunkedEncodingError):
            return Unreachable(f"{self.address.netloc}: {_cause(error)}")
        return BadAnswer(str(error))


class _Line:
    """One thread's connections to the store, which another thread may cut. They are closed with it, when the thread ends:
    urllib3 itself would keep them for ever, since what it holds to close them at their end holds their pool."""

    def __init__(self, address: Address, trust: Trust) -> None:
        self.session = requests.Session()
        is_near = is_loopback(address.host) or trust.pin is not None
        self.session.trust_env = not is_near  # no proxy between a machine and itself, nor before a private certificate
        # Said at each request: else variables that others' programs need would name the authorities, or a file that is gone.
        self.verify = trust.pin is None and str(trust.authority or certifi.where())
        self._sockets = _Sockets()
        self.session.mount(str(address), _Adapter(self._sockets.note, trust if address.is_secure else None))
        self._guard = threading.Lock()
        self._is_at_work = False
        self._is_over = False
        weakref.finalize(self, self.session.close)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Around each call: what is ended meanwhile is closed after it, by the thread whose it is."""
        with self._guard:
            self._is_at_work = True
        self._sockets.begin()
        try:
            yield
        finally:
            with self._guard:
                self._is_at_work = False
                is_over = self._is_over
            if is_over:
                self.hang_up()

    def end(self) -> None:
        """Cuts a call under way, from any thread, and closes the connections: at once where there is none."""
        with self._guard:
            self._is_over = True
            is_idle = not self._is_at_work
        self._sockets.end()
        if is_idle:
            self.hang_up()

    def cut(self) -> None:
        """Ends every read and write of the call under way at once, from any thread, also where it has yet to connect."""
        self._sockets.cut()

    def hang_up(self) -> None:
        """Closes the connections, so that the next call begins on a new one. For who has the line to himself."""
        self.session.close()


class _Sockets:
    """Those of a line that are still open. Apart from it: what connects notes them, and must not keep the line."""

    def __init__(self) -> None:
        self._opened: weakref.WeakSet[socket] = weakref.WeakSet()
        self._guard = threading.Lock()
        self._is_cut = False
        self._is_over = False

    def note(self, opened: socket) -> None:
        with self._guard:
            self._opened.add(opened)
            is_late = self._is_cut or self._is_over
        if is_late:
            _cut(opened)  # it was still connecting when all were

    def begin(self) -> None:
        """Another call: what cut the one before does not concern it."""
        with self._guard:
            self._is_cut = False

    def cut(self) -> None:
        """Also what is opened until the next call begins."""
        with self._guard:
            self._is_cut = True
            opened = list(self._opened)
        for each in opened:
            _cut(each)

    def end(self) -> None:
        """Cuts them, and whatever is opened from now on."""
        with self._guard:
            self._is_over = True
        self.cut()


def _cut(opened: socket) -> None:
    carrying: socket = getattr(opened, "socket", opened)  # TLS within TLS, through a proxy, is no socket itself
    try:
        socket.shutdown(carrying, SHUT_RDWR)  # not SSLSocket's own: it would drop the layer under a reader
    except OSError:
        return  # it was closed already


class _Adapter(HTTPAdapter):
    """Tells ``note`` of every socket that its connections open. ``trust``: None where there is no TLS."""

    def __init__(self, note: Callable[[socket], None], trust: Trust | None) -> None:
        self._note = note
        self._trust = trust
        super().__init__(pool_connections=1, pool_maxsize=2, max_retries=0)

    def init_poolmanager(self, *args: Any, **named: Any) -> None:
        if self._trust is not None:
            # Told of the pin too, urllib3 knows that what it is not to verify itself is verified all the same.
            named |= {"ssl_context": self._trust.context(), "assert_fingerprint": self._trust.pin}
        super().init_poolmanager(*args, **named)

    def get_connection_with_tls_context(self, *args: Any, **named: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **named)
        base = pool.ConnectionCls
        if not hasattr(base, "noted_by"):

            def connect(connection: Any) -> None:
                base.connect(connection)
                self._note(connection.sock)

            pool.ConnectionCls = type("NotedConnection", (base,), {"connect": connect, "noted_by": self})
        return pool


class _Bearer(requests.auth.AuthBase):
    """Sets the token; also where there is none, because requests would look into ~/.netrc for one."""

    def __init__(self, token: str | None) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token is not None:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _bounded(line: _Line, response: requests.Response, most: int) -> Iterator[bytes]:
    """The body as it comes. Raises BadAnswer, and hangs up, when it is longer than ``most`` bytes."""
    length = 0
    for part in response.iter_content(_CHUNK):
        length += len(part)
        if length > most:
            line.hang_up()
            raise BadAnswer(f"it is longer than {most >> 20} MiB", response.status_code)
        yield part


def _headers(call: Call) -> dict[str, str]:
    headers = {"Accept": f"{call.accept}, application/problem+json", "User-Agent": "floorwalker", **call.headers}
    if call.body is not None:
        headers["Content-Type"] = "application/json"
    return headers


def _checked(answer: Answer, accept: str, *, is_saved: bool) -> Answer:
    """``answer`` if it is of the type asked for, or has nothing to be of a type."""
    if answer.status >= 300:
        raise BadAnswer(f"it points elsewhere (HTTP {answer.status})", answer.status)
    if (answer.body or is_saved) and media_type(answer.headers) != accept:
        raise BadAnswer(f"{accept} was asked for, {media_type(answer.headers)} came", answer.status)
    return answer


def _wait(state: tenacity.RetryCallState) -> float:
    """Seconds before the next attempt: as the store asked, or doubling from 0.2; with jitter, so that desks spread."""
    error = state.outcome.exception() if state.outcome is not None else None
    asked: float = getattr(error, "retry_after", 0.0)
    ceiling = min(3.0, 0.2 * 2**state.attempt_number)
    return asked + random.uniform(ceiling / 4, ceiling)


def _cause(error: BaseException) -> str:
    """The innermost reason in words: requests wraps a refused connection four times."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    return str(error) or type(error).__name__

"""The road between a desk and a real store, which does what a test wants to what comes along."""

import http.client
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

PATIENCE_S = 60.0
_OWN = {"connection", "content-length", "date", "keep-alive", "server", "transfer-encoding"}
_HTML = b"<html><body><h1>Sign in to the guest network</h1></body></html>"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    promised: int | None = None
    """Length that the head tells of, where it is not that of the body."""


Mischief = Callable[[Callable[[], Answer]], Answer]
"""Gets what asks the store; whether it is called, and what becomes of the answer, is up to the mischief."""


def none(ask: Callable[[], Answer]) -> Answer:
    return ask()


def html(_: Callable[[], Answer]) -> Answer:
    return Answer(200, {"Content-Type": "text/html"}, _HTML)


def half_a_json(ask: Callable[[], Answer]) -> Answer:
    """The store does what it is asked, and half of its answer gets lost."""
    answer = ask()
    return Answer(answer.status, answer.headers, answer.body[: len(answer.body) // 2], promised=len(answer.body))


def cut(_: Callable[[], Answer]) -> Answer:
    """Nothing gets through."""
    raise ConnectionAbortedError("the road is cut")


def failing(_: Callable[[], Answer]) -> Answer:
    return Answer(500, {"Content-Type": "text/plain"}, b"oops")


class Road(ThreadingHTTPServer):
    """``url``: where desks find the store; ``asked``: every call so far. Until ``goes_on`` is set no answer comes at
    all. Live data takes another road."""

    daemon_threads = True

    def __init__(self, store: str) -> None:
        super().__init__(("127.0.0.1", 0), _Call)
        self.store: str | None = None
        self.lead_to(store)
        self.mischief: tuple[str | tuple[str, ...], Mischief] = ("", none)
        self.asked: list[str] = []
        self.goes_on = threading.Event()
        self.goes_on.set()
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def lead_to(self, store: str | None) -> None:
        """None: to nobody."""
        self.store = None if store is None else urlsplit(store).netloc

    def disturb(self, hit: str | tuple[str, ...], mischief: Mischief) -> None:
        """Does it to each call whose path ends with ``hit``, or with one of them."""
        self.mischief = (hit, mischief)

    def stop(self) -> None:
        self.goes_on.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """Who hangs up is not worth a traceback."""


class _Call(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Road

    def _any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        road, path = self.server, urlsplit(self.path).path
        road.asked.append(f"{self.command} {path}")
        hit, mischief = road.mischief
        if not path.endswith(hit):
            mischief = none
        road.goes_on.wait(PATIENCE_S)
        if path.endswith("/live"):  # pictures have no end: not on this road
            answer = Answer(404, {}, b"")
        else:
            answer = mischief(lambda: self._ask(body))
        with suppress(ConnectionError):
            self._tell(answer)

    do_GET = do_POST = do_PUT = do_DELETE = _any

    def _ask(self, body: bytes) -> Answer:
        if self.server.store is None:
            raise ConnectionAbortedError("there is no store")
        store = http.client.HTTPConnection(self.server.store, timeout=PATIENCE_S)
        try:
            headers = {name: value for name, value in self.headers.items() if name.lower() not in {"host", *_OWN}}
            store.request(self.command, self.path, body or None, headers)
            answer = store.getresponse()
            kept = {name: value for name, value in answer.getheaders() if name.lower() not in _OWN}
            return Answer(answer.status, kept, answer.read())
        finally:
            store.close()

    def _tell(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body) if answer.promised is None else answer.promised))
        self.end_headers()
        self.wfile.write(answer.body)
        if answer.promised is not None:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Silent."""

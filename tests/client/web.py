"""A store that misbehaves as it is told: real HTTP on the loopback, one prepared answer a request."""

import contextlib
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec

Behaviour = Callable[["Handler"], None]
PATIENCE_S = 30.0
"""For which an answer is held at most."""


@dataclass(frozen=True)
class Seen:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "Web"

    def _any(self) -> None:
        length = int(self.headers.get("content-length", 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        with self.server.guard:
            self.server.seen.append(Seen(self.command, self.path, headers, self.rfile.read(length)))
            behaviour = self.server.answers.pop(0) if self.server.answers else self.server.otherwise
        with contextlib.suppress(ConnectionError):
            behaviour(self)

    do_GET = do_POST = do_PUT = do_DELETE = _any

    def log_message(self, *_: object) -> None:
        """Silent: the tests look at what was seen instead."""


class Web(ThreadingHTTPServer):
    """``answers``: what to do with the next requests, in order; ``otherwise``: with all after them."""

    daemon_threads = True

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.tls = tls
        self.guard = threading.Lock()
        self.answers: list[Behaviour] = []
        self.otherwise: Behaviour = problem(404, "not-found")
        self.seen: list[Seen] = []
        self.leaving = threading.Event()

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.server_address[1]}"

    def finish_request(self, request: Any, client_address: Any) -> None:
        """In the connection's thread: a client that does not trust us is no failure of ours."""
        if self.tls is None:
            super().finish_request(request, client_address)
            return
        with (
            contextlib.suppress(ConnectionError, ssl.SSLError),
            self.tls.wrap_socket(request, server_side=True) as secured,
        ):
            super().finish_request(secured, client_address)

    def paths(self) -> list[str]:
        return [f"{seen.method} {seen.path}" for seen in self.seen]


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[Web]:
    web = Web(tls)
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield web
    finally:
        web.leaving.set()
        web.shutdown()
        thread.join()
        web.server_close()


def raw(status: int, body: bytes, content_type: str = "application/json", **headers: str) -> Behaviour:
    def answer(handler: Handler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", content_type)
        handler.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def good(value: object) -> Behaviour:
    return raw(200, msgspec.json.encode(value))


def held(let: threading.Event, answer: Behaviour) -> Behaviour:
    """The answer, once it is let go."""

    def hold(handler: "Handler") -> None:
        let.wait(PATIENCE_S)
        answer(handler)

    return hold


def problem(status: int, name: str, **headers: str) -> Behaviour:
    body = {"type": f"urn:floorwalker:problem:{name}", "title": name, "status": status, "detail": "said so"}
    return raw(status, msgspec.json.encode(body), "application/problem+json", **headers)


def cut_off(handler: Handler) -> None:
    """Half of what was announced, then the connection ends."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"id": "half')
    handler.close_connection = True


def hang_up(handler: Handler) -> None:
    """Nothing at all, then the connection ends."""
    handler.close_connection = True


def silence(handler: Handler) -> None:
    """Nothing, for as long as the server lives."""
    handler.server.leaving.wait()
    handler.close_connection = True


def drip(handler: Handler) -> None:
    """A head, then a byte now and then: no single read ever takes long."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    while not handler.server.leaving.wait(0.02):
        handler.wfile.write(b" ")


def endless(handler: Handler) -> None:
    """A body that never ends, as fast as it is taken."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()
    handler.close_connection = True
    while not handler.server.leaving.is_set():
        handler.wfile.write(b" " * 65536)

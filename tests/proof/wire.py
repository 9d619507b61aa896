"""The network between desks and store: messages wait in it until the director says what becomes of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Literal
from urllib.parse import urlsplit

import requests
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from store_client.client import StoreClient
from store_client.session import SessionKeeper
from store_client.transport import Timeouts, Transport
from store_client.transport import _Line as Line
from tests.proof.server import Answered
from tests.proof.stage import Actor, Stage, StagedLock

URL = "http://127.0.0.1:9"
_FOREVER = Timeouts(connect=9_999.0, read=9_999.0, total=9_999.0)


End = Literal["", "answered", "cut off", "given up"]


@dataclass(eq=False)
class Request:
    """A request under way. ``asker``: who waits for the answer; None for a twin, and once the asker has given up.
    ``end``: how the waiting ended."""

    number: int
    desk: str
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    asker: Actor | None = None
    answer: Answered | None = None
    end: End = ""

    @property
    def key(self) -> str:
        """ "" for what may be done twice as well as once."""
        return self.headers.get("Idempotency-Key", "")

    def __str__(self) -> str:
        return (
            f"#{self.number} {self.method} {self.path} of {self.desk}{' under …' + self.key[-6:] if self.key else ''}"
        )


@dataclass
class Wire:
    """``out``: requests that have not reached the store; ``back``: answered ones whose answers have not come home;
    ``asked``: what each waiting actor asked; ``sent``: told of each request that a desk sends."""

    stage: Stage
    sent: Callable[[Request], None] = lambda _: None
    out: list[Request] = field(default_factory=list)
    back: list[Request] = field(default_factory=list)
    asked: dict[Actor, Request] = field(default_factory=dict)
    count: int = 0

    def put(self, desk: str, method: str, path: str, query: str, headers: dict[str, str], body: bytes) -> Request:
        self.count += 1
        request = Request(self.count, desk, method, path, query, headers, body)
        self.out.append(request)
        return request

    def twin(self, request: Request) -> Request:
        """The same once more, as a network that lost sight of an acknowledgement sends it."""
        return self.put(request.desk, request.method, request.path, request.query, request.headers, request.body)

    def end(self, request: Request, end: End) -> Actor | None:
        """Ends the waiting for ``request``; returns who may go on."""
        if request in self.back:
            self.back.remove(request)
        asker, request.asker = request.asker, None
        if asker is not None:
            request.end = end
            del self.asked[asker]
        return asker

    def forget(self, desk: str) -> None:
        """The desk is dead: what it sent is still under way, and nobody waits for the answers."""
        for request in [request for request in self.asked.values() if request.desk == desk]:
            self.end(request, "cut off")


class WireAdapter(HTTPAdapter):
    """Where the bytes of a client leave its process."""

    def __init__(self, wire: Wire, desk: str) -> None:
        super().__init__()
        self._wire = wire
        self._desk = desk

    def send(self, request: PreparedRequest, *_: object, **__: object) -> Response:
        wire, parts = self._wire, urlsplit(request.url or "")
        headers = {"Content-Length": "0", **request.headers, "Host": "store"}
        body = request.body if isinstance(request.body, bytes) else b""
        asked = wire.put(self._desk, request.method or "", parts.path, parts.query, headers, body)
        asked.asker = wire.stage.current
        if asked.asker is None:
            raise LookupError("only an actor can ask")
        wire.asked[asked.asker] = asked
        wire.sent(asked)
        wire.stage.point(f"waiting for the answer to {asked}", waits=True)
        if asked.end != "answered" or asked.answer is None:
            raise requests.ConnectionError("cut off") if asked.end == "cut off" else requests.Timeout("no answer")
        answer = asked.answer
        raw = HTTPResponse(BytesIO(answer.body), answer.headers, answer.status, preload_content=False)
        return self.build_response(request, raw)


class WiredTransport(Transport):
    """The client's own transport with all its repetitions; only the bytes go over the wire of the play."""

    def __init__(self, wire: Wire, desk: str) -> None:
        super().__init__(URL, timeouts=_FOREVER)
        self._adapter = WireAdapter(wire, desk)

    def _line(self) -> Line:
        line = super()._line()
        line.session.mount(URL, self._adapter)
        return line

    def _pause(self, seconds: float) -> None:
        """Time passes when the director says so."""


class WiredSessions(SessionKeeper):
    def __init__(self, transport: Transport, stage: Stage) -> None:
        super().__init__(transport)
        self._renewing = StagedLock(stage, "waiting for another's token")  # type: ignore[assignment]  # all that is used


class WiredClient(StoreClient):
    def __init__(self, wire: Wire, desk: str) -> None:
        super().__init__(URL)
        self._transport = WiredTransport(wire, desk)
        self.sessions = WiredSessions(self._transport, wire.stage)

"""Serves the application over HTTP in the loop that is running, and stops it in order."""

import asyncio
import errno
import socket
from contextlib import AbstractContextManager, nullcontext
from http import HTTPStatus
from types import TracebackType
from typing import Self

import h11
import msgspec
import uvicorn
from litestar import Litestar
from uvicorn.protocols.http.h11_impl import H11Protocol

from store_client.contract.problem import PREFIX, Problem
from store_server.http.problems import HEADERS, MEDIA_TYPE, TITLES

GRACE = 2
"""Seconds that answers under way have when the server stops."""


class CannotServe(Exception):
    """The address cannot be served: the port is taken, or is not ours to take. One line that says so."""


class _Protocol(H11Protocol):
    """HTTP/1.1 whose own refusals are problems too: what cannot be read as a request never reaches the application."""

    def send_400_response(self, msg: str) -> None:
        problem = Problem(TITLES["bad-request"], HTTPStatus.BAD_REQUEST.value, PREFIX + "bad-request", msg)
        body = msgspec.json.encode(problem)
        headers = {**HEADERS, "Content-Type": MEDIA_TYPE, "Content-Length": str(len(body)), "Connection": "close"}
        start = h11.Response(
            status_code=problem.status, headers=list(headers.items()), reason=HTTPStatus.BAD_REQUEST.phrase
        )
        for event in (start, h11.Data(data=body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()


class _Server(uvicorn.Server):
    """A server that leaves the process's signals alone: the composition root stops things in its own order."""

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        return nullcontext()


class Serving:
    """A server that answers. ``url``: where, with the port that was chosen."""

    def __init__(self, app: Litestar, server: uvicorn.Server, task: asyncio.Task[None], host: str, port: int) -> None:
        self._app = app
        self._server = server
        self._task = task
        self.host = host
        self.port = port

    @property
    def url(self) -> str:
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    async def stop(self) -> None:
        """Takes no more requests, lets those under way end, cuts off after ``GRACE`` those that do not."""
        self._app.state.is_stopping = True
        self._server.should_exit = True
        await self._task

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        await self.stop()


async def serve(app: Litestar, host: str = "127.0.0.1", port: int = 0) -> Serving:
    """Returns once requests are answered. ``port`` 0: any that is free. Raises CannotServe."""
    listener = _listen(host, port)
    config = uvicorn.Config(
        app,
        http=_Protocol,
        log_config=None,
        access_log=False,
        lifespan="on",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE,
        ws="none",
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]), name="http")
    while not server.started:
        if task.done():
            listener.close()
            await task
            raise CannotServe("the HTTP server did not start: see the log")
        await asyncio.sleep(0.005)
    return Serving(app, server, task, host, listener.getsockname()[1])


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket, bound before anything else starts so that a taken port is told at once."""
    listener: socket.socket | None = None
    if not 0 <= port <= 65_535:  # the system's own resolver would take it modulo 65,536
        raise CannotServe(f"cannot serve HTTP at {host}:{port}: there is no such port")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows, where SO_REUSEADDR would share a port that is in use
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(socket.SOMAXCONN)
        listener.setblocking(False)
    except (OSError, UnicodeError) as error:
        if listener is not None:
            listener.close()
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            raise CannotServe(f"port {port} of {host} is taken by another program") from error
        raise CannotServe(f"cannot serve HTTP at {host}:{port}: {error}") from error
    return listener

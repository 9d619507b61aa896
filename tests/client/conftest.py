"""What the client's tests share: a web that misbehaves, and how long to wait for a condition."""

from collections.abc import Iterator

import pytest

from store_client.client import StoreClient
from store_client.transport import Timeouts
from tests.client.web import Web, serving


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as server:
        yield server


@pytest.fixture
def client(web: Web) -> Iterator[StoreClient]:
    with StoreClient(web.url, timeouts=Timeouts(connect=5, read=5, total=30)) as made:
        yield made

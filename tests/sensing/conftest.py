"""A real broker for the tests of sensing, one for all of them; each has a store of its own on it."""

from collections.abc import Iterator

import pytest

from store_server.broker import Broker
from tests.sensing.site import STORE


@pytest.fixture(scope="package")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    broker = Broker(tmp_path_factory.mktemp("live"), STORE)
    yield broker
    broker.end()

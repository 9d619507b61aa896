"""A payment provider for stores without one, which behaves as providers do."""

from collections.abc import Callable
from pathlib import Path

from store_client.contract.money import Money
from store_server.desk.provider import Answer


class SandboxProvider:
    """``path``: its own SQLite file: it stands for another company and shares nothing with the store's database."""

    def __init__(self, path: Path, now_us: Callable[[], int], *, seed: int = 0) -> None:
        self._path = path
        self._now_us = now_us
        self._seed = seed

    @property
    def horizon_us(self) -> int:
        raise NotImplementedError

    def capture(self, key: str, payment_token: str, amount: Money) -> Answer:
        raise NotImplementedError

    def refund(self, key: str, capture: str, amount: Money) -> Answer:
        raise NotImplementedError

    def ask(self, key: str) -> Answer:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError

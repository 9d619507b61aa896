"""The worker that moves money: captures of receipts and refunds, each exactly once, whatever crashes."""

from collections.abc import Callable

from store_server.desk.provider import PaymentProvider
from store_server.storage.database import Database


class Settlement:
    def __init__(self, database: Database, provider: PaymentProvider, now_us: Callable[[], int]) -> None:
        self._database = database
        self._provider = provider
        self._now_us = now_us

    def step(self) -> int:
        """Does what is due now and returns how many movements changed. Called again and again by a loop."""
        raise NotImplementedError

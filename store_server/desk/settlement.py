"""The worker that moves money: captures of receipts, refunds and debits, each exactly once, whatever crashes."""

from collections.abc import Callable

from store_server.desk.captures import Captures
from store_server.desk.charges import Charges
from store_server.desk.provider import PaymentProvider
from store_server.desk.returns import Returns
from store_server.storage.database import Database


class Settlement:
    """Keeps nothing in memory: a new one goes on where the last was killed."""

    def __init__(self, database: Database, provider: PaymentProvider, now_us: Callable[[], int]) -> None:
        self._captures = Captures(database, provider, now_us)
        self._returns = Returns(database, provider, now_us)
        self._charges = Charges(database, provider, now_us)

    def step(self) -> int:
        """Does what is due now and returns how many movements were looked at. Called again and again by a loop.

        Blocks while the provider answers, so the loop has a thread of its own.
        """
        looked_at = 0
        for movement in (self._captures, self._returns, self._charges):
            for one in movement.due():
                movement.drive(one)
                looked_at += 1
        return looked_at

"""What the store asks of whoever moves its money."""

from dataclasses import dataclass
from typing import Literal, Protocol

from store_client.contract.cause import Cause
from store_client.contract.money import Money
from store_server.desk.why import Why

Outcome = Literal["pending", "settled", "failed", "reversed", "unknown"]
"""``reversed``: it was settled and came back; ``unknown``: there is no movement under this key (any more)."""


class ProviderSilent(Exception):
    """No answer came: the movement may or may not have been made."""


@dataclass(frozen=True, slots=True)
class Answer:
    """``reference``: the provider's own name for the movement; ``detail``: its words where it failed or came back, with
    the ``cause`` that they stand for, if it is one that desks know."""

    outcome: Outcome
    reference: str = ""
    detail: str = ""
    cause: Cause | None = None

    @property
    def why(self) -> Why:
        return Why(self.detail, () if self.cause is None else (self.cause,))


class PaymentProvider(Protocol):
    """Every call may raise ProviderSilent. A key sent again within ``horizon_us`` moves nothing a second time."""

    @property
    def horizon_us(self) -> int:
        """For how long the provider remembers a key."""
        ...

    def capture(self, key: str, payment_token: str, amount: Money) -> Answer: ...

    def refund(self, key: str, capture: str, amount: Money) -> Answer:
        """``capture``: the key under which the money was captured."""
        ...

    def ask(self, key: str) -> Answer: ...

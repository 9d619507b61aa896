"""The bank: a payment provider stricter than any real one, and the line to it, which loses and delays."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Literal

from store_client.contract.money import Money
from store_server.desk.provider import Answer, ProviderSilent
from tests.proof.stage import Stage

SECOND_US = 1_000_000
HOUR_US = 3_600 * SECOND_US
HORIZON_US = 24 * HOUR_US
MOST_LATE_US = 4 * HOUR_US
"""For so long may a message be under way. Nobody can guard against one that outlives the bank's memory of its twin."""
Fate = Literal["told", "asked in vain", "answered in vain", "late", "twice"]
FATES: dict[Fate, float] = {"told": 0.76, "asked in vain": 0.06, "answered in vain": 0.07, "late": 0.06, "twice": 0.05}


@dataclass
class Movement:
    """One movement of money, whatever key it came under. ``back_us``: when it comes back to the store; None: never."""

    key: str
    kind: Literal["capture", "refund"]
    capture: str
    minor: int
    made_us: int
    ends_us: int
    is_declined: bool
    back_us: int | None

    def outcome(self, now_us: int) -> Literal["pending", "settled", "failed", "reversed"]:
        if self.ends_us > now_us:
            return "pending"
        if self.is_declined:
            return "failed"
        return "reversed" if self.back_us is not None and self.back_us <= now_us else "settled"

    def is_living(self, now_us: int) -> bool:
        """Whether the money is, or will be, where it was sent, and has not come back."""
        return not self.is_declined and self.outcome(now_us) != "reversed"


@dataclass
class Sending:
    """A message that is still under way."""

    kind: Literal["capture", "refund"]
    key: str
    capture: str
    minor: int
    sent_us: int


@dataclass
class Bank:
    """Knows a key for its horizon and not a moment longer; a sending under a key that it does not know moves money.
    It never asks whether so much was captured: that is the store's to know. ``now_us``: its own clock, which is right."""

    now_us: Callable[[], int]
    chance: Random
    movements: list[Movement] = field(default_factory=list)

    def send(self, kind: Literal["capture", "refund"], key: str, capture: str, minor: int) -> Answer:
        known = self._known(key)
        if known is None:
            known = self._move(kind, key, capture, minor)
        return self._answer(known)

    def ask(self, key: str) -> Answer:
        known = self._known(key)
        return Answer("unknown") if known is None else self._answer(known)

    def of(self, key: str) -> list[Movement]:
        """All that ever moved under ``key``: what its people find in its books, however old."""
        return [movement for movement in self.movements if movement.key == key]

    def _move(self, kind: Literal["capture", "refund"], key: str, capture: str, minor: int) -> Movement:
        now_us = self.now_us()
        ends_us = now_us + self.chance.choice((0, SECOND_US, 5 * SECOND_US, 90 * SECOND_US, 2 * HOUR_US))
        is_declined = self.chance.random() < (0.03 if kind == "capture" else 0.2)
        comes_back = kind == "refund" and not is_declined and self.chance.random() < 0.15
        back_us = ends_us + self.chance.choice((SECOND_US, HOUR_US)) if comes_back else None
        movement = Movement(key, kind, capture, minor, now_us, ends_us, is_declined, back_us)
        self.movements.append(movement)
        return movement

    def _known(self, key: str) -> Movement | None:
        oldest_us = self.now_us() - HORIZON_US
        known = [movement for movement in self.movements if movement.key == key and movement.made_us > oldest_us]
        return known[-1] if known else None

    def _answer(self, movement: Movement) -> Answer:
        return Answer(movement.outcome(self.now_us()), str(self.movements.index(movement)))


class Line:
    """The store's line to the bank. ``is_good``: nothing is lost any more; ``count``: is told each loss."""

    horizon_us = HORIZON_US

    def __init__(self, bank: Bank, stage: Stage, chance: Random, count: Callable[[str], None]) -> None:
        self._bank = bank
        self._stage = stage
        self._chance = chance
        self._count = count
        self.is_good = False
        self.under_way: list[Sending] = []

    def capture(self, key: str, payment_token: str, amount: Money) -> Answer:
        return self._send(Sending("capture", key, key, amount.minor, self._bank.now_us()))

    def refund(self, key: str, capture: str, amount: Money) -> Answer:
        return self._send(Sending("refund", key, capture, amount.minor, self._bank.now_us()))

    def ask(self, key: str) -> Answer:
        self._stage.point("the bank is about to be asked")
        fate = self._fate()
        if fate in ("asked in vain", "late"):
            raise ProviderSilent(key)
        answer = self._bank.ask(key)
        self._stage.point("the bank was asked")
        if fate == "answered in vain":
            raise ProviderSilent(key)
        return answer

    def arrive(self, sending: Sending) -> None:
        """What was under way for long reaches the bank; nobody hears the answer."""
        self.under_way.remove(sending)
        self._bank.send(sending.kind, sending.key, sending.capture, sending.minor)

    def lose_old(self) -> None:
        oldest_us = self._bank.now_us() - MOST_LATE_US
        self.under_way = [sending for sending in self.under_way if sending.sent_us >= oldest_us]

    def _send(self, sending: Sending) -> Answer:
        self._stage.point("the bank is about to be told")
        fate = self._fate()
        if fate in ("late", "twice"):
            self.under_way.append(sending)
        if fate in ("asked in vain", "late"):
            raise ProviderSilent(sending.key)
        answer = self._bank.send(sending.kind, sending.key, sending.capture, sending.minor)
        self._stage.point("the bank was told")
        if fate == "answered in vain":
            raise ProviderSilent(sending.key)
        return answer

    def _fate(self) -> Fate:
        if self.is_good:
            return "told"
        [fate] = self._chance.choices(list(FATES), list(FATES.values()))
        if fate != "told":
            self._count(f"bank: {fate}")
        return fate

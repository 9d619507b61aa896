"""Faults planted on purpose, each of a kind that real programs have had: the play must find every one of them."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar
from unittest.mock import patch

import msgspec
from sqlalchemy.orm import Session

from console.domain.intent import Intent
from console.storage.drafts import Drafts
from console.storage.outbox import Outbox
from console.work import delivery
from console.work.door import Door
from console.work.operation import Cancellation
from store_client.contract.ids import new_id
from store_client.contract.live import Event
from store_client.contract.money import Money
from store_server.desk import decision, repayment, returns
from store_server.desk.captures import Captures
from store_server.desk.movement import Movement
from store_server.desk.once import Asking, Memory, Once
from store_server.desk.provider import Answer
from store_server.desk.returns import Returns
from store_server.storage.movements import RefundRow
from store_server.storage.remembered import RememberedRow
from tests.proof.desk import Desk
from tests.proof.server import Server, watched

T = TypeVar("T", bound=msgspec.Struct)


class ForgetfulMemory(Memory):
    """Keeps every key's answer under a name under which it is never found."""

    def once(
        self, once: Once, actor: Asking, kind: type[T], effect: Callable[[Session], tuple[T, list[Event]]]
    ) -> tuple[T, list[Event]]:
        return super().once(replace(once, key=new_id()), actor, kind, watched(once, actor, effect))


class HastyMemory(Memory):
    """Does the deed in one transaction and remembers its answer in another."""

    def once(
        self, once: Once, actor: Asking, kind: type[T], effect: Callable[[Session], tuple[T, list[Event]]]
    ) -> tuple[T, list[Event]]:
        with self._database.read() as session:
            is_known = session.get(RememberedRow, once.key) is not None
        if is_known:
            return super().once(once, actor, kind, effect)
        with self._database.write() as session:
            result = watched(once, actor, effect)(session)
        return super().once(once, actor, kind, lambda _: result)


class _ForgetfulServer(Server):
    memory = ForgetfulMemory


class _HastyServer(Server):
    memory = HastyMemory


class _LateOutbox(Desk):
    """Sends first and saves what the store has answered."""

    @staticmethod
    def deliver(  # type: ignore[override]
        door: Door, outbox: Outbox, drafts: Drafts, intent: Intent, _: Cancellation, *, label: str, password: str
    ) -> delivery.Answer:
        answer = delivery._ask(door.client, intent)
        outbox.save(intent, label)
        outbox.settle(intent.key, "done")
        return answer


class _NewKeys(Desk):
    """Makes a key of its own for each time that it sends."""

    @staticmethod
    def deliver(  # type: ignore[override]
        door: Door, outbox: Outbox, drafts: Drafts, intent: Intent, _: Cancellation, *, label: str, password: str
    ) -> delivery.Answer:
        saved = outbox.save(intent, label)
        outbox.sends(saved.key)
        answer = delivery._ask(door.client, replace(saved, key=new_id()))
        outbox.settle(saved.key, "done")
        return answer


def _new_provider_key(driver: Returns, row: RefundRow) -> Callable[[], Answer]:
    return partial(driver._provider.refund, new_id(), row.payment, Money(row.amount_minor, row.currency))


def _patched(target: object, name: str, by: object) -> Callable[[], AbstractContextManager[object]]:
    return lambda: patch.object(target, name, by)


@dataclass(frozen=True)
class Planted:
    """``server`` and ``desk``: with the fault in them; ``around``: what is patched while the play lasts. ``found``: what
    the check says that is made for it, one of them."""

    found: tuple[str, ...]
    server: type[Server] = Server
    desk: type[Desk] = Desk
    around: Callable[[], AbstractContextManager[object]] = nullcontext


def _ignore(*_: object, **__: object) -> None:
    """Does not do what it should."""


FAULTS: Mapping[str, Planted] = {
    "an idempotency memory that forgets": Planted(
        ("but the store did it", "was done 2 times"), server=_ForgetfulServer
    ),
    "a deed and its memory in two transactions": Planted(
        ("was done 2 times", "but the store did it"), server=_HastyServer
    ),
    "an outbox that is saved after sending": Planted(("before it was saved",), desk=_LateOutbox),
    "a desk's key made anew on each sending": Planted(("before it was saved",), desk=_NewKeys),
    "a provider's key made anew on each sending": Planted(
        ("nobody ordered",), around=_patched(Returns, "_sending", _new_provider_key)
    ),
    "a doubt that is sent again instead of asked": Planted(
        ("moved 2 times",), around=_patched(Captures, "_asking", Captures._sending)
    ),
    "a horizon that nobody looks at": Planted(
        ("moved 2 times",), around=_patched(Movement, "_is_remembered", lambda *_: True)
    ),
    "a missing reserve": Planted(("reserved and settled",), around=_patched(decision, "reserve", _ignore)),
    "a reserve that is never given back": Planted(
        ("reserved and settled",), around=_patched(repayment, "release", _ignore)
    ),
    "a limit's use not written down": Planted(
        ("uses its limits", "limits are"), around=_patched(decision, "keep", _ignore)
    ),
    "a refund that is not booked": Planted(
        ("reserved and settled", "the ledger"), around=_patched(returns, "pay_back", _ignore)
    ),
    "an undone refund that stays booked": Planted(
        ("the ledger", "reserved"), around=_patched(returns, "undo", _ignore)
    ),
}

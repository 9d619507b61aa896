"""What the play found, each again by itself."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from console.domain.intent import Intent
from console.storage.database import Database
from console.storage.drafts import Drafts
from console.storage.outbox import Outbox
from console.work.delivery import deliver
from console.work.door import Door
from console.work.operation import Cancellation, Cancelled
from store_client.client import StoreClient
from store_client.contract.case import CaseRequest, ClaimedLine, DecidedLine, DecisionRequest
from store_client.contract.ids import new_id
from store_client.contract.session import Session
from store_client.errors import SignedOut
from store_client.transport import Timeouts
from store_server.desk.provider import Answer, ProviderSilent
from store_server.desk.returns import Returns
from store_server.refusal import Refusal
from tests.client.samples import session
from tests.client.web import Web, good, hang_up, problem, serving
from tests.desk.shop import OATS, Shop, agent, once

HORIZON_S = 24 * 3_600


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as web:
        yield web


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    database = Database(tmp_path / "desk.sqlite")
    yield Outbox(database)
    database.close()


def of_user(token: str, user: str) -> Session:
    signed_in = session(token)
    return msgspec.structs.replace(signed_in, user=msgspec.structs.replace(signed_in.user, id=user))


def claim(user: str) -> Intent:
    return Intent(new_id(), "claim_case", "corner", user, new_id(), b"", 1, made_us=0)


def test_what_is_taken_back_while_it_waits_to_be_sent_is_not_sent(outbox: Outbox) -> None:
    intent = claim("ada")
    outbox.save(intent)
    assert outbox.withdraw(intent.key)
    assert not outbox.sends(intent.key)
    with pytest.raises(Cancelled):
        deliver(Door(lambda _: None), outbox, Drafts(outbox._database), intent, Cancellation())


def test_nothing_is_done_in_the_name_of_who_signed_in_since(web: Web) -> None:
    with StoreClient(web.url) as client:
        web.answers = [good(of_user("of ada", "ada")), good({}), good(of_user("of ben", "ben"))]
        worn = client.sign_in("ada", "secret").token
        client.sign_out()
        client.sign_in("ben", "secret")
        with pytest.raises(SignedOut):
            client.sessions.renew(worn)


def test_an_intent_is_sent_for_who_asked_for_it_alone(web: Web, outbox: Outbox) -> None:
    door = Door(lambda _: None)
    door.open(web.url)
    web.answers = [good(of_user("of ben", "ben"))]
    door.client.sign_in("ben", "secret")
    with pytest.raises(SignedOut):
        deliver(door, outbox, Drafts(outbox._database), claim("ada"), Cancellation())
    assert len(web.seen) == 1, "nothing was sent in the name of ben"
    door.close()


def test_a_try_that_was_not_answered_may_have_been_done_whatever_the_next_one_says(web: Web) -> None:
    with StoreClient(web.url, timeouts=Timeouts(1.0, 5.0, 20.0)) as client:
        web.answers = [good(session("t1")), hang_up, problem(401, "signed-out"), problem(401, "signed-out")]
        client.sign_in("ada", "secret")
        with pytest.raises(SignedOut) as told:
            client.claim_case(new_id(), 1, new_id())
        assert told.value.may_be_done


class Deaf:
    """A provider that never gets what it is sent, or not yet. ``sendings``: the keys."""

    horizon_us = HORIZON_S * 1_000_000

    def __init__(self) -> None:
        self.sendings: list[str] = []

    def refund(self, key: str, capture: str, amount: object) -> Answer:
        self.sendings.append(key)
        raise ProviderSilent(key)

    def capture(self, key: str, payment_token: str, amount: object) -> Answer:
        raise ProviderSilent(key)

    def ask(self, key: str) -> Answer:
        return Answer("unknown")


def test_a_refund_that_was_sent_once_is_not_sent_again_after_a_long_pause(corner: Shop) -> None:
    """The store decided to send it again, and stood still for a day before it did."""
    refund, provider = refunded(corner), Deaf()
    returns = Returns(corner.database, provider, corner.clock.now_us)
    returns.drive(refund)  # sent, and not answered
    corner.clock.passes(60)
    returns.drive(refund)  # asked: unknown, so it is to be sent again
    corner.clock.passes(HORIZON_S)
    returns.drive(refund)
    assert len(provider.sendings) == 1
    assert corner.refunds.get(refund).state == "in_doubt"


def test_nobody_says_that_a_refund_failed_while_it_may_be_under_way(corner: Shop) -> None:
    refund = refunded(corner)
    returns = Returns(corner.database, Deaf(), corner.clock.now_us)
    returns.drive(refund)
    corner.clock.passes(HORIZON_S * 0.6)  # too late to send it again, too early to take it for lost
    returns.drive(refund)
    assert not corner.refunds.get(refund).is_forgotten
    corner.clock.passes(HORIZON_S * 0.5)
    returns.drive(refund)
    assert corner.refunds.get(refund).is_forgotten


def test_what_was_refused_is_not_done_by_a_late_copy_of_the_request(corner: Shop) -> None:
    receipt = corner.sell((OATS, 3))
    case = corner.cases.open(CaseRequest(receipt.id, [ClaimedLine(1, 1)]), agent("ada"), once())
    key = once()
    corner.cases.claim(case.id, agent("ada"), 1, once())
    corner.clock.passes(3_600)  # the lease runs out, and the version stays
    with pytest.raises(Refusal, match="stale"):
        corner.cases.claim(case.id, agent("ben"), 1, key)
    held = corner.cases.claim(case.id, agent("ada"), 2, once())
    other = once()
    with pytest.raises(Refusal, match="lease-lost"):
        corner.cases.claim(case.id, agent("ben"), held.version, other)
    corner.clock.passes(3_600)
    with pytest.raises(Refusal, match="lease-lost"):
        corner.cases.claim(case.id, agent("ben"), held.version, other)
    corner.cases.claim(case.id, agent("ben"), held.version, once())


def refunded(shop: Shop) -> str:
    receipt = shop.sell((OATS, 3))
    shop.settle()
    case = shop.cases.open(CaseRequest(receipt.id, [ClaimedLine(1, 1)]), agent(), once())
    case = shop.cases.claim(case.id, agent(), case.version, once())
    assert case.lease is not None
    request = DecisionRequest(lease=case.lease.token, reason="not_taken", lines=[DecidedLine(1, 1)])
    decided = shop.cases.decide(case.id, request, agent(), case.version, once())
    assert decided.decision is not None
    assert decided.decision.refund is not None
    return decided.decision.refund

"""The shopper's own channel: who was there may open a case, and hears what became of it and nothing else."""

import pytest

from store_client.contract.case import AddedLine, ClaimedLine, DecidedLine, DecisionRequest, ShopperCaseRequest
from store_client.contract.gtin import make_gtin
from store_client.contract.live import CaseOpened
from store_server.desk.apps import App, ensure_apps, ensure_demo_app
from store_server.desk.queue import Wanted
from store_server.refusal import Refusal
from tests.desk.shop import MILK, OATS, STORE, Shop, agent, once


@pytest.fixture
def app(shop: Shop) -> App:
    shop.apps.put("pocket", "key of pocket")
    return shop.apps.authenticate("key of pocket")


def wanted(receipt: str, code: str = "code") -> ShopperCaseRequest:
    return ShopperCaseRequest(receipt, code, [ClaimedLine(1, 0)], [AddedLine(MILK, 1)], "Nie genommen", "de")


def refused(call: object, *args: object) -> str:
    with pytest.raises(Refusal) as caught:
        call(*args)  # type: ignore[operator]
    return caught.value.name


def test_a_shopper_opens_a_case_and_hears_the_answer(shop: Shop, app: App) -> None:
    receipt = shop.sell((OATS, 2))
    key = once("body")
    told = shop.shopper.open(wanted(receipt.id), app, key)
    assert shop.shopper.open(wanted(receipt.id), app, key) == told
    assert (told.state, told.answer) == ("open", "")
    (event,) = shop.told
    assert isinstance(event, CaseOpened)
    (item,) = shop.cases.page(STORE, Wanted(channel="shopper")).items
    case = shop.cases.get(item.id)
    assert (case.id, case.language, case.message, case.history[0].by) == (told.id, "de", "Nie genommen", "pocket")

    ada = agent()
    case = shop.cases.claim(case.id, ada, case.version, once())
    assert case.lease is not None
    assert shop.shopper.get(case.id, app).state == "open"  # who works on it is the store's affair
    request = DecisionRequest(
        lease=case.lease.token, reason="not_taken", lines=[DecidedLine(1, 0)], message="Sie haben recht"
    )
    shop.cases.decide(case.id, request, ada, case.version, once())
    assert (shop.shopper.get(case.id, app).state, shop.shopper.get(case.id, app).answer) == (
        "decided",
        "Sie haben recht",
    )


def test_a_proposal_is_nothing_that_a_shopper_hears_of(corner: Shop) -> None:
    corner.apps.put("pocket", "key")
    pocket = corner.apps.authenticate("key")
    told = corner.shopper.open(wanted(corner.sell((OATS, 2)).id), pocket, once())
    ada = agent(limit=10)
    case = corner.cases.claim(told.id, ada, 1, once())
    assert case.lease is not None
    request = DecisionRequest(lease=case.lease.token, reason="not_taken", lines=[DecidedLine(1, 0)], message="Sorry")
    assert corner.cases.decide(case.id, request, ada, case.version, once()).state == "awaiting_approval"
    assert corner.shopper.get(told.id, pocket) == told


def test_who_does_not_know_the_code_learns_nothing(shop: Shop, app: App) -> None:
    receipt = shop.sell((OATS, 2))
    unknown = "0198c0de-0000-7000-8000-00000000000a"
    answers = set()
    for receipt_id, code in ((receipt.id, "Code"), (receipt.id, "cöde"), (unknown, "code")):
        with pytest.raises(Refusal) as caught:
            shop.shopper.open(wanted(receipt_id, code), app, once())
        answers.add((caught.value.name, caught.value.detail))
    assert len(answers) == 1
    assert answers.pop()[0] == "not-found"
    assert shop.cases.page(STORE).items == []


def test_an_app_reads_its_own_cases_only(corner: Shop) -> None:
    for name in ("pocket", "purse"):
        corner.apps.put(name, f"key of {name}")
    pocket, purse = (corner.apps.authenticate(f"key of {name}") for name in ("pocket", "purse"))
    key = once()
    case = corner.shopper.open(wanted(corner.sell((OATS, 2)).id), pocket, key)
    assert refused(corner.shopper.get, case.id, purse) == "not-found"
    assert refused(corner.shopper.open, wanted(corner.sell((OATS, 2)).id), purse, key) == "key-reused"


def test_what_does_not_fit_the_receipt_is_refused_as_of_an_agent(corner: Shop) -> None:
    corner.apps.put("pocket", "key")
    pocket = corner.apps.authenticate("key")
    receipt = corner.sell((OATS, 2))
    nowhere = ShopperCaseRequest(receipt.id, "code", [ClaimedLine(9, 0)], [AddedLine(make_gtin("952999999999"), 1)])
    with pytest.raises(Refusal) as caught:
        corner.shopper.open(nowhere, pocket, once())
    assert [error.field for error in caught.value.errors] == ["lines[0].line", "added[0].gtin"]
    corner.shopper.open(wanted(receipt.id), pocket, once())
    assert refused(corner.shopper.open, wanted(receipt.id), pocket, once()) == "conflict"


def test_keys_are_kept_for_their_owner_alone(corner: Shop) -> None:
    key = ensure_demo_app(corner.apps, corner.folder)
    assert ensure_demo_app(corner.apps, corner.folder) == key
    assert corner.apps.authenticate(key).name == "app"
    assert ensure_apps(corner.apps, corner.folder, ["till", "app"]) == ["till"]
    assert ensure_apps(corner.apps, corner.folder, ["till"]) == []
    assert refused(corner.apps.authenticate, "another") == "signed-out"
    kept = b"".join(path.read_bytes() for path in corner.folder.glob("store.db*"))
    assert key.encode() not in kept

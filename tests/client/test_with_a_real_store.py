"""The client against a store as it is: every reading call, the live feed, a camera."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice, pairwise
from pathlib import Path

import msgspec
import pytest

from store_client.audit import follow
from store_client.client import StoreClient
from store_client.contract.audit import SeenHeads
from store_client.contract.live import Weights
from store_client.contract.moment import from_micros
from store_client.errors import NotFound, NotPermitted
from store_client.live import LiveFeed, LiveItem
from store_server.audit_command import run
from tests.client.waiting import wait_until
from tests.store_process import StoreProcess

ABSENT = "0198c0de-0000-7000-8000-00000000000a"


@pytest.fixture(scope="module")
def client(store: StoreProcess) -> Iterator[StoreClient]:
    with StoreClient(store.http) as made:
        made.sign_in("supervisor", store.demo["supervisor"])
        yield made
        made.sign_out()


@pytest.fixture(scope="module")
def name(store: StoreProcess) -> str:
    return store.stores[0]


def test_every_list_and_every_single_thing_is_understood(client: StoreClient, name: str) -> None:
    assert [store.id for store in client.stores()] == [name]
    assert client.store(name).currency == "EUR"
    assert client.planogram(name).store == name
    assert client.devices(name)
    assert client.cameras(name)
    client.alerts(name)
    products = list(client.each(client.products, limit=7))
    assert len({product.gtin for product in products}) == len(products) > 100
    assert client.product(products[0].gtin) == products[0]
    wait_until(lambda: bool(client.trips(name).items), 60)
    trip = client.trips(name, limit=1).items[0]
    assert client.trip(trip.id).trip.visit == trip.visit
    assert client.cart(trip.id).trip == trip.id
    assert list(islice(client.each(client.receipts, name, limit=1), 3)) is not None
    assert client.cases(name, state="open").items == []
    for missing in (client.receipt, client.refund, client.case, client.cart, client.trip):
        with pytest.raises(NotFound):
            missing(ABSENT)


def test_live_data_come_at_their_pace_and_are_kept(client: StoreClient, name: str) -> None:
    feed = LiveFeed(client.live_access, name)
    feed.start()
    try:
        items: list[LiveItem] = []

        def has_all() -> bool:
            items.extend(feed.read(0.1))
            kinds = [item.kind for item in items]
            return kinds.count("weights") >= 40 and kinds.count("positions") >= 10 and "health" in kinds

        wait_until(has_all, 60)
        last = max(item.message.measured_at for item in items if item.kind == "weights")
        kept = list(feed.history("weights", last - 2_000_000, last))
        assert kept
        assert all(isinstance(each, Weights) and last - 2_000_000 <= each.measured_at < last for each in kept)
        assert feed.statistics()["weights"].bad == 0
        plate = client.planogram(name).plates[0].id
        series = client.weights(name, [plate], from_micros(last) - timedelta(seconds=5), from_micros(last), points=20)
        assert [each.plate for each in series.series] == [plate]
        client.positions(name, from_micros(last) - timedelta(seconds=5), from_micros(last))
    finally:
        feed.stop()


def test_pictures_come_one_after_the_other(client: StoreClient, name: str) -> None:
    camera = client.cameras(name)[0].id
    wait_until(lambda: bool(list(islice(client.pictures(camera, width=320), 1))), 60)
    taken = list(islice(client.pictures(camera, width=320), 5))
    for one, next_one in pairwise(taken):  # a machine that is short of time tells them with a large error
        assert next_one.captured_at - one.captured_at > -one.clock_error_us - next_one.clock_error_us
    assert len({each.captured_at for each in taken}) > 1


def test_its_audit_log_is_followed_and_checked_while_it_runs(
    store: StoreProcess, client: StoreClient, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    seen = client.audit_head()
    with StoreClient(store.http) as agent:
        agent.sign_in("agent", store.demo["agent"])
        agent.sign_out()
    assert [(one.by, one.action) for one in client.audit(by="agent", limit=2).items] == [
        ("agent", "signed_out"),
        ("agent", "signed_in"),
    ]
    trail = follow(client, seen)
    assert (trail.condition, trail.head.count) == ("whole", seen.count + 2)
    heads = tmp_path / "seen.json"
    heads.write_bytes(msgspec.json.encode(SeenHeads(store.http, [seen, trail.head])))
    assert run(["verify", "--data", str(store.data), "--seen", str(heads)]) == 0, capsys.readouterr().out
    assert capsys.readouterr().out.startswith("whole: ")


def test_a_role_gets_no_more_than_its_own(store: StoreProcess, name: str) -> None:
    with StoreClient(store.http) as auditor:
        auditor.sign_in("auditor", store.demo["auditor"])
        with pytest.raises(NotPermitted):
            auditor.planogram(name)
        with pytest.raises(NotPermitted):
            auditor.live_access()
        auditor.sign_out()

"""What the devices say of the site is kept, and what was stays readable."""

from datetime import UTC, datetime

import msgspec
import pytest

from store_client.contract.money import Money
from store_client.contract.planogram import Point
from store_server.refusal import Refusal
from tests.desk.shop import MILK, OATS, SECOND, STORE, Shop, finding, site


def test_a_new_planogram_holds_from_when_it_is_seen(corner: Shop) -> None:
    before = corner.stores.planogram(STORE)
    corner.clock.passes(60)
    changed = msgspec.structs.replace(site().planogram, version=2, outline=[Point(0, 0), Point(9, 9)])
    corner.stores.install(msgspec.structs.replace(site(), planogram=changed))
    now = datetime.fromtimestamp(corner.clock.us / 1e6, UTC)
    assert corner.stores.planogram(STORE) == msgspec.structs.replace(changed, valid_from=now)
    assert corner.stores.planogram(STORE, datetime(2026, 1, 2, tzinfo=UTC)) == before
    with pytest.raises(Refusal, match="no planogram"):
        corner.stores.planogram(STORE, datetime(2025, 1, 2, tzinfo=UTC))
    assert [store.name for store in corner.stores.all()] == ["Corner"]
    with pytest.raises(Refusal, match="no store"):
        corner.stores.get("elsewhere")


def test_versions_of_a_planogram_only_grow(corner: Shop) -> None:
    """Another scenario on the same folder counts from 1 again."""
    for corners in (2, 3, 2):
        corner.clock.passes(60)
        other = msgspec.structs.replace(site().planogram, version=1, outline=[Point(0, 0)] * corners)
        corner.stores.install(msgspec.structs.replace(site(), planogram=other))
    now = corner.stores.planogram(STORE)
    assert (now.version, len(now.outline)) == (4, 2)


def test_a_shopper_pays_the_price_that_they_saw_when_entering(corner: Shop) -> None:
    trip = corner.enter()
    corner.clock.passes(60)
    oats, *others = site().products
    dearer = msgspec.structs.replace(oats, price=Money(999, "EUR"))
    corner.stores.install(msgspec.structs.replace(site(), products=[dearer, *others]))
    corner.clock.passes(1)
    corner.checkout.apply([finding("picked", trip, OATS, corner.clock.us)])
    assert corner.carts.get(trip).total == Money(199, "EUR")
    assert corner.products.get(OATS).price == Money(999, "EUR")
    later = corner.enter()
    corner.checkout.apply([finding("picked", later, OATS, corner.clock.us + SECOND)])
    assert corner.carts.get(later).total == Money(999, "EUR")
    then = corner.trips.inside(STORE, corner.clock.us, corner.clock.us + 2 * SECOND).stays
    assert {stay.trip.id: stay.carts[-1].cart.total.minor for stay in then} == {trip: 199, later: 999}


def test_a_product_that_was_gone_comes_back(shop: Shop) -> None:
    """Of a season: it is sold again from then on, and was not in between."""
    oats, *others = site().products
    shop.clock.passes(60)
    shop.stores.install(msgspec.structs.replace(site(), products=others))
    without = shop.enter()
    for price in (199, 199, 219):
        shop.clock.passes(60)
        again = msgspec.structs.replace(oats, price=Money(price, "EUR"))
        shop.stores.install(msgspec.structs.replace(site(), products=[again, *others]))
    after = shop.enter()
    for trip in (without, after):
        shop.checkout.apply([finding("picked", trip, OATS, shop.clock.us + SECOND)])
    assert (shop.carts.get(without).total.minor, shop.carts.get(after).total.minor) == (0, 219)
    assert [product.gtin for product in shop.products.page(q=OATS).items] == [OATS]


def test_products_are_found_by_words_and_paged(corner: Shop) -> None:
    assert [product.gtin for product in corner.products.page(q="oat food").items] == [MILK, OATS]
    assert [product.gtin for product in corner.products.page(q=OATS).items] == [OATS]
    first = corner.products.page(limit=2)
    rest = corner.products.page(limit=2, cursor=first.next)
    assert [product.name for product in first.items + rest.items] == ["Oat Drink Müsli", "Rolled Oats 500g", "Soap"]
    with pytest.raises(Refusal, match="no product"):
        corner.products.get("0" * 14)

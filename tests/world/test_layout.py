"""Floor plans, catalogue and stock: invented, but they hold together."""

import math

import pytest

from store_client.contract.gtin import is_gtin
from store_server.world.catalogue import make_catalogue
from store_server.world.floor_plan import FLOOR_PLANS
from store_server.world.layout import Layout
from store_server.world.simulation import Simulation
from store_server.world.stock import Stock

SHAPES = {"small": (5, 6, 12), "reference": (8, 5, 12), "stress": (20, 6, 12)}
AISLE = 1.2


def test_three_hundred_products_with_right_check_digits() -> None:
    products = [article.product for article in make_catalogue()]
    assert len({product.gtin for product in products}) == len({product.name for product in products}) == 300
    assert all(is_gtin(product.gtin) and product.gtin.startswith("0952") for product in products)
    assert {product.tax_rate for product in products} == {700, 1900}
    weights = [product.grams for product in products]
    assert sum(weights.count(grams) > 1 for grams in weights) > 150, "same-weight neighbours"


@pytest.mark.parametrize("name", sorted(FLOOR_PLANS))
def test_stores_have_the_sizes_of_the_field(name: str) -> None:
    layout = Layout(FLOOR_PLANS[name])
    stock = Stock(layout, make_catalogue(), seed=1)
    planogram = layout.planogram("demo", stock.facings(layout))
    assert layout.shape == SHAPES[name]
    assert len(planogram.plates) == math.prod(SHAPES[name])
    carrying = [plate for facing in planogram.facings for plate in facing.plates]
    assert len(carrying) == len(set(carrying)), "a plate belongs to one facing"
    assert 0.85 < len(carrying) / len(planogram.plates) < 0.95
    assert {len(facing.plates) for facing in planogram.facings} <= {1, 2, 3, 4}
    assert len(layout.cameras("demo")) == 8


@pytest.mark.parametrize("name", sorted(FLOOR_PLANS))
def test_aisles_are_wide_enough_to_walk(name: str) -> None:
    plan = FLOOR_PLANS[name]
    for number, (x0, y0, x1, y1) in enumerate(plan.islands):
        assert y0 - plan.gate_y > AISLE
        for gap in (x0, y0, plan.width - x1, plan.depth - y1):
            assert gap < 0.06 or gap > AISLE, "against a wall, or an aisle before it"
        for a0, b0, a1, b1 in plan.islands[number + 1 :]:
            assert max(a0 - x1, x0 - a1, b0 - y1, y0 - b1) > AISLE


def test_plates_run_from_the_shoppers_left_to_right() -> None:
    simulation = Simulation("quiet", seed=1)
    plates = {plate.id: plate for plate in simulation.planogram.plates}
    north = simulation.planogram.gondolas[0]
    assert math.isclose(north.angle, -math.pi / 2)
    assert plates["1.0.11"].x - plates["1.0.0"].x == pytest.approx(1.1)  # one faces north, so right is east
    assert plates["1.5.0"].z > plates["1.0.0"].z


def test_products_and_places_do_not_depend_on_the_seed() -> None:
    one, other = Simulation("steady", seed=1), Simulation("steady", seed=2)
    assert one.products == other.products
    assert one.planogram == other.planogram

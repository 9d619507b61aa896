"""A recording's planogram and products as the contract says them.

The recording gives no gate, no tax and hardly a price: the gate is set into the front of the floor, nothing is taxed,
and a price that is missing or a placeholder is one dollar. Its frame is ours (metres, z up): shelf fronts lie at y = 0,
people at y < 0. A facing's box begins at the front left corner of its floor; its plates share its width.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from math import cos, isfinite, pi, sin

from store_client.contract.money import Money
from store_client.contract.planogram import Facing, Gate, Gondola, Planogram, Plate, Point, plate_id
from store_client.contract.product import Product
from store_client.contract.store import Policies, Store
from store_server.recorded.barcode import to_gtin
from store_server.recorded.forms import Box, FacingLine, ProductLine
from store_server.recorded.lines import Complaint, Unreadable

CURRENCY = "USD"
GATE = "gate"
VALID_FROM = datetime(2020, 4, 20, tzinfo=UTC)
DEAREST = 1_000
LOBBY = 2.2
"""Metres of floor before the shelves."""
MARGIN = 0.4


def make_store(store: str) -> Store:
    return Store(
        id=store,
        name="Nanostore (recorded)",
        time_zone="UTC",
        currency=CURRENCY,
        tax="added",
        policies=Policies(
            refund_window_days=30,
            approval_limit=Money(5_000, CURRENCY),
            case_due_hours=24,
            retention_hours_weights=4,
            retention_hours_positions=24,
            agent_day_limit=Money(40_000, CURRENCY),
            approval_hours=24,
        ),
    )


def make_products(lines: Sequence[tuple[int, ProductLine]], stocked: Sequence[str]) -> list[Product]:
    """Each product once: what is listed twice is taken as it is listed first. ``stocked`` that is not listed is added."""
    products: dict[str, Product] = {}
    for _, line in lines:
        if not line.product_id.id:
            continue
        gtin = to_gtin(line.product_id.id)
        if gtin in products:
            continue
        price, grams = line.metadata.price, line.metadata.weight
        is_priced = price is not None and isfinite(price) and 0 < price < DEAREST
        products[gtin] = Product(
            gtin=gtin,
            name=line.metadata.name.strip() or line.product_id.id,
            price=Money(round((price or 1) * 100) if is_priced else 100, CURRENCY),
            tax_rate=0,
            grams=grams if grams is not None and isfinite(grams) and grams > 0 else None,
        )
    for gtin in stocked:
        products.setdefault(gtin, Product(gtin, f"Unlisted {gtin}", Money(100, CURRENCY), 0))
    return list(products.values())


def make_planogram(store: str, lines: Sequence[tuple[int, FacingLine]], complain: Complaint) -> Planogram:
    """Raises Unreadable if no line names a plate."""
    plates: dict[tuple[int, int, int], Plate] = {}
    facings: list[Facing] = []
    boxes: dict[int, list[Box]] = {}
    for number, line in lines:
        places = [ref.indices for ref in line.plate_ids]
        if not _is_usable(line) or any(place in plates for place in places) or len(set(places)) < len(places):
            complain(f"planogram.json line {number}: no plates, plates of another facing, or no extent")
            continue
        plates.update(zip(places, _plates(line), strict=True))
        code = line.planogram_product_id.id
        gondola, shelf, first = places[0]
        boxes.setdefault(gondola, []).append(line.global_coordinates)
        ids = [plate_id(*place) for place in places]
        facings.append(Facing(f"{gondola}.{shelf}.{first}-{places[-1][2]}", to_gtin(code) if code else None, ids))
    if not plates:
        raise Unreadable("the planogram names no plate")
    floor = _floor(list(plates.values()))
    low, high = floor[0], floor[2]
    gate = Gate(GATE, "Gate", (low.x + high.x) / 2, low.y, 1.0, pi / 2)
    return Planogram(store, 1, VALID_FROM, floor, [gate], _gondolas(boxes), list(plates.values()), facings)


def _is_usable(line: FacingLine) -> bool:
    box = line.global_coordinates
    numbers = (*_corner(box, 0, 0), box.transform.translation.z, box.dim_x, box.dim_y)
    indices = [index for ref in line.plate_ids for index in ref.indices]
    is_sound = all(isfinite(value) and abs(value) < 1_000 for value in numbers) and all(0 <= i < 1_000 for i in indices)
    return bool(line.plate_ids) and is_sound and box.dim_x > 0 and box.dim_y > 0


def _corner(box: Box, along: float, into: float) -> tuple[float, float]:
    """A point of the box on the floor: metres ``along`` the shelf and ``into`` it."""
    turn, place = box.transform.rotation.z, box.transform.translation
    return place.x + along * cos(turn) - into * sin(turn), place.y + along * sin(turn) + into * cos(turn)


def _plates(line: FacingLine) -> list[Plate]:
    box = line.global_coordinates
    width = box.dim_x / len(line.plate_ids)
    plates = []
    for place, ref in enumerate(line.plate_ids):
        x, y = _corner(box, (place + 0.5) * width, box.dim_y / 2)
        indices = ref.indices
        plates.append(
            Plate(
                plate_id(*indices),
                *indices,
                round(x, 4),
                round(y, 4),
                round(box.transform.translation.z, 4),
                round(width, 4),
                round(box.dim_y, 4),
            )
        )
    return plates


def _gondolas(boxes: Mapping[int, Sequence[Box]]) -> list[Gondola]:
    """``boxes``: of the facings of each."""
    gondolas = []
    for number, own in sorted(boxes.items()):
        corners = [_corner(box, a, b) for box in own for a in (0, box.dim_x) for b in (0, box.dim_y)]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        outline = [
            Point(round(x, 4), round(y, 4))
            for x, y in ((min(xs), min(ys)), (max(xs), min(ys)), (max(xs), max(ys)), (min(xs), max(ys)))
        ]
        angle = own[0].transform.rotation.z - pi / 2
        height = max(box.transform.translation.z + box.dim_z for box in own)
        gondolas.append(Gondola(number, f"Gondola {number}", outline, angle % (2 * pi), round(height, 3)))
    return gondolas


def _floor(plates: Sequence[Plate]) -> list[Point]:
    """The shelves and the floor before them, with a margin."""
    xs, ys = [plate.x for plate in plates], [plate.y for plate in plates]
    low_x, high_x = round(min(xs) - MARGIN, 2), round(max(xs) + MARGIN, 2)
    low_y, high_y = round(-LOBBY, 2), round(max(ys) + MARGIN, 2)
    return [Point(low_x, low_y), Point(high_x, low_y), Point(high_x, high_y), Point(low_x, high_y)]

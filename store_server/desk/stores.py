"""Stores, their planograms and cameras."""

from collections.abc import Callable
from datetime import datetime

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from store_client.contract.camera import Camera
from store_client.contract.decoding import from_json
from store_client.contract.device import Site
from store_client.contract.moment import from_micros, to_micros
from store_client.contract.planogram import Planogram
from store_client.contract.product import Product
from store_client.contract.store import Store
from store_server.cart.catalogue import store_of
from store_server.cart.words import words_of
from store_server.refusal import Refusal
from store_server.storage.database import Database
from store_server.storage.stores import CameraRow, PlanogramRow, ProductRow, StoreRow


class Stores:
    def __init__(self, database: Database, now_us: Callable[[], int]) -> None:
        self._database = database
        self._now_us = now_us

    def install(self, site: Site) -> None:
        """Keeps what the devices say of the site; what changed becomes a new version, what was stays readable."""
        now_us = self._now_us()
        with self._database.write() as session:
            session.merge(StoreRow(id=site.store.id, body=_text(site.store)))
            session.flush()
            _install_planogram(session, site, now_us)
            _install_products(session, site, now_us)
            session.execute(delete(CameraRow).where(CameraRow.store == site.store.id))
            session.add_all(
                CameraRow(store=site.store.id, id=camera.id, position=position, body=_text(camera))
                for position, camera in enumerate(site.cameras)
            )

    def all(self) -> list[Store]:
        with self._database.read() as session:
            bodies = session.scalars(select(StoreRow.body).order_by(StoreRow.id))
            return [from_json(body, Store) for body in bodies]

    def get(self, store: str) -> Store:
        with self._database.read() as session:
            return store_of(session, store)

    def planogram(self, store: str, at: datetime | None = None) -> Planogram:
        """The planogram that held at ``at`` (now if None). Refusal("not-found") before the first."""
        at_us = self._now_us() if at is None else to_micros(at)
        with self._database.read() as session:
            store_of(session, store)
            body = session.scalar(
                select(PlanogramRow.body)
                .where(PlanogramRow.store == store, PlanogramRow.valid_from_us <= at_us)
                .order_by(PlanogramRow.valid_from_us.desc())
                .limit(1)
            )
        if body is None:
            raise Refusal("not-found", "no planogram held at that moment")
        return from_json(body, Planogram)

    def cameras(self, store: str) -> list[Camera]:
        with self._database.read() as session:
            store_of(session, store)
            bodies = session.scalars(
                select(CameraRow.body).where(CameraRow.store == store).order_by(CameraRow.position)
            )
            return [from_json(body, Camera) for body in bodies]


def _install_planogram(session: Session, site: Site, now_us: int) -> None:
    """A planogram that differs from the last in more than its version and date holds from now on.

    Versions only grow, also where the devices are now those of another scenario and count for themselves.
    """
    last = session.scalars(
        select(PlanogramRow)
        .where(PlanogramRow.store == site.store.id)
        .order_by(PlanogramRow.valid_from_us.desc())
        .limit(1)
    ).first()
    planogram = site.planogram
    from_us = to_micros(planogram.valid_from)
    if last is not None:
        known = from_json(last.body, Planogram)
        if msgspec.structs.replace(planogram, version=known.version, valid_from=known.valid_from) == known:
            return
        from_us = max(now_us, last.valid_from_us + 1)
        version = max(planogram.version, known.version + 1)
        planogram = msgspec.structs.replace(planogram, version=version, valid_from=from_micros(from_us))
    session.add(
        PlanogramRow(store=site.store.id, valid_from_us=from_us, version=planogram.version, body=_text(planogram))
    )


def _install_products(session: Session, site: Site, now_us: int) -> None:
    """The first known form of a product has held since ever; another takes over from now on, and so does one that comes
    back after it was gone."""
    rows = session.scalars(
        select(ProductRow).where(ProductRow.store == site.store.id).order_by(ProductRow.valid_from_us)
    )
    last = {row.gtin: row for row in rows}
    for product in site.products:
        row = last.pop(product.gtin, None)
        if row is not None and row.valid_to_us is None:
            if row.body == _text(product):
                continue
            row.valid_to_us = max(now_us, row.valid_from_us + 1)
        from_us = 0 if row is None or row.valid_to_us is None else max(now_us, row.valid_to_us)
        session.add(_product_row(site.store.id, product, from_us))
    for row in last.values():
        if row.valid_to_us is None:
            row.valid_to_us = max(now_us, row.valid_from_us + 1)


def _product_row(store: str, product: Product, from_us: int) -> ProductRow:
    return ProductRow(
        store=store,
        gtin=product.gtin,
        valid_from_us=from_us,
        name=product.name,
        search=" " + " ".join([*words_of(f"{product.name} {product.category}"), product.gtin]),
        body=_text(product),
    )


def _text(struct: msgspec.Struct) -> str:
    return msgspec.json.encode(struct).decode()

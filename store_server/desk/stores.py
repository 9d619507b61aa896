"""Stores, their planograms and cameras, and their products."""

from collections.abc import Callable
from datetime import datetime

from store_client.contract.camera import Camera
from store_client.contract.device import Site
from store_client.contract.page import Page
from store_client.contract.planogram import Planogram
from store_client.contract.product import Product
from store_client.contract.store import Store
from store_server.storage.database import Database


class Stores:
    def __init__(self, database: Database, now_us: Callable[[], int]) -> None:
        self._database = database
        self._now_us = now_us

    def install(self, site: Site) -> None:
        """Keeps what the devices say of the site; what changed becomes a new version, what was stays readable."""
        raise NotImplementedError

    def all(self) -> list[Store]:
        raise NotImplementedError

    def get(self, store: str) -> Store:
        raise NotImplementedError

    def planogram(self, store: str, at: datetime | None = None) -> Planogram:
        """The planogram that held at ``at`` (now if None). Refusal("not-found") before the first."""
        raise NotImplementedError

    def cameras(self, store: str) -> list[Camera]:
        raise NotImplementedError


class Products:
    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, *, q: str = "", cursor: str | None = None, limit: int = 100) -> Page[Product]:
        """By name. ``q``: words of the name or category, or a GTIN."""
        raise NotImplementedError

    def get(self, gtin: str) -> Product:
        raise NotImplementedError

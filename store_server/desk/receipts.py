"""Receipts as the desk finds and reads them."""

from datetime import datetime

from store_client.contract.page import Page
from store_client.contract.receipt import Receipt, ReceiptSummary
from store_server.storage.database import Database


class Receipts:
    def __init__(self, database: Database) -> None:
        self._database = database

    def page(
        self,
        store: str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        q: str = "",
        min_minor: int | None = None,
        max_minor: int | None = None,
        last4: str | None = None,
        cursor: str | None = None,
        limit: int = 100,
    ) -> Page[ReceiptSummary]:
        """Newest first. ``q``: words (or their beginnings) of product names, a GTIN, a receipt or visit number."""
        raise NotImplementedError

    def get(self, receipt: str) -> Receipt:
        raise NotImplementedError

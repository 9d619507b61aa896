"""Refunds as the desk reads them."""

from store_client.contract.refund import Refund
from store_server.storage.database import Database


class Refunds:
    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, refund: str) -> Refund:
        raise NotImplementedError

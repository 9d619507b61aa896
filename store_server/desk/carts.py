"""Carts as the desk reads and changes them."""

from collections.abc import Callable

from store_client.contract.cart import Cart, CartChangeRequest
from store_server.desk.actor import Actor
from store_server.desk.announce import Announce, announce_nothing
from store_server.desk.once import Memory, Once
from store_server.storage.database import Database


class Carts:
    def __init__(
        self, database: Database, memory: Memory, now_us: Callable[[], int], announce: Announce = announce_nothing
    ) -> None:
        self._database = database
        self._memory = memory
        self._now_us = now_us
        self._announce = announce

    def get(self, trip: str) -> Cart:
        raise NotImplementedError

    def change(self, trip: str, request: CartChangeRequest, actor: Actor, once: Once) -> Cart:
        """Adds or takes back units in a living cart. Refusal("conflict") once the trip has left."""
        raise NotImplementedError

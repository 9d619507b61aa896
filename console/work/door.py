"""The way to the store: the one client of the present, which another replaces when the store is elsewhere."""

import threading
from collections.abc import Callable

from store_client.client import StoreClient
from store_client.contract.session import LiveAccess, Session
from store_client.errors import Unreachable
from store_client.trust import PUBLIC, Trust


class Door:
    """May be used from any thread. ``on_session``: see StoreClient."""

    def __init__(self, on_session: Callable[[Session | None], None]) -> None:
        self._on_session = on_session
        self._guard = threading.Lock()
        self._client: StoreClient | None = None
        self._url: str | None = None
        self._trust = PUBLIC

    @property
    def url(self) -> str | None:
        """None before the store was found."""
        with self._guard:
            return self._url

    @property
    def client(self) -> StoreClient:
        """Raises Unreachable while there is no store to ask."""
        with self._guard:
            if self._client is None:
                raise Unreachable("the store is not there yet")
            return self._client

    @property
    def is_signed_in(self) -> bool:
        with self._guard:
            return self._client is not None and self._client.session is not None

    @property
    def trust(self) -> Trust:
        """Whose certificate is believed there, also for pictures and live data."""
        with self._guard:
            return self._trust

    def open(self, url: str, trust: Trust = PUBLIC) -> None:
        """Turns to the store at ``url``; calls under way to another end with Closed."""
        client = StoreClient(url, trust=trust, on_session=self._on_session)
        with self._guard:
            old, self._client, self._url = self._client, client, url
            self._trust = trust
        if old is not None:
            old.close()

    def close(self) -> None:
        with self._guard:
            client, self._client, self._url = self._client, None, None
        if client is not None:
            client.close()

    def live_access(self) -> LiveAccess:
        """Where the live subjects are now; asked of the store anew when that of before was of no use. Raises
        StoreError."""
        return self.client.live_access()

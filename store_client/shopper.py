"""What an app asks a store for its user, a shopper: open a case on a receipt, and hear what became of it."""

from typing import Self
from urllib.parse import quote

import msgspec

from store_client.answers import decode
from store_client.contract.case import ShopperCase, ShopperCaseRequest
from store_client.transport import Call, Timeouts, Transport
from store_client.trust import PUBLIC, Trust


class ShopperClient:
    """``key``: the app's own, which the store gave it. Raises ValueError for an address that is not safe to use.

    Every call raises a StoreError (see ``store_client.errors``) and may be made from any thread.
    """

    def __init__(self, url: str, key: str, *, timeouts: Timeouts | None = None, trust: Trust = PUBLIC) -> None:
        self._transport = Transport(url, timeouts=timeouts, trust=trust)
        self._key = key

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._transport.close()

    def open_case(self, request: ShopperCaseRequest, key: str, *, timeout: float | None = None) -> ShopperCase:
        """``key``: an idempotency key, saved before the call. Raises NotFound unless the visit began with the code."""
        body = msgspec.json.encode(request)
        return self._send(Call("POST", "/v1/shopper/cases", body=body, headers={"Idempotency-Key": key}), timeout)

    def case(self, case: str, *, timeout: float | None = None) -> ShopperCase:
        return self._send(Call("GET", f"/v1/shopper/cases/{quote(case, safe='')}"), timeout)

    def _send(self, call: Call, timeout: float | None) -> ShopperCase:
        return decode(self._transport.send(call, bearer=self._key, timeout=timeout).body, ShopperCase)

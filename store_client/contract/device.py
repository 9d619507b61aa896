"""What devices send to the store, before the store has thought about it.

Subjects ``device.<store>.plates.<gondola>`` (Weights of contract.live), ``device.<store>.tracks`` (Tracks) and
``device.<store>.gates`` (GateScan), ``device.<store>.scans`` (contract.live.Scan). Simulated, recorded and real
devices all send these and nothing else; stamps are of the device's own clock.
"""

from typing import Literal

import msgspec

from store_client.contract.camera import Camera
from store_client.contract.live import Hand, Message, Metres
from store_client.contract.planogram import Planogram
from store_client.contract.product import Product
from store_client.contract.store import Store

LIVE_USER, LIVE_PASSWORD = "FLOORWALKER_LIVE_USER", "FLOORWALKER_LIVE_PASSWORD"
"""Variables of a device process's environment: who it is at the broker. Everybody can read the options of a process."""


class Track(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One person as the cameras track them: floor position and hands in metres, ``quality`` 0 to 1."""

    track: str
    x: Metres
    y: Metres
    quality: float
    hands: tuple[Hand, ...] = ()


class Tracks(Message, frozen=True, kw_only=True):
    """Everyone tracked at ``measured_at``."""

    tracks: list[Track]


class GateScan(Message, frozen=True, kw_only=True):
    """A code shown at a gate (``entered``), or a person passing out (``left``).

    ``code``: the pseudonymous visit code, the same for all of a group that enters on one code; ``people``: how many
    the gate's sensor counted. ``card``: brand and last four digits of the means of payment behind the code.
    """

    gate: str
    direction: Literal["entered", "left"]
    code: str
    people: int = 1
    payment_token: str = ""
    card: str = ""


class CameraSource(msgspec.Struct, frozen=True):
    """Where a camera's pictures are fetched: one address for each width it delivers."""

    id: str
    name: str
    urls: dict[int, str]


class Site(msgspec.Struct, frozen=True):
    """What a set of devices says of itself before it sends: the one line that a device process prints."""

    store: Store
    planogram: Planogram
    products: list[Product]
    cameras: list[Camera]
    sources: list[CameraSource]

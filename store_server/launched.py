"""What has been started before the store itself."""

from collections.abc import Callable
from dataclasses import dataclass

from store_client.contract.device import Site
from store_server.broker import Access
from store_server.clock import Clock
from store_server.devices import DeviceProcess
from store_server.folder import DataFolder
from store_server.options import Options


@dataclass(frozen=True, slots=True)
class Launched:
    """``server`` and ``desk``: how the store and its desks reach the broker, ``heal``: see Broker; ``process`` or
    ``site`` is None."""

    options: Options
    folder: DataFolder
    clock: Clock
    store: str
    server: Access
    desk: Access
    heal: Callable[[], None]
    process: DeviceProcess | None
    site: Site | None

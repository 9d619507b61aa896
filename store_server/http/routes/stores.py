"""Stores, how they are laid out, and the devices in them."""

from litestar import get

from store_client.contract.camera import Camera
from store_client.contract.live import Device
from store_client.contract.page import Page
from store_client.contract.planogram import Planogram
from store_client.contract.store import Store
from store_server.http.access import SIGNED_IN, allows
from store_server.http.form import moment
from store_server.http.parameters import At, Given, InThreads, NameInPath

TAGS = ["stores"]


@get("/v1/stores", operation_id="listStores", tags=TAGS, opt=SIGNED_IN)
async def list_stores(services: Given, threads: InThreads) -> Page[Store]:
    return Page(await threads(services.stores.all))


@get("/v1/stores/{store:str}", operation_id="getStore", tags=TAGS, opt=SIGNED_IN)
async def get_store(services: Given, threads: InThreads, store: NameInPath) -> Store:
    return await threads(services.stores.get, store)


@get("/v1/stores/{store:str}/planogram", operation_id="getPlanogram", tags=TAGS, opt=allows("floor"))
async def get_planogram(services: Given, threads: InThreads, store: NameInPath, at: At = None) -> Planogram:
    return await threads(services.stores.planogram, store, moment("at", at))


@get("/v1/stores/{store:str}/devices", operation_id="listDevices", tags=TAGS, opt=allows("floor"))
async def list_devices(services: Given, threads: InThreads, store: NameInPath) -> Page[Device]:
    """Every device and how it is."""
    await threads(services.stores.get, store)
    return Page(services.devices.now(store))


@get("/v1/stores/{store:str}/cameras", operation_id="listCameras", tags=TAGS, opt=allows("floor"))
async def list_cameras(services: Given, threads: InThreads, store: NameInPath) -> Page[Camera]:
    await threads(services.stores.get, store)
    return Page(services.cameras.of(store))


HANDLERS = [list_stores, get_store, get_planogram, list_devices, list_cameras]

"""Alerts: what needs a person now."""

from litestar import get

from store_client.contract.live import Alert
from store_client.contract.page import Page
from store_server.http.access import allows
from store_server.http.parameters import Given, InStore, InThreads


@get("/v1/alerts", operation_id="listAlerts", tags=["alerts"], opt=allows("floor"))
async def list_alerts(services: Given, threads: InThreads, store: InStore) -> Page[Alert]:
    """What is raised and not cleared, newest first."""
    await threads(services.stores.get, store)
    return Page(services.alerts.now(store))


HANDLERS = [list_alerts]

"""Every table of the store's database, so that whoever needs them all names one module."""

from sqlalchemy import MetaData

from store_server.storage import (
    apps,
    audit,
    carts,
    cases,
    corrections,
    exhibits,
    ledger,
    limits,
    movements,
    receipts,
    remembered,
    sightings,
    stores,
    trips,
    users,
)
from store_server.storage.base import Base

MODULES = (
    apps,
    audit,
    carts,
    cases,
    corrections,
    exhibits,
    ledger,
    limits,
    movements,
    receipts,
    remembered,
    sightings,
    stores,
    trips,
    users,
)
"""One module a noun; a new one is added here and gets a migration."""


def metadata() -> MetaData:
    return Base.metadata

"""One run of the play from its first step to its healing, on SQLite or PostgreSQL."""

import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from store_server.storage.database import Database
from tests.proof.books import Connection
from tests.proof.director import Director
from tests.proof.planted import Planted
from tests.proof.world import World

SOUND = Planted(())


@dataclass
class Report:
    """Figures of runs: ``did``: the director's steps by kind; ``faults``: what broke, by kind; ``outcomes``: what became
    of wishes and money."""

    steps: int = 0
    checks: int = 0
    did: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)

    def add(self, world: World) -> None:
        self.steps += world.steps
        self.checks += world.checks
        self.did += world.did
        self.faults += world.faults
        self.outcomes += world.outcomes


def make_template(folder: Path) -> Path:
    """A database that is migrated and has no rows."""
    path = folder / "template.sqlite"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    database.close()
    return path


def rehearse(seed: int, steps: int, folder: Path, template: Path, planted: Planted = SOUND) -> World:
    """On a copy of ``template`` in ``folder``, which is to be empty. Raises Anomaly."""
    store = folder / "store.sqlite"
    shutil.copy(template, store)
    with closing(sqlite3.connect(store, isolation_level=None, check_same_thread=False)) as connection:
        return _play(seed, steps, folder, f"sqlite:///{store}", connection, planted)


def rehearse_on(url: str, seed: int, steps: int, folder: Path) -> World:
    """On a PostgreSQL database that is migrated and has no rows. Raises Anomaly."""
    with psycopg.connect(url, autocommit=True) as connection:
        return _play(seed, steps, folder, url, connection, SOUND)


def _play(seed: int, steps: int, folder: Path, url: str, connection: Connection, planted: Planted) -> World:
    with planted.around(), World(seed, folder, url, connection, planted.server, planted.desk) as world:
        Director(world).play(steps)
        world.count_outcomes()
    return world

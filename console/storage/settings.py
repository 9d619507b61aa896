"""How the desk was left: preferences, the window, where it worked last.

A small file of JSON, not the database: it is read before the first window is drawn, and SQLAlchemy takes longer to load
than that window. Nothing in it is worth more than an annoyance.
"""

import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import msgspec

from console.storage.unusable import Unusable
from store_client.contract.decoding import from_json
from store_client.contract.unreadable import UNREADABLE

T = TypeVar("T")


class WindowState(msgspec.Struct, frozen=True):
    """``geometry``: as QWidget.saveGeometry gives it, in base 64. ``apart``: that of each screen in a window of its own.
    ``panels``: by screen, as Screen.arrangement gives them."""

    geometry: bytes = b""
    screen: str = "live_floor"
    apart: dict[str, bytes] = {}
    panels: dict[str, bytes] = {}


class SavedWorkspaces(msgspec.Struct, frozen=True):
    """Arrangements of windows and panels, by the name that somebody gave them."""

    named: dict[str, WindowState] = {}


PLACE = "place"
"""The name of the LastPlace; nothing is kept under it until somebody has chosen a store."""


class LastPlace(msgspec.Struct, frozen=True):
    """``store_url`` None: the embedded store."""

    store_url: str | None = None
    user: str = ""
    store: str = ""


class Settings:
    """One value for a name. May be used from any thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._guard = threading.Lock()
        self._values = _read(path)

    def get(self, name: str, otherwise: T) -> T:
        """What was put last; ``otherwise``, which says the type, where nothing was, or nothing of that form."""
        with self._guard:
            body = self._values.get(name)
        if body is None:
            return otherwise
        try:
            return from_json(body, type(otherwise))
        except UNREADABLE:
            return otherwise

    def put(self, name: str, value: object) -> None:
        """Raises Unusable where the file cannot be written; then it is as it was."""
        body = msgspec.Raw(msgspec.json.encode(value))
        with self._guard:
            values = {**self._values, name: body}
            beside = self._path.with_name(f".{self._path.name}.{os.getpid()}")
            try:
                beside.write_bytes(msgspec.json.encode(values))
                os.replace(beside, self._path)
            except OSError as error:
                with suppress(OSError):
                    beside.unlink()
                raise Unusable(f"{self._path}: {error.strerror or error}") from error
            self._values = values


def _read(path: Path) -> dict[str, msgspec.Raw]:
    """Nothing where there is no file, or one that is no settings file: the desk starts all the same."""
    try:
        return from_json(path.read_bytes(), dict[str, msgspec.Raw])
    except (OSError, *UNREADABLE):
        return {}

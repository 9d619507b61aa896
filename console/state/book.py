"""Frozen values by a key."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Signal

K = TypeVar("K")
V = TypeVar("V")


class Book(QObject, Generic[K, V]):
    """``changed`` carries a frozenset of the keys that came, went or have another value."""

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._values: dict[K, V] = {}

    @property
    def values(self) -> Mapping[K, V]:
        """A view that follows; in the order in which the keys came."""
        return MappingProxyType(self._values)

    def get(self, key: K | None) -> V | None:
        return None if key is None else self._values.get(key)

    def __len__(self) -> int:
        return len(self._values)

    def put(self, values: Mapping[K, V]) -> None:
        """Adds to what is there, or replaces it, key by key."""
        changed = frozenset(key for key, value in values.items() if self._values.get(key) != value)
        if changed:
            self._values.update(values)
            self.changed.emit(changed)

    def drop(self, keys: Iterable[K]) -> None:
        gone = frozenset(key for key in keys if self._values.pop(key, None) is not None)
        if gone:
            self.changed.emit(gone)

    def exchange(self, other: "Book[K, V]") -> None:
        """Each has what the other had."""
        mine, theirs = self._values, other._values
        changed = frozenset(key for key in mine.keys() | theirs.keys() if mine.get(key) != theirs.get(key))
        self._values, other._values = theirs, mine
        if changed:
            self.changed.emit(changed)
            other.changed.emit(changed)

    def replace(self, values: Mapping[K, V]) -> None:
        """``values`` and nothing else from now on."""
        changed = {key for key, value in values.items() if self._values.get(key) != value}
        changed.update(self._values.keys() - values.keys())
        self._values = dict(values)
        if changed:
            self.changed.emit(frozenset(changed))

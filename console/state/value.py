"""The smallest piece of state: one frozen value and a signal when it is another."""

from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Signal

T = TypeVar("T")


class Value(QObject, Generic[T]):
    """``changed`` carries the new value."""

    changed = Signal(object)

    def __init__(self, value: T, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._value = value

    @property
    def value(self) -> T:
        return self._value

    def set(self, value: T) -> None:
        """Tells only of what is different."""
        if value is self._value or value == self._value:
            return
        self._value = value
        self.changed.emit(value)

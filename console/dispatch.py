"""Which handler a command goes to."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject

from console.domain.commands.command import Command
from console.domain.permissions import needed_for
from console.state.desk import Desk

_log = logging.getLogger(__name__)
Handlers = Mapping[type[Command], Callable[[Any], object]]


class Dispatch(QObject):
    """Hands each command on ``desk.commands`` to its handler, in the UI thread, in the order of asking."""

    def __init__(self, desk: Desk, handlers: Handlers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._handlers = dict(handlers)
        desk.commands.connect(self.handle)

    def handle(self, command: Command) -> None:
        needed = needed_for(type(command))
        if needed is not None and not self._desk.may(type(command)):
            _log.warning("%s needs the permission %r, and to be asked for now", type(command).__name__, needed)
            return
        self._handlers[type(command)](command)

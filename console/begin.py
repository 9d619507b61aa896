"""From options to a running desk and back: the part of the start that needs Qt.

The window is shown first. Then the rest is loaded by a thread, so that the window answers meanwhile.
"""

import importlib
import logging
import os
import signal
import sys
import threading
from types import FrameType, ModuleType

from PySide6.QtCore import QLockFile, QObject, Qt, Signal
from PySide6.QtWidgets import QApplication

from console.embedded import EmbeddedStore
from console.logs import log_uncaught, start_log, stop_log
from console.options import Options
from console.paths import Paths
from console.shell import Shell
from console.storage.unusable import Unusable

_log = logging.getLogger("console")


class Loading(QObject):
    """``loaded`` carries the module, in the thread in which this was made."""

    loaded = Signal(object)

    def load(self, name: str) -> None:
        threading.Thread(target=self._load, args=(name,), name=f"load {name}", daemon=True).start()

    def _load(self, name: str) -> None:
        self.loaded.emit(importlib.import_module(name))


class Start(QObject):
    """Goes on from the first picture of the window. ``refusal``: why the desk cannot be used, "" if it can."""

    def __init__(
        self, application: QApplication, shell: Shell, options: Options, paths: Paths, embedded: EmbeddedStore | None
    ) -> None:
        super().__init__()
        self.refusal = ""
        self._application = application
        self._shell = shell
        self._options = options
        self._paths = paths
        self._embedded = embedded
        self._loading = Loading(self)
        self._loading.loaded.connect(self._go_on, Qt.ConnectionType.QueuedConnection)
        self._run: Any = None
        shell.milestones.reached.connect(self._load)
        shell.window.closed.connect(application.quit)

    def _load(self, milestone: str) -> None:
        if milestone == "window":
            self._loading.load("console.running")

    def _go_on(self, module: ModuleType) -> None:
        try:
            self._run = module.Run(self._shell, self._options, self._paths, self._embedded, self._application.exit)
        except Unusable as error:
            self.refusal = str(error)
            self._application.exit(2)

    def stop(self) -> None:
        if self._run is not None:
            self._run.stop()
        elif self._embedded is not None:
            self._embedded.stop()


def run(options: Options, paths: Paths, embedded: EmbeddedStore | None) -> int:
    """The exit code; see ``console.__main__``. ``embedded`` is stopped in any case."""
    lock = QLockFile(str(paths.lock))
    lock.setStaleLockTime(0)
    if not lock.tryLock(0):
        return _refuse(f"another desk uses the data folder {paths.data}", embedded)

"""From options to a running desk and back: the part of the start that needs Qt."""

import logging
import os
import signal
import sys
from types import FrameType

from PySide6.QtCore import QLockFile
from PySide6.QtWidgets import QApplication

from console.app import App
from console.embedded import EmbeddedStore
from console.logs import log_uncaught, start_log, stop_log
from console.options import Options
from console.paths import Paths
from console.storage.database import Database
from console.storage.unusable import Unusable
from console.tour.tour import Tour

_log = logging.getLogger("console")


def run(options: Options, paths: Paths, embedded: EmbeddedStore | None) -> int:
    """The exit code; see ``console.__main__``. ``embedded`` is stopped in any case."""
    lock = QLockFile(str(paths.lock))
    lock.setStaleLockTime(0)
    if not lock.tryLock(0):
        return _refuse(f"another desk uses the data folder {paths.data}", embedded)
    try:
        handler = start_log(paths.log)
        try:
            return _run(options, paths, embedded)
        finally:
            stop_log(handler)
    except (Unusable, OSError) as error:
        return _refuse(str(error), embedded)
    finally:
        lock.unlock()


def _run(options: Options, paths: Paths, embedded: EmbeddedStore | None) -> int:
    if options.tour is not None:
        options.tour.mkdir(parents=True, exist_ok=True)
    database = Database(paths.database)
    if options.is_brief:
        os.environ.setdefault("QT_NO_GLIB", "1")  # GLib's loop does not say when it wakes: see console.tour.turns
    application = QApplication(sys.argv[:1])
    application.setApplicationName("Floorwalker")
    application.setQuitOnLastWindowClosed(False)
    sys.excepthook = log_uncaught
    app = App(application, options, paths, database, embedded)

    def asked_to_end(_signal: int, _frame: FrameType | None) -> None:
        app.window.close()

    signal.signal(signal.SIGINT, asked_to_end)
    signal.signal(signal.SIGTERM, asked_to_end)
    app.show()
    if options.is_brief:
        tour = Tour(app.desk, app.window, lambda: app.video.pids, options.tour, app)
        tour.ended.connect(application.exit)
        tour.start()
    code = application.exec()
    app.stop()
    return code


def _refuse(reason: str, embedded: EmbeddedStore | None) -> int:
    if embedded is not None:
        embedded.stop()
    sys.stderr.write(f"console: {reason}\n")
    return 2

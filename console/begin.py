"""From options to a running desk and back: the part of the start that needs Qt.

The window is shown first. Then a thread loads the rest, so that the window answers meanwhile.
"""

import importlib
import logging
import signal
import sys
import threading
from functools import partial
from types import FrameType, TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QLockFile, QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QMessageBox

from console.domain.problem import Problem
from console.embedded import EmbeddedStore
from console.garbage import Collector, leave_out_of_collections
from console.logs import log_uncaught, start_log, stop_log
from console.options import Options
from console.paths import Paths, find_paths
from console.shell import Shell, liked
from console.storage.settings import Settings
from console.storage.unusable import MadeLater, Unusable
from resources.translations import translator
from store_client.arenas import keep_giving_back, share_arenas

if TYPE_CHECKING:
    from console.app import App

DESKTOP_FILE = "org.floorwalker.desk"
SWITCH_S = 0.000_5
"""The window's thread lets go of the interpreter in each call of Qt that may wait, dozens of times a turn, and waits so long to have
it back from a thread that reads meanwhile. With Python's own 5 ms, turns of 19 ms of processor took 168 by the clock while the
past was played at × 16; with this, 14 took 65 (``tests.benchmarks.jump``). Less costs more than it gives: who waits wakes as often."""

IN_USE = str(QT_TRANSLATE_NOOP("Start", "another desk uses the data folder {0}"))
UNWRITABLE = str(QT_TRANSLATE_NOOP("Start", "nothing can be written into the data folder {0}"))
NO_STORE = str(QT_TRANSLATE_NOOP("Start", "the embedded store cannot start: {0}"))
MADE_LATER = str(
    QT_TRANSLATE_NOOP(
        "Start", "{0} was made by a later version of the desk: start that one, or restore a copy from before"
    )
)
CANNOT_KEEP = str(QT_TRANSLATE_NOOP("Start", "what the desk keeps cannot be read or written: {0}"))
CANNOT_GO_ON = str(QT_TRANSLATE_NOOP("Start", "the desk cannot go on: {0}"))
DAMAGED = str(QT_TRANSLATE_NOOP("Start", "a part of the program is damaged or missing; install it anew"))

_log = logging.getLogger("console")


class Start(QObject):
    """Goes on from the first picture of the window. ``refusal``: why the desk cannot be used, and
    about what, as ``say`` has it; None while it can."""

    _loaded = Signal()
    _failed = Signal()

    def __init__(
        self, application: QApplication, shell: Shell, options: Options, paths: Paths, embedded: EmbeddedStore | None
    ) -> None:
        super().__init__()
        self.refusal: tuple[str, str] | None = None
        self._application = application
        self._shell = shell
        self._options = options
        self._paths = paths
        self._embedded = embedded
        self._app: App | None = None
        self._loading: threading.Thread | None = None
        self._is_whole = False
        self._loaded.connect(self._go_on, Qt.ConnectionType.QueuedConnection)
        self._failed.connect(self._say_failed, Qt.ConnectionType.QueuedConnection)
        shell.window.closed.connect(self._end)
        shell.milestones.reached.connect(self._load)

    def stop(self) -> None:
        if self._loading is not None:
            self._loading.join()  # it tells this what went wrong, and must not find it gone
        if self._app is not None:
            self._app.stop()
        elif self._embedded is not None:
            self._embedded.stop()

    def _end(self) -> None:
        """How the windows stand is kept first: to quit closes all others, and what is in them is put back."""
        if self._app is not None:
            self._app.keep_window()
        self._application.quit()

    def _load(self, milestone: str) -> None:
        if milestone == "window":
            self._loading = threading.Thread(target=self._import, name="load", daemon=True)
            self._loading.start()
        elif milestone == "live":
            leave_out_of_collections()

    def _import(self) -> None:
        try:
            for name in ("console.app", *(["console.tour.tour"] if self._options.is_brief else [])):
                importlib.import_module(name)
            self._is_whole = True
        finally:  # a desk with a damaged part says so, and does not stand there for ever
            self._loaded.emit()

    def _go_on(self) -> None:
        if not self._is_whole:
            self._refuse(DAMAGED)
            return
        try:
            app: App = importlib.import_module("console.app").App(
                self._shell, self._options, self._paths, self._embedded
            )
        except Unusable as error:
            self._refuse(MADE_LATER if isinstance(error, MadeLater) else CANNOT_KEEP, str(error))
            return
        self._app = app
        if self._options.embedded is not None:
            # What was asked for in words is answered in words; who named no store reads it in the window.
            app.arrivals.refused.connect(partial(self._refuse, NO_STORE))
        app.start()
        if self._options.is_brief:
            tour = importlib.import_module("console.tour.tour").Tour(app, self._options.tour)
            tour.ended.connect(self._application.exit)
            tour.start()

    def meet_unexpected(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """For ``sys.excepthook``: a desk at work goes on after what no handler expected. One that is not there yet, or
        that was started to see whether all is well, ends with it."""
        log_uncaught(kind, error, trace)
        if self._app is None or self._options.is_brief:
            self._refuse(CANNOT_GO_ON, f"{kind.__name__}: {error}", code=1)
        else:
            self._failed.emit()

    def meet_unexpected_in_thread(self, failed: threading.ExceptHookArgs) -> None:
        """For ``threading.excepthook``: what that thread did is missing, and all others go on."""
        if failed.exc_value is not None:
            log_uncaught(failed.exc_type, failed.exc_value, failed.exc_traceback)
            self._failed.emit()

    def _say_failed(self) -> None:
        self._shell.desk.problems.say(
            Problem(
                "unexpected",
                self.tr("Something went wrong in the program."),
                self.tr("It goes on; what you decided is kept."),
                self.tr("If something no longer works, start it anew, and give the report to whoever looks after it."),
                has_report=True,
            )
        )

    def _refuse(self, reason: str, about: str = "", code: int = 2) -> None:
        self.refusal = self.refusal or (reason, about)
        self._application.exit(code)


def run(options: Options, paths: Paths, embedded: EmbeddedStore | None) -> int:
    """The exit code; see ``console.__main__``. ``embedded`` is stopped in any case."""
    share_arenas()
    keep_giving_back()
    lock = QLockFile(str(paths.lock))
    lock.setStaleLockTime(0)
    # One that nobody holds may still lie there, empty after a power cut or from another machine by a copy of the folder.
    if not lock.tryLock(0) and not (lock.removeStaleLockFile() and lock.tryLock(0)):
        is_in_use = lock.error() == QLockFile.LockError.LockFailedError
        return _refuse(IN_USE if is_in_use else UNWRITABLE, options, embedded, str(paths.data))
    try:
        if options.tour is not None:
            options.tour.mkdir(parents=True, exist_ok=True)
        handler = start_log(paths.log)
        try:
            return _run(options, paths, embedded)
        finally:
            stop_log(handler)
    except OSError as error:
        return _refuse(str(error), options, embedded)
    finally:
        lock.unlock()


def _run(options: Options, paths: Paths, embedded: EmbeddedStore | None) -> int:
    sys.setswitchinterval(SWITCH_S)
    application = QApplication(sys.argv[:1])
    application.setApplicationName("Floorwalker")
    Collector(application)
    if is_bundled():
        application.setDesktopFileName(DESKTOP_FILE)  # by it the system knows whose window this is
    application.setQuitOnLastWindowClosed(False)
    sys.excepthook = log_uncaught
    is_seen = not options.is_brief and application.platformName() != "offscreen"
    shell = Shell(application, paths, application.primaryScreen().availableSize() if is_seen else None)
    start = Start(application, shell, options, paths, embedded)
    sys.excepthook = start.meet_unexpected
    threading.excepthook = start.meet_unexpected_in_thread

    def asked_to_end(_signal: int, _frame: FrameType | None) -> None:
        shell.window.close()

    signal.signal(signal.SIGINT, asked_to_end)
    signal.signal(signal.SIGTERM, asked_to_end)
    code = application.exec()
    start.stop()
    if start.refusal is not None:
        reason, about = start.refusal
        say(reason, options, about)
    return code


def _refuse(reason: str, options: Options, embedded: EmbeddedStore | None, about: str = "") -> int:
    if embedded is not None:
        embedded.stop()
    say(reason, options, about)
    return 2


def say(reason: str, options: Options, about: str = "") -> None:
    """On standard error; and where the desk was started out of a bundle, in a window and in the desk's language: most often
    there is no terminal. ``about``: takes the place of {0}."""
    sys.stderr.write(f"console: {reason.replace('{0}', about)}\n")
    if not is_bundled() or options.is_brief:
        return
    if QApplication.instance() is not None:
        _show(reason, about)
        return
    application = QApplication(sys.argv[:1])
    spoken = translator(liked(Settings(find_paths(options.data).settings)).language)
    application.installTranslator(spoken)
    _show(reason, about)


def _show(reason: str, about: str) -> None:
    words = QCoreApplication.translate("Start", reason).replace("{0}", about)
    QMessageBox.critical(None, "Floorwalker", words)


def is_bundled() -> bool:
    return bool(getattr(sys, "frozen", False))

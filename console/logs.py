"""The log of the desk: a file that turns over, in which no secret stands."""

import logging
import sys
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from console.redaction import black_out

MAX_BYTES = 2_000_000
KEPT_FILES = 5

_QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class RedactingFormatter(logging.Formatter):
    """Blacks out after everything has been put together, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        return black_out(super().format(record))


class LogFile(RotatingFileHandler):
    """What a full disk does not take is not in the log; the desk, and whoever started it on a terminal, goes on."""

    def handleError(self, record: logging.LogRecord) -> None:
        if not isinstance(sys.exc_info()[1], OSError):
            super().handleError(record)

    def close(self) -> None:
        with suppress(OSError):  # what is still to be written finds no room either
            super().close()


def start_log(path: Path) -> logging.Handler:
    """Sends all that is logged to ``path``, Qt's own messages too. Raises OSError where it cannot be written."""
    handler = LogFile(path, maxBytes=MAX_BYTES, backupCount=KEPT_FILES, encoding="utf-8")
    handler.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    qInstallMessageHandler(_log_qt)
    return handler


def stop_log(handler: logging.Handler) -> None:
    qInstallMessageHandler(None)
    logging.getLogger().removeHandler(handler)
    handler.close()


def log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """For ``sys.excepthook``: what no handler expected is logged in full, and the desk goes on."""
    logging.getLogger("console").critical("unexpected", exc_info=(kind, error, trace))


def _log_qt(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    logging.getLogger(f"qt.{context.category or 'default'}").log(_QT_LEVELS.get(kind, logging.WARNING), "%s", text)

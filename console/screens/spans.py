"""How long ago, how much time there is, and how fast it goes, in words: nobody reckons in dates."""

from PySide6.QtCore import QCoreApplication, QLocale

from widgets.table import StateCell

MINUTE_US = 60_000_000


def span_words(us: int) -> str:
    """A span of µs, never negative: ``12 min``, ``3 h``, ``5 d``."""
    minutes = max(0, us) // MINUTE_US
    if minutes < 120:
        return QCoreApplication.translate("spans", "%n min", None, minutes)
    hours = minutes // 60
    if hours < 48:
        return QCoreApplication.translate("spans", "%n h", None, hours)
    return QCoreApplication.translate("spans", "%n d", None, hours // 24)


def due_cell(due_us: int, now_us: int) -> StateCell:
    """Colour only where it is late."""
    left_us = due_us - now_us
    if left_us < 0:
        return StateCell("danger", QCoreApplication.translate("spans", "{0} late").format(span_words(-left_us)))
    return StateCell("neutral", QCoreApplication.translate("spans", "in {0}").format(span_words(left_us)))


def speed_text(speed: float) -> str:
    """``0,25``, ``16``: as the reader's locale writes it."""
    return QLocale().toString(speed, "g", 3)

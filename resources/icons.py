"""Icons by meaning. The only place that names a picture of the icon font."""

import json
from functools import cache
from typing import Literal, get_args

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

from resources.files import icon_font
from resources.theme import Theme

IconName = Literal[
    "acknowledge", "add", "alert", "audit", "back", "camera", "camera_lost", "cancel", "cart", "cases", "chart", "clear",
    "close", "connected", "correct", "danger", "delete", "disconnected", "door", "down", "empty", "export", "faster", "filter",
    "floor", "follow", "forward", "full_screen", "help", "history", "info", "keyboard", "language", "layout", "leave_full_screen",
    "loading", "lock", "mark_in", "mark_out", "money", "move", "not_permitted", "offline", "pause", "person", "picked", "people", "play", "plate",
    "product", "put_back", "quiet", "receipt", "refresh", "report", "search", "send", "settings", "shelves", "sign_out", "slower", "snapshot", "spotlight",
    "stale", "store", "swap", "theme", "time", "undo", "up", "view", "warning", "zoom_in", "zoom_out",
]  # fmt: skip
Ink = Literal["text", "muted", "accent", "on_accent", "danger", "warning", "good"]

_GLYPHS: dict[IconName, str] = {
    "acknowledge": "check-circle",
    "add": "plus",
    "alert": "bell-ringing",
    "audit": "shield-check",
    "back": "caret-left",
    "camera": "video-camera",
    "camera_lost": "video-camera-slash",
    "cancel": "prohibit",
    "cart": "shopping-cart-simple",
    "cases": "scales",
    "chart": "chart-line",
    "clear": "x-circle",
    "close": "x",
    "connected": "wifi-high",
    "correct": "check",
    "danger": "warning-octagon",
    "delete": "trash",
    "disconnected": "wifi-slash",
    "door": "door",
    "down": "caret-down",
    "empty": "files",
    "export": "download-simple",
    "faster": "fast-forward",
    "filter": "funnel",
    "floor": "map-trifold",
    "follow": "broadcast",
    "forward": "caret-right",
    "full_screen": "corners-out",
    "help": "question",
    "history": "clock-counter-clockwise",
    "info": "info",
    "keyboard": "keyboard",
    "language": "translate",
    "layout": "squares-four",
    "leave_full_screen": "corners-in",
    "loading": "hourglass",
    "lock": "lock-key",
    "mark_in": "arrow-line-left",
    "mark_out": "arrow-line-right",
    "money": "money",
    "move": "arrows-out-cardinal",
    "not_permitted": "hand-palm",
    "offline": "cloud-slash",
    "pause": "pause",
    "people": "users",
    "person": "user",
    "picked": "arrow-down",
    "plate": "squares-four",
    "play": "play",
    "product": "package",
    "put_back": "arrow-up",
    "quiet": "bell-slash",
    "receipt": "receipt",
    "refresh": "arrow-clockwise",
    "report": "bug-beetle",
    "search": "magnifying-glass",
    "send": "paper-plane-tilt",
    "settings": "gear",
    "shelves": "chart-line-up",
    "sign_out": "sign-out",
    "slower": "rewind",
    "snapshot": "camera",
    "spotlight": "crosshair",
    "stale": "clock",
    "store": "storefront",
    "swap": "arrows-left-right",
    "theme": "moon",
    "time": "clock",
    "undo": "arrow-counter-clockwise",
    "up": "caret-up",
    "view": "eye",
    "warning": "warning",
    "zoom_in": "magnifying-glass-plus",
    "zoom_out": "magnifying-glass-minus",
}
ICON_NAMES: tuple[IconName, ...] = get_args(IconName)


class _Glyph(QIconEngine):
    """One sign of the icon font in one colour; in another while what it stands on is disabled."""

    def __init__(self, sign: str, ink: str, disabled: str) -> None:
        super().__init__()
        self._sign, self._ink, self._disabled = sign, ink, disabled

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:  # noqa: ARG002
        face = QFont(_family())
        face.setPixelSize(max(1, rect.height()))
        painter.save()
        painter.setFont(face)
        painter.setPen(QColor(self._disabled if mode == QIcon.Mode.Disabled else self._ink))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self._sign)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        picture = QPixmap(size)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        self.paint(painter, picture.rect(), mode, state)
        painter.end()
        return picture

    def clone(self) -> QIconEngine:
        return _Glyph(self._sign, self._ink, self._disabled)


@cache
def _family() -> str:
    """The font's family, once it has been given to Qt. Needs a QApplication."""
    font, _ = icon_font()
    return QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(font)))[0]


@cache
def _signs() -> dict[str, str]:
    """Code points, as hexadecimal text, by the font's own names."""
    _, charmap = icon_font()
    signs: dict[str, str] = json.loads(charmap.read_text(encoding="utf-8"))
    return signs


def icon(name: IconName, theme: Theme, ink: Ink = "text") -> QIcon:
    """The icon for a meaning, in a colour of the theme; greyed by itself on what is disabled. Needs a QApplication."""
    sign = chr(int(_signs()[_GLYPHS[name]], 16))
    return QIcon(_Glyph(sign, getattr(theme, ink), theme.hatch))

"""Icons by meaning. The only place that names a picture of the icon font."""

from functools import cache
from typing import Literal, get_args

from PySide6.QtGui import QIcon
from qtawesome.iconic_font import IconicFont

from resources.files import icon_font
from resources.theme import Theme

IconName = Literal[
    "acknowledge", "add", "alert", "back", "camera", "camera_lost", "cancel", "cart", "cases", "chart", "clear",
    "close", "connected", "correct", "danger", "delete", "disconnected", "door", "down", "empty", "export", "filter",
    "floor", "follow", "forward", "full_screen", "help", "info", "keyboard", "language", "layout", "leave_full_screen",
    "loading", "lock", "money", "not_permitted", "offline", "pause", "person", "picked", "people", "play", "plate",
    "product", "put_back", "receipt", "refresh", "search", "settings", "shelves", "sign_out", "snapshot", "spotlight",
    "stale", "store", "theme", "time", "undo", "up", "view", "warning", "zoom_in", "zoom_out",
]  # fmt: skip
Ink = Literal["text", "muted", "accent", "on_accent", "danger", "warning", "good"]

_GLYPHS: dict[IconName, str] = {
    "acknowledge": "check-circle",
    "add": "plus",
    "alert": "bell-ringing",
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
    "filter": "funnel",
    "floor": "map-trifold",
    "follow": "broadcast",
    "forward": "caret-right",
    "full_screen": "corners-out",
    "help": "question",
    "info": "info",
    "keyboard": "keyboard",
    "language": "translate",
    "layout": "squares-four",
    "leave_full_screen": "corners-in",
    "loading": "hourglass",
    "lock": "lock-key",
    "money": "money",
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
    "receipt": "receipt",
    "refresh": "arrow-clockwise",
    "search": "magnifying-glass",
    "settings": "gear",
    "shelves": "chart-line-up",
    "sign_out": "sign-out",
    "snapshot": "camera",
    "spotlight": "crosshair",
    "stale": "clock",
    "store": "storefront",
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


@cache
def _font() -> IconicFont:
    """One icon font out of the nine that qtawesome brings: loading them all takes a fifth of a second at start."""
    folder, font, charmap = icon_font()
    return IconicFont(("ph", font, charmap, folder))


def icon(name: IconName, theme: Theme, ink: Ink = "text") -> QIcon:
    """The icon for a meaning, in a colour of the theme; greyed by itself on what is disabled. Needs a QApplication."""
    glyph = f"ph.{_GLYPHS[name]}"
    picture: QIcon = _font().icon(glyph, color=getattr(theme, ink), color_disabled=theme.hatch)
    return picture

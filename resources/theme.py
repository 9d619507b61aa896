"""The tokens of the three themes: colours by meaning, the text scale and the grid.

Neutral greys carry the desk; the saturated colours (``danger``, ``warning``) are for what needs a person, and always
come with a shape and a word. ``PAIRS`` lists which colour is read on which, and how well it has to be.
"""

from dataclasses import dataclass, replace
from typing import Literal, Self

ThemeName = Literal["light", "dark", "contrast"]
GRID = 4
MIN_TARGET = 24
MIN_SCALE, MAX_SCALE = 1.0, 2.0


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours are ``#rrggbb``. ``scale``: size of text and of what goes with it, 1.0 to 2.0."""

    name: ThemeName
    is_dark: bool
    window: str  # behind everything
    surface: str  # panels, tables, the floor of the map
    raised: str  # headers, buttons, cards over a surface
    sunken: str  # wells: inputs, plots, the wall of pictures
    hover: str
    selection: str
    border: str  # hair lines that only part
    outline: str  # edges that must be seen: controls, gondolas
    text: str
    muted: str
    accent: str  # focus, links, what is chosen
    on_accent: str
    danger: str
    danger_tint: str
    warning: str
    warning_tint: str
    info_tint: str
    good: str  # settled, connected: hardly coloured, since it needs nobody
    good_tint: str
    hatch: str  # missing data
    grid_line: str
    plate: str
    shopper: str
    field_of_view: str
    series: tuple[str, str, str, str, str, str, str, str]  # the traces of a graph; each also has a number
    scale: float = 1.0

    def scaled(self, scale: float) -> Self:
        """The same theme with text at ``scale``, held between 1.0 and 2.0."""
        return replace(self, scale=min(max(scale, MIN_SCALE), MAX_SCALE))

    def space(self, steps: float) -> int:
        """Pixels of ``steps`` on the 4 px grid. It grows half as fast as text does: most of the room is for the text."""
        return round(GRID * steps * (1 + (self.scale - 1) / 2))

    def px(self, pixels: float) -> int:
        """Pixels of something that grows with the text: an icon, a dot, a bar."""
        return round(pixels * self.scale)

    @property
    def target(self) -> int:
        """Least height and width in pixels of what is clicked."""
        return max(MIN_TARGET, self.px(28))

    @property
    def icon_size(self) -> int:
        return self.px(16)


LIGHT = Theme(
    name="light",
    is_dark=False,
    window="#eceef0",
    surface="#f9fafa",
    raised="#ffffff",
    sunken="#ffffff",
    hover="#e4e7ea",
    selection="#d3dfec",
    border="#d3d7db",
    outline="#7d858e",
    text="#1a1d21",
    muted="#535a62",
    accent="#2b5d96",
    on_accent="#ffffff",
    danger="#b3241c",
    danger_tint="#fae6e4",
    warning="#8a5500",
    warning_tint="#fbefd9",
    info_tint="#e3ebf4",
    good="#3b654d",
    good_tint="#e4ede7",
    hatch="#8b929a",
    grid_line="#e3e6e9",
    plate="#c9ced3",
    shopper="#3c444d",
    field_of_view="#6d7f93",
    series=("#0f62a8", "#b1520a", "#1b7a59", "#7b4daa", "#0c7480", "#85572a", "#a8326e", "#4f5d6b"),
)
DARK = Theme(
    name="dark",
    is_dark=True,
    window="#17191c",
    surface="#1f2225",
    raised="#2a2e32",
    sunken="#131517",
    hover="#30353a",
    selection="#2d4157",
    border="#363b40",
    outline="#7f8790",
    text="#e7e9eb",
    muted="#a8afb7",
    accent="#85b0e0",
    on_accent="#0e151d",
    danger="#ff8379",
    danger_tint="#42211f",
    warning="#eeb14a",
    warning_tint="#3b2e16",
    info_tint="#22303f",
    good="#93bfa3",
    good_tint="#203128",
    hatch="#727a83",
    grid_line="#25292d",
    plate="#42484f",
    shopper="#c3c9d0",
    field_of_view="#8798aa",
    series=("#6fb1f0", "#f09a5b", "#5cc9a0", "#b79ae6", "#58c4cf", "#c99f6d", "#e784b4", "#a9b6c4"),
)
CONTRAST = Theme(
    name="contrast",
    is_dark=True,
    window="#000000",
    surface="#000000",
    raised="#0d0d0d",
    sunken="#000000",
    hover="#262626",
    selection="#003a80",
    border="#8c8c8c",
    outline="#ffffff",
    text="#ffffff",
    muted="#e2e2e2",
    accent="#ffe14d",
    on_accent="#000000",
    danger="#ff8a80",
    danger_tint="#3d0000",
    warning="#ffc233",
    warning_tint="#332400",
    info_tint="#001f45",
    good="#8ef0ad",
    good_tint="#00260f",
    hatch="#b3b3b3",
    grid_line="#333333",
    plate="#595959",
    shopper="#ffffff",
    field_of_view="#c7d6e6",
    series=("#66b8ff", "#ffa04d", "#4dffb8", "#d0aaff", "#4de8f5", "#ffd080", "#ff85c2", "#ffffff"),
)
THEMES: dict[ThemeName, Theme] = {"light": LIGHT, "dark": DARK, "contrast": CONTRAST}

TEXT, GRAPHIC = 4.5, 3.0
_GROUNDS = ("window", "surface", "raised", "sunken")
PAIRS: tuple[tuple[str, str, float], ...] = (
    *((ink, ground, TEXT) for ink in ("text", "muted", "accent", "danger", "warning", "good") for ground in _GROUNDS),
    *((ink, ground, TEXT) for ink in ("text", "muted") for ground in ("hover", "selection")),
    ("on_accent", "accent", TEXT),
    *((ink, f"{ink}_tint", TEXT) for ink in ("danger", "warning", "good")),
    *(("text", tint, TEXT) for tint in ("danger_tint", "warning_tint", "good_tint", "info_tint")),
    *(("muted", tint, TEXT) for tint in ("danger_tint", "warning_tint", "good_tint", "info_tint")),
    ("accent", "info_tint", TEXT),
    *(
        (ink, ground, GRAPHIC)
        for ink in ("outline", "hatch", "shopper", "field_of_view")
        for ground in ("surface", "sunken")
    ),
    ("outline", "window", GRAPHIC),
    ("outline", "raised", GRAPHIC),
    ("shopper", "plate", GRAPHIC),
    ("accent", "selection", GRAPHIC),
    ("danger", "selection", GRAPHIC),
    ("warning", "selection", GRAPHIC),
)
"""(ink, ground, least contrast): text 4.5:1 and graphics 3:1, as WCAG 2.2 asks in 1.4.3 and 1.4.11."""


def luminance(color: str) -> float:
    """Relative luminance of ``#rrggbb`` from 0 (black) to 1 (white), WCAG 2.2."""
    parts = (int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21, WCAG 2.2."""
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)

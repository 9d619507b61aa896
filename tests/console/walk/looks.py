"""The looks of the desk that are walked through."""

from dataclasses import dataclass
from itertools import product

import msgspec

from console.domain.preferences import LANGUAGES, THEMES, Preferences

SIZES = ((1280, 720, 1), (1920, 1080, 1), (1920, 1080, 2))
"""Width and height in the pixels of the desk, and how many of the screen's each of them has: the last is 3840×2160 at
200 %."""
SCALES = (100, 150, 200)


@dataclass(frozen=True, slots=True)
class Look:
    width: int
    height: int
    theme: str
    text_scale: int
    language: str
    ratio: int = 1

    def __str__(self) -> str:
        size = f"{self.width * self.ratio}x{self.height * self.ratio}"
        return f"{size}-{self.theme}-{self.text_scale}-{self.language}"

    @property
    def likes(self) -> Preferences:
        asked = {
            "theme": self.theme,
            "language": self.language,
            "text_scale": self.text_scale,
            "lock_minutes": 0,
            "has_seen_hints": True,
        }
        return msgspec.convert(asked, Preferences)


ALL = tuple(
    Look(width, height, theme, text_scale, language, ratio)
    for (width, height, ratio), theme, text_scale, language in product(SIZES, THEMES, SCALES, LANGUAGES)
)
COVERING = (
    Look(1280, 720, "contrast", 200, "de"),
    Look(1920, 1080, "light", 150, "en"),
    Look(1280, 720, "dark", 100, "de"),
)
"""Every size, theme, size of text and language, and of their pairs those that are hardest."""

"""How a user likes the desk."""

from dataclasses import dataclass
from typing import Literal

ThemeName = Literal["light", "dark", "contrast"]
Language = Literal["en", "de"]
THEMES: tuple[ThemeName, ...] = ("light", "dark", "contrast")
LANGUAGES: dict[Language, str] = {"en": "English", "de": "Deutsch"}
TEXT_SCALES = (100, 125, 150, 175, 200)


@dataclass(frozen=True, slots=True)
class Preferences:
    """``text_scale``: percent. ``lock_minutes``: idle time after which the password is asked again, 0 never.
    ``has_overlays``: people, hands and plates are drawn over live pictures."""

    theme: ThemeName = "dark"
    language: Language = "en"
    text_scale: int = 100
    lock_minutes: int = 15
    has_overlays: bool = False

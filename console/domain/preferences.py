"""How a user likes the desk."""

from dataclasses import dataclass, replace
from typing import Literal

ThemeName = Literal["light", "dark", "contrast"]
Language = Literal["en", "de"]
THEMES: tuple[ThemeName, ...] = ("light", "dark", "contrast")
LANGUAGES: dict[Language, str] = {"en": "English", "de": "Deutsch"}
TEXT_SCALES = (100, 125, 150, 175, 200)
Priority = Literal["high", "medium", "low"]
PRIORITIES: tuple[Priority, ...] = ("high", "medium", "low")
QUIET_MINUTES = (15, 60)


@dataclass(frozen=True, slots=True)
class Preferences:
    """``text_scale``: percent. ``lock_minutes``: idle time after which the password is asked again, 0 never.
    ``has_overlays``: people, hands and plates are drawn over live pictures. ``sounds``: the priorities of alerts that are
    heard; ``quiet_until_us``: until when (store time) none is; ``has_notifications``: the system tells of alerts while the
    window is not in front. ``has_seen_hints``: the tour of hints was ended, and never comes again."""

    theme: ThemeName = "dark"
    language: Language = "en"
    text_scale: int = 100
    lock_minutes: int = 15
    has_overlays: bool = False
    sounds: tuple[Priority, ...] = ("high",)
    quiet_until_us: int = 0
    has_notifications: bool = True
    has_seen_hints: bool = False


def hushed(likes: Preferences, now_us: int, minutes: int) -> Preferences:
    """Without sounds for ``minutes`` from now on; 0: with them again. It ends by itself."""
    return replace(likes, quiet_until_us=now_us + 60_000_000 * minutes if minutes else 0)


def quiet_left_us(likes: Preferences, now_us: int) -> int:
    """How much longer no alert is heard, 0 where they are. Never more than can be asked for: another store, or a clock that
    was set, may be far behind the one by which it was asked, and alerts must be heard again."""
    left_us = likes.quiet_until_us - now_us
    return left_us if 0 < left_us <= 60_000_000 * max(QUIET_MINUTES) else 0


def hush_turned(likes: Preferences, now_us: int) -> Preferences:
    """With sounds again, or without for the shortest while."""
    return hushed(likes, now_us, 0 if quiet_left_us(likes, now_us) else QUIET_MINUTES[0])


def with_next_theme(likes: Preferences) -> Preferences:
    return replace(likes, theme=THEMES[(THEMES.index(likes.theme) + 1) % len(THEMES)])


def with_text_scaled(likes: Preferences, step: int) -> Preferences:
    """Larger (+1) or smaller (−1), within what there is; also from a size that somebody wrote into the file."""
    now = likes.text_scale
    beyond = [scale for scale in TEXT_SCALES if (scale - now) * step > 0]
    return replace(likes, text_scale=min(beyond, key=lambda scale: abs(scale - now), default=now))

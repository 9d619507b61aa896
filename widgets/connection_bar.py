"""Whether the desk hears its store: HTTP, live, video; each with a word, its delay and its drops."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from resources.theme import Theme

LinkState = Literal["ok", "connecting", "slow", "lost", "off"]


@dataclass(frozen=True, slots=True)
class Link:
    """``drops``: messages or pictures lost since the start; ``detail``: for the tool tip."""

    key: object
    name: str
    state: LinkState
    delay_ms: float | None = None
    drops: int = 0
    detail: str = ""


class ConnectionBar(QFrame):
    link_chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        raise NotImplementedError

    def set_theme(self, theme: Theme) -> None:
        raise NotImplementedError

    def set_links(self, links: Sequence[Link]) -> None:
        raise NotImplementedError

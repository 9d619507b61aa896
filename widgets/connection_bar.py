"""Whether the desk hears its store: HTTP, live, video; each with a word, its delay and its drops."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from resources.fonts import font
from resources.theme import Theme
from widgets.severity import Severity, severity_icon

LinkState = Literal["ok", "connecting", "slow", "lost", "off"]
_SEVERITIES: dict[LinkState, Severity] = {
    "ok": "good",
    "connecting": "info",
    "slow": "warning",
    "lost": "danger",
    "off": "neutral",
}


@dataclass(frozen=True, slots=True)
class Link:
    """``drops``: messages or pictures lost since the start; ``detail``: for the tool tip."""

    key: object
    name: str
    state: LinkState
    delay_ms: float | None = None
    drops: int = 0
    detail: str = ""


class _LinkButton(QToolButton):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._link: Link | None = None
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.setFont(font(theme, "caption"))
        self.setIconSize(QSize(theme.px(12), theme.px(12)))
        if self._link is not None:
            self._draw(self._link)

    def link(self) -> Link | None:
        return self._link

    def show_link(self, link: Link, word: str) -> None:
        if link == self._link:
            return
        self._link = link
        parts = [link.name, word]
        if link.delay_ms is not None and link.state in {"ok", "slow"}:
            parts.append(f"{link.delay_ms:.0f} ms" if link.delay_ms < 1_000 else f"{link.delay_ms / 1_000:.1f} s")
        if link.drops:
            parts.append(self.tr("%n lost", "", link.drops))
        text = " ".join(parts)
        self.setText(text)
        self.setToolTip(f"{text}\n{link.detail}" if link.detail else text)
        self.setAccessibleName(text)
        self._draw(link)

    def _draw(self, link: Link) -> None:
        side = self._theme.px(12)
        self.setIcon(severity_icon(_SEVERITIES[link.state], self._theme, side))


class ConnectionBar(QFrame):
    link_chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._buttons: dict[object, _LinkButton] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.space(1))
        self.setAccessibleName(self.tr("Connection"))

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for button in self._buttons.values():
            button.set_theme(theme)

    def set_links(self, links: Sequence[Link]) -> None:
        words: dict[LinkState, str] = {
            "ok": self.tr("ok"),
            "connecting": self.tr("connecting"),
            "slow": self.tr("slow"),
            "lost": self.tr("lost"),
            "off": self.tr("off"),
        }
        for gone in [key for key in self._buttons if key not in {link.key for link in links}]:
            self._buttons.pop(gone).deleteLater()
        for link in links:
            button = self._buttons.get(link.key)
            if button is None:
                button = self._buttons[link.key] = _LinkButton(self._theme)
                button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
                button.clicked.connect(self._clicked)
                self._row.addWidget(button)
            button.show_link(link, words[link.state])

    def _clicked(self) -> None:
        button = self.sender()
        if isinstance(button, _LinkButton):
            link = button.link()
            if link is not None:
                self.link_chosen.emit(link.key)

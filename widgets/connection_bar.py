"""Whether the desk hears its store: HTTP, live, video; each with a word, its delay and its drops."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QSizePolicy, QWidget

from resources.fonts import font
from resources.theme import Theme
from widgets.severity import Severity, draw_severity, severity_color

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


class LinkButton(QAbstractButton):
    """One link: shape, name, state word where it is not well, delay, drops."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.link = Link(None, "", "off")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.updateGeometry()
        self.update()

    def set_link(self, link: Link) -> None:
        if link != self.link:
            self.link = link
            self.setAccessibleName(self._words())
            self.setAccessibleDescription(link.detail)
            self.setToolTip(" · ".join(part for part in (self._words(), link.detail) if part))
            self.updateGeometry()
            self.update()

    def _words(self) -> str:
        """All that there is to say of it."""
        return " ".join(part for part in (self.link.name, self._state_word(), self._numbers()) if part)

    def _state_word(self) -> str:
        words = {
            "ok": "",
            "connecting": self.tr("connecting"),
            "slow": self.tr("slow"),
            "lost": self.tr("lost"),
            "off": self.tr("off"),
        }
        return words[self.link.state]

    def _numbers(self) -> str:
        parts = []
        if self.link.delay_ms is not None and self.link.state in ("ok", "slow"):
            delay = self.link.delay_ms
            parts.append(
                self.tr("{0} ms").format(round(delay))
                if delay < 10_000
                else self.tr("{0} s").format(round(delay / 1e3))
            )
        if self.link.drops:
            parts.append(self.tr("%n dropped", "", self.link.drops))
        return " · ".join(parts)

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(font(self._theme, "caption"))
        # Room for four digits of delay, so that the bar does not dance with every message.
        widest = (
            self._words() if not self.link.delay_ms else self._words().replace(f"{round(self.link.delay_ms)} ", "0000 ")
        )
        return self._size(metrics.horizontalAdvance(widest))

    def minimumSizeHint(self) -> QSize:
        """Where the width is short the numbers go first, then the name of one that is well; all stay in the tool tip."""
        if self.link.state == "ok":
            return self._size(0)
        words = " ".join(part for part in (self.link.name, self._state_word()) if part)
        return self._size(QFontMetricsF(font(self._theme, "caption")).horizontalAdvance(words))

    def _size(self, words: float) -> QSize:
        return QSize(round(words + self._theme.px(14) + self._theme.space(6)), self._theme.target)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        theme, painter = self._theme, QPainter(self)
        severity = _SEVERITIES[self.link.state]
        if self.underMouse():
            painter.fillRect(self.rect(), QColor(theme.hover))
        side = theme.px(14)
        left = float(theme.space(2))
        draw_severity(painter, QRectF(left, (self.height() - side) / 2, side, side), severity, theme)
        left += side + theme.space(1.5)
        painter.setFont(font(theme, "caption"))
        metrics = QFontMetricsF(font(theme, "caption"))
        is_calm = severity in ("good", "neutral", "info")
        inks = (theme.text, severity_color(severity, theme) if not is_calm else QColor(theme.muted), theme.muted)
        for text, ink in zip((self.link.name, self._state_word(), self._numbers()), inks, strict=True):
            if text and left + metrics.horizontalAdvance(text) <= self.width():
                painter.setPen(QColor(ink))
                box = QRectF(left, 0, self.width() - left, self.height())
                painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
                left += metrics.horizontalAdvance(text + " ")
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))


class ConnectionBar(QFrame):
    link_chosen = Signal(object)
    """The link's key."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._buttons: list[LinkButton] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.space(1))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._retranslate()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme

    def set_links(self, links: Sequence[Link]) -> None:
        """In the order given; as many as there are."""
        while len(self._buttons) < len(links):
            button = LinkButton(self._theme, self)
            button.clicked.connect(self._clicked)
            self._buttons.append(button)
            self._row.addWidget(button)
        for place, button in enumerate(self._buttons):
            button.setVisible(place < len(links))
            if place < len(links):
                button.set_link(links[place])

    def _clicked(self) -> None:
        button = self.sender()
        if isinstance(button, LinkButton):
            self.link_chosen.emit(button.link.key)

    def _retranslate(self) -> None:
        self.setAccessibleName(self.tr("Connections"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
            for button in self._buttons:
                button.updateGeometry()
                button.update()
        super().changeEvent(event)

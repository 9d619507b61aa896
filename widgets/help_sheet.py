"""Pages of help beside the work: headings, short lists, keys drawn as they are written on the keyboard."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from PySide6.QtCore import QEvent, QUrl
from PySide6.QtGui import QColor, QFont, QShowEvent, QTextBlock, QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QDialog, QTextBrowser, QVBoxLayout, QWidget

from resources.fonts import points
from resources.theme import Theme
from widgets.choice_box import ChoiceBox

WIDTH = 420


@dataclass(frozen=True, slots=True)
class HelpPage:
    """``key``: what links to it name."""

    key: str
    title: str


class HelpSheet(QDialog):
    """Stays open while the window behind it is worked in; Esc closes."""

    def __init__(
        self, theme: Theme, pages: Sequence[HelpPage], read: Callable[[str], str], parent: QWidget | None = None
    ) -> None:
        """``read``: the text of a page as Markdown, its keys as code."""
        super().__init__(parent)
        self._theme = theme
        self._read = read
        self._choice = ChoiceBox()
        for page in pages:
            self._choice.addItem(page.title, page.key)
        self._text = QTextBrowser()
        self._text.setOpenLinks(False)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._choice)
        self._column.addWidget(self._text, 1)
        self._choice.currentIndexChanged.connect(self._show)
        self._text.anchorClicked.connect(self._follow)
        self._retranslate()
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._column.setContentsMargins(*(theme.space(3),) * 4)
        self._column.setSpacing(theme.space(2))
        self._show()

    def show_page(self, key: str) -> None:
        """Opens it, or turns to it where it is open."""
        self._choice.setCurrentIndex(max(0, self._choice.findData(key)))
        self.show()
        self.raise_()
        self.activateWindow()
        self._text.setFocus()

    @property
    def page(self) -> str:
        return str(self._choice.currentData())

    def _show(self) -> None:
        if self._choice.currentData() is None:
            return
        document = self._text.document()
        document.setDocumentMargin(self._theme.space(2))
        document.setIndentWidth(self._theme.space(6))
        document.setMarkdown(self._read(self.page))
        self._dress()
        self._text.moveCursor(QTextCursor.MoveOperation.Start)
        self._text.setAccessibleName(self._choice.currentText())

    def _dress(self) -> None:
        """Sizes and distances are the theme's, not the document's own."""
        theme, document = self._theme, self._text.document()
        cursor = QTextCursor(document)
        block = document.begin()
        while block.isValid():
            level = block.blockFormat().headingLevel()
            cursor.setPosition(block.position())
            cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
            layout = QTextBlockFormat()
            layout.setTopMargin(theme.space(4) if level > 1 else 0)
            layout.setBottomMargin(theme.space(2))
            layout.setLineHeight(120, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
            cursor.mergeBlockFormat(layout)
            if level:
                heading = QTextCharFormat()
                heading.setFontPointSize(points(theme, "headline" if level == 1 else "title"))
                heading.setFontWeight(QFont.Weight.DemiBold)
                cursor.mergeCharFormat(heading)
            self._draw_keys(block)
            block = block.next()

    def _draw_keys(self, block: QTextBlock) -> None:
        key = QTextCharFormat()
        key.setBackground(QColor(self._theme.selection))
        key.setFontWeight(QFont.Weight.DemiBold)
        parts = cast("Iterable[QTextBlock.iterator]", block)
        fragments = [part.fragment() for part in parts]
        for fragment in fragments:
            if fragment.charFormat().fontFixedPitch():
                cursor = QTextCursor(self._text.document())
                cursor.setPosition(fragment.position())
                cursor.setPosition(fragment.position() + fragment.length(), QTextCursor.MoveMode.KeepAnchor)
                cursor.mergeCharFormat(key)

    def _follow(self, link: QUrl) -> None:
        place = self._choice.findData(link.toString())
        if place >= 0:
            self._choice.setCurrentIndex(place)

    def showEvent(self, event: QShowEvent) -> None:
        """As a column at the right of the window it belongs to."""
        host = self.parentWidget()
        if host is not None and not event.spontaneous():
            window = host.window()
            width = min(self._theme.px(WIDTH), window.width())
            corner = window.mapToGlobal(window.rect().topRight())
            self.setGeometry(corner.x() - width + 1, corner.y(), width, window.height())
        super().showEvent(event)

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Help"))
        self.setAccessibleName(self.tr("Help"))
        self._choice.setAccessibleName(self.tr("Page"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

"""What a shopper says they took, line by line: with this a case is opened on a receipt."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from console.domain.commands.case import StartCase
from console.screens.words import language_word
from resources.files import languages
from resources.theme import Theme
from store_client.contract.case import ClaimedLine
from store_client.contract.receipt import Receipt
from widgets.choice_box import ChoiceBox
from widgets.scroll_column import ScrollColumn

_MOST_TEXT = 2_000


class ClaimForm(QWidget):
    asked = Signal(object)
    """The StartCase."""
    cancelled = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._receipt: Receipt | None = None
        self._spins: dict[int, QSpinBox] = {}
        self._theme = theme
        hint = QLabel(self.tr("Set for each line how many units the shopper says they took."))
        hint.setProperty("role", "muted")
        hint.setWordWrap(True)
        self._lines = QWidget()
        self._message = QPlainTextEdit()
        self._message.setPlaceholderText(self.tr("What the shopper wrote"))
        self._message.setAccessibleName(self.tr("What the shopper wrote"))
        self._message.setTabChangesFocus(True)
        self._message.setMaximumHeight(theme.px(96))
        self._message.textChanged.connect(self._told)
        self._language = ChoiceBox()
        self._language.setAccessibleName(self.tr("Language of the answer"))
        for code in languages():
            self._language.addItem(language_word(code), code)
        self._state = QLabel()
        self._state.setProperty("role", "muted")
        self._state.setWordWrap(True)
        self._open = QPushButton(self.tr("Open the case"))
        self._open.setProperty("role", "primary")
        self._open.clicked.connect(self._ask)
        cancel = QPushButton(self.tr("Cancel"))
        cancel.clicked.connect(self.cancelled)
        page = QWidget()
        page.setObjectName("page")
        self._page = QVBoxLayout(page)
        self._page.setContentsMargins(0, 0, theme.space(2), 0)
        self._page.setSpacing(theme.space(3))
        tongue = QLabel(self.tr("Answer in"))
        tongue.setBuddy(self._language)
        answer = QHBoxLayout()
        answer.setSpacing(theme.space(2))
        answer.addWidget(tongue)
        answer.addWidget(self._language)
        answer.addStretch(1)
        for part in (hint, self._lines, self._message):
            self._page.addWidget(part)
        self._page.addLayout(answer)
        self._page.addWidget(self._state)
        self._page.addStretch(1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self._open)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.space(3), theme.space(3), theme.space(3), theme.space(3))
        column.setSpacing(theme.space(3))
        column.addWidget(ScrollColumn(page), 1)
        column.addLayout(buttons)

    def show_receipt(self, receipt: Receipt, language: str) -> None:
        """Offers every line with what still stands of it; ``language``: in which the shopper is answered unless somebody
        chooses another."""
        self._receipt = receipt
        self._spins = {}
        self._message.clear()
        self._language.setCurrentIndex(max(0, self._language.findData(language)))
        standing = {line.line: line.quantity for line in receipt.standing}
        lines = QWidget()
        grid = QGridLayout(lines)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(self._theme.space(2))
        grid.setColumnStretch(0, 1)
        for row, line in enumerate(receipt.lines):
            billed = standing.get(line.line, line.quantity)
            name = QLabel(line.name)
            name.setWordWrap(True)
            count = QLabel(self.tr("billed {0}").format(billed))
            count.setProperty("role", "muted")
            spin = QSpinBox()
            spin.setRange(0, billed)
            spin.setValue(billed)
            spin.setEnabled(billed > 0)
            spin.setMinimumWidth(self._theme.px(72))
            spin.setAccessibleName(self.tr("Units of {0} taken").format(line.name))
            spin.valueChanged.connect(self._told)
            self._spins[line.line] = spin
            for place, widget in enumerate((name, count, spin)):
                grid.addWidget(widget, row, place)
        self._page.replaceWidget(self._lines, lines)
        self._lines.setParent(None)  # gone at once, with the fields of the receipt before
        self._lines.deleteLater()
        self._lines = lines
        self._told()
        if self._spins:
            next(iter(self._spins.values())).setFocus()

    def claimed(self) -> tuple[ClaimedLine, ...]:
        """The lines of which the shopper says they took fewer."""
        return tuple(
            ClaimedLine(line, spin.value()) for line, spin in self._spins.items() if spin.value() != spin.maximum()
        )

    def _told(self) -> None:
        claimed, text = self.claimed(), self._message.toPlainText().strip()
        too_long = len(text) > _MOST_TEXT
        self._open.setEnabled(bool(claimed or text) and not too_long)
        if too_long:
            self._state.setText(self.tr("The message is longer than {0} characters.").format(_MOST_TEXT))
        elif claimed:
            self._state.setText(self.tr("%n line(s) disputed", "", len(claimed)))
        else:
            self._state.setText(self.tr("Change a quantity or write what is wrong."))

    def _ask(self) -> None:
        if self._receipt is not None:
            message, language = self._message.toPlainText().strip(), self._language.currentData()
            self.asked.emit(StartCase(self._receipt.id, self.claimed(), message=message, language=language))

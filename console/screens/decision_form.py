"""What goes with a decision: the reason, goodwill, whether the shopper agreed, and the answer in their language."""

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from console.domain.amount import parse_amount
from console.domain.draft import Draft
from console.screens.letters import LetterFacts, LetterName, fitting, letter, letter_titles, speaks
from console.screens.words import decision_reasons, language_word
from resources.theme import Theme
from store_client.contract.case import DecisionReason
from widgets.amount import Amount, minor_digits, plain_amount
from widgets.choice_box import ChoiceBox
from widgets.flow_layout import FlowLayout

MOST_TEXT, MOST_GOODWILL = 2_000, 10_000_000
"""That the store takes: characters, and minor units."""


class DecisionForm(QWidget):
    """``changed``: something that the store is told. While nobody has written in the message it follows the decision."""

    changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts: LetterFacts | None = None
        self._language = "en"
        self._currency = "EUR"
        self._has_own_reason = False
        self._build_fields(theme)
        self._lay_out(theme)
        self._reason.activated.connect(self._choose_reason)
        self._goodwill.textEdited.connect(self.changed)
        self._agreed.toggled.connect(self._tell)
        self._letter.activated.connect(self._choose_letter)
        self._message.textChanged.connect(self._written)

    def _build_fields(self, theme: Theme) -> None:
        self._reason = ChoiceBox()
        self._reason.setAccessibleName(self.tr("Reason"))
        self._reason.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for code, words in decision_reasons().items():
            self._reason.addItem(words, code)
        self._goodwill = QLineEdit()
        self._goodwill.setAccessibleName(self.tr("Goodwill"))
        self._agreed = QCheckBox(self.tr("Charge what was missed"))
        self._agreed.setToolTip(self.tr("Only if the shopper has agreed; otherwise it is written off"))
        self._letter = ChoiceBox()
        self._letter.setAccessibleName(self.tr("Template of the message"))
        self._letter.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._letter.addItem(self.tr("As the decision says"), "")
        for name, title in letter_titles().items():
            self._letter.addItem(title, name)
        self._letter.addItem(self.tr("Own words"), "own")
        self._tongue = QLabel()
        self._tongue.setProperty("role", "muted")
        self._message = QPlainTextEdit()
        self._message.setAccessibleName(self.tr("Message to the shopper"))
        self._message.setTabChangesFocus(True)
        self._message.setFixedHeight(theme.px(104))
        self._long = QLabel(self.tr("The message is longer than {0} characters.").format(MOST_TEXT))
        self._long.setProperty("role", "warning")
        self._long.setWordWrap(True)
        self._long.hide()

    def _lay_out(self, theme: Theme) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.space(2))
        grid.setVerticalSpacing(theme.space(1))
        for place, (words, field) in enumerate(
            ((self.tr("Reason"), self._reason), (self.tr("Goodwill"), self._goodwill))
        ):
            label = QLabel(words)
            label.setBuddy(field)
            grid.addWidget(label, 0, place)
            grid.addWidget(field, 1, place)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 1)
        head = FlowLayout(tail=1)
        head.setSpacing(theme.space(2))
        label = QLabel(self.tr("Message to the shopper"))
        label.setBuddy(self._message)
        head.addWidget(label)
        head.addWidget(self._tongue)
        head.addWidget(self._letter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.space(2))
        column.addLayout(grid)
        column.addWidget(self._agreed)
        column.addLayout(head)
        column.addWidget(self._message)
        column.addWidget(self._long)

    # ---- what is decided

    def begin(self, currency: str, language: str) -> None:
        """A case anew: nothing of the last one stays."""
        self._currency, self._language = currency, language
        self._has_own_reason = False
        self._reason.setCurrentIndex(0)
        self._goodwill.clear()
        self._goodwill.setPlaceholderText(plain_amount(Amount(0, currency), QLocale()))
        self._letter.setCurrentIndex(0)
        self._set_agreed(is_agreed=False)
        self._facts = None
        self._write("")
        words = language_word(language)
        self._tongue.setText(words if speaks(language) else self.tr("{0}: no texts, so in English").format(words))

    def restore(self, draft: Draft) -> None:
        self._has_own_reason = True
        self._reason.setCurrentIndex(max(0, self._reason.findData(draft.reason)))
        self._goodwill.setText(
            plain_amount(Amount(draft.goodwill, self._currency), QLocale()) if draft.goodwill else ""
        )
        self._set_agreed(is_agreed=draft.is_agreed)
        letter = draft.letter or ("own" if draft.message else "")  # a draft of before did not say which
        self._letter.setCurrentIndex(max(0, self._letter.findData(letter)))
        if letter == "own":
            self._write(draft.message)
        else:
            self._fill()

    @property
    def reason(self) -> DecisionReason:
        code: DecisionReason = self._reason.currentData()
        return code

    @property
    def message(self) -> str:
        return self._message.toPlainText().strip()

    @property
    def letter(self) -> str:
        """See Draft."""
        chosen: str = self._letter.currentData()
        return chosen

    @property
    def is_too_long(self) -> bool:
        """The store takes no such message; it is for whoever wrote it to shorten."""
        return len(self.message) > MOST_TEXT

    def focus_message(self) -> None:
        self._message.setFocus()

    @property
    def is_agreed(self) -> bool:
        return self._agreed.isChecked() and self._agreed.isVisibleTo(self)

    def goodwill(self) -> int | None:
        """Minor units; None where it cannot be read."""
        text = self._goodwill.text().strip()
        if not text:
            return 0
        locale = QLocale()
        digits = minor_digits(self._currency)
        try:
            minor = parse_amount(text, digits, locale.decimalPoint(), locale.groupSeparator())
        except ValueError:
            return None
        return minor if 0 <= minor <= MOST_GOODWILL else None

    def suggest(self, reason: DecisionReason) -> None:
        """Unless somebody has chosen one."""
        if not self._has_own_reason:
            self._reason.setCurrentIndex(max(0, self._reason.findData(reason)))

    def offer_agreement(self, *, has_increase: bool) -> None:
        """Only where something is charged besides is there anything to agree to."""
        self._agreed.setVisible(has_increase)

    def tell_facts(self, facts: LetterFacts) -> None:
        self._facts = facts
        self._fill()

    # ---- the message

    def _fill(self) -> None:
        chosen: LetterName | str = self._letter.currentData()
        if chosen == "own" or self._facts is None:
            return
        name: LetterName = fitting(self._facts) if not chosen else _letter_name(chosen)
        self._write(letter(name, self._language, self._facts))

    def _write(self, text: str) -> None:
        if text != self._message.toPlainText():
            self._message.blockSignals(True)
            self._message.setPlainText(text)
            self._message.blockSignals(False)
        self._long.setVisible(self.is_too_long)

    def _written(self) -> None:
        """By hand: from now on it is theirs."""
        self._letter.setCurrentIndex(self._letter.findData("own"))
        self._long.setVisible(self.is_too_long)
        self.changed.emit()

    def _choose_letter(self) -> None:
        self._fill()
        self.changed.emit()

    def _choose_reason(self) -> None:
        self._has_own_reason = True
        self.changed.emit()

    def _set_agreed(self, *, is_agreed: bool) -> None:
        self._agreed.blockSignals(True)
        self._agreed.setChecked(is_agreed)
        self._agreed.blockSignals(False)

    def _tell(self) -> None:
        self.changed.emit()


def _letter_name(name: str) -> LetterName:
    return next(known for known in letter_titles() if known == name)

"""Settles money that nobody can find out about by asking: what a person learned from the provider."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from resources.theme import Theme
from store_client.contract.refund import Outcome
from widgets.choice_box import ChoiceBox
from widgets.flow_layout import FlowLayout

_LEAST, _MOST_REFERENCE, _MOST_NOTE = 3, 200, 2_000


class DoubtForm(QWidget):
    """``asked`` carries (outcome, reference, note, password); see ApprovalForm for the password."""

    asked = Signal(object)
    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words = QLabel(self.tr("Ask the provider by telephone or in its portal, then say what it has in its books."))
        words.setWordWrap(True)
        self._outcome = ChoiceBox()
        self._outcome.setAccessibleName(self.tr("What the provider has"))
        self._outcome.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._outcome.addItem(self.tr("It has carried it out: settled"), "settled")
        self._outcome.addItem(self.tr("It knows nothing of it: failed"), "failed")
        self._outcome.addItem(self.tr("It knows nothing of it: send it again"), "again")
        self._reference = self._field(self.tr("The provider's reference"))
        self._reference.setMaxLength(_MOST_REFERENCE)
        self._note = self._field(self.tr("Who said so, and when"))
        self._note.setMaxLength(_MOST_NOTE)
        self._password = self._field(self.tr("Your password"))
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._hint = QLabel()
        self._hint.setProperty("role", "muted")
        self._hint.setWordWrap(True)
        self._hint.hide()
        settle = QPushButton(self.tr("Settle the doubt"))
        settle.setProperty("role", "primary")
        settle.clicked.connect(self._ask)
        leave = QPushButton(self.tr("Cancel"))
        leave.clicked.connect(self.left)
        buttons = FlowLayout(tail=2)
        buttons.setSpacing(theme.space(2))
        buttons.addWidget(leave)
        buttons.addWidget(settle)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.space(2))
        for part in (words, self._outcome, self._reference, self._note, self._password, self._hint):
            column.addWidget(part)
        column.addLayout(buttons)

    def _field(self, words: str) -> QLineEdit:
        field = QLineEdit()
        field.setAccessibleName(words)
        field.setPlaceholderText(words)
        return field

    def begin(self, *, wants_password: bool) -> None:
        for field in (self._reference, self._note, self._password):
            field.clear()
        self._password.setVisible(wants_password)
        self._hint.hide()
        self.show()
        self._outcome.setFocus()

    def _ask(self) -> None:
        outcome: Outcome = self._outcome.currentData()
        reference, note = self._reference.text().strip(), self._note.text().strip()
        wanted: list[tuple[QLineEdit, bool]] = [
            (self._reference, len(reference) >= _LEAST),
            (self._note, len(note) >= _LEAST),
            (self._password, bool(self._password.text()) or not self._password.isVisibleTo(self)),
        ]
        for field, is_there in wanted:
            if not is_there:
                self._hint.setText(self.tr("Still needed: {0}").format(field.accessibleName()))
                self._hint.show()
                field.setFocus()
                return
        password = self._password.text()
        self._password.clear()
        self.asked.emit((outcome, reference, note, password))
        self.left.emit()

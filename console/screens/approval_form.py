"""The second pair of eyes: approve or refuse another's proposal, with a note and the own password."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from console.screens.key_table import with_key
from resources.theme import Theme
from widgets.flow_layout import FlowLayout
from widgets.icon_button import IconButton

MOST_TEXT = 2_000


class ApprovalForm(QFrame):
    """``asked`` carries (is_approved, note, password). The password is asked for each time and not kept; "" where the
    desk knows it, as at the embedded store."""

    asked = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        title = QLabel(self.tr("Your decision on it"))
        title.setProperty("role", "strong")
        self._note = QPlainTextEdit()
        self._note.setAccessibleName(self.tr("Note to the proposer"))
        self._note.setPlaceholderText(self.tr("Note to the proposer; needed to refuse"))
        self._note.setTabChangesFocus(True)
        self._note.setFixedHeight(theme.px(56))
        self._password = QLineEdit()
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._password.setAccessibleName(self.tr("Your password"))
        self._password.setPlaceholderText(self.tr("Your password"))
        self._password.returnPressed.connect(self.approve)
        self._hint = QLabel()
        self._hint.setProperty("role", "muted")
        self._hint.setWordWrap(True)
        self._approve = IconButton(theme, "acknowledge", self.tr("Approve"), "primary")
        self._approve.setToolTip(with_key(self.tr("The money goes back"), "decide_case"))
        self._approve.clicked.connect(self.approve)
        self._refuse = QPushButton(self.tr("Refuse"))
        self._refuse.setToolTip(with_key(self.tr("The case is its agent's again"), "refuse_proposal"))
        self._refuse.clicked.connect(self.refuse)
        buttons = FlowLayout(tail=2)
        buttons.setSpacing(theme.space(2))
        buttons.addWidget(self._refuse)
        buttons.addWidget(self._approve)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.space(3), theme.space(3), theme.space(3), theme.space(3))
        column.setSpacing(theme.space(2))
        for part in (title, self._note, self._password, self._hint):
            column.addWidget(part)
        column.addLayout(buttons)
        self._say("")

    def begin(self, *, wants_password: bool) -> None:
        """For another proposal."""
        self._password.setVisible(wants_password)
        self._note.clear()
        self._password.clear()
        self._say("")

    def approve(self) -> bool:
        """True also where it first asks for what is still needed."""
        return self._ask(is_approved=True)

    def refuse(self) -> bool:
        if not self._note.toPlainText().strip():
            self._say(self.tr("Say in the note why, so that the proposer knows what to do otherwise."))
            self._note.setFocus()
            return True
        return self._ask(is_approved=False)

    def _ask(self, *, is_approved: bool) -> bool:
        password, note = self._password.text(), self._note.toPlainText().strip()
        if len(note) > MOST_TEXT:
            self._say(self.tr("The note is longer than {0} characters.").format(MOST_TEXT))
            self._note.setFocus()
            return True
        if not password and self._password.isVisibleTo(self):
            self._say(self.tr("Type your password: an approval needs it each time."))
            self._password.setFocus()
            return True
        self._say("")
        self._password.clear()
        self.asked.emit((is_approved, note, password))
        return True

    def _say(self, words: str) -> None:
        self._hint.setText(words)
        self._hint.setVisible(bool(words))

"""Asks why faces are to be seen, and for the own password."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from resources.theme import Theme
from widgets.flow_layout import FlowLayout

LEAST, MOST = 3, 200


class FacesForm(QFrame):
    """``asked`` carries (reason, password); see ApprovalForm for the password. ``left``: nothing is asked for."""

    asked = Signal(object)
    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        title = QLabel(self.tr("Show faces"))
        title.setProperty("role", "strong")
        words = QLabel(
            self.tr(
                "In all pictures of this store, for a few minutes and for you alone. Who asked, why, and what was seen "
                "is kept in the audit log."
            )
        )
        words.setWordWrap(True)
        self._reason = QLineEdit()
        self._reason.setMaxLength(MOST)
        self._reason.setAccessibleName(self.tr("Why you need to see faces"))
        self._reason.setPlaceholderText(self.tr("Why you need to see faces"))
        self._reason.returnPressed.connect(self._ask)
        self._password = QLineEdit()
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._password.setAccessibleName(self.tr("Your password"))
        self._password.setPlaceholderText(self.tr("Your password"))
        self._password.returnPressed.connect(self._ask)
        self._hint = QLabel()
        self._hint.setProperty("role", "muted")
        self._hint.setWordWrap(True)
        show = QPushButton(self.tr("Show faces"))
        show.setProperty("role", "primary")
        show.clicked.connect(self._ask)
        leave = QPushButton(self.tr("Cancel"))
        leave.clicked.connect(self.left)
        buttons = FlowLayout(tail=2)
        buttons.setSpacing(theme.space(2))
        buttons.addWidget(leave)
        buttons.addWidget(show)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.space(3), theme.space(3), theme.space(3), theme.space(3))
        column.setSpacing(theme.space(2))
        for part in (title, words, self._reason, self._password, self._hint):
            column.addWidget(part)
        column.addLayout(buttons)

    def begin(self, *, wants_password: bool) -> None:
        self._reason.clear()
        self._password.clear()
        self._password.setVisible(wants_password)
        self._say("")
        self.show()
        self._reason.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _ask(self) -> None:
        reason, password = self._reason.text().strip(), self._password.text()
        if len(reason) < LEAST:
            self._say(self.tr("Say why, so that others can judge it later."))
            self._reason.setFocus()
        elif not password and self._password.isVisibleTo(self):
            self._say(self.tr("Type your password: it is asked for each time."))
            self._password.setFocus()
        else:
            self._password.clear()
            self.asked.emit((reason, password))

    def _say(self, words: str) -> None:
        self._hint.setText(words)
        self._hint.setVisible(bool(words))

"""Before the desk is open: the store starts, somebody signs in, or the desk is locked."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from console.domain.commands import SignIn, SignInDemo, SignOut, Unlock
from console.domain.session import SignedIn
from console.screens.roles import role_word
from console.state.desk import Desk
from resources.theme import Theme
from widgets.flow_layout import FlowLayout

CARD_WIDTH = 380


class EntryPage(QWidget):
    """A card in the middle of the window; never a dialog, so that nothing hides behind it."""

    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.has_store = False
        self.address = ""
        self._heading = _label("headline")
        self._sentence = _label("muted")
        self._problem = _label("danger")
        self._user = QLineEdit()
        self._user.setAccessibleName(self.tr("Name"))
        self._user.setPlaceholderText(self.tr("Name"))
        self._password = QLineEdit()
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._password.setAccessibleName(self.tr("Password"))
        self._password.setPlaceholderText(self.tr("Password"))
        self._enter = QPushButton()
        self._enter.setProperty("role", "primary")
        self._other = QPushButton(self.tr("Sign in as somebody else"))
        self._demo = QWidget()
        self._demo_row = FlowLayout()
        self._demo_row.setSpacing(theme.space(1))
        demo = QVBoxLayout(self._demo)
        demo.setContentsMargins(0, 0, 0, 0)
        demo.setSpacing(theme.space(1))
        demo_hint = _label("muted")
        demo_hint.setText(self.tr("This store is made up; enter without a password as:"))
        demo.addWidget(demo_hint)
        demo.addLayout(self._demo_row)
        self._enter.clicked.connect(self._submit)
        self._user.returnPressed.connect(self._password.setFocus)
        self._password.returnPressed.connect(self._submit)
        self._other.clicked.connect(self._leave)
        self._lay_out(theme)
        desk.session.changed.connect(self._follow)
        self._follow(desk.session.value)

    def _lay_out(self, theme: Theme) -> None:
        card = QFrame()
        card.setProperty("role", "panel")
        card.setFixedWidth(theme.px(CARD_WIDTH))
        column = QVBoxLayout(card)
        column.setContentsMargins(*[theme.space(6)] * 4)
        column.setSpacing(theme.space(3))
        for part in (
            self._heading,
            self._sentence,
            self._user,
            self._password,
            self._problem,
            self._enter,
            self._other,
            self._demo,
        ):
            column.addWidget(part)
        around = QVBoxLayout(self)
        around.addWidget(card, 0, Qt.AlignmentFlag.AlignCenter)

    def set_store_is_there(self, is_there: bool, address: str = "") -> None:
        """False while the embedded store starts, or none has been found yet. ``address``: of a store that was named."""
        self.has_store = is_there
        self.address = address
        self._follow(self._desk.session.value)

    def take_focus(self) -> None:
        (self._password if self._user.text() else self._user).setFocus()

    def _follow(self, session: SignedIn) -> None:
        is_locked = session.user is not None and session.is_locked
        is_waiting = not self.has_store or session.is_busy
        self._heading.setText(self._title(session))
        self._sentence.setText(self._reason(session))
        self._sentence.setVisible(bool(self._sentence.text()))
        self._problem.setText("" if session.problem is None else str(session.problem))
        self._problem.setVisible(session.problem is not None)
        if session.asked_user and not self._user.text():
            self._user.setText(session.asked_user)
        knows_password = is_locked and bool(session.demo_roles)
        self._user.setVisible(not is_waiting and not is_locked)
        self._password.setVisible(not is_waiting and not knows_password)
        self._enter.setVisible(not is_waiting)
        self._enter.setText(self.tr("Unlock") if is_locked else self.tr("Sign in"))
        self._other.setVisible(is_locked and not is_waiting)
        self._show_demo(() if is_waiting or is_locked else session.demo_roles)

    def _title(self, session: SignedIn) -> str:
        if session.user is not None and session.is_locked:
            return self.tr("The desk is locked")
        if not self.has_store:
            has_failed = session.problem is not None
            return self.tr("The store does not start") if has_failed else self.tr("Starting the store…")
        return self.tr("Signing in…") if session.is_busy else self.tr("Sign in")

    def _reason(self, session: SignedIn) -> str:
        if session.user is not None and session.is_locked:
            return self.tr("{0} is signed in; the store goes on behind this page.").format(session.user.name)
        if self.has_store:
            return self.address
        return self.tr("It takes a few seconds.") if session.problem is None else ""

    def _show_demo(self, roles: tuple[str, ...]) -> None:
        self._demo.setVisible(bool(roles))
        if self._demo_row.count() == len(roles):
            return
        while (item := self._demo_row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for role in roles:
            name = role_word(role)
            button = QPushButton(name)
            button.setProperty("role", "quiet")
            button.setProperty("demo_role", role)
            button.setAccessibleName(self.tr("Sign in as {0}").format(name))
            button.clicked.connect(self._enter_as)
            self._demo_row.addWidget(button)

    def _enter_as(self) -> None:
        button = self.sender()
        if isinstance(button, QPushButton):
            self._desk.commands.emit(SignInDemo(button.property("demo_role")))

    def _submit(self) -> None:
        password, session = self._password.text(), self._desk.session.value
        self._password.clear()
        if session.user is not None and session.is_locked:
            self._desk.commands.emit(Unlock(password))
        elif self._user.text() and password:
            self._desk.commands.emit(SignIn(self._user.text(), password))

    def _leave(self) -> None:
        self._user.clear()
        self._desk.commands.emit(SignOut())


def _label(role: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setWordWrap(True)
    return label

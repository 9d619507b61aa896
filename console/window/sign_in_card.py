"""Somebody signs in, or unlocks the desk; or the store is still being waited for."""

from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from console.domain.arrival import Arrival
from console.domain.commands.access import LeaveStore, SignIn, SignInDemo, SignOut, Unlock
from console.domain.session import SignedIn
from console.screens.roles import role_word
from console.state.desk import Desk
from console.window.cards import Card, words
from resources.theme import Theme
from widgets.flow_layout import FlowLayout


class SignInCard(Card):
    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent=parent)
        self._desk = desk
        self._heading = words("headline")
        self._sentence = words("muted")
        self._problem = words("danger")
        self._user = self._field(self.tr("Name"))
        self._password = self._field(self.tr("Password"))
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._enter = QPushButton()
        self._enter.setProperty("role", "primary")
        self._other = QPushButton(self.tr("Sign in as somebody else"))
        self._elsewhere = QPushButton(self.tr("Another store…"))
        self._elsewhere.setProperty("role", "quiet")
        self._demo = QWidget()
        self._demo_row = FlowLayout()
        self._demo_row.setSpacing(theme.space(1))
        demo = QVBoxLayout(self._demo)
        demo.setContentsMargins(0, 0, 0, 0)
        demo.setSpacing(theme.space(1))
        demo.addWidget(words("muted", self.tr("This store is made up; enter without a password as:")))
        demo.addLayout(self._demo_row)
        fields = (self._user, self._password, self._problem, self._enter, self._other)
        for part in (self._heading, self._sentence, *fields, self._demo, self._elsewhere):
            self.column.addWidget(part)
        self._enter.clicked.connect(self._submit)
        self._user.returnPressed.connect(self._password.setFocus)
        self._password.returnPressed.connect(self._submit)
        self._other.clicked.connect(self._leave)
        self._elsewhere.clicked.connect(self._leave_store)
        desk.session.changed.connect(self._follow)
        desk.arrival.changed.connect(self._follow)
        self._follow()

    def _field(self, name: str) -> QLineEdit:
        field = QLineEdit()
        field.setAccessibleName(name)
        field.setPlaceholderText(name)
        return field

    def user(self) -> str:
        return self._user.text()

    def show_user(self, name: str) -> None:
        self._user.setText(name)

    def take_focus(self) -> None:
        (self._password if self._user.text() else self._user).setFocus()

    def _follow(self, _: object = None) -> None:
        session, arrival = self._desk.session.value, self._desk.arrival.value
        is_locked = session.user is not None and session.is_locked
        is_waiting = arrival.stage != "there" or session.is_busy
        problem = session.problem or arrival.problem
        self._heading.setText(self._title(session, arrival))
        self._sentence.setText(self._reason(session, arrival))
        self._sentence.setVisible(bool(self._sentence.text()))
        self._problem.setText("" if problem is None else str(problem))
        self._problem.setVisible(problem is not None)
        if session.asked_user and not self._user.text():
            self._user.setText(session.asked_user)
        knows_password = is_locked and bool(session.demo_roles)
        self._user.setVisible(not is_waiting and not is_locked)
        self._password.setVisible(not is_waiting and not knows_password)
        self._enter.setVisible(not is_waiting)
        self._enter.setText(self.tr("Unlock") if is_locked else self.tr("Sign in"))
        self._other.setVisible(is_locked and not is_waiting)
        self._elsewhere.setVisible(not is_locked and (not is_waiting or problem is not None))
        self._show_demo(() if is_waiting or is_locked else session.demo_roles)

    def _title(self, session: SignedIn, arrival: Arrival) -> str:
        if session.user is not None and session.is_locked:
            return self.tr("The desk is locked")
        match arrival.stage:
            case "leaving":
                return self.tr("Leaving the store…")
            case "connecting":
                return self.tr("Looking for the store…")
            case "there":
                return self.tr("Signing in…") if session.is_busy else self.tr("Sign in")
        return self.tr("Starting…") if arrival.problem is None else self.tr("The store does not start")

    def _reason(self, session: SignedIn, arrival: Arrival) -> str:
        if session.user is not None and session.is_locked:
            return self.tr("{0} is signed in; the store goes on behind this page.").format(session.user.name)
        if arrival.url:
            return arrival.url
        is_waiting = arrival.stage == "starting" and arrival.problem is None
        return self.tr("It takes a few seconds.") if is_waiting else ""

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
            if password or session.demo_roles:  # where the desk knows it
                self._desk.commands.emit(Unlock(password))
        elif self._user.text() and password:
            self._desk.commands.emit(SignIn(self._user.text(), password))

    def _leave(self) -> None:
        self._user.clear()
        self._desk.commands.emit(SignOut())

    def _leave_store(self) -> None:
        self._user.clear()
        self._desk.commands.emit(LeaveStore())

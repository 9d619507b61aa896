"""The first thing that somebody sees: which store to work at."""

from dataclasses import replace

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from console.domain.commands.access import Connect, OpenDemo
from console.domain.commands.showing import SetPreferences
from console.domain.preferences import LANGUAGES
from console.state.desk import Desk
from console.window.cards import WIDE_CARD_WIDTH, Card, words
from resources.theme import Theme
from widgets.choice_box import ChoiceBox


class ChooseCard(Card):
    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(theme, WIDE_CARD_WIDTH, parent)
        self._desk = desk
        self._theme = theme
        self._demo = QPushButton(self.tr("Open the demonstration store"))
        self._demo.setProperty("role", "primary")
        self._address = QLineEdit()
        self._address.setAccessibleName(self.tr("Address of the store"))
        self._address.setPlaceholderText("https://store.example:8443")
        self._connect = QPushButton(self.tr("Connect"))
        self._problem = words("danger")
        self._language = ChoiceBox()
        for code, name in LANGUAGES.items():
            self._language.addItem(name, code)
        self._language.setAccessibleName(self.tr("Language"))
        self._language.setCurrentIndex(self._language.findData(desk.preferences.value.language))
        self._lay_out()
        self._demo.clicked.connect(self._open_demo)
        self._connect.clicked.connect(self._submit)
        self._address.returnPressed.connect(self._submit)
        self._language.activated.connect(self._speak)
        desk.arrival.changed.connect(self._follow)
        self._follow()

    def _lay_out(self) -> None:
        self.column.addWidget(words("headline", self.tr("Which store do you want to work at?")))
        self.column.addWidget(
            self._choice(
                self.tr("Try it with a demonstration store"),
                self.tr(
                    "A made-up store lives on this machine, with shoppers, cameras, shelves and receipts. "
                    "Nothing that you do in it reaches anybody."
                ),
                self._demo,
            )
        )
        typed = QWidget()
        row = QHBoxLayout(typed)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self._theme.space(2))
        row.addWidget(self._address, 1)
        row.addWidget(self._connect)
        mine = self._choice(
            self.tr("Connect to my store"),
            self.tr("Whoever looks after your store knows its address, and gives you a name and a password."),
            typed,
            self._problem,
        )
        self.column.addWidget(mine)
        language = QHBoxLayout()
        name = QLabel(self.tr("Language"))
        name.setProperty("role", "muted")
        name.setBuddy(self._language)
        language.addWidget(name)
        language.addWidget(self._language)
        language.addStretch(1)
        self.column.addLayout(language)

    def _choice(self, title: str, sentence: str, *parts: QWidget) -> QFrame:
        frame = QFrame()
        frame.setProperty("role", "card")
        column = QVBoxLayout(frame)
        column.setContentsMargins(*[self._theme.space(4)] * 4)
        column.setSpacing(self._theme.space(2))
        for part in (words("title", title), words("muted", sentence), *parts):
            column.addWidget(part)
        return frame

    def address(self) -> str:
        return self._address.text()

    def show_address(self, address: str) -> None:
        self._address.setText(address)

    def take_focus(self) -> None:
        (self._address if self._address.text() else self._demo).setFocus()

    def _follow(self, _: object = None) -> None:
        arrival = self._desk.arrival.value
        if arrival.url and not self._address.text():
            self._address.setText(arrival.url)
        self._problem.setText("" if arrival.problem is None else str(arrival.problem))
        self._problem.setVisible(arrival.problem is not None)

    def _open_demo(self) -> None:
        self._desk.commands.emit(OpenDemo())

    def _submit(self) -> None:
        if self._address.text().strip():
            self._desk.commands.emit(Connect(self._address.text()))
        else:
            self._address.setFocus()

    def _speak(self) -> None:
        likes = replace(self._desk.preferences.value, language=self._language.currentData())
        self._desk.commands.emit(SetPreferences(likes))

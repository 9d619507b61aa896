"""The fields by which entries of the audit log are found."""

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from console.domain.audit import AuditQuery
from console.screens.audit_words import action_words, unbroken
from console.screens.search_fields import SETTLE_MS, AgoChoice, SearchField
from resources.theme import Theme
from widgets.choice_box import ChoiceBox


class AuditSearch(QWidget):
    """Asks when typing rests."""

    asked = Signal(object)
    """The AuditQuery."""

    def __init__(self, theme: Theme, now_us: Callable[[], int], parent: QWidget | None = None) -> None:
        """``now_us``: store time, from which "today" is reckoned."""
        super().__init__(parent)
        self._now_us = now_us
        self._zone = "UTC"
        self._by = self._field(self.tr("Who, by name"), self.tr("Who did it: a user’s name, or store"))
        self._subject = self._field(
            self.tr("On what, such as case:…"), self.tr("To what it was done, as the log writes it")
        )
        self._action = self._choice(self.tr("What was done"))
        self._action.addItem(self.tr("Any action"), "")
        for action, word in action_words().items():
            self._action.addItem(word, action)
        self._span = AgoChoice(self.tr("When it was done"))
        self._span.activated.connect(self._ask)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme.space(2))
        for place, part in enumerate((self._by, self._action, self._subject, self._span)):
            grid.addWidget(part, place // 2, place % 2)
            grid.setColumnStretch(place % 2, 1)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(SETTLE_MS)
        self._rest.timeout.connect(self._ask)

    def _field(self, placeholder: str, name: str) -> QLineEdit:
        field = SearchField(placeholder, name)
        field.textEdited.connect(self._typed)
        field.returnPressed.connect(self._ask)
        return field

    def _choice(self, name: str) -> ChoiceBox:
        choice = ChoiceBox()
        choice.setAccessibleName(name)
        choice.setToolTip(name)
        choice.setMinimumContentsLength(8)
        choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        choice.activated.connect(self._ask)
        return choice

    def set_zone(self, zone: str) -> None:
        self._zone = zone

    def focus(self) -> None:
        self._by.setFocus()
        self._by.selectAll()

    def show_query(self, query: AuditQuery) -> None:
        """Fills the words in, and asks."""
        self._by.setText(query.by)
        self._subject.setText(query.subject)
        self._action.setCurrentIndex(max(0, self._action.findData(query.action)))
        self._span.setCurrentIndex(0)
        self._ask()

    def query(self) -> AuditQuery:
        return AuditQuery(
            by=unbroken(self._by.text()),
            action=self._action.currentData(),
            subject=unbroken(self._subject.text()),
            since_us=self._span.since(self._now_us(), self._zone),
        )

    def leave(self) -> None:
        """Nobody looks any more: what was typed is asked for when this is shown again, and not for who comes next."""
        self._rest.stop()

    def _typed(self) -> None:
        self._rest.start()

    def _ask(self) -> None:
        self._rest.stop()
        self.asked.emit(self.query())

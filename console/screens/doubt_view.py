"""Money of a receipt of which the provider can say no more: what it is, and the way to say what became of it."""

from collections.abc import Sequence

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from console.domain.commands.refund import ResolveDoubt
from console.screens.doubt_form import DoubtForm
from console.screens.key_button import KeyButton
from console.screens.words import amount
from console.state.desk import Desk
from resources.theme import Theme
from store_client.contract.receipt import Doubt
from store_client.contract.refund import Outcome
from widgets.amount import format_amount
from widgets.flow_layout import FlowLayout


class DoubtView(QFrame):
    """One doubt at a time: where there are several, the next comes once this is settled."""

    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._desk = desk
        self._doubt: Doubt | None = None
        self._title = QLabel()
        self._title.setProperty("role", "strong")
        self._amount = QLabel()
        self._amount.setProperty("role", "figure")
        self._advice = QLabel()
        self._advice.setProperty("role", "muted")
        self._advice.setWordWrap(True)
        self._advice.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)  # its key is asked about
        self._resolve = QPushButton(self.tr("Settle the doubt…"))
        self._resolve.clicked.connect(self._open_form)
        self._copy = KeyButton()
        self._form = DoubtForm(theme)
        self._form.asked.connect(self._resolved)
        self._form.left.connect(self._form.hide)
        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._amount)
        foot = FlowLayout()
        foot.setSpacing(theme.space(2))
        foot.addWidget(self._resolve)
        foot.addWidget(self._copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.space(3), theme.space(3), theme.space(3), theme.space(3))
        column.setSpacing(theme.space(2))
        column.addLayout(head)
        column.addWidget(self._advice)
        column.addLayout(foot)
        column.addWidget(self._form)
        self._form.hide()
        self.hide()

    def show_doubts(self, doubts: Sequence[Doubt]) -> None:
        """Hidden without any."""
        before, self._doubt = self._doubt, doubts[0] if doubts else None
        doubt = self._doubt
        self.setVisible(doubt is not None)
        if doubt is None or before is None or doubt.key != before.key:
            self._form.hide()
        if doubt is None:
            return
        titles = {"payment": self.tr("The payment is in doubt"), "debit": self.tr("A charge besides is in doubt")}
        self._title.setText(titles[doubt.kind])
        self._amount.setText(format_amount(amount(doubt.amount), QLocale()))
        words = self.tr("The provider no longer knows its key {0}. A person must ask it, then settle the doubt.")
        self._advice.setText(words.format(doubt.key))
        self._copy.set_key(doubt.key)
        self._resolve.setVisible(self._desk.may(ResolveDoubt))

    def _open_form(self) -> None:
        self._form.begin(wants_password=not self._desk.session.value.demo_roles)

    def _resolved(self, told: tuple[Outcome, str, str, str]) -> None:
        outcome, reference, note, password = told
        if self._doubt is not None:
            self._desk.commands.emit(ResolveDoubt(self._doubt.key, outcome, reference, note, password))

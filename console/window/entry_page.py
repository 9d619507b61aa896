"""Before the desk is open: a store is chosen, its certificate is looked at, somebody signs in, or the desk is locked."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.state.desk import Desk
from console.window.cards import Card
from console.window.certificate_card import CertificateCard
from console.window.choose_card import ChooseCard
from console.window.sign_in_card import SignInCard
from resources.theme import Theme
from widgets.scroll_column import ScrollColumn


class EntryPage(QWidget):
    """One card in the middle of the window; never a dialog, so that nothing hides behind it."""

    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._choose = ChooseCard(theme, desk)
        self._cards: dict[str, Card] = {"choosing": self._choose, "doubting": CertificateCard(theme, desk)}
        self._sign_in = SignInCard(theme, desk)
        self._shown: Card = self._sign_in
        middle = QWidget()
        middle.setObjectName("page")
        column = QVBoxLayout(middle)
        column.setContentsMargins(*[theme.space(4)] * 4)
        for card in (*self._cards.values(), self._sign_in):
            card.setVisible(card is self._sign_in)
            column.addWidget(card, 0, Qt.AlignmentFlag.AlignCenter)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(ScrollColumn(middle))
        desk.arrival.changed.connect(self._follow)
        self._follow()

    def take_over(self, before: "EntryPage") -> None:
        """What was typed into the page whose place this one takes; no password."""
        if before._choose.address():
            self._choose.show_address(before._choose.address())
        if before._sign_in.user():
            self._sign_in.show_user(before._sign_in.user())

    def take_focus(self) -> None:
        self._shown.take_focus()

    def _follow(self, _: object = None) -> None:
        card = self._cards.get(self._desk.arrival.value.stage, self._sign_in)
        if card is self._shown:
            return
        self._shown.hide()
        self._shown = card
        card.show()
        if self.isVisible():
            card.take_focus()

"""What moves by the decision as it is drafted, beside the button that decides."""

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from console.screens.key_table import with_key
from console.screens.words import amount
from resources.theme import Theme
from store_client.contract.case import Effect
from widgets.amount import format_amount
from widgets.elided_label import ElidedLabel
from widgets.icon_button import IconButton


class DecisionFoot(QWidget):
    """``asked``: to decide, or to propose."""

    asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sum = ElidedLabel()
        self._sum.setProperty("role", "strong")
        self._decide = IconButton(theme, "correct", self.tr("Decide"), "primary")
        self._decide.clicked.connect(self.asked)
        line = QFrame()
        line.setProperty("role", "line")
        row = QHBoxLayout()
        row.setContentsMargins(0, theme.space(1), 0, 0)
        row.setSpacing(theme.space(2))
        row.addWidget(self._sum, 1)
        row.addWidget(self._decide)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.space(1))
        column.addWidget(line)
        column.addLayout(row)

    def allow(self, *, can_be_sent: bool) -> None:
        self._decide.setEnabled(can_be_sent)

    def show_effect(self, effect: Effect) -> None:
        """What moves, as it is told above: what is charged where something is, else what is paid back."""
        self._name(needs_approval=effect.needs_approval)
        if effect.debit is not None and effect.debit.minor:
            words = self.tr("{0} charged, needs approval") if effect.needs_approval else self.tr("{0} charged")
            money = effect.debit
        else:
            words = self.tr("{0} back, needs approval") if effect.needs_approval else self.tr("{0} back")
            money = effect.refund
        self._sum.setText(words.format(format_amount(amount(money), QLocale())))

    def show_none(self, *, is_readable: bool, is_drafted: bool) -> None:
        """While no effect is known. ``is_readable``: the goodwill; ``is_drafted``: the effect is still to come."""
        self._name(needs_approval=False)
        if not is_readable:
            self._sum.setText(self.tr("The goodwill cannot be read"))
        else:
            self._sum.setText("" if is_drafted else self.tr("Nothing is decided yet"))

    def _name(self, *, needs_approval: bool) -> None:
        if needs_approval:
            words = self.tr("Goes to another with the right to approve")
        else:
            words = self.tr("Sends the decision; the refund follows by itself")
        self._decide.setText(self.tr("Propose") if needs_approval else self.tr("Decide"))
        self._decide.setToolTip(with_key(words, "decide_case"))

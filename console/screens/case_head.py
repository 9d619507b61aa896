"""What a case is about, in a few lines: how it stands, until when, who holds it; and what the shopper wrote."""

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from console.screens.spans import due_cell
from console.screens.words import amount, case_state, channel_words, language_word
from console.state.desk import Desk
from resources.theme import Theme
from store_client.contract.case import Case
from store_client.contract.moment import to_micros
from widgets.amount import format_amount
from widgets.elided_label import ElidedLabel
from widgets.elided_text import with_breaks
from widgets.flow_layout import FlowLayout
from widgets.state_chip import StateChip

_MOST_SHOWN = 280
"""Characters of a message before it is shortened."""


class CaseHead(QWidget):
    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._state, self._due = StateChip(theme), StateChip(theme)
        self._holder = QLabel()
        self._holder.setProperty("role", "muted")
        self._facts = ElidedLabel()
        self._facts.setProperty("role", "muted")
        self._chips = FlowLayout()
        self._chips.addWidget(self._state)
        self._chips.addWidget(self._due)
        self._chips.addWidget(self._holder)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._chips)
        self._column.addWidget(self._facts)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._chips.setSpacing(theme.space(2))
        self._column.setSpacing(theme.space(1))

    def show_case(self, case: Case) -> None:
        cell = case_state(case.state)
        self._state.set_state(cell.severity, cell.word)
        is_decided = case.state in ("decided", "closed")
        due = due_cell(to_micros(case.due_at), self._desk.clock.now_us())
        self._due.setVisible(not is_decided)
        self._due.set_state(due.severity, self.tr("due {0}").format(due.word))
        self._holder.setText(self._who(case))
        self._holder.setVisible(bool(self._holder.text()))
        worth = format_amount(amount(case.claimed_worth), QLocale())
        parts = [
            self.tr("from the {0}").format(channel_words()[case.channel]),
            self.tr("answered in {0}").format(language_word(case.language)),
            self.tr("claimed worth {0}").format(worth),
        ]
        self._facts.setText(" · ".join(parts))

    def _who(self, case: Case) -> str:
        if case.state == "claimed" and case.assignee is not None:
            user = self._desk.session.value.user
            if user is not None and user.name == case.assignee:
                return self.tr("held by you")
            return self.tr("held by {0}").format(case.assignee)
        if case.proposal is not None:
            return self.tr("proposed by {0}").format(case.proposal.decision.decided_by)
        if case.decision is not None:
            return self.tr("decided by {0}").format(case.decision.decided_by)
        return ""


class ShopperWords(QWidget):
    """What the shopper wrote, long ones shortened until somebody wants the whole; below it what else is known."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = self._signal_text = ""
        self._message, self._signal = QLabel(), QLabel()
        self._message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._signal.setProperty("role", "muted")
        for label in (self._message, self._signal):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._whole = QPushButton(self.tr("The whole message"))
        self._whole.setProperty("role", "quiet")
        self._whole.setCheckable(True)
        self._whole.toggled.connect(self._show)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.space(1))
        column.addWidget(self._message)
        column.addWidget(self._whole, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._signal)
        self._show()

    def set_message(self, text: str) -> None:
        if text != self._text:
            self._text = text
            self._whole.setChecked(False)
        self._show()

    def set_signal(self, text: str) -> None:
        """One line on earlier cases, "" for none."""
        self._signal_text = text
        self._show()

    def _show(self) -> None:
        is_long = len(self._text) > _MOST_SHOWN
        shown = self._text if self._whole.isChecked() or not is_long else f"{self._text[:_MOST_SHOWN].rstrip()}…"
        self._message.setText(with_breaks(f"“{shown}”") if shown else "")
        self._message.setVisible(bool(shown))
        self._whole.setVisible(is_long)
        self._signal.setText(self._signal_text)
        self._signal.setVisible(bool(self._signal_text))
        self.setVisible(bool(shown or self._signal_text))

"""Whether the store's audit log is still the one that this desk has seen, and what to do if it is not."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from console.domain.audit import AuditLog, KeptHead
from console.domain.commands.audit import CheckAudit, TrustAudit
from console.screens.audit_words import breakable
from console.screens.key_table import with_key
from console.state.desk import Desk
from resources.theme import Theme
from widgets.facts import Facts
from widgets.flow_layout import FlowLayout
from widgets.icon_button import IconButton
from widgets.moment import time_text
from widgets.severity import Severity
from widgets.state_chip import StateChip

_GROUP = 8
"""Digits of a hash in one word, so that two can be compared by eye."""


class AuditChain(QWidget):
    """What is asked for is asked twice before a damaged log is followed on."""

    export_asked = Signal()

    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._is_sure = False
        self._state = StateChip(theme)
        self._sentence = QLabel()
        self._sentence.setWordWrap(True)
        self._facts = Facts(theme)
        self._check = IconButton(theme, "refresh", self.tr("Check now"))
        self._check.setToolTip(with_key(self.tr("Follow the log from what this desk saw last"), "check_audit"))
        self._check.clicked.connect(self._ask)
        self._export = IconButton(theme, "export", self.tr("Save the heads"))
        self._export.setToolTip(
            with_key(self.tr("What this desk has seen, as a file to check the log with"), "export_heads")
        )
        self._export.clicked.connect(self.export_asked)
        self._trust = IconButton(theme, "audit", "")
        self._trust.clicked.connect(self._ask_trust)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.space(3), theme.space(2), theme.space(3), theme.space(3))
        column.setSpacing(theme.space(2))
        for part in (self._state, self._sentence, self._facts):
            column.addWidget(part)
        buttons = FlowLayout()
        buttons.setSpacing(theme.space(2))
        for button in (self._check, self._export, self._trust):
            buttons.addWidget(button)
        column.addLayout(buttons)
        desk.audit_log.changed.connect(self._show)
        desk.store.changed.connect(self._show)
        self._show()

    def _ask(self) -> None:
        self._desk.commands.emit(CheckAudit())

    def _ask_trust(self) -> None:
        if self._is_sure:
            self._desk.commands.emit(TrustAudit())
            return
        self._is_sure = True
        self._name_trust()

    def _name_trust(self) -> None:
        words = self.tr("Yes, follow this log") if self._is_sure else self.tr("Follow this log from now on")
        self._trust.setText(words)
        self._trust.setToolTip(self.tr("The heads of before stay on this desk as evidence"))

    def _show(self, _: object = None) -> None:
        log = self._desk.audit_log.value
        self._is_sure = False
        self._name_trust()
        severity, word, sentence = self._said(log)
        self._state.set_state(severity, word)
        self._sentence.setText(sentence)
        self._sentence.setVisible(bool(sentence))
        self._facts.set_facts(self._told(log))
        self._check.setEnabled(not log.is_checking)
        self._export.setEnabled(log.now is not None)
        may_trust = log.is_damaged and log.now is not None and log.now.verdict != "unsigned" and log.now.head.count > 0
        self._trust.setVisible(may_trust and self._desk.may(TrustAudit))

    def _said(self, log: AuditLog) -> tuple[Severity, str, str]:
        if log.is_checking and log.now is None:
            return "info", self.tr("being checked"), ""
        if log.problem is not None:
            return "warning", self.tr("not checked"), f"{log.problem.what} {log.problem.advice}".strip()
        if log.now is None:
            return "neutral", self.tr("no entries yet"), ""
        match log.now.verdict:
            case "whole":
                sentence = self.tr(
                    "All that this desk saw before is still there, and leads to what the store shows now."
                )
                return "good", self.tr("unaltered"), sentence
            case "first":
                sentence = self.tr("This desk sees it for the first time. From now on it will notice any change.")
                return "good", self.tr("remembered"), sentence
            case "trusted":
                sentence = self.tr("An auditor has taken it as it was then. From now on any change will be noticed.")
                return "good", self.tr("remembered"), sentence
            case "truncated":
                return "danger", self.tr("cut off"), self.tr("Entries that this desk saw are missing at its end.")
            case "rewritten":
                return "danger", self.tr("rewritten"), self.tr("Where this desk saw one thing, there is another now.")
            case "forked":
                sentence = self.tr("What the store shows now does not follow from what this desk saw.")
                return "danger", self.tr("two branches"), sentence
            case "another_key":
                return "danger", self.tr("another key"), self.tr("It is signed by another key than before.")
            case "another_log":
                return "danger", self.tr("another log"), self.tr("It is not the log that this desk saw before.")
        return "danger", self.tr("not signed"), self.tr("The signature under its head is not the store’s.")

    def _told(self, log: AuditLog) -> list[tuple[str, str]]:
        if log.now is None:
            return []
        facts = [(self.tr("Now"), self._entries(log.now))]
        if log.before is not None:
            facts.append((self.tr("Seen before"), f"{self._entries(log.before)}, {self._time(log.before)}"))
        facts.append((self.tr("Head"), _grouped(log.now.head.hash)))
        if log.before is not None and log.is_damaged and log.before.head.hash != log.now.head.hash:
            facts.append((self.tr("Head before"), _grouped(log.before.head.hash)))
        facts.append((self.tr("Key"), _grouped(log.now.head.key)))
        if log.before is not None and log.before.head.key != log.now.head.key:
            facts.append((self.tr("Key before"), _grouped(log.before.head.key)))
        return [*facts, (self.tr("Log"), breakable(log.now.head.log))]

    def _entries(self, kept: KeptHead) -> str:
        return self.tr("%n entry(ies)", "", kept.head.count)

    def _time(self, kept: KeptHead) -> str:
        zone = "UTC" if self._desk.store.value is None else self._desk.store.value.time_zone
        return time_text(kept.seen_us, zone, has_date=True, has_offset=True)


def _grouped(digits: str) -> str:
    """In words of a few digits, so that lines may break."""
    return " ".join(digits[place : place + _GROUP] for place in range(0, len(digits), _GROUP))

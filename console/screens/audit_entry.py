"""One entry of the audit log in full, and the ways to others like it."""

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.domain.audit import AuditQuery
from console.screens.audit_words import action_word, breakable, details
from console.screens.key_table import with_key
from resources.theme import Theme
from store_client.contract.audit import AuditEntry
from store_client.contract.moment import to_micros
from store_client.contract.store import Store
from widgets.facts import Facts
from widgets.flow_layout import FlowLayout
from widgets.icon_button import IconButton
from widgets.moment import time_text
from widgets.state_view import StateView


class AuditEntryView(QWidget):
    """``show_entry`` fills it; nothing is chosen at first."""

    asked = Signal(object)
    """An AuditQuery for entries like this one."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entry: AuditEntry | None = None
        self._nothing = StateView(theme)
        self._nothing.show_state(
            "empty", self.tr("No entry is chosen"), self.tr("Choose one on the left to see all of it.")
        )
        self._body = QWidget()
        self._facts = Facts(theme)
        self._same_subject = IconButton(theme, "filter", self.tr("All on the same"))
        self._same_subject.setToolTip(with_key(self.tr("All that was done to the same"), "same_subject"))
        self._same_subject.clicked.connect(self.ask_subject)
        self._same_person = IconButton(theme, "person", self.tr("All by the same"))
        self._same_person.setToolTip(with_key(self.tr("All that the same person did"), "same_person"))
        self._same_person.clicked.connect(self.ask_person)
        column = QVBoxLayout(self._body)
        column.setContentsMargins(theme.space(3), theme.space(2), theme.space(3), theme.space(3))
        column.setSpacing(theme.space(2))
        column.addWidget(self._facts)
        buttons = FlowLayout()
        buttons.setSpacing(theme.space(2))
        buttons.addWidget(self._same_subject)
        buttons.addWidget(self._same_person)
        column.addLayout(buttons)
        column.addStretch(1)
        pages = QVBoxLayout(self)
        pages.setContentsMargins(0, 0, 0, 0)
        pages.addWidget(self._nothing)
        pages.addWidget(self._body)
        self.show_entry(None, None)

    def show_entry(self, entry: AuditEntry | None, store: Store | None) -> None:
        """Times and amounts are ``store``'s."""
        self._entry = entry
        self._nothing.setVisible(entry is None)
        self._body.setVisible(entry is not None)
        if entry is None:
            return
        zone = "UTC" if store is None else store.time_zone
        when = time_text(to_micros(entry.at), zone, digits=6, has_date=True, has_offset=True)
        self._facts.set_facts(
            [
                (self.tr("Entry"), QLocale().toString(entry.position)),
                (self.tr("At"), when),
                (self.tr("Who"), entry.by),
                (self.tr("What"), f"{action_word(entry.action)} ({entry.action})"),
                (self.tr("On what"), breakable(entry.subject)),
                *details(entry.action, entry.detail, store),
                (self.tr("Hash"), " ".join(entry.hash[place : place + 8] for place in range(0, 64, 8))),
            ]
        )

    def ask_subject(self) -> bool:
        """False while no entry is chosen."""
        if self._entry is not None:
            self.asked.emit(AuditQuery(subject=self._entry.subject))
        return self._entry is not None

    def ask_person(self) -> bool:
        """False while no entry is chosen."""
        if self._entry is not None:
            self.asked.emit(AuditQuery(by=self._entry.by))
        return self._entry is not None

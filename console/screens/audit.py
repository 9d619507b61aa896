"""Audit: who did what, searchable, and whether the log is still the one that this desk has seen."""

from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from console.domain.audit import AuditQuery
from console.domain.commands.audit import CheckAudit, ExportHeads, MoreAudit, SearchAudit
from console.screens.audit_chain import AuditChain
from console.screens.audit_entry import AuditEntryView
from console.screens.audit_search import AuditSearch
from console.screens.audit_words import action_cell, details, subject_word
from console.screens.screen import READY, Condition, Screen
from console.state.desk import Desk
from resources.theme import Theme
from store_client.contract.audit import AuditEntry
from store_client.contract.moment import to_micros
from store_client.contract.store import Store
from widgets.panel import Panel
from widgets.scroll_column import ScrollColumn
from widgets.split import Split
from widgets.table import Column, Row, Table


class AuditScreen(Screen):
    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(theme, desk, parent)
        self._search = AuditSearch(theme, desk.clock.now_us)
        self._search.asked.connect(self._ask)
        self._table = Table(
            theme,
            (
                Column(self.tr("Entry"), "number", rank=3),
                Column(self.tr("At"), "date_time", rank=1),
                Column(self.tr("Who"), "text"),
                Column(self.tr("What"), "state"),
                Column(self.tr("On what"), "muted", rank=2),
                Column(self.tr("Detail"), "words", is_stretching=True),
            ),
        )
        self._table.setAccessibleName(self.tr("Entries of the audit log"))
        self._table.set_empty_words(self.tr("Nothing matches"))
        self._table.row_chosen.connect(self._choose)
        self._table.end_reached.connect(self._more)
        self._found = QLabel()
        self._found.setProperty("role", "muted")
        self._found.setWordWrap(True)
        self._chain = AuditChain(theme, desk)
        self._chain.export_asked.connect(self._export)
        self._entry = AuditEntryView(theme)
        self._entry.asked.connect(self._search.show_query)
        self._lay_out(theme)
        desk.audit.changed.connect(self._show)
        desk.store.changed.connect(self._show_store)
        self._show_store(desk.store.value)
        self._show()

    def _lay_out(self, theme: Theme) -> None:
        list_side = QWidget()
        column = QVBoxLayout(list_side)
        column.setContentsMargins(theme.space(3), theme.space(2), theme.space(3), theme.space(2))
        column.setSpacing(theme.space(2))
        column.addWidget(self._search)
        column.addWidget(self._table, 1)
        column.addWidget(self._found)
        right = QWidget()
        right.setObjectName("page")
        panels = QVBoxLayout(right)
        panels.setContentsMargins(0, 0, 0, 0)
        panels.setSpacing(theme.space(2))
        panels.addWidget(Panel(theme, self.tr("Is it unaltered?"), self._chain))
        panels.addWidget(Panel(theme, self.tr("Entry"), self._entry), 1)
        self.split = Split(theme, Panel(theme, self.tr("Audit log"), list_side), ScrollColumn(right), (3, 2))
        row = QHBoxLayout(self)
        row.setContentsMargins(*self.margins())
        row.addWidget(self.split)

    # ---- what a screen answers

    def take_focus(self) -> None:
        self._table.setFocus()

    def activate(self) -> None:
        listing, query = self.desk.audit.value, self._search.query()
        if not listing.is_loading or query != listing.query:
            self._ask(query)  # what the fields say, also where this screen was built anew

    def deactivate(self) -> None:
        self._search.leave()

    def condition(self) -> Condition:
        listing = self.desk.audit.value
        if listing.is_known or listing.items:
            return READY
        if listing.problem is not None:
            return Condition("empty", listing.problem.what, listing.problem.advice, self.tr("Try again"))
        return Condition("loading", self.tr("Asking for the audit log"))

    def act_on_condition(self) -> None:
        self.desk.commands.emit(SearchAudit(self.desk.audit.value.query))

    def act(self, action: str) -> bool:
        match action:
            case "find_audit":
                self._search.focus()
            case "same_subject":
                return self._entry.ask_subject()
            case "same_person":
                return self._entry.ask_person()
            case "check_audit":
                self.desk.commands.emit(CheckAudit())
            case "export_heads":
                self._export()
            case "back":
                return self._go_back()
            case _:
                return False
        return True

    def shows(self) -> dict[str, int]:
        head = self.desk.audit_log.value.now
        return {"entries": len(self.desk.audit.value.items), "chained": 0 if head is None else head.head.count}

    # ---- asking

    def _ask(self, query: AuditQuery) -> None:
        self.desk.commands.emit(SearchAudit(query))

    def _more(self) -> None:
        listing = self.desk.audit.value
        if listing.has_more and not listing.is_loading:
            self.desk.commands.emit(MoreAudit())

    def _go_back(self) -> bool:
        """To the whole log, where less of it is shown."""
        if self._search.query() == AuditQuery():
            return False
        self._search.show_query(AuditQuery())
        self._table.setFocus()
        return True

    def _export(self) -> None:
        """Among the user's documents, under a name that says when."""
        now = datetime.fromtimestamp(self.desk.clock.now_us() / 1e6, UTC)
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        name = f"audit-heads-{now:%Y%m%dT%H%M%SZ}.json"
        self.desk.commands.emit(ExportHeads(str(Path(folder) / "Floorwalker" / name)))

    # ---- showing

    def _show_store(self, store: Store | None) -> None:
        if store is not None:
            self._table.set_time_zone(store.time_zone)
            self._search.set_zone(store.time_zone)

    def _show(self) -> None:
        listing = self.desk.audit.value
        self._table.set_rows([_row(one, self.desk.store.value) for one in listing.items])
        if self._table.chosen() is None and listing.items:
            self._table.choose(listing.items[0].position)
        self._choose(self._table.chosen())
        if listing.is_loading:
            self._found.setText(self.tr("Searching…"))
        elif listing.problem is not None:
            self._found.setText(str(listing.problem))
        elif not listing.items:
            self._found.setText(self.tr("Nothing matches. Clear a field to find more."))
        else:
            found = self.tr("%n entry(ies)", "", len(listing.items))
            more = self.tr("and more; scroll to load them") if listing.has_more else self.tr("in all")
            self._found.setText(f"{found} {more}")
        self.condition_changed.emit(self.condition())

    def _choose(self, position: object) -> None:
        entry = next((one for one in self.desk.audit.value.items if one.position == position), None)
        self._entry.show_entry(entry, self.desk.store.value)


def _row(one: AuditEntry, store: Store | None) -> Row:
    told = " · ".join(f"{name}: {value}" for name, value in details(one.action, one.detail, store))
    cells = (one.position, to_micros(one.at), one.by, action_cell(one.action), subject_word(one.subject), told)
    return Row(one.position, cells)

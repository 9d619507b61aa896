"""What is beside the evidence of a case: what it is about, the decision, its history, earlier cases."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from console.screens.case_head import CaseHead
from console.screens.case_history import CaseHistory
from console.screens.decision_side import DecisionSide
from console.screens.earlier_cases import EarlierCases
from console.state.desk import Desk
from resources.theme import Theme
from store_client.contract.case import Case
from store_client.contract.store import Store
from widgets.scroll_column import ScrollColumn


class CaseSide(QWidget):
    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._head = CaseHead(theme, desk, self)
        self._pages = QStackedWidget(self)
        self.decision = DecisionSide(theme, desk, self._pages)
        self._history = CaseHistory(theme, self._pages)
        self._earlier = EarlierCases(theme, desk, self._pages)
        self._tabs = QTabBar(self)
        self._tabs.setExpanding(False)
        self._tabs.setDrawBase(False)
        self._tabs.setUsesScrollButtons(False)
        self._tabs.setElideMode(Qt.TextElideMode.ElideNone)
        self._tabs.setAccessibleName(self.tr("Parts of the case"))
        for words in (self.tr("Decision"), self.tr("History"), self.tr("Earlier cases")):
            self._tabs.setTabToolTip(self._tabs.addTab(words), words)
        for page in (self.decision, self._history, ScrollColumn(self._earlier)):
            self._pages.addWidget(page)
        self._tabs.currentChanged.connect(self._pages.setCurrentIndex)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.space(2), theme.space(1), theme.space(1), theme.space(2))
        column.setSpacing(theme.space(1))
        for part in (self._head, self._tabs):
            column.addWidget(part)
        column.addWidget(self._pages, 1)
        desk.signals.changed.connect(self._show_signals)
        desk.store.changed.connect(self._show_store)
        self._show_store(desk.store.value)
        self._show_signals()

    def show_case(self, case: Case, *, is_other: bool) -> None:
        """``is_other``: than the one that was shown before."""
        if is_other:
            self._tabs.setCurrentIndex(0)
        self._head.show_case(case)
        self._history.show_case(case)
        self.decision.show_case(case)

    def grow_older(self, case: Case) -> None:
        self._head.show_case(case)
        self.decision.grow_older(case)

    def next_page(self) -> bool:
        self._tabs.setCurrentIndex((self._tabs.currentIndex() + 1) % self._tabs.count())
        page = self._pages.currentWidget()
        if page is self.decision:
            self.decision.take_focus()
        elif page is not None:
            page.setFocus()
        return True

    def _show_signals(self, _: object = None) -> None:
        self.decision.words.set_signal(self._earlier.summary())
        count = self._earlier.count()
        words = self.tr("Earlier cases ({0})").format(count) if count else self.tr("Earlier cases")
        self._tabs.setTabText(2, words)
        self._tabs.setTabToolTip(2, words)

    def _show_store(self, store: Store | None) -> None:
        zone = "UTC" if store is None else store.time_zone
        self._history.set_time_zone(zone)
        self._earlier.set_time_zone(zone)

"""Cases: the queue of disputes, and one of them on the bench from first look to money returned."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QStackedWidget, QVBoxLayout, QWidget

from console.domain.listing import CaseQuery
from console.screens.case_queue import CaseQueue
from console.screens.screen import READY, Condition, Screen
from console.screens.workbench import Workbench
from console.state.desk import Desk
from resources.theme import Theme

REFRESH_MS = 10_000
"""Others work on the same queue, and what is due grows later."""


class _Pages(QStackedWidget):
    """Pressed to the least height of its pages, as the screen is: what decides stays in sight, the rest scrolls in itself."""

    def hasHeightForWidth(self) -> bool:
        return False


class CasesScreen(Screen):
    """The queue; in its place the case that is open, if one is. The bench takes long to build: that is done while the
    queue is looked at, in a turn of its own."""

    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(theme, desk, parent)
        self._is_ready = True
        self._arrangement = b""
        self._pages = _Pages(self)
        self._queue = CaseQueue(theme, desk, self._pages)
        self._built: Workbench | None = None
        self._pages.addWidget(self._queue)
        row = QVBoxLayout(self)
        row.setContentsMargins(*self.margins())
        row.addWidget(self._pages)
        self._again = QTimer(self)
        self._again.setInterval(REFRESH_MS)
        self._again.timeout.connect(self._ask_again)
        self._queue.shown.connect(self._tell_condition)
        desk.case.changed.connect(self._turn)
        self._turn()

    # ---- what a screen answers

    def take_focus(self) -> None:
        if self._is_open():
            self._bench().take_focus()
        else:
            self._queue.take_focus()

    def activate(self) -> None:
        self._again.start()
        self._ask_again()
        QTimer.singleShot(0, self, self._bench)

    def deactivate(self) -> None:
        self._again.stop()

    def _ask_again(self) -> None:
        if not self.desk.cases.value.is_loading:
            self._queue.ask()
        self._queue.refresh()
        if self._built is not None:
            self._built.grow_older()

    def arrangement(self) -> bytes:
        """Of the bench, also before it is built."""
        return self._arrangement if self._built is None else super().arrangement()

    def arrange(self, arrangement: bytes) -> None:
        self._arrangement = arrangement
        super().arrange(arrangement)

    def condition(self) -> Condition:
        listing = self.desk.cases.value
        if listing.is_known or listing.items or self._is_open():
            if not listing.items and not self._is_open() and listing.query == CaseQuery():
                return Condition(
                    "empty",
                    self.tr("No case waits"),
                    self.tr("A case begins on a receipt: open one under Receipts and choose Open a case."),
                    self.tr("Ask again"),
                )
            return READY
        if listing.problem is not None:
            return Condition("empty", listing.problem.what, listing.problem.advice, self.tr("Try again"))
        return Condition("loading", self.tr("Asking for cases"))

    def act_on_condition(self) -> None:
        self._queue.ask()

    def act(self, action: str) -> bool:
        opened = self.desk.case.value.id
        if opened is None:
            return False
        if action in ("next_case", "previous_case"):
            self._bench().side.decision.flush()
            return self._queue.step(opened, 1 if action == "next_case" else -1)
        return self._bench().act(action)

    def shows(self) -> dict[str, int]:
        return {"cases": len(self.desk.cases.value.items), **self._bench().shown()}

    # ---- showing

    def _bench(self) -> Workbench:
        if self._built is None:
            self._built = Workbench(self.theme, self.desk, self._pages)
            self._pages.addWidget(self._built)
            self.split = self._built.split
            self.split.arrange(self._arrangement)
            self._built.opened.connect(self._focus_page)
        return self._built

    def _is_open(self) -> bool:
        return self.desk.case.value.id is not None

    def _turn(self, _: object = None) -> None:
        page: QWidget = self._bench() if self._is_open() else self._queue
        if self._pages.currentWidget() is not page:
            self._pages.setCurrentWidget(page)
            self._focus_page()
            if page is self._queue and self.isVisible():
                self._ask_again()  # it is as old as the case was open
        self._tell_condition()

    def _focus_page(self) -> None:
        """The keys are the new page's, unless something outside of this screen has them."""
        focus = QApplication.focusWidget()
        if self.isVisible() and (focus is None or focus is self or self.isAncestorOf(focus)):
            self.take_focus()

    def _tell_condition(self) -> None:
        condition = self.condition()
        is_back = condition == READY and not self._is_ready
        self._is_ready = condition == READY
        self.condition_changed.emit(condition)
        if is_back:
            self._focus_page()  # the frame had put its own words in the place of the screen

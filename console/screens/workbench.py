"""One case on the bench: its evidence on one cursor, beside it the decision."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QStackedWidget, QVBoxLayout, QWidget

from console.domain.choice import Choice
from console.domain.commands.case import ClaimCase, OpenCase, ReleaseCase
from console.domain.commands.receipt import OpenReceipt
from console.domain.commands.replay import GoTo
from console.domain.commands.showing import Choose, ShowScreen
from console.screens.case_side import CaseSide
from console.screens.evidence_panel import EvidencePanel
from console.screens.key_table import with_key
from console.state.desk import Desk
from resources.theme import Theme
from store_client.contract.case import Case
from widgets.icon_button import IconButton
from widgets.panel import Panel
from widgets.split import Split
from widgets.state_view import StateView


class Workbench(QWidget):
    """``opened``: another case is there, to be worked on."""

    opened = Signal()

    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._case: Case | None = None
        self._pages = QStackedWidget(self)
        self._nothing = StateView(theme, self._pages)
        self._nothing.acted.connect(self.close_case)
        left, right = QWidget(), QWidget()
        self.split = Split(theme, left, right, (3, 2))
        self._panel = Panel(theme, self.tr("Case"), self.split, self._pages)
        self._add_actions(theme)
        self.evidence = EvidencePanel(theme, desk, left)
        self.side = CaseSide(theme, desk, right)
        for place, part in ((left, self.evidence), (right, self.side)):
            room = QVBoxLayout(place)
            room.setContentsMargins(0, 0, 0, 0)
            room.addWidget(part)
        self._pages.addWidget(self._nothing)
        self._pages.addWidget(self._panel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)
        desk.case.changed.connect(self._show)
        desk.session.changed.connect(self._show)
        self._show()

    def _add_actions(self, theme: Theme) -> None:
        self._back = IconButton(theme, "back", self.tr("Queue"))
        self._back.setToolTip(with_key(self.tr("Back to the queue"), "back"))
        self._back.clicked.connect(self.close_case)
        self._receipt = IconButton(theme, "receipt", self.tr("Its receipt"))
        self._receipt.clicked.connect(self._see_receipt)
        self._release = QPushButton(self.tr("Give back"))
        self._release.clicked.connect(self.release)
        self._release.setToolTip(with_key(self.tr("Somebody else may decide it"), "release_case"))
        self._claim = IconButton(theme, "lock", self.tr("Claim"), "primary")
        self._claim.setToolTip(with_key(self.tr("Nobody else can decide it while you hold it"), "claim_case"))
        self._claim.clicked.connect(self.claim)
        for button in (self._back, self._receipt, self._release, self._claim):
            self._panel.add_action(button)

    # ---- what the screen's actions ask for

    def act(self, action: str) -> bool:
        """Carries out an action of the section, by its name. False if it cannot be done now."""
        if action == "back":
            return self.leave()  # also out of one that could not be opened
        if self._case is None:
            return False
        decision = self.side.decision
        acts = {
            "claim_case": self.claim,
            "release_case": self.release,
            "preview_decision": decision.preview,
            "decide_case": decision.decide,
            "refuse_proposal": decision.refuse,
            "swap_line": decision.swap,
            "add_product": decision.add,
            "take_draft": decision.take_draft,
            "case_page": self.side.next_page,
            "case_moment": self.show_store,
        }
        return acts[action]() if action in acts else self.evidence.act(action)

    def claim(self) -> bool:
        if self._case is None or not self._may_claim(self._case):
            return False
        self._desk.commands.emit(ClaimCase(self._case.id))
        return True

    def release(self) -> bool:
        if self._case is None or not self.side.decision.is_mine():
            return False
        self.side.decision.flush()
        self._desk.commands.emit(ReleaseCase(self._case.id))
        return True

    def show_store(self) -> bool:
        """The whole store at the moment of the evidence that is looked at."""
        cursor, found = self._desk.cursor, self._desk.evidence.value.value
        if found is None or not cursor.is_there or not self._desk.may(GoTo):
            return False
        self.side.decision.flush()
        self._desk.commands.emit(Choose(Choice(trip=found.evidence.trip)))
        self._desk.commands.emit(ShowScreen("live_floor"))
        self._desk.commands.emit(GoTo(cursor.at_us))
        return True

    def leave(self) -> bool:
        """Out of what is open within the case; then out of the case."""
        if not self.side.decision.leave():
            self.close_case()
        return True

    def close_case(self) -> None:
        self.side.decision.flush()
        self._desk.commands.emit(OpenCase(None))

    def take_focus(self) -> None:
        self.side.decision.take_focus()

    def grow_older(self) -> None:
        """What is due grows later also where the store has nothing new to say."""
        if self._case is not None:
            self.side.grow_older(self._case)

    def shown(self) -> dict[str, int]:
        case = self._case
        if case is None:
            return {}
        refund = self._desk.refund.value.value
        return {
            **self.evidence.shown(),
            "case_lines": len(case.lines),
            "decided_lines": sum(line.decided_quantity is not None for line in case.lines),
            "effects": int(self._desk.effect.value.value is not None),
            "proposals": int(case.proposal is not None),
            "refunds_settled": int(refund is not None and refund.state == "settled"),
        }

    # ---- showing

    def _may_claim(self, case: Case) -> bool:
        return case.state in {"open", "claimed"} and self._desk.may(ClaimCase) and not self.side.decision.is_mine()

    def _show(self, _: object = None) -> None:
        state = self._desk.case.value
        is_other = self._case is None or state.value is None or self._case.id != state.value.id
        self._case = state.value
        if state.value is not None:
            self._fill(state.value, is_other=is_other)
            self._pages.setCurrentWidget(self._panel)
            if is_other:
                self.opened.emit()
            return
        self.side.decision.forget()
        if state.problem is not None:
            self._nothing.show_state("failed", state.problem.what, state.problem.advice, self.tr("Back to the queue"))
        else:
            self._nothing.show_state("loading", self.tr("Opening the case"))
        self._pages.setCurrentWidget(self._nothing)

    def _fill(self, case: Case, *, is_other: bool) -> None:
        title = self.tr("Case {0}").format(case.number)
        detail = self.tr("receipt {0}, visit {1}").format(case.receipt_number, case.visit)
        self._panel.set_title(title, detail)
        self.side.show_case(case, is_other=is_other)
        self._claim.setVisible(self._may_claim(case))
        self._release.setVisible(self.side.decision.is_mine())

    def _see_receipt(self) -> None:
        if self._case is not None:
            self._desk.commands.emit(OpenReceipt(self._case.receipt))
            self._desk.commands.emit(ShowScreen("receipts"))
